package lambda

import (
	"context"
	"errors"

	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// AWS invokes functions by the API of Lambda, at AWS or wherever the client's endpoints lead.
type AWS struct {
	client    *awsclient.Client
	service   *awsmodel.Service
	operation *awsmodel.Operation
}

// NewAWS returns the invoker; nil if there is no model of Lambda.
func NewAWS(client *awsclient.Client, models *awsmodel.Index) *AWS {
	s, o, ok := models.Action("lambda", "invoke")
	if !ok {
		return nil
	}
	return &AWS{client, s, o}
}

// Knows reports whether the client could call Lambda: there are credentials, or an endpoint that needs none.
func (a *AWS) Knows(string) bool { return a.client.Ready(context.Background(), a.service) }

// Invoke implements Invoker.
func (a *AWS) Invoke(ctx context.Context, r Request) (Response, error) {
	var in query.ObjectBuilder
	in.Set("FunctionName", query.StringValue(r.Function))
	in.Set("Payload", query.StringValue(r.Payload))
	set := func(name, value string) {
		if value != "" {
			in.Set(name, query.StringValue(value))
		}
	}
	set("Qualifier", r.Qualifier)
	set("ClientContext", r.ClientContext)
	if r.Event {
		set("InvocationType", "Event")
	}
	result, err := a.client.Call(ctx, awsclient.Call{
		Service: a.service, Operation: a.operation, Input: in.Build(), RoleARN: r.RoleARN, Session: r.Session, TraceHeader: r.TraceHeader,
	})
	if f, ok := errors.AsType[*awsclient.Fault](err); ok {
		return Response{}, &ServiceError{f.Code, f.Message, f.Status}
	}
	if err != nil {
		return Response{}, err
	}
	text := func(name string) string {
		v, _ := result.Output.Get(name)
		return v.Str()
	}
	response := Response{
		Status: result.Status, Version: text("ExecutedVersion"), Payload: text("Payload"), FunctionError: text("FunctionError"),
		RequestID: result.RequestID,
	}
	if response.Version == "" {
		response.Version = "$LATEST"
	}
	return response, nil
}
