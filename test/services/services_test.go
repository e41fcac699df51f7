// Package services runs state machines that call AWS services, over the real wire, against moto: a server that resembles
// them. Each definition in testdata has its expectation beside it.
package services

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/test/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// expectation is what a definition must yield: NAME.want.json beside NAME.asl.json.
type expectation struct {
	Output    any      // of the machine
	Service   string   // the signing name of what is called, to be throttled
	Throttled struct { // a call of it
		Resource   string
		Parameters json.RawMessage
		Error      string
	}
}

func TestServices(t *testing.T) {
	m := startMoto(t)
	s := program.Start(t, program.Environ("AWS_ENDPOINT_URL="+m.URL, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true"),
		"--account", "123456789012")
	c := client{t, s.URL}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions: %v", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".want.json") {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(file), ".asl.json")
		t.Run(name, func(t *testing.T) {
			c.t = t
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want expectation
			raw, err := os.ReadFile(strings.TrimSuffix(file, ".asl.json") + ".want.json")
			if err == nil {
				err = json.Unmarshal(raw, &want)
			}
			if err != nil {
				t.Fatal(err)
			}
			machine := c.create(name, string(text))
			d := c.run(machine, "{}")
			wanted, _ := json.Marshal(want.Output)
			if d["status"] != "SUCCEEDED" || !same(d["output"], wanted) {
				t.Fatalf("%s\noutput %v\nwant   %s\n%s", why(d), d["output"], wanted, c.history(d["executionArn"].(string)))
			}
			if want.Service != "states" { // this server itself
				throttling(t, c, m, name, &want)
			}
		})
	}
}

// throttling plays a call that is refused twice, which nobody notices, and one that is refused for ever.
func throttling(t *testing.T, c client, m *moto, name string, want *expectation) {
	state, _ := json.Marshal(map[string]any{
		"QueryLanguage": "JSONata", "StartAt": "Call", "States": map[string]any{"Call": map[string]any{
			"Type": "Task", "Resource": want.Throttled.Resource, "Arguments": want.Throttled.Parameters, "End": true,
		}},
	})
	machine := c.create(name+"-throttled", string(state))
	before := m.requests(want.Service)
	m.throttleNext(want.Service, 2)
	if d := c.run(machine, "{}"); d["status"] != "SUCCEEDED" {
		t.Errorf("refused twice: %s", why(d))
	}
	if n := m.requests(want.Service) - before; n != 3 {
		t.Errorf("refused twice: %d requests, want 3", n)
	}
	m.throttleNext(want.Service, 1000)
	d := c.run(machine, "{}")
	m.throttleNext(want.Service, 0)
	if d["status"] != "FAILED" || d["error"] != want.Throttled.Error {
		t.Errorf("refused for ever: %s, want %s", why(d), want.Throttled.Error)
	}
}

func same(got any, want []byte) bool {
	text, _ := got.(string)
	var a, b any
	if json.Unmarshal([]byte(text), &a) != nil || json.Unmarshal(want, &b) != nil {
		return false
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}
