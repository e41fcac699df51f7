package api

import (
	"context"
	"errors"

	"github.com/cogstep/cogstep/internal/execution"
)

// redrivable says whether an execution can be redriven now, and why not.
func (a *API) redrivable(h *execution.Header) (execution.RedriveStatus, string) {
	status, reason := h.Redrivable(a.Now())
	if m, err := a.Catalog.MachineByName(h.MachineName); err == nil && m.Deleting && status != execution.NotRedrivable {
		return execution.NotRedrivable, "State machine is in DELETING status"
	}
	return status, reason
}

// redriveExecution takes a Standard execution up again that has not succeeded.
func (a *API) redriveExecution(ctx context.Context, in input) (Reply, error) {
	given := in.text("executionArn")
	h, err := a.header(ctx, given)
	if err != nil {
		return nil, err
	}
	if h.MapRunARN != "" {
		return nil, fail("ValidationException", "A child execution of a Map Run is redriven through its parent: redrive the execution that the Map Run %s belongs to.", h.MapRunARN)
	}
	if at, ok := h.Redriven(in.text("clientToken"), a.Now()); ok {
		var o object
		o.time("redriveDate", at)
		return o.Build(), nil
	}
	if status, reason := a.redrivable(&h); status != execution.Redrivable {
		return nil, notRedrivable(reason)
	}
	at, err := a.Engine.Redrive(ctx, given, in.text("clientToken"))
	if errors.Is(err, execution.ErrNotRedrivable) {
		_, reason := h.Redrivable(a.Now())
		return nil, notRedrivable(or(reason, "Execution is RUNNING and cannot be redriven"))
	}
	if err != nil {
		return nil, err
	}
	var o object
	o.time("redriveDate", at)
	return o.Build(), nil
}

func notRedrivable(reason string) error {
	return fail("ExecutionNotRedrivable", "%s", reason)
}
