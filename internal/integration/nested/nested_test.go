package nested

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/connectortest"
	"github.com/cogstep/cogstep/query"
)

type fakeAPI struct {
	operation, body string
	parent          *Parent
	answer          string
	err             error
}

func (f *fakeAPI) Call(ctx context.Context, operation string, body query.Value, parent *Parent) (query.Value, error) {
	f.operation, f.body, f.parent = operation, body.JSON(), parent
	if operation != "StartExecution" && operation != "SendTaskSuccess" {
		return query.Value{}, &Refusal{"UnknownOperationException", "There is no operation " + operation + "."}
	}
	if f.err != nil {
		return query.Value{}, f.err
	}
	return query.Trusted(f.answer).Value(), ctx.Err()
}

func call(service, action string, p asl.Pattern, input string) integration.Call {
	return integration.Call{
		Resource: asl.Resource{Service: service, Action: action, Pattern: p}, Input: input,
		ClientToken: "11112222-0000", Token: "token",
	}
}

func TestStartsGoThroughTheAPI(t *testing.T) {
	api := &fakeAPI{answer: `{"executionArn":"arn","startDate":1.5}`}
	got := New(api).Invoke(t.Context(), call("states", "startExecution", asl.RequestResponse, `{"StateMachineArn":"m","Input":{"a": 1}}`))
	if api.operation != "StartExecution" || api.body != `{"stateMachineArn":"m","input":"{\"a\":1}","name":"11112222-0000"}` || api.parent != nil {
		t.Errorf("called %s %s %v", api.operation, api.body, api.parent)
	}
	want := integration.Succeeded{Output: `{"ExecutionArn":"arn","StartDate":1.5,` +
		`"SdkHttpMetadata":{"AllHttpHeaders":{"x-amzn-RequestId":["11112222-0000"],"Content-Length":["38"],"Content-Type":["application/x-amz-json-1.0"]},` +
		`"HttpHeaders":{"x-amzn-RequestId":"11112222-0000","Content-Length":"38","Content-Type":"application/x-amz-json-1.0"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"11112222-0000"}}`}
	if d := cmp.Diff(integration.Answer(want), got); d != "" {
		t.Error(d)
	}
}

func TestWaitingStartsTellWhoWaits(t *testing.T) {
	api := &fakeAPI{answer: `{}`}
	got := New(api).Invoke(t.Context(), call("states", "startExecution", asl.Sync2, `{"StateMachineArn":"m","Name":"n","Input":null}`))
	if _, ok := got.(integration.Submitted); !ok || api.body != `{"stateMachineArn":"m","name":"n"}` || *api.parent != (Parent{"token", asl.Sync2}) {
		t.Errorf("got %v; called %s %v", got, api.body, api.parent)
	}
}

func TestRefusalsAreWordedByTheKindOfIntegration(t *testing.T) {
	api := &fakeAPI{err: &Refusal{"StateMachineDoesNotExist", "State Machine Does Not Exist: 'm'"}}
	for service, want := range map[string]integration.Failed{
		"states":      {Error: "StepFunctions.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: 'm' (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: 11112222-0000; Proxy: null)"},
		"aws-sdk:sfn": {Error: "Sfn.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: 'm' (Service: Sfn, Status Code: 400, Request ID: 11112222-0000) (SDK Attempt Count: 1)"},
	} {
		if got := New(api).Invoke(t.Context(), call(service, "startExecution", asl.RequestResponse, `{"StateMachineArn":"m"}`)); got != want {
			t.Errorf("%s: %+v", service, got)
		}
	}
	api.err = errors.New("lost")
	if got := New(api).Invoke(t.Context(), call("states", "startExecution", asl.RequestResponse, `{}`)); got != (integration.Failed{Error: "StepFunctions.SdkClientException", Cause: "lost"}) {
		t.Errorf("got %+v", got)
	}
}

func TestOnlyStartsAndReadsMayBeSentAgain(t *testing.T) {
	c := New(new(fakeAPI))
	for action, want := range map[string]bool{"startExecution": true, "describeExecution": true, "listExecutions": true, "sendTaskSuccess": false, "startSyncExecution": false, "getActivityTask": false, "deleteStateMachine": false} {
		if c.Idempotent(call("aws-sdk:sfn", action, asl.RequestResponse, `{}`)) != want {
			t.Errorf("%s: want %t", action, want)
		}
	}
}

func TestConnectorContract(t *testing.T) {
	connectortest.Run(t, New(&fakeAPI{answer: `{}`}), call("states", "startExecution", asl.RequestResponse, `{"StateMachineArn":"m"}`))
}
