package engine

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// attempt names one attempt of a task among all executions.
type attempt struct {
	execution executionID
	task      execution.TaskID
}

// dispatcher sends tasks. Each target (a service, or all functions together) has so many places; a task is started
// when it has got one, and waits until then.
type dispatcher struct {
	e *Engine

	mu      sync.Mutex
	targets map[string]*places
	running map[attempt]context.CancelFunc
	stopped bool          // no new places
	idle    chan struct{} // to be closed when no call is under way; nil: nobody waits for that
}

func newDispatcher(e *Engine) *dispatcher {
	return &dispatcher{e: e, targets: make(map[string]*places), running: make(map[attempt]context.CancelFunc)}
}

// at returns the places of a target.
func (d *dispatcher) at(slot string) *places {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.targets[slot]
	if p == nil {
		p = &places{free: cmp.Or(d.e.cfg.Limits.Tasks[slot], d.e.cfg.Limits.TasksPerTarget), closed: d.stopped}
		d.targets[slot] = p
	}
	return p
}

// stop hands out no more places and waits a while for the calls that are under way.
func (d *dispatcher) stop(ctx context.Context, grace time.Duration) {
	d.mu.Lock()
	idle := make(chan struct{})
	d.stopped = true
	for _, p := range d.targets {
		p.close()
	}
	if d.idle = idle; len(d.running) == 0 {
		close(idle)
		d.idle = nil
	}
	d.mu.Unlock()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// ended forgets a call.
func (d *dispatcher) ended(a attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.running, a)
	if len(d.running) == 0 && d.idle != nil {
		close(d.idle)
		d.idle = nil
	}
}

// run sends a task that was durably started and turns the answer into messages. It takes over the place.
func (d *dispatcher) run(slot string, a attempt, c integration.Call) {
	ctx, cancel := context.WithCancel(d.e.ctx)
	if hasJob(&c) {
		d.begun(a, func() {}) // a start that is cut short leaves a job that nobody knows of: it ends, and the job is stopped
	} else {
		d.begun(a, cancel)
	}
	send := func() {
		answer := d.invoke(ctx, c)
		if ctx.Err() == nil { // otherwise nobody waits for the answer, or recovery sees to the task
			d.report(a, c, answer)
		}
		cancel()
		d.ended(a)
		d.at(slot).release()
	}
	if !d.e.background(send) {
		cancel()
		d.ended(a)
	}
}

// begun notes a call that is under way.
func (d *dispatcher) begun(a attempt, cancel context.CancelFunc) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running[a] = cancel
}

// report turns the answer of a call into messages.
func (d *dispatcher) report(a attempt, c integration.Call, answer integration.Answer) {
	for _, what := range occurrences(a.task, answer) {
		m := message{id: a.execution, arn: c.ExecutionARN, what: happened{what: what}}
		if accepted, ok := what.(execution.TaskSubmitted); ok && hasJob(&c) {
			m.what = submitted{accepted, c}
		}
		d.e.deliver(m)
	}
	if accepted, ok := answer.(integration.Submitted); ok && accepted.Ask > 0 {
		d.e.askLater(a, c.ExecutionARN, 0, accepted.Ask)
	}
}

// invoke performs c.
func (d *dispatcher) invoke(ctx context.Context, c integration.Call) integration.Answer {
	watch := d.e.cfg.Connectors.Watch
	if watch == nil {
		return d.guard(c, func(to integration.Connector) integration.Answer { return to.Invoke(ctx, c) })
	}
	ended := watch(c)
	answer := d.guard(c, func(to integration.Connector) integration.Answer { return to.Invoke(ctx, c) })
	ended(answer)
	return answer
}

// guard asks the connector of c. Its defect is the task's failure.
func (d *dispatcher) guard(c integration.Call, ask func(integration.Connector) integration.Answer) (answer integration.Answer) {
	defer func() {
		if r := recover(); r != nil {
			d.e.cfg.Logger.Error("connector failed", "resource", c.Resource.ARN, "panic", r, "stack", string(debug.Stack()))
			answer = integration.Failed{Error: "States.TaskFailed", Cause: "The connector of " + c.Resource.ARN + " failed."}
		}
	}()
	return ask(d.e.connector(c))
}

// cancel ends a call whose answer nobody waits for any more.
func (d *dispatcher) cancel(a attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if cancel := d.running[a]; cancel != nil {
		cancel()
	}
}

// occurrences is what an answer means to the execution, in order.
func occurrences(id execution.TaskID, answer integration.Answer) []execution.Occurrence {
	var what []execution.Occurrence
	submitted := func(output string) {
		if output != "" {
			what = append(what, execution.TaskSubmitted{ID: id, Output: query.Trusted(output)})
		}
	}
	switch a := answer.(type) {
	case integration.Succeeded:
		submitted(a.Submitted)
		return append(what, execution.TaskSucceeded{ID: id, Output: query.Trusted(a.Output)})
	case integration.Failed:
		submitted(a.Submitted)
		return append(what, execution.TaskFailed{ID: id, Error: a.Error, Cause: a.Cause})
	case integration.Submitted:
		return []execution.Occurrence{execution.TaskSubmitted{
			ID: id, Output: query.Trusted(cmp.Or(a.Output, "{}")), // accepted all the same
			Job: execution.Job{Name: a.Job, Asked: a.Ask > 0},
		}}
	}
	return []execution.Occurrence{execution.TaskFailed{ID: id, Error: "States.TaskFailed", Cause: "The connector gave no answer."}}
}

// connector finds who performs c; it is never nil.
func (e *Engine) connector(c integration.Call) integration.Connector {
	if found := e.cfg.Connectors.For(c); found != nil {
		return found
	}
	return missing{}
}

// missing stands in for a connector that there is not.
type missing struct{}

func (missing) Invoke(_ context.Context, c integration.Call) integration.Answer {
	what := fmt.Sprintf("the integration %q", c.Resource.Service)
	if c.Resource.Kind == asl.Function {
		what = "Lambda functions"
	}
	return integration.Failed{
		Error: "States.TaskFailed",
		Cause: fmt.Sprintf("This server has no connector for %s, which %s needs.", what, c.Resource.ARN),
	}
}

func (missing) Idempotent(integration.Call) bool { return true }
