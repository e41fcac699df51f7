package bench

import (
	"encoding/json"
	"testing"

	"github.com/cogstep/cogstep/asl"
)

func TestDefinitionsCompile(t *testing.T) {
	for _, name := range Scenarios() {
		text, err := json.Marshal(scenarios[name].machine(Config{WaitSeconds: 3}))
		if err != nil {
			t.Fatal(err)
		}
		if m, diagnostics := asl.Compile(string(text), asl.Options{Express: scenarios[name].express}); m == nil || len(diagnostics) > 0 {
			t.Errorf("%s: %v\n%s", name, diagnostics, text)
		}
	}
}

// Every request of a scenario has the same size, and what the figures call 1 KiB is 1 KiB.
func TestRequestsAreJSONOfOneSize(t *testing.T) {
	for _, name := range Scenarios() {
		s := newStarter(scenarios[name], `arn:"quoted"`)
		var body struct{ StateMachineArn, Name, Input string }
		if err := json.Unmarshal(s.body(1), &body); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var input struct {
			N     int
			Items []int
		}
		if err := json.Unmarshal([]byte(body.Input), &input); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if body.StateMachineArn != `arn:"quoted"` || body.Name != "n-1000000001" || input.N != 1_000_000_001 {
			t.Errorf("%s: %+v", name, body)
		}
		if a, b := len(s.body(1)), len(s.body(999_999_999)); a != b {
			t.Errorf("%s: requests of %d and %d bytes", name, a, b)
		}
		if name == "pass10" || name == "express10" {
			if len(body.Input) != inputBytes {
				t.Errorf("%s: the input has %d bytes", name, len(body.Input))
			}
		}
		if name == "map" && len(input.Items) != mapItems {
			t.Errorf("the map has %d items", len(input.Items))
		}
	}
}
