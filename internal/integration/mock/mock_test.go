package mock

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/connectortest"
)

const file = `{
  "StateMachines": {"M": {"TestCases": {"Happy": {"Call": "Flaky"}}}},
  "MockedResponses": {"Flaky": {
    "0": {"Throw": {"Error": "E", "Cause": "C"}},
    "1-2": {"Return": {"n":  1.0}}}}}`

func parse(t *testing.T) *Config {
	t.Helper()
	c, err := Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnswersGoByTheNumberOfTheCall(t *testing.T) {
	c := parse(t)
	call := integration.Call{MachineName: "M", TestCase: "Happy", State: "Call", Resource: asl.Resource{Service: "sqs", Action: "sendMessage"}}
	for n, want := range []integration.Answer{
		integration.Failed{Error: "E", Cause: "C"},
		integration.Succeeded{Output: `{"n":  1.0}`},
		integration.Succeeded{Output: `{"n":  1.0}`},
		integration.Failed{Error: "States.Runtime", Cause: "The mock configuration has no answer for call 3 of the state 'Call' in the test case 'Happy'."},
	} {
		call.Invocation = n
		if d := cmp.Diff(want, c.For(call).Invoke(t.Context(), call)); d != "" {
			t.Errorf("call %d (-want +got):\n%s", n, d)
		}
	}
	call.Invocation, call.Resource.Pattern = 1, asl.WaitForTaskToken
	if got := c.For(call).Invoke(t.Context(), call); got != (integration.Succeeded{Output: `{"n":  1.0}`, Submitted: `{"n":  1.0}`}) {
		t.Errorf("a mocked callback is over at once: %+v", got)
	}
}

func TestOnlyMockedStatesOfATestCaseAreMocked(t *testing.T) {
	c := parse(t)
	call := integration.Call{MachineName: "M", TestCase: "Happy", State: "Call"}
	for name, change := range map[string]func(*integration.Call){
		"no test case":    func(c *integration.Call) { c.TestCase = "" },
		"another case":    func(c *integration.Call) { c.TestCase = "Sad" },
		"another state":   func(c *integration.Call) { c.State = "Other" },
		"another machine": func(c *integration.Call) { c.MachineName = "N" },
		"an activity":     func(c *integration.Call) { c.Resource.Kind = asl.Activity },
	} {
		other := call
		change(&other)
		if c.For(other) != nil {
			t.Errorf("%s was mocked", name)
		}
	}
}

func TestFaultyFilesSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`{`: "unexpected end",
		`{"MockedResponses":{"R":{"x":{"Return":1}}}}`:                       "is not the number of a call",
		`{"MockedResponses":{"R":{"2-1":{"Return":1}}}}`:                     "is not the number of a call",
		`{"MockedResponses":{"R":{"0":{}}}}`:                                 "must have either Return or Throw",
		`{"MockedResponses":{"R":{"0":{"Return":1,"Throw":{"Error":"E"}}}}}`: "must have either Return or Throw",
		`{"StateMachines":{"M":{"TestCases":{"C":{"S":"Nowhere"}}}}}`:        "MockedResponses does not have",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := Load("no-such-file"); err == nil || !strings.Contains(err.Error(), "no-such-file") {
		t.Error("the file must be named")
	}
}

func TestConnectorContract(t *testing.T) {
	call := integration.Call{MachineName: "M", TestCase: "Happy", State: "Call", Resource: asl.Resource{Kind: asl.Function}}
	connectortest.Run(t, parse(t).For(call), call)
}
