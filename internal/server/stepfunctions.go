package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/nested"
	"github.com/cogstep/cogstep/internal/integration/sdk"
	"github.com/cogstep/cogstep/query"
)

// Tasks that call Step Functions mean this server, unless they name something of another account or region.

// isForeign reports whether a member of parameters is an ARN of another account or region.
func isForeign(scope arn.Scope, parameters query.Value) bool {
	for name, v := range parameters.Members() {
		if !strings.HasSuffix(name, "Arn") || v.Kind() != query.String {
			continue
		}
		if a, ok := arn.Parse(v.Str()); ok && a.Service == "states" && (a.Region != scope.Region || a.Account != scope.Account) {
			return true
		}
	}
	return false
}

// awsCaller sends calls of Step Functions to this server's own API, and all others to AWS.
type awsCaller struct {
	scope arn.Scope
	own   nested.API
	aws   sdk.Caller
}

// Call implements sdk.Caller.
func (c *awsCaller) Call(ctx context.Context, call awsclient.Call) (*awsclient.Result, error) {
	if call.Service.Folder != "stepfunctions" || isForeign(c.scope, call.Input) {
		return c.aws.Call(ctx, call)
	}
	answer, err := c.own.Call(ctx, call.Operation.Name, call.Input, nil)
	if refusal, ok := errors.AsType[*nested.Refusal](err); ok {
		return nil, &awsclient.Fault{
			Code: refusal.Code, Message: refusal.Message, Status: http.StatusBadRequest,
			Shape: call.Service.Shape(refusal.Code), RequestID: call.Token, Attempts: 1,
		}
	}
	if err != nil {
		return nil, err
	}
	return &awsclient.Result{
		Output: awsclient.FromJSON(call.Operation, answer), Status: http.StatusOK, Header: http.Header{}, RequestID: call.Token, Attempts: 1,
	}, nil
}

// nestedOrNot performs states:startExecution: here, or at another Step Functions.
type nestedOrNot struct {
	scope arn.Scope
	*nested.Connector
	foreign *sdk.Connector
}

func (n *nestedOrNot) isForeign(c integration.Call) bool {
	parameters, err := query.Parse(c.Input)
	return err == nil && isForeign(n.scope, parameters)
}

// Idempotent implements integration.Connector: both are.
func (n *nestedOrNot) Idempotent(c integration.Call) bool { return n.Connector.Idempotent(c) }

// Invoke implements integration.Connector.
func (n *nestedOrNot) Invoke(ctx context.Context, c integration.Call) integration.Answer {
	if n.isForeign(c) {
		return n.foreign.Invoke(ctx, c)
	}
	return n.Connector.Invoke(ctx, c)
}

// Poll implements integration.Jobs: only what runs elsewhere is asked about.
func (n *nestedOrNot) Poll(ctx context.Context, c integration.Call, job string, asked int) integration.Answer {
	return n.foreign.Poll(ctx, c, job, asked)
}

// Stop implements integration.Jobs. The connectors name their jobs differently: one by an ARN, the other by an object.
func (n *nestedOrNot) Stop(ctx context.Context, c integration.Call, job string) error {
	if strings.HasPrefix(job, "{") {
		return n.foreign.Stop(ctx, c, job)
	}
	return n.Connector.Stop(ctx, c, job)
}
