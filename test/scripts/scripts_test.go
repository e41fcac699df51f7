// Package scripts runs the command line as users do: testdata/*.txtar are scripts, each with the files it needs, that
// call the real program and say what must come of it.
//
// Beside testscript's own commands there are three:
//
//	serve NAME [arguments]       runs `cogstep server` on a free port until the script ends; its address is $NAME
//	halt NAME                    stops that server as Ctrl-C does, which must succeed
//	call $NAME OPERATION JSON    performs an API call and prints the answer; ! expects an error
//
// Every script has the program as `cogstep` in its PATH and an environment with nothing of the developer's own.
package scripts

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/cogstep/cogstep/test/program"
)

func TestMain(m *testing.M) { program.Main(m) }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"COGSTEP_DATA", "COGSTEP_LISTEN", "SFN_MOCK_CONFIG", "LAMBDA_ENDPOINT", "AWS_ACCOUNT_ID", "AWS_DEFAULT_REGION"} {
				e.Setenv(name, "")
			}
			e.Values[running{}] = map[string]*program.Server{}
			e.Setenv("PATH", filepath.Dir(program.Path())+string(filepath.ListSeparator)+e.Getenv("PATH"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"serve": serve, "halt": halt, "call": call},
	})
}

// running is the key by which a script finds its servers.
type running struct{}

func servers(ts *testscript.TestScript) map[string]*program.Server {
	return ts.Value(running{}).(map[string]*program.Server)
}

func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve NAME [arguments]")
	}
	s, err := program.Serve(ts.Getenv("WORK"), nil, args[1:]...)
	ts.Check(err)
	ts.Defer(s.Kill)
	servers(ts)[args[0]] = s
	ts.Setenv(args[0], s.URL)
}

func halt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || servers(ts)[args[0]] == nil {
		ts.Fatalf("usage: halt NAME, of a server that was started")
	}
	ts.Check(servers(ts)[args[0]].Stop())
}

func call(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: call URL OPERATION JSON")
	}
	r, err := http.NewRequest(http.MethodPost, args[0], strings.NewReader(args[2]))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AWSStepFunctions."+args[1])
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
	if refused := answer.StatusCode >= 300; refused != neg {
		ts.Fatalf("%s was answered with %s: %s", args[1], answer.Status, body)
	}
}
