// Package sdk performs Tasks that call AWS services through their models: AWS SDK integrations of every service, and the
// optimized integrations that are operations of services too.
//
// What tells the optimized ones apart is data: a table of services, calls and jobs (rows*.go). A new one is a row.
package sdk

import (
	"context"
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// Caller performs calls of AWS services; *awsclient.Client is one.
type Caller interface {
	Call(ctx context.Context, call awsclient.Call) (*awsclient.Result, error)
}

// Config is what a connector is made of.
type Config struct {
	Models *awsmodel.Index
	Caller Caller
	// AssumeMachineRoles says that calls use the role of their state machine. Otherwise they use the caller's own
	// credentials, unless the state has Credentials.
	AssumeMachineRoles bool
}

// Connector implements integration.Connector and integration.Jobs for services whose names begin with "aws-sdk:", and for
// those of [Optimized]. It is safe for concurrent use.
type Connector struct{ cfg Config }

// New returns the connector.
func New(cfg Config) *Connector { return &Connector{cfg} }

// target is the operation that a call means, and how it is dealt with.
type target struct {
	service   *awsmodel.Service
	operation *awsmodel.Operation
	style     style
	names     names
	row       *row // of an optimized integration; nil: none
}

// target finds the operation of a resource.
func (c *Connector) target(r asl.Resource) (*target, *integration.Failed) {
	name, isSDK := strings.CutPrefix(r.Service, "aws-sdk:")
	t := &target{}
	action := r.Action
	if isSDK {
		if reason, no := c.cfg.Models.Unsupported(name, action); no {
			return nil, &integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("%s cannot be called: %s.", r.ARN, reason)}
		}
	} else {
		s, ok := services[r.Service]
		if ok {
			t.row = s.rows[r.Action]
		}
		if t.row == nil {
			return nil, &integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("%s cannot be called by this server.", r.ARN)}
		}
		t.style.optimized = true
		t.names = s.names
		name, action = s.model(t.row), t.row.action(r.Action)
	}
	var ok bool
	if t.service, t.operation, ok = c.cfg.Models.Action(name, action); !ok {
		return nil, &integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf(
			"There is no model of %s:%s. 'cogstep model list' shows what there is; 'cogstep model import' adds newer services.", name, action)}
	}
	if isSDK {
		t.names = sdkNames{t.service}
	}
	return t, nil
}

// Idempotent reports whether a call may be sent again after a crash: if its operation only reads, or takes a token that is
// made from the attempt.
func (c *Connector) Idempotent(call integration.Call) bool {
	t, no := c.target(call.Resource)
	return no == nil && (awsclient.Idempotent(t.operation) || startsExecution(t))
}

// startsExecution reports whether a call starts an execution. Its name is then made from the attempt if the definition
// gives none, and the same name with the same input is the same execution.
func startsExecution(t *target) bool {
	return t.service.Folder == "stepfunctions" && t.operation.Name == "StartExecution"
}

// Invoke implements integration.Connector.
func (c *Connector) Invoke(ctx context.Context, call integration.Call) integration.Answer {
	t, no := c.target(call.Resource)
	if no != nil {
		return *no
	}
	parameters, err := query.Parse(call.Input)
	if err != nil || parameters.Kind() != query.Object {
		return badParameters(&call, "The parameters must be a JSON object")
	}
	given := parameters
	if t.row != nil && t.row.before != nil {
		if parameters, err = t.row.before(&call, parameters); err != nil {
			return badParameters(&call, err.Error())
		}
	}
	if t.row != nil && t.row.lookup != nil {
		if parameters, err = c.lookUp(ctx, &call, t, parameters); err != nil {
			return failed(t.names, &call, err)
		}
	}
	output, result, err := c.perform(ctx, &call, t, parameters)
	if err != nil {
		return failed(t.names, &call, err)
	}
	if t.row != nil {
		if t.row.after != nil {
			var no *integration.Failed
			if output, no = t.row.after(output); no != nil {
				return *no
			}
		}
		if services[call.Resource.Service].metadata {
			output = withMetadata(output, result)
		}
	}
	switch call.Resource.Pattern {
	case asl.RequestResponse:
		return integration.Succeeded{Output: output.JSON()}
	case asl.WaitForTaskToken:
		return integration.Submitted{Output: output.JSON()}
	}
	return c.submitted(&call, t, given, output)
}

// perform sends one operation and gives parameters and output the integration's form.
func (c *Connector) perform(ctx context.Context, call *integration.Call, t *target, parameters query.Value) (query.Value, *awsclient.Result, error) {
	input, err := t.style.input(t.service, t.operation.Input, parameters)
	if err != nil {
		return input, nil, err
	}
	if _, named := input.Get("name"); !named && startsExecution(t) {
		input = input.With("name", query.StringValue(call.ClientToken))
	}
	result, err := c.cfg.Caller.Call(ctx, awsclient.Call{
		Service: t.service, Operation: t.operation, Input: input,
		RoleARN: c.role(call), Session: sessionName(call), Token: call.ClientToken, TraceHeader: call.TraceHeader,
	})
	if err != nil {
		return input, nil, err
	}
	return t.style.output(t.operation.Output, result.Output), result, nil
}

// lookUp makes the parameters of a call of what another one answers.
func (c *Connector) lookUp(ctx context.Context, call *integration.Call, t *target, parameters query.Value) (query.Value, error) {
	l := t.row.lookup
	answer, err := c.side(ctx, call, t, l.action, l.ask, parameters.Compact())
	if err != nil {
		return parameters, err
	}
	var both query.ObjectBuilder
	both.Set("Input", parameters)
	both.Set("Answer", answer)
	return l.then.eval(both.Build())
}

func (c *Connector) role(call *integration.Call) string {
	if call.TaskRoleARN != "" || !c.cfg.AssumeMachineRoles {
		return call.TaskRoleARN
	}
	return call.RoleARN
}

// sessionName names the session in a role after the execution: 64 characters at most of those that STS takes.
func sessionName(call *integration.Call) string {
	name := call.ExecutionARN[strings.LastIndexByte(call.ExecutionARN, ':')+1:]
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("_=,.@-", r):
			return r
		}
		return '-'
	}, name)
	if len(clean) < 2 {
		return "cogstep"
	}
	return clean[:min(64, len(clean))]
}

// Call performs an operation of a service in the manner of AWS SDK integrations: for those in this house that need a
// service's answer without being a Task.
func (c *Connector) Call(ctx context.Context, resource, action string, parameters query.Value) (query.Value, error) {
	service, operation, ok := c.cfg.Models.Action(resource, action)
	if !ok {
		return query.Value{}, fmt.Errorf("there is no model of %s:%s", resource, action)
	}
	t := &target{service: service, operation: operation, names: sdkNames{service}}
	output, _, err := c.perform(ctx, &integration.Call{}, t, parameters)
	return output, err
}
