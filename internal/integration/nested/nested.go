// Package nested performs Tasks that call Step Functions itself: states:startExecution in all its patterns, and the
// aws-sdk:sfn actions. Both go through the server's own API, so they obey the same rules as any client.
package nested

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// Parent is the task that waits for the end of the execution that it starts.
type Parent struct {
	Token   string // of the task
	Pattern asl.Pattern
}

// API is the server's own API.
type API interface {
	// Call performs an operation. body and answer have the members of the service model. parent is nil but for
	// StartExecution calls whose caller waits. Errors: *Refusal for what a client would be told.
	Call(ctx context.Context, operation string, body query.Value, parent *Parent) (query.Value, error)
}

// Refusal is an error of the API.
type Refusal struct{ Code, Message string }

func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// Connector implements integration.Connector for the services "states" and "aws-sdk:sfn".
type Connector struct{ api API }

// New returns the connector over an API.
func New(api API) *Connector { return &Connector{api} }

// Idempotent reports whether c may be sent again: reads may, and starts may, because their name is made from the
// attempt if the definition gives none, and the same name with the same input is the same execution.
func (c *Connector) Idempotent(call integration.Call) bool {
	for _, prefix := range []string{"start", "describe", "list", "get"} {
		if strings.HasPrefix(call.Resource.Action, prefix) && call.Resource.Action != "startSyncExecution" && call.Resource.Action != "getActivityTask" {
			return true
		}
	}
	return false
}

// Invoke implements integration.Connector.
func (c *Connector) Invoke(ctx context.Context, call integration.Call) integration.Answer {
	parameters, err := query.Parse(call.Input)
	if err != nil || parameters.Kind() != query.Object {
		return integration.Failed{Error: "States.Runtime", Cause: "The parameters must be a JSON object."}
	}
	operation := strings.ToUpper(call.Resource.Action[:1]) + call.Resource.Action[1:]
	body := request(parameters)
	if operation == "StartExecution" {
		if name, ok := body.Get("name"); !ok || name.Kind() == query.Null {
			body = with(body, "name", query.StringValue(call.ClientToken))
		}
	}
	var parent *Parent
	if call.Resource.Pattern == asl.Sync || call.Resource.Pattern == asl.Sync2 {
		parent = &Parent{call.Token, call.Resource.Pattern}
	}
	answer, err := c.api.Call(ctx, operation, body, parent)
	if err != nil {
		return failed(call, err)
	}
	output := c.output(call, answer)
	if call.Resource.Pattern == asl.RequestResponse {
		return integration.Succeeded{Output: output}
	}
	submitted := integration.Submitted{Output: output}
	if child, ok := answer.Get("executionArn"); ok && parent != nil {
		submitted.Job = child.Str()
	}
	return submitted
}

// Poll implements integration.Jobs. The end of a nested execution is told by the engine; nobody asks.
func (c *Connector) Poll(context.Context, integration.Call, string, int) integration.Answer {
	return integration.Running{}
}

// Stop implements integration.Jobs: it stops the nested execution that job, its ARN, names.
func (c *Connector) Stop(ctx context.Context, _ integration.Call, job string) error {
	var body query.ObjectBuilder
	body.Set("executionArn", query.StringValue(job))
	_, err := c.api.Call(ctx, "StopExecution", body.Build(), nil)
	if _, refused := errors.AsType[*Refusal](err); refused {
		return nil // it is not there any more
	}
	return err
}

// request turns PascalCase parameters into the API's camelCase. Payload members that are no strings become JSON text;
// a null payload is left out.
func request(parameters query.Value) query.Value {
	var o query.ObjectBuilder
	for name, v := range parameters.Members() {
		if v.Kind() == query.Null {
			continue
		}
		key := strings.ToLower(name[:min(1, len(name))]) + name[min(1, len(name)):]
		if v.Kind() != query.String && (name == "Input" || name == "Output" || name == "Definition") {
			v = query.StringValue(v.Compact())
		}
		o.Set(key, v)
	}
	return o.Build()
}

func with(v query.Value, name string, member query.Value) query.Value {
	var o query.ObjectBuilder
	for k, m := range v.Members() {
		o.Set(k, m)
	}
	o.Set(name, member)
	return o.Build()
}

// output gives an answer the form that tasks see: PascalCase, and for the optimized integration the metadata of the
// call.
func (c *Connector) output(call integration.Call, answer query.Value) string {
	body := answer.JSON()
	var o query.ObjectBuilder
	for k, v := range answer.Members() {
		o.Set(strings.ToUpper(k[:1])+k[1:], v)
	}
	if call.Resource.Service == "states" {
		o.Set("SdkHttpMetadata", httpMetadata(len(body), call.ClientToken))
		var m query.ObjectBuilder
		m.Set("RequestId", query.StringValue(call.ClientToken))
		o.Set("SdkResponseMetadata", m.Build())
	}
	return o.Build().JSON()
}

func httpMetadata(length int, requestID string) query.Value {
	var all, single, o query.ObjectBuilder
	for _, h := range [][2]string{
		{"x-amzn-RequestId", requestID},
		{"Content-Length", strconv.Itoa(length)},
		{"Content-Type", "application/x-amz-json-1.0"},
	} {
		all.Set(h[0], query.ArrayValue([]query.Value{query.StringValue(h[1])}))
		single.Set(h[0], query.StringValue(h[1]))
	}
	o.Set("AllHttpHeaders", all.Build())
	o.Set("HttpHeaders", single.Build())
	o.Set("HttpStatusCode", query.IntValue(200))
	return o.Build()
}

// failed words a refusal the way the two kinds of integration do.
func failed(call integration.Call, err error) integration.Answer {
	r, ok := errors.AsType[*Refusal](err)
	if !ok {
		return integration.Failed{Error: "StepFunctions.SdkClientException", Cause: err.Error()}
	}
	name := strings.TrimSuffix(r.Code, "Exception") + "Exception"
	if call.Resource.Service == "states" {
		return integration.Failed{
			Error: "StepFunctions." + name,
			Cause: fmt.Sprintf("%s (Service: AWSStepFunctions; Status Code: 400; Error Code: %s; Request ID: %s; Proxy: null)", r.Message, r.Code, call.ClientToken),
		}
	}
	return integration.Failed{
		Error: "Sfn." + name,
		Cause: fmt.Sprintf("%s (Service: Sfn, Status Code: 400, Request ID: %s) (SDK Attempt Count: 1)", r.Message, call.ClientToken),
	}
}
