package sdk

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// fakeCaller answers operations, by their names, from a list: the last answer of an operation is given again and again.
type fakeCaller struct {
	answers map[string][]any // JSON texts and errors
	calls   []awsclient.Call
}

func (f *fakeCaller) Call(ctx context.Context, call awsclient.Call) (*awsclient.Result, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f.calls = append(f.calls, call)
	left := f.answers[call.Operation.Name]
	if len(left) == 0 {
		return nil, errors.New("nobody has said what " + call.Operation.Name + " answers")
	}
	if len(left) > 1 {
		f.answers[call.Operation.Name] = left[1:]
	}
	if err, ok := left[0].(error); ok {
		return nil, err
	}
	output, err := query.Parse(left[0].(string))
	if err != nil {
		return nil, err
	}
	return &awsclient.Result{
		Output: output, Status: 200, RequestID: "the-request", Attempts: 1,
		Header: http.Header{"X-Amzn-Requestid": {"the-request"}, "X-Amz-Crc32": {"7"}, "Content-Type": {"application/json"}, "Vary": {"a", "b"}},
	}, nil
}

// inputs are what was sent, in order: the operation and its input.
func (f *fakeCaller) inputs() (all []string) {
	for _, c := range f.calls {
		all = append(all, c.Operation.Name+" "+c.Input.Compact())
	}
	return all
}

// answering is a connector whose services answer so, by operations.
func answering(answers map[string][]any) (*Connector, *fakeCaller) {
	f := &fakeCaller{answers: answers}
	return New(Config{Models: awsmodel.Builtin(), Caller: f}), f
}

// task is a call of a resource: what follows arn:aws:states:::.
func task(t *testing.T, resource, input string) integration.Call {
	t.Helper()
	r, err := asl.ParseResource("arn:aws:states:::" + resource)
	if err != nil {
		t.Fatal(err)
	}
	return integration.Call{
		ExecutionARN:    "arn:aws:states:eu-central-1:123456789012:execution:orders:run-1",
		StateMachineARN: "arn:aws:states:eu-central-1:123456789012:stateMachine:orders",
		RoleARN:         "arn:aws:iam::123456789012:role/machine",
		Resource:        r, Input: input, ClientToken: "0123-abcd",
	}
}

func operation(t *testing.T, resource, action string) (*awsmodel.Service, *awsmodel.Operation) {
	t.Helper()
	s, o, ok := awsmodel.Builtin().Action(resource, action)
	if !ok {
		t.Fatalf("there is no model of %s:%s", resource, action)
	}
	return s, o
}

func parsed(t *testing.T, text string) query.Value {
	t.Helper()
	v, err := query.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
