// Package lambda performs Lambda function calls: tasks whose resource is a function's ARN, and lambda:invoke.
//
// Who runs the function is an [Invoker]'s business: a local process or an endpoint that speaks Lambda's Invoke API.
// Invokers are asked in order; the first that knows the function runs it.
package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// Request is one invocation of a function.
type Request struct {
	Function      string // name, without region, account and qualifier
	Qualifier     string // version or alias; "" for $LATEST
	Payload       string // JSON text
	ClientContext string // base64
	Event         bool   // asynchronous: nobody waits for the result

	// RoleARN is the role of the state's Credentials, "" if it has none; Session names the session in it.
	RoleARN, Session string

	TraceHeader string // X-Amzn-Trace-Id; "": none
}

// Response is what a function answered.
type Response struct {
	Status  int
	Version string // the version that ran, "$LATEST" if unknown
	Payload string // the function's result, or its error document
	// FunctionError is "" for a result, "Handled" or "Unhandled" for an error document.
	FunctionError string
	RequestID     string
}

// Invoker runs functions. It is safe for concurrent use.
type Invoker interface {
	// Knows reports whether the invoker runs functions of that name.
	Knows(function string) bool
	// Invoke runs the function once. Errors: *ServiceError for what Lambda itself refuses; others mean that the
	// invoker could not be reached.
	Invoke(ctx context.Context, r Request) (Response, error)
}

// ServiceError is a refusal by Lambda: Name is "TooManyRequestsException", "ResourceNotFoundException", …
type ServiceError struct {
	Name    string
	Message string
	Status  int
}

func (e *ServiceError) Error() string { return e.Name + ": " + e.Message }

// Connector implements integration.Connector over invokers.
type Connector struct{ invokers []Invoker }

// New returns the connector that asks the invokers in order.
func New(invokers ...Invoker) *Connector { return &Connector{invokers} }

// Idempotent reports false: a function may do anything.
func (c *Connector) Idempotent(integration.Call) bool { return false }

// Invoke implements integration.Connector.
func (c *Connector) Invoke(ctx context.Context, call integration.Call) integration.Answer {
	var r Request
	if call.Resource.Kind == asl.Function {
		r.Payload = call.Input
		r.Function, r.Qualifier = functionName(call.Resource.ARN)
	} else {
		if call.Resource.Action != "invoke" {
			return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("lambda:%s cannot be called; use lambda:invoke.", call.Resource.Action)}
		}
		var fl *integration.Failed
		if r, fl = parameters(call.Input); fl != nil {
			return *fl
		}
	}
	r.RoleARN, r.TraceHeader = call.TaskRoleARN, call.TraceHeader
	resp, err := c.send(ctx, r)
	switch {
	case err != nil:
		return failure(err)
	case resp.FunctionError != "":
		return functionError(resp.Payload)
	case call.Resource.Kind == asl.Function:
		return integration.Succeeded{Output: jsonOrText(resp.Payload)}
	case call.Resource.Pattern == asl.WaitForTaskToken:
		return integration.Submitted{Output: result(resp)}
	}
	return integration.Succeeded{Output: result(resp)}
}

func (c *Connector) send(ctx context.Context, r Request) (Response, error) {
	for _, inv := range c.invokers {
		if inv.Knows(r.Function) {
			return inv.Invoke(ctx, r)
		}
	}
	return Response{}, &ServiceError{"ResourceNotFoundException", fmt.Sprintf(
		"Function not found: %s. To run it, declare it in the template given to 'cogstep dev', list it in the configuration's functions, "+
			"or set LAMBDA_ENDPOINT to a server that speaks Lambda's Invoke API.", r.Function), 404}
}

// functionName takes name:qualifier or an ARN of a function apart. A partial ARN (account:function:name) works too.
func functionName(s string) (name, qualifier string) {
	if a, ok := arn.Parse(s); ok {
		s = a.Rest()
	} else if _, rest, ok := strings.Cut(s, ":function:"); ok {
		s = rest
	}
	name, qualifier, _ = strings.Cut(s, ":")
	return name, qualifier
}

// parameters reads the Parameters of lambda:invoke.
func parameters(input string) (Request, *integration.Failed) {
	v, err := query.Parse(input)
	if err != nil {
		return Request{}, &integration.Failed{Error: "States.Runtime", Cause: err.Error()}
	}
	text := func(name string) string {
		m, _ := v.Get(name)
		if m.Kind() != query.String {
			return ""
		}
		return m.Str()
	}
	r := Request{Qualifier: text("Qualifier"), ClientContext: text("ClientContext"), Event: text("InvocationType") == "Event"}
	name, qualifier := functionName(text("FunctionName"))
	r.Function = name
	if r.Qualifier == "" {
		r.Qualifier = qualifier
	}
	if name == "" {
		return r, &integration.Failed{Error: "States.Runtime", Cause: "The field 'FunctionName' is required but was missing"}
	}
	if payload, ok := v.Get("Payload"); ok {
		r.Payload = payload.JSON()
	} else {
		r.Payload = "{}"
	}
	return r, nil
}

// functionError turns a function's error document into an error name and a cause: errorType, and the whole document.
func functionError(payload string) integration.Answer {
	var doc struct{ ErrorType string }
	_ = json.Unmarshal([]byte(payload), &doc) // no document: the name below
	if doc.ErrorType == "" {
		doc.ErrorType = "Lambda.Unknown"
	}
	return integration.Failed{Error: doc.ErrorType, Cause: payload}
}

func failure(err error) integration.Answer {
	if se, ok := errors.AsType[*ServiceError](err); ok {
		return integration.Failed{
			Error: "Lambda." + se.Name,
			Cause: fmt.Sprintf("%s (Service: AWSLambda; Status Code: %d; Error Code: %s; Request ID: null; Proxy: null)", se.Message, se.Status, se.Name),
		}
	}
	return integration.Failed{Error: "Lambda.SdkClientException", Cause: err.Error()}
}

// result is the form of lambda:invoke's result.
func result(r Response) string {
	var o, http, metadata, all query.ObjectBuilder
	header := func(name, value string) {
		if value == "" {
			return
		}
		all.Set(name, query.ArrayValue([]query.Value{query.StringValue(value)}))
		http.Set(name, query.StringValue(value))
	}
	header("X-Amz-Executed-Version", r.Version)
	header("x-amzn-RequestId", r.RequestID)
	header("Content-Type", "application/json")
	o.Set("ExecutedVersion", query.StringValue(r.Version))
	if r.Payload != "" {
		o.Set("Payload", query.Trusted(jsonOrText(r.Payload)).Value())
	}
	var sdk query.ObjectBuilder
	sdk.Set("AllHttpHeaders", all.Build())
	sdk.Set("HttpHeaders", http.Build())
	sdk.Set("HttpStatusCode", query.IntValue(int64(r.Status)))
	o.Set("SdkHttpMetadata", sdk.Build())
	metadata.Set("RequestId", query.StringValue(r.RequestID))
	o.Set("SdkResponseMetadata", metadata.Build())
	o.Set("StatusCode", query.IntValue(int64(r.Status)))
	return o.Build().JSON()
}

// jsonOrText returns a payload that is not JSON as a JSON string.
func jsonOrText(payload string) string {
	if payload == "" {
		return "null"
	}
	if _, err := query.NewDocument(payload); err != nil {
		return query.StringValue(payload).JSON()
	}
	return payload
}
