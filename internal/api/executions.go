package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/uuid"
	"github.com/cogstep/cogstep/query"
)

// checkPayload refuses a payload that is not JSON or too large.
func checkPayload(text string) error {
	if len(text) > execution.PayloadBytesMax {
		return fmt.Errorf("the payload has %d bytes of UTF-8; %d are allowed", len(text), execution.PayloadBytesMax)
	}
	_, err := query.NewDocument(text)
	if syntax, ok := errors.AsType[*query.SyntaxError](err); ok {
		return errors.New(syntax.Message)
	}
	return err
}

// start reads a request that starts an execution. The ARN may name a mock test case: arn#TestCase.
func (a *API) start(in input) (catalog.Machine, engine.StartExecution, error) {
	var none engine.StartExecution
	given, testCase, _ := strings.Cut(in.text("stateMachineArn"), "#")
	m, version, alias, err := a.resolve(given)
	if err != nil {
		return m, none, err
	}
	if m.Deleting {
		return m, none, machineError(catalog.ErrMachineDeleting, given)
	}
	if err := checkName(in.text("name")); err != nil {
		return m, none, err
	}
	text := "{}"
	if in.has("input") {
		text = in.text("input")
	}
	if err := checkPayload(text); err != nil {
		reason := err.Error()
		if strings.TrimSpace(text) == "" {
			reason = "Invalid execution input."
		}
		return m, none, fail("InvalidExecutionInput", "Invalid State Machine Execution Input: '%s'", reason)
	}
	trace := in.text("traceHeader")
	if h := in.header.Get("X-Amzn-Trace-Id"); h != "" {
		trace = h // the header wins
	}
	var parent execution.Parent
	if p := in.parent; p != nil {
		if parent, err = a.Engine.Parent(p.Token, p.Pattern); err != nil {
			return m, none, err
		}
	}
	return m, engine.StartExecution{
		Parent: parent,
		Name:   or(in.text("name"), uuid.New()), Input: query.Trusted(text), TraceHeader: trace, TestCase: testCase,
		StateMachineARN: a.Scope.StateMachine(m.Name), MachineName: m.Name, Incarnation: m.Incarnation,
		VersionARN: version, AliasARN: alias, RoleARN: m.RoleARN, Definition: m.ExecutionKey(),
	}, nil
}

func (a *API) startExecution(ctx context.Context, in input) (Reply, error) {
	m, start, err := a.start(in)
	if err != nil {
		return nil, err
	}
	begin, quota := a.Engine.Start, StartStandard
	if m.Express {
		begin, quota = a.Engine.StartExpress, StartExpress
	}
	if err := a.buckets.admit(in, quota, a.Now()); err != nil {
		return nil, err
	}
	started, err := begin(ctx, start)
	if errors.Is(err, engine.ErrExecutionAlreadyExists) {
		return nil, fail("ExecutionAlreadyExists", "Execution Already Exists: '%s'", a.Scope.Execution(m.Name, start.Name))
	}
	if err != nil {
		return nil, err
	}
	var o object
	o.text("executionArn", started.ARN)
	o.time("startDate", started.StartDate)
	return o.Build(), nil
}

func (a *API) startSyncExecution(ctx context.Context, in input) (Reply, error) {
	m, start, err := a.start(in)
	if err != nil {
		return nil, err
	}
	if !m.Express {
		return nil, typeNotSupported()
	}
	h, err := a.Engine.StartSync(ctx, start)
	if err != nil {
		return nil, err
	}
	metadataOnly := in.text("includedData") == "METADATA_ONLY"
	o := describeExecution(&h, metadataOnly)
	if _, ok := h.Status.(execution.Succeeded); !ok && !metadataOnly {
		o.included("outputDetails") // recorded, although there is no output
	}
	o.Set("billingDetails", billing(h.StoppedAt.Sub(h.StartedAt)))
	return o.Build(), nil
}

// described returns the header of the execution that an ARN names: Standard, or an Express child of a map run.
func (a *API) described(ctx context.Context, given string) (execution.Header, error) {
	if parsed, ok := arn.Parse(given); ok && parsed.Kind() == "express" && strings.Contains(parsed.Rest(), "/") {
		h, err := a.Engine.Describe(ctx, given)
		if errors.Is(err, engine.ErrExecutionDoesNotExist) {
			return h, executionDoesNotExist(given)
		}
		return h, err
	}
	return a.header(ctx, given)
}

// header returns the header of the Standard execution that an ARN names.
func (a *API) header(ctx context.Context, given string) (execution.Header, error) {
	_, foreign, err := a.resource(given, "execution")
	if err != nil {
		return execution.Header{}, err
	}
	if foreign {
		return execution.Header{}, executionDoesNotExist(given)
	}
	h, err := a.Engine.Describe(ctx, given)
	if errors.Is(err, engine.ErrExecutionDoesNotExist) {
		return h, executionDoesNotExist(given)
	}
	return h, err
}

func (a *API) stopExecution(ctx context.Context, in input) (Reply, error) {
	given := in.text("executionArn")
	if _, err := a.header(ctx, given); err != nil {
		return nil, err
	}
	stopped, err := a.Engine.Stop(ctx, given, in.text("error"), in.text("cause"))
	if err != nil {
		return nil, err
	}
	var o object
	o.time("stopDate", stopped)
	return o.Build(), nil
}

