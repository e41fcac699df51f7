package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/query"
)

// bench is an API in which nothing but states can be tested.
func bench() *API {
	return New(Config{Scope: arn.Scope{Account: "000000000000", Region: "us-east-1"}, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
}

// testState performs one request and returns the answer, or code and sentence of the error.
func testState(t testing.TB, a *API, request members) (members, string) {
	t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := a.perform(t.Context(), "TestState", input{Value: query.Trusted(string(body)).Value()})
	if e, ok := errors.AsType[*Error](err); ok {
		return nil, e.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	var answer members
	if err := json.Unmarshal(reply.AppendJSON(nil), &answer); err != nil {
		t.Fatal(err)
	}
	return answer, ""
}

const failing = `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"Retry":[{"ErrorEquals":["A"],"IntervalSeconds":2,"BackoffRate":2.0,"MaxAttempts":2}],"Catch":[{"ErrorEquals":["B"],"Next":"H"}],"Next":"N"}`

func TestAnswersOfTestState(t *testing.T) {
	fault := func(name string) members { return members{"errorOutput": members{"error": name, "cause": "why"}} }
	for _, c := range []struct {
		name          string
		request, want members
	}{
		{"nothing is inspected unless one asks", members{"definition": `{"Type":"Pass","Next":"N"}`},
			members{"output": "{}", "nextState": "N", "status": "SUCCEEDED"}},
		{"payloads are texts, as they were given", members{"definition": `{"Type":"Succeed"}`, "input": `[1,  2]`, "inspectionLevel": "DEBUG"},
			members{"output": `[1,  2]`, "status": "SUCCEEDED", "inspectionData": members{"input": `[1,  2]`, "afterInputPath": `[1,  2]`}}},
		{"retriable", members{"definition": failing, "mock": fault("A"), "inspectionLevel": "DEBUG", "stateConfiguration": members{"retrierRetryCount": 1}},
			members{"error": "A", "cause": "why", "status": "RETRIABLE", "inspectionData": members{
				"input": "{}", "afterInputPath": "{}", "afterParameters": `{"FunctionName":"f"}`,
				"errorDetails": members{"retryIndex": 0.0, "retryBackoffIntervalSeconds": 4.0}}}},
		{"exhausted", members{"definition": failing, "mock": fault("A"), "inspectionLevel": "TRACE", "stateConfiguration": members{"retrierRetryCount": 2}},
			members{"error": "A", "cause": "why", "status": "FAILED", "inspectionData": members{
				"input": "{}", "afterInputPath": "{}", "afterParameters": `{"FunctionName":"f"}`, "errorDetails": members{"retryIndex": 0.0}}}},
		{"caught", members{"definition": failing, "mock": fault("B"), "inspectionLevel": "DEBUG"},
			members{"output": `{"Error":"B","Cause":"why"}`, "error": "B", "cause": "why", "nextState": "H", "status": "CAUGHT_ERROR", "inspectionData": members{
				"input": "{}", "afterInputPath": "{}", "afterParameters": `{"FunctionName":"f"}`, "errorDetails": members{"catchIndex": 0.0}}}},
		{"variables", members{"definition": `{"Type":"Pass","QueryLanguage":"JSONata","Assign":{"b":2},"End":true}`, "variables": `{"a": {"x": 1}}`, "inspectionLevel": "DEBUG"},
			members{"output": "{}", "status": "SUCCEEDED", "inspectionData": members{"input": "{}", "variables": `{"a":{"x": 1},"b":2}`}}},
		{"Map", members{
			"definition":      `{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"MaxConcurrency":3,"ToleratedFailureCount":1,"ToleratedFailurePercentage":50,"End":true}`,
			"input":           `[1]`,
			"inspectionLevel": "DEBUG", "mock": members{"result": `[2]`}},
			members{"output": "[2]", "status": "SUCCEEDED", "inspectionData": members{
				"input": "[1]", "afterInputPath": "[1]", "afterItemsPath": "[1]", "afterResultSelector": "[2]", "afterResultPath": "[2]",
				"maxConcurrency": 3.0, "toleratedFailureCount": 1.0, "toleratedFailurePercentage": 50.0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, refused := testState(t, bench(), c.request)
			if refused != "" || !reflect.DeepEqual(got, c.want) {
				t.Errorf("\n got %v %s\nwant %v", got, refused, c.want)
			}
		})
	}
}

func TestErrorsOfTestState(t *testing.T) {
	pass := `{"Type":"Pass","End":true}`
	for _, c := range []struct {
		request members
		want    string
	}{
		{members{"definition": pass, "roleArn": "role"}, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: role'"},
		{members{"definition": `{}`}, "InvalidDefinition: Invalid State Machine Definition: "},
		{members{"definition": pass, "input": "{"}, "InvalidExecutionInput: Invalid State Machine Execution Input: "},
		{members{"definition": pass, "inspectionLevel": "ALL"}, "ValidationException: 1 validation error detected: Value 'ALL' at 'inspectionLevel' failed to satisfy constraint: Member must satisfy enum value set: [INFO, DEBUG, TRACE]"},
		{members{"definition": pass, "stateConfiguration": members{"retrierRetryCount": -1}}, "ValidationException: 1 validation error detected: "},
		{members{"definition": pass, "mock": members{"result": "1"}}, "ValidationException: State type 'Pass' is not supported when a mock is specified"},
	} {
		if _, got := testState(t, bench(), c.request); !strings.HasPrefix(got, c.want) {
			t.Errorf("%v\n got %s\nwant %s", c.request, got, c.want)
		}
	}
}

func TestDecimalsHaveAFraction(t *testing.T) {
	for f, want := range map[float64]string{0: "0.0", 1: "1.0", 12.5: "12.5", 100: "100.0"} {
		if got := decimal(f); got != want {
			t.Errorf("%v: %s, want %s", f, got, want)
		}
	}
}

// tenStates is a definition with ten states, of which one is tested; the others have to be compiled all the same.
func tenStates() string {
	var b strings.Builder
	b.WriteString(`{"QueryLanguage":"JSONata","StartAt":"S0","States":{`)
	for i := range 10 {
		if i > 0 {
			b.WriteByte(',')
		}
		next := fmt.Sprintf(`"Next":"S%d"`, i+1)
		if i == 9 {
			next = `"End":true`
		}
		fmt.Fprintf(&b, `"S%d":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","Payload":"{%% $states.input.a[b > %d].c %%}"},`+
			`"Output":"{%% $merge([$states.input, $states.result.Payload]) %%}","Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S%d"}],%s}`, i, i, (i+1)%10, next)
	}
	b.WriteString(`}}`)
	return b.String()
}

// One state of a definition of ten is tested in less than 5 ms.
func BenchmarkTestState(b *testing.B) {
	request := members{
		"definition": tenStates(), "stateName": "S5", "input": `{"a":[{"b":7,"c":1}]}`, "inspectionLevel": "DEBUG",
		"mock": members{"result": `{"Payload":{"d":2},"StatusCode":200}`},
	}
	a := bench()
	for b.Loop() {
		if answer, refused := testState(b, a, request); answer["nextState"] != "S6" {
			b.Fatal(answer, refused)
		}
	}
}
