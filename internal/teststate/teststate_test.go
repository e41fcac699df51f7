package teststate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/teststate"
)

// invoker answers calls with what a function says.
type invoker func(context.Context, integration.Call) integration.Answer

func (f invoker) Invoke(ctx context.Context, c integration.Call) integration.Answer { return f(ctx, c) }

func lab(f invoker) *teststate.Lab {
	n := 0
	return &teststate.Lab{
		Scope: arn.Scope{Account: "000000000000", Region: "us-east-1"}, Invoker: f, Now: time.Now,
		Seed: func() uint64 { return 1 }, NewID: func() string { n++; return fmt.Sprint("id-", n) },
	}
}

func run(t *testing.T, f invoker, r teststate.Request) (teststate.Result, string) {
	t.Helper()
	result, err := lab(f).Run(t.Context(), r)
	if refusal, ok := errors.AsType[*teststate.Refusal](err); ok {
		return result, refusal.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	return result, ""
}

func ref[T any](v T) *T { return &v }

func result(text string) *teststate.Mock { return &teststate.Mock{Result: &text} }

func failure(name string) *teststate.Mock {
	return &teststate.Mock{Error: &teststate.MockError{Error: name}}
}

const (
	role      = "arn:aws:iam::000000000000:role/r"
	pass      = `{"Type":"Pass","End":true}`
	function  = `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}`
	activity  = `{"Type":"Task","Resource":"arn:aws:states:us-east-1:000000000000:activity:a","End":true}`
	job       = `{"Type":"Task","Resource":"arn:aws:states:::batch:submitJob.sync","Parameters":{"JobName":"n","JobQueue":"q","JobDefinition":"d"},"End":true}`
	callback  = `{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"End":true}`
	inline    = `{"Type":"Map","ItemProcessor":{"StartAt":"Inner","States":{"Inner":{"Type":"Pass","End":true}}},"End":true}`
	processor = `"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Inner","States":{"Inner":{"Type":"Pass","End":true}}}`
	tolerant  = `{"Type":"Map",` + processor + `,"ToleratedFailureCount":1,"End":true}`
	exporting = `{"Type":"Map",` + processor + `,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"}},"End":true}`
	reading   = `{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{%s},"Parameters":{"Bucket":"b","Key":"k"}},"ItemSelector":{"v.$":"$$.Map.Item.Value"},` + processor + `,"End":true}`
	parallel  = `{"Type":"Parallel","Branches":[{"StartAt":"Inner","States":{"Inner":{"Type":"Pass","End":true}}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"End":true}`
	machine   = `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"M"},"M":{"Type":"Map","ItemProcessor":{"StartAt":"Inner","States":{"Inner":{"Type":"Pass","End":true}}},"End":true}}}`
)

func TestRefusals(t *testing.T) {
	type R = teststate.Request
	type C = teststate.Configuration
	for _, c := range []struct {
		name string
		r    R
		want string // "" if it is not refused
	}{
		{"definition that is none", R{Definition: `{"Type":"Pass"}`}, `InvalidDefinition: Invalid State Machine Definition: `},
		{"definition that is no JSON", R{Definition: `{`}, `InvalidDefinition: Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: `},
		{"state that the machine does not have", R{Definition: machine, State: "No"}, `ValidationException: State not found in definition`},
		{"nested state", R{Definition: machine, State: "Inner"}, ``},
		{"input that is no JSON", R{Definition: pass, Input: `{`}, `InvalidExecutionInput: Invalid State Machine Execution Input: '`},
		{"input that is too large", R{Definition: pass, Input: `"` + strings.Repeat("x", execution.PayloadBytesMax) + `"`}, `InvalidExecutionInput: Invalid State Machine Execution Input: 'the payload has 262146 bytes`},
		{"variables that are no JSON", R{Definition: pass, Variables: `{`}, `ValidationException: Variables must be a valid JSON object`},
		{"variables that are no object", R{Definition: pass, Variables: `[]`}, `ValidationException: Variables must be a valid JSON object`},

		{"Task without role", R{Definition: function}, `ValidationException: RoleArn must be specified when testing a Task state`},
		{"mocked Task without role", R{Definition: function, Mock: result(`{}`)}, ``},
		{"Pass without role", R{Definition: pass}, ``},
		{"Map without mock", R{Definition: inline, RoleARN: role}, `InvalidDefinition: TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]`},
		{"Parallel without mock", R{Definition: parallel}, `InvalidDefinition: TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]`},
		{"activity without mock", R{Definition: activity, RoleARN: role}, `ValidationException: TestState does not support Activity tasks when a mock is not specified.`},
		{"activity with mock", R{Definition: activity, Mock: result(`7`)}, ``},
		{".sync without mock", R{Definition: job, RoleARN: role}, `ValidationException: TestState does not support the '.sync' service integration pattern when a mock is not specified.`},
		{"token without mock", R{Definition: callback, RoleARN: role}, `ValidationException: TestState does not support the '.waitForTaskToken' service integration pattern when a mock is not specified.`},
		{"token with mock", R{Definition: callback, Mock: result(`7`)}, ``},

		{"mock without anything", R{Definition: function, Mock: &teststate.Mock{}}, `ValidationException: A test mock should have only one of the following fields: [result, errorOutput].`},
		{"mock with both", R{Definition: function, Mock: &teststate.Mock{Result: ref("{}"), Error: &teststate.MockError{Error: "E"}}}, `ValidationException: A test mock should have only one of the following fields: [result, errorOutput].`},
		{"mocked error without name", R{Definition: function, Mock: failure("")}, `ValidationException: A mocked error must have a value for the field 'error'.`},
		{"mock for a Pass", R{Definition: pass, Mock: result(`1`)}, `ValidationException: State type 'Pass' is not supported when a mock is specified`},
		{"mocked error for a Wait", R{Definition: `{"Type":"Wait","Seconds":1,"End":true}`, Mock: failure("E")}, `ValidationException: State type 'Wait' is not supported when a mock is specified`},
		{"mock that is no JSON", R{Definition: function, Mock: result(`no`)}, `ValidationException: Mocked result must be valid JSON`},
		{"mock for a Parallel that is no array", R{Definition: parallel, Mock: result(`{}`)}, `ValidationException: Mocked result must be an array.`},
		{"mock for a Parallel of another size", R{Definition: parallel, Mock: result(`[1]`)}, `ValidationException: Mocked result must contain the same number of items as number of Parallel branches.`},
		{"mock for a Parallel", R{Definition: parallel, Mock: result(`[1,2]`)}, ``},
		{"mock for a Map that is no array", R{Definition: inline, Mock: result(`{}`)}, `ValidationException: Mocked result must be an array.`},
		{"mock for an exporting Map that is no object", R{Definition: exporting, Mock: result(`[]`)}, `ValidationException: Mocked result must be a JSON object.`},
		{"mock for an exporting Map", R{Definition: exporting, Input: `[1]`, Mock: result(`{}`)}, ``},

		{"secrets with a mock", R{Definition: function, Trace: true, RevealSecrets: true, Mock: result(`{}`)}, `ValidationException: TestState does not support RevealSecrets when a mock is specified.`},
		{"secrets that nothing shows", R{Definition: pass, RevealSecrets: true}, `ValidationException: RevealSecrets can only be used with the inspection level TRACE.`},
		{"secrets", R{Definition: pass, Trace: true, RevealSecrets: true}, ``},

		{"count without mock", R{Definition: inline, Configuration: C{MapIterationFailureCount: ref(0)}}, `ValidationException: TestState does not support MapIterationFailureCount when a mock is not specified.`},
		{"count for a Task", R{Definition: function, Mock: result(`{}`), Configuration: C{MapIterationFailureCount: ref(0)}}, `ValidationException: MapIterationFailureCount can only be specified for a Map state.`},
		{"count above the items", R{Definition: inline, Input: `[1]`, Mock: result(`[1,2]`), Configuration: C{MapIterationFailureCount: ref(2)}}, `ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations`},
		{"count of all items", R{Definition: inline, Input: `[1]`, Mock: result(`[1,2]`), Configuration: C{MapIterationFailureCount: ref(1)}}, ``},
		{"retries without mock", R{Definition: function, RoleARN: role, Configuration: C{RetrierRetryCount: ref(1)}}, `ValidationException: TestState does not support RetrierRetryCount when a mock is not specified.`},
		{"cause without mock", R{Definition: parallel, Configuration: C{ErrorCausedByState: "Inner"}}, `ValidationException: TestState does not support ErrorCausedByState when a mock is not specified.`},
		{"cause that is not there", R{Definition: parallel, Mock: failure("E"), Configuration: C{ErrorCausedByState: "No"}}, `ValidationException: The state 'No' specified as ErrorCausedByState is not inside the state under test.`},
		{"cause outside", R{Definition: machine, State: "M", Mock: failure("E"), Configuration: C{ErrorCausedByState: "A"}}, `ValidationException: The state 'A' specified as ErrorCausedByState is not inside the state under test.`},
		{"cause", R{Definition: machine, State: "M", Input: `[1]`, Mock: failure("E"), Configuration: C{ErrorCausedByState: "Inner"}}, ``},
		{"data without mock", R{Definition: fmt.Sprintf(reading, `"InputType":"JSON"`), Configuration: C{MapItemReaderData: ref("[]")}}, `ValidationException: TestState does not support MapItemReaderData when a mock is not specified.`},
		{"data without reader", R{Definition: tolerant, Mock: result(`[]`), Configuration: C{MapItemReaderData: ref("[]")}}, `ValidationException: MapItemReaderData can only be specified for a Map state with an ItemReader.`},
		{"data that is no JSON", R{Definition: fmt.Sprintf(reading, `"InputType":"JSON"`), Mock: result(`[]`), Configuration: C{MapItemReaderData: ref("no")}}, `ValidationException: MapItemReaderData must be valid JSON`},
		{"data that has no items", R{Definition: fmt.Sprintf(reading, `"InputType":"JSON"`), Mock: result(`[]`), Configuration: C{MapItemReaderData: ref("7")}}, `ValidationException: MapItemReaderData must hold an array or an object of items`},
		{"data without what the pointer names", R{Definition: fmt.Sprintf(reading, `"InputType":"JSON","ItemsPointer":"/a/b"`), Mock: result(`[]`), Configuration: C{MapItemReaderData: ref(`{"a":{}}`)}}, `ValidationException: MapItemReaderData has nothing at the ItemsPointer '/a/b'`},
		{"lines that are no JSON", R{Definition: fmt.Sprintf(reading, `"InputType":"JSONL"`), Mock: result(`[]`), Configuration: C{MapItemReaderData: ref("1\nno")}}, `ValidationException: MapItemReaderData must be valid JSON Lines`},

		{"context without mock", R{Definition: pass, Context: ref(`{}`)}, `ValidationException: TestState does not support Context when a mock is not specified.`},
		{"context that is no JSON", R{Definition: function, Mock: result(`{}`), Context: ref(`{`)}, `ValidationException: Invalid Context object provided: Context object must be a valid JSON object`},
		{"context that is no object", R{Definition: function, Mock: result(`{}`), Context: ref(`[]`)}, `ValidationException: Invalid Context object provided: Context object must be a valid JSON object`},
		{"context with a field of its own", R{Definition: function, Mock: result(`{}`), Context: ref(`{"X":1}`)}, `ValidationException: Invalid Context object provided: Field 'X' is not allowed`},
		{"context with an inner field of its own", R{Definition: function, Mock: result(`{}`), Context: ref(`{"State":{"X":1}}`)}, `ValidationException: Invalid Context object provided: Field 'X' is not allowed`},
		{"context with a Map", R{Definition: inline, Mock: result(`[]`), Context: ref(`{"Map":{}}`)}, `ValidationException: Invalid Context object provided: 'Map' field is not supported when mocking a Context object`},
		{"context with a token for nobody", R{Definition: function, Mock: result(`{}`), Context: ref(`{"Task":{"Token":"t"}}`)}, `ValidationException: Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern`},
		{"context with a token", R{Definition: callback, Mock: result(`{}`), Context: ref(`{"Task":{"Token":"t"}}`)}, ``},
		{"context with a token for a job", R{Definition: job, Mock: failure("E"), Context: ref(`{"Task":{"Token":"t"}}`)}, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, got := run(t, nil, c.r)
			if (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestKindsOfContextFields(t *testing.T) {
	for path, want := range map[string]string{
		"Execution": "an object", "StateMachine": "an object", "State": "an object", "Task": "an object",
		"Execution.Id": "a string", "Execution.Name": "a string", "Execution.RoleArn": "a string", "Execution.StartTime": "a string",
		"Execution.RedriveCount": "a number", "Execution.RedriveTime": "a string",
		"StateMachine.Id": "a string", "StateMachine.Name": "a string",
		"State.Name": "a string", "State.EnteredTime": "a string", "State.RetryCount": "a number",
		"Task.Token": "a string",
	} {
		text := "true"
		for _, name := range reversed(strings.Split(path, ".")) {
			text = fmt.Sprintf("{%q:%s}", name, text)
		}
		_, got := run(t, nil, teststate.Request{Definition: callback, Mock: result(`{}`), Context: &text})
		if wanted := "ValidationException: Invalid Context object provided: " + path + " must be " + want; got != wanted {
			t.Errorf("%s\n got %s\nwant %s", text, got, wanted)
		}
	}
	if _, got := run(t, nil, teststate.Request{Definition: callback, Mock: result(`{}`), Context: ref(`{"Execution":{"Input":true}}`)}); got != "" {
		t.Errorf("an input can be anything: %s", got)
	}
}

func reversed(s []string) []string {
	var out []string
	for _, e := range s {
		out = append([]string{e}, out...)
	}
	return out
}

func TestRetriesAreThoseOfTheConfigurationElseOfTheContext(t *testing.T) {
	task := strings.Replace(function, `"End"`, `"Retry":[{"ErrorEquals":["E"],"MaxAttempts":3}],"End"`, 1)
	for _, c := range []struct {
		configured *int
		context    string
		want       execution.Verdict
	}{
		{nil, `{}`, execution.TestRetriable},
		{nil, `{"State":{"RetryCount":2}}`, execution.TestRetriable},
		{nil, `{"State":{"RetryCount":3}}`, execution.TestFailed},
		{ref(2), `{"State":{"RetryCount":3}}`, execution.TestRetriable},
		{ref(3), `{}`, execution.TestFailed},
	} {
		r, refused := run(t, nil, teststate.Request{
			Definition: task, Mock: failure("E"), Context: &c.context, Configuration: teststate.Configuration{RetrierRetryCount: c.configured},
		})
		if r.Verdict != c.want {
			t.Errorf("%s: %s %s, want %s", c.context, r.Verdict, refused, c.want)
		}
	}
}

func TestItemsThatAReaderWouldRead(t *testing.T) {
	for _, c := range []struct{ config, data, want string }{
		{`"InputType":"JSON"`, `[1,2]`, `[{"v":1},{"v":2}]`},
		{`"InputType":"JSON"`, `{"a":1}`, `[{"v":1}]`},
		{`"InputType":"JSON","ItemsPointer":"/a/b~1c"`, `{"a":{"b/c":[3]}}`, `[{"v":3}]`},
		{`"InputType":"JSONL"`, "1\n\n{\"a\":2}\n", `[{"v":1},{"v":{"a":2}}]`},
		{`"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"`, "a\n1", ``},
	} {
		r, refused := run(t, nil, teststate.Request{
			Definition: fmt.Sprintf(reading, c.config), Mock: result(`[]`), Configuration: teststate.Configuration{MapItemReaderData: &c.data},
		})
		got := ""
		if d := r.Inspection.Data[execution.AfterItemSelector]; d != nil {
			got = d.Text()
		}
		if refused != "" || got != c.want {
			t.Errorf("%s: %s%s, want %s", c.config, refused, got, c.want)
		}
	}
}

func TestFreshNamesAndWhatIsGivenAreInTheContext(t *testing.T) {
	r, refused := run(t, nil, teststate.Request{
		Definition: `{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $states.context %}","End":true}`, RoleARN: role,
	})
	if refused != "" {
		t.Fatal(refused)
	}
	text := r.Output.Text()
	for _, want := range []string{
		`"Id":"arn:aws:states:us-east-1:000000000000:express:id-2:id-1"`, `"Name":"id-1"`, `"RoleArn":"` + role + `"`, `"Input":{}`,
		`"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:id-2"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

func TestRealCalls(t *testing.T) {
	answer := func(a integration.Answer) invoker {
		return func(_ context.Context, c integration.Call) integration.Answer {
			if c.Input != `{"FunctionName":"f"}` || c.RoleARN != role || c.Resource.Service != "lambda" || !c.Express || c.ClientToken == "" {
				t.Errorf("call %+v", c)
			}
			return a
		}
	}
	request := teststate.Request{Definition: function, RoleARN: role}
	r, _ := run(t, answer(integration.Succeeded{Output: `{"Payload":1}`}), request)
	if r.Verdict != execution.TestSucceeded || r.Output.Text() != `{"Payload":1}` {
		t.Errorf("%s %s", r.Verdict, r.Error)
	}
	r, _ = run(t, answer(integration.Failed{Error: "E", Cause: "C"}), request)
	if r.Verdict != execution.TestFailed || r.Error != "E" || r.Cause != "C" {
		t.Errorf("%s %s", r.Verdict, r.Error)
	}
	r, _ = run(t, answer(nil), request)
	if r.Verdict != execution.TestFailed || r.Error != "States.TaskFailed" {
		t.Errorf("%s %s", r.Verdict, r.Error)
	}
}

func TestRoleOfCredentials(t *testing.T) {
	task := strings.Replace(function, `"End"`, `"Credentials":{"RoleArn":"arn:aws:iam::000000000000:role/other"},"End"`, 1)
	run(t, func(_ context.Context, c integration.Call) integration.Answer {
		if c.TaskRoleARN != "arn:aws:iam::000000000000:role/other" {
			t.Errorf("role %s", c.TaskRoleARN)
		}
		return integration.Succeeded{Output: "{}"}
	}, teststate.Request{Definition: task, RoleARN: role})
}

// hangs until it is given up.
func hangs(ctx context.Context, _ integration.Call) integration.Answer {
	<-ctx.Done()
	return integration.Failed{Error: "GivenUp"}
}

func TestTime(t *testing.T) {
	timely := strings.Replace(function, `"End"`, `"TimeoutSeconds":7,"End"`, 1)
	for _, c := range []struct {
		name, definition string
		took             time.Duration
		want             string
	}{
		{"Wait", `{"Type":"Wait","Seconds":10,"Next":"N"}`, 10 * time.Second, "SUCCEEDED"},
		{"Wait that is too long", `{"Type":"Wait","Seconds":600,"Next":"N"}`, 5 * time.Minute, "FAILED States.Timeout"},
		{"call that hangs", function, 5 * time.Minute, "FAILED States.Timeout"},
		{"call with a time-out", timely, 7 * time.Second, "FAILED States.Timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				r, refused := run(t, hangs, teststate.Request{Definition: c.definition, RoleARN: role})
				if got := strings.TrimSpace(string(r.Verdict) + " " + r.Error + refused); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				if took := time.Since(begin); took != c.took {
					t.Errorf("it took %s, want %s", took, c.took)
				}
			})
		})
	}
}

func TestCallerWhoGoesAwayEndsTheTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := lab(hangs).Run(ctx, teststate.Request{Definition: function, RoleARN: role})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