func (a *API) describeExecution(ctx context.Context, in input) (Reply, error) {
	h, err := a.described(ctx, in.text("executionArn"))
	if err != nil {
		return nil, err
	}
	o := describeExecution(&h, in.text("includedData") == "METADATA_ONLY")
	o.text("stateMachineVersionArn", h.VersionARN)
	o.text("stateMachineAliasArn", h.AliasARN)
	o.text("mapRunArn", h.MapRunARN)
	o.Set("redriveCount", query.IntValue(int64(h.Redrives)))
	o.time("redriveDate", h.RedrivenAt)
	status, reason := a.redrivable(&h)
	o.text("redriveStatus", string(status))
	o.text("redriveStatusReason", reason)
	return o.Build(), nil
}

// describeExecution writes what DescribeExecution and StartSyncExecution have in common.
func describeExecution(h *execution.Header, metadataOnly bool) *object {
	var o object
	o.text("executionArn", h.ARN)
	o.text("stateMachineArn", h.StateMachineARN)
	o.text("name", h.Name)
	o.text("status", h.Status.Name())
	o.time("startDate", h.StartedAt)
	o.time("stopDate", h.StoppedAt)
	o.text("traceHeader", h.TraceHeader)
	if metadataOnly {
		return &o
	}
	o.text("input", h.Input.Text())
	o.included("inputDetails")
	switch status := h.Status.(type) {
	case execution.Succeeded:
		o.text("output", status.Output.Text())
		o.included("outputDetails")
	case execution.Failed:
		o.text("error", status.Error)
		o.text("cause", status.Cause)
	case execution.Aborted:
		o.text("error", status.Error)
		o.text("cause", status.Cause)
	}
	return &o
}

// included says of a payload that it is there in full.
func (o *object) included(name string) {
	var d object
	d.flag("included", true)
	o.Set(name, d.Build())
}

func (a *API) listExecutions(ctx context.Context, in input) (Reply, error) {
	switch {
	case in.has("mapRunArn") && in.has("stateMachineArn"):
		return nil, fail("ValidationException", "Must provide either a state machine ARN or a map run ARN, not both.")
	case in.has("mapRunArn"):
		return a.listChildren(ctx, in)
	case !in.has("stateMachineArn"):
		return nil, fail("ValidationException", "Must provide a state machine ARN or a map run ARN.")
	case in.has("redriveFilter") || in.text("statusFilter") == "PENDING_REDRIVE":
		return nil, fail("ValidationException", "redriveFilter and the status PENDING_REDRIVE can only be used with mapRunArn.")
	}
	given := in.text("stateMachineArn")
	name, qualifier, err := a.qualified(given)
	if err != nil {
		return nil, err
	}
	m, _, err := a.Catalog.Resolve(name, qualifier, func(int) int { return 0 }) // any version of an alias will do
	if err != nil {
		return nil, machineError(err, given)
	}
	if m.Express {
		return nil, typeNotSupported()
	}
	return a.listRows(ctx, in, a.Scope.StateMachine(name), engine.ListExecutions{
		StateMachineARN: a.qualifiedARN(name, qualifier), Incarnation: m.Incarnation, Status: in.text("statusFilter"),
	})
}

// listChildren lists the child executions of a map run.
func (a *API) listChildren(ctx context.Context, in input) (Reply, error) {
	run, err := a.mapRun(ctx, in.text("mapRunArn"))
	if err != nil {
		return nil, err
	}
	parent, err := a.Engine.Describe(ctx, run.ExecutionARN)
	if err != nil {
		return nil, err
	}
	labelled := a.Scope.StateMachine(parent.MachineName + "/" + run.Label)
	q := engine.ListExecutions{StateMachineARN: run.ARN, Status: in.text("statusFilter"), Redriven: in.text("redriveFilter")}
	return a.listRows(ctx, in, labelled, q)
}

// listRows answers with the executions that q asks for, which are of the state machine machineARN.
func (a *API) listRows(ctx context.Context, in input, machineARN string, q engine.ListExecutions) (Reply, error) {
	after, err := a.openPage(in)
	if err != nil {
		return nil, err
	}
	q.Limit, q.After = in.limit(), after
	rows, next, err := a.Engine.List(ctx, q)
	if err != nil {
		return nil, err
	}
	items := []query.Value{}
	for _, r := range rows {
		var o object
		o.text("executionArn", r.ARN)
		o.text("stateMachineArn", machineARN)
		o.text("stateMachineVersionArn", r.VersionARN)
		o.text("stateMachineAliasArn", r.AliasARN)
		o.text("name", r.Name)
		o.text("status", r.Status)
		o.time("startDate", r.StartedAt)
		o.time("stopDate", r.StoppedAt)
		if in.has("mapRunArn") {
			o.text("mapRunArn", q.StateMachineARN)
			o.Set("itemCount", query.IntValue(int64(r.Items)))
		}
		o.Set("redriveCount", query.IntValue(int64(r.Redrives)))
		o.time("redriveDate", r.RedrivenAt)
		items = append(items, o.Build())
	}
	var o object
	o.values("executions", items)
	o.text("nextToken", a.sealPage(in, next))
	return o.Build(), nil
}
