package api

import (
	"context"
	"errors"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/query"
)

// mapRun returns the map run that an ARN names.
func (a *API) mapRun(ctx context.Context, given string) (execution.MapRun, error) {
	_, foreign, err := a.resource(given, "mapRun")
	if err != nil {
		return execution.MapRun{}, err
	}
	if foreign {
		return execution.MapRun{}, resourceNotFound(given)
	}
	run, err := a.Engine.MapRun(ctx, given)
	if errors.Is(err, engine.ErrMapRunDoesNotExist) {
		err = resourceNotFound(given)
	}
	return run, err
}

func resourceNotFound(arn string) *Error {
	return fail("ResourceNotFound", "Resource not found: '%s'", arn)
}

func (a *API) describeMapRun(ctx context.Context, in input) (Reply, error) {
	run, err := a.mapRun(ctx, in.text("mapRunArn"))
	if err != nil {
		return nil, err
	}
	var o object
	o.text("mapRunArn", run.ARN)
	o.text("executionArn", run.ExecutionARN)
	o.text("status", string(run.Status))
	o.time("startDate", run.StartedAt)
	o.time("stopDate", run.StoppedAt)
	o.Set("maxConcurrency", query.IntValue(int64(run.MaxConcurrency)))
	o.Set("toleratedFailurePercentage", query.FloatValue(value(run.Tolerance.Percentage)))
	o.Set("toleratedFailureCount", query.IntValue(value(run.Tolerance.Count)))
	o.Set("itemCounts", counts(run.Items))
	o.Set("executionCounts", counts(run.Children))
	o.Set("redriveCount", query.IntValue(int64(run.Redrives)))
	o.time("redriveDate", run.RedrivenAt)
	return o.Build(), nil
}

func (in input) number(name string) query.Value {
	v, _ := in.Get(name)
	return v
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// counts is how the API shows counters. Results count as written as soon as they are there.
func counts(c execution.Counts) query.Value {
	var o object
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"pending", c.Pending}, {"running", c.Running}, {"succeeded", c.Succeeded}, {"failed", c.Failed},
		{"timedOut", c.TimedOut}, {"aborted", c.Aborted}, {"total", c.Total}, {"resultsWritten", c.Succeeded},
		{"failuresNotRedrivable", 0}, {"pendingRedrive", c.Redriving},
	} {
		o.Set(n.name, query.IntValue(n.value))
	}
	return o.Build()
}

func (a *API) listMapRuns(ctx context.Context, in input) (Reply, error) {
	h, err := a.header(ctx, in.text("executionArn"))
	if err != nil {
		return nil, err
	}
	page, err := a.openPage(in)
	if err != nil {
		return nil, err
	}
	runs, next, err := a.Engine.MapRuns(ctx, h.ARN, in.limit(), page)
	if err != nil {
		return nil, err
	}
	items := []query.Value{}
	for _, run := range runs {
		var o object
		o.text("executionArn", run.ExecutionARN)
		o.text("mapRunArn", run.ARN)
		o.text("stateMachineArn", h.StateMachineARN+"/"+run.Label)
		o.time("startDate", run.StartedAt)
		o.time("stopDate", run.StoppedAt)
		items = append(items, o.Build())
	}
	var o object
	o.values("mapRuns", items)
	o.text("nextToken", a.sealPage(in, next))
	return o.Build(), nil
}

func (a *API) updateMapRun(ctx context.Context, in input) (Reply, error) {
	given := in.text("mapRunArn")
	run, err := a.mapRun(ctx, given)
	if err != nil {
		return nil, err
	}
	change := execution.MapRunUpdated{ARN: given}
	if in.has("maxConcurrency") {
		n, _ := in.number("maxConcurrency").Int()
		change.MaxConcurrency = new(int)
		*change.MaxConcurrency = int(min(n, execution.MapRunConcurrencyMax))
	}
	if in.has("toleratedFailureCount") {
		n, _ := in.number("toleratedFailureCount").Int()
		change.Tolerance.Count = &n
	}
	if in.has("toleratedFailurePercentage") {
		p := in.number("toleratedFailurePercentage").Float()
		change.Tolerance.Percentage = &p
	}
	if change == (execution.MapRunUpdated{ARN: given}) {
		return nil, fail("ValidationException", "Either maxConcurrency, toleratedFailureCount, or toleratedFailurePercentage must be specified").because("MISSING_REQUIRED_PARAMETER")
	}
	ended := fail("ValidationException", "Map Run %s is %s and can no longer be updated.", given, run.Status).because("CANNOT_UPDATE_COMPLETED_MAP_RUN")
	if run.Status != execution.MapRunRunning {
		return nil, ended
	}
	if err = a.Engine.UpdateMapRun(ctx, change); errors.Is(err, execution.ErrStale) {
		err = ended
	}
	return reply(err)
}
