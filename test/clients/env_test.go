package clients

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/test/program"
)

// What `cogstep env` prints is all that a client has to be told, host prefixes included.
func TestClientsFindTheServerByItsEnv(t *testing.T) {
	s := program.Start(t, nil)
	out, err := exec.Command(program.Path(), "env", "--endpoint", s.URL, "--format", "dotenv").Output()
	if err != nil {
		t.Fatal(err)
	}
	env := program.Environ(append(strings.Fields(string(out)),
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=")...)
	const definition = `{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`
	const machine = "arn:aws:states:us-east-1:000000000000:stateMachine:"
	for name, commands := range map[string][][]string{
		"AWS CLI": {
			{"aws", "stepfunctions", "create-state-machine", "--name", "cli", "--type", "EXPRESS", "--role-arn", role, "--definition", definition},
			{"aws", "stepfunctions", "start-sync-execution", "--state-machine-arn", machine + "cli", "--output", "json"},
		},
		"boto3": {
			{"python3", "-c", `import boto3, sys
sfn = boto3.client("stepfunctions")
sfn.create_state_machine(name="boto3", type="EXPRESS", roleArn=sys.argv[1], definition=sys.argv[2])
print(sfn.start_sync_execution(stateMachineArn=sys.argv[3]))`, role, definition, machine + "boto3"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			probe := []string{"aws", "--version"}
			if name == "boto3" {
				probe = []string{"python3", "-c", "import boto3"}
			}
			if err := exec.Command(probe[0], probe[1:]...).Run(); err != nil {
				t.Skipf("SKIPPED: %s is not here: %v", name, err)
			}
			var out []byte
			for _, words := range commands {
				cmd := exec.Command(words[0], words[1:]...)
				cmd.Env = env
				var err error
				if out, err = cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
			}
			if !strings.Contains(string(out), "SUCCEEDED") {
				t.Errorf("the last answer is %s", out)
			}
		})
	}
}
