package engine

import (
	"errors"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/query"
)

// tellParent tells a task that waits for a nested execution of its end. The outbox record was written with the
// end itself; it is removed when the parent has taken the news durably, or no longer waits for it. So the parent
// hears of it at least once, and what it hears twice is stale.
func (e *Engine) tellParent(h execution.Header) {
	p := h.Parent
	e.background(func() {
		for wait := retryPauseMin; ; wait = min(2*wait, retryPauseMax) {
			_, err := e.ask(e.ctx, byAttempt(p.Attempt, nestedEnd(&h, e.now())))
			if err == nil || errors.Is(err, execution.ErrStale) || errors.Is(err, ErrExecutionDoesNotExist) {
				e.deliver(message{id: idOf(h.ARN), arn: h.ARN, what: told{}})
				return
			}
			if !pause(e.ctx, wait) {
				return
			}
		}
	})
}

// nestedEnd is what the end of h means to what waits for it. To a task it is an answer by token, because it may come
// before the answer of the call that started h.
func nestedEnd(h *execution.Header, now time.Time) execution.Occurrence {
	if h.MapRunARN != "" {
		return execution.ChildEnded{Frame: h.Parent.Task.Frame, Redrives: h.Redrives, Status: h.Status}
	}
	description := describeNested(h, now)
	if _, ok := h.Status.(execution.Succeeded); ok {
		return execution.TaskSucceeded{ID: h.Parent.Task, Output: query.FromValue(description), ByToken: true}
	}
	return execution.TaskFailed{ID: h.Parent.Task, Error: "States.TaskFailed", Cause: description.Compact(), ByToken: true}
}

// describeNested is the description of a nested execution, members sorted by name. Input and Output are JSON text, or
// for startExecution.sync:2 the values.
func describeNested(h *execution.Header, now time.Time) query.Value {
	payload := func(d *query.Document) query.Value {
		if h.Parent.Pattern == asl.Sync2 {
			return d.Value()
		}
		return query.StringValue(d.Text())
	}
	var included, b query.ObjectBuilder
	included.Set("Included", query.BoolValue(true))
	details := included.Build()
	failure := func(name, cause string) {
		if cause != "" {
			b.Set("Cause", query.StringValue(cause))
		}
		if name != "" {
			b.Set("Error", query.StringValue(name))
		}
	}
	switch s := h.Status.(type) {
	case execution.Failed:
		failure(s.Error, s.Cause)
	case execution.Aborted:
		failure(s.Error, s.Cause)
	}
	b.Set("ExecutionArn", query.StringValue(h.ARN))
	b.Set("Input", payload(h.Input))
	b.Set("InputDetails", details)
	b.Set("Name", query.StringValue(h.Name))
	if s, ok := h.Status.(execution.Succeeded); ok {
		b.Set("Output", payload(s.Output))
		b.Set("OutputDetails", details)
	}
	b.Set("RedriveCount", query.IntValue(int64(h.Redrives)))
	status, reason := h.Redrivable(now)
	b.Set("RedriveStatus", query.StringValue(string(status)))
	if reason != "" {
		b.Set("RedriveStatusReason", query.StringValue(reason))
	}
	b.Set("StartDate", epochMillis(h.StartedAt))
	b.Set("StateMachineArn", query.StringValue(h.StateMachineARN))
	b.Set("Status", query.StringValue(h.Status.Name()))
	b.Set("StopDate", epochMillis(h.StoppedAt))
	return b.Build()
}

// epochMillis is a date in a nested execution's description: milliseconds since 1970.
func epochMillis(t time.Time) query.Value { return query.IntValue(t.UnixMilli()) }
