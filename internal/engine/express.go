package engine

import (
	"context"
	"crypto/rand"
	"fmt"
	"math"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
)

// StartSync runs an Express execution and returns its header when it is closed. It is not durable: if the server
// stops, or ctx ends, it is over. Errors: ErrThrottled, ErrClosed, those of ctx and of Definitions.
func (e *Engine) StartSync(ctx context.Context, r StartExecution) (execution.Header, error) {
	if err := e.takeExpress(ctx, r.MachineName); err != nil {
		return execution.Header{}, err
	}
	defer e.express.release()
	h := e.expressHeader(&r)
	h.Synchronous = true
	m, err := e.cfg.Definitions.Machine(ctx, h.Definition)
	if err != nil {
		return h, fmt.Errorf("definition of %s: %w", h.ARN, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.ctx, cancel)()
	h, err = e.runExpress(ctx, m, h)
	if err != nil && e.ctx.Err() != nil {
		err = ErrClosed
	}
	return h, err
}

// StartExpress starts an Express execution and answers when the start is durable. After a crash it is run again.
// Errors: ErrThrottled, ErrUnavailable, ErrClosed, those of ctx and of Definitions.
func (e *Engine) StartExpress(ctx context.Context, r StartExecution) (Started, error) {
	h := e.expressHeader(&r)
	if _, err := e.cfg.Definitions.Machine(ctx, h.Definition); err != nil {
		return Started{}, fmt.Errorf("definition of %s: %w", h.ARN, err)
	}
	if err := e.takeExpress(ctx, r.MachineName); err != nil {
		return Started{}, err
	}
	defer e.express.release()
	if _, err := e.ask(ctx, message{id: idOf(h.ARN), arn: h.ARN, what: launch{h}}); err != nil {
		return Started{}, err
	}
	return Started{ARN: h.ARN, StartDate: h.StartedAt}, nil
}

func (e *Engine) expressHeader(r *StartExecution) execution.Header {
	h := r.header(e.cfg.Scope.Express(r.MachineName, r.Name, freshUUID()))
	h.Express = true
	h.StartedAt = e.now()
	return h
}

func freshUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// takeExpress takes one of the places for Express executions. It waits for its turn, but not longer than for the store,
// and not if as many wait for the machine already as there are places. Errors: ErrThrottled, ErrClosed, those of ctx.
func (e *Engine) takeExpress(ctx context.Context, machine string) error {
	if e.express.try() {
		return nil
	}
	wait, cancel := context.WithTimeout(ctx, e.cfg.Limits.Answer)
	defer cancel()
	defer context.AfterFunc(e.ctx, cancel)()
	switch {
	case e.express.acquire(wait, machine, e.cfg.Limits.Express):
		return nil
	case e.ctx.Err() != nil:
		return ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return ErrThrottled
}

// launchExpress runs an execution whose start is durable, also if whoever asked for it has given up waiting, as soon as
// it has a place. If again is set, it was under way when the engine stopped, and its time begins anew.
func (e *Engine) launchExpress(h execution.Header, again bool) {
	e.express.enqueue(h.MachineName, func() {
		if !e.background(func() {
			defer e.express.release()
			e.runLaunched(h, again)
		}) {
			e.express.release()
		}
	})
}

// runLaunched runs an asynchronous execution and forgets it when it has ended.
func (e *Engine) runLaunched(h execution.Header, again bool) {
	if again {
		h.StartedAt = e.now()
	}
	m, err := e.cfg.Definitions.Machine(e.ctx, h.Definition)
	if err == nil {
		_, err = e.runExpress(e.ctx, m, h)
	}
	if e.ctx.Err() != nil {
		return // the next Open runs it again
	}
	if err != nil {
		e.cfg.Logger.Error("Express execution is lost", "execution", h.ARN, "error", err)
	}
	e.deliver(message{id: idOf(h.ARN), arn: h.ARN, what: landed{}})
}

// expressRun is an Express execution in memory.
type expressRun struct {
	e       *Engine
	m       *asl.Machine
	x       *execution.Execution
	ctx     context.Context
	answers chan execution.Occurrence
	calls   map[execution.TaskID]context.CancelFunc
}

// runExpress runs h to its end, at most five minutes.
func (e *Engine) runExpress(ctx context.Context, m *asl.Machine, h execution.Header) (execution.Header, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &expressRun{
		e: e, m: m, ctx: ctx,
		answers: make(chan execution.Occurrence),
		calls:   make(map[execution.TaskID]context.CancelFunc),
	}
	var fx *execution.Effects
	r.x, fx = execution.Start(m, execution.StartRequest{Header: h, At: h.StartedAt, Seed: e.cfg.Seed(), World: e})
	more := r.follow(fx)
	for r.x.Header.Open() {
		what, err := r.wait(more)
		if err != nil {
			return r.x.Header, err
		}
		fx, err := execution.Apply(m, r.x, execution.Event{At: e.now(), Seed: e.cfg.Seed(), World: e, What: what})
		if err == nil {
			more = r.follow(fx)
		}
	}
	return r.x.Header, nil
}

// wait returns what happens next.
func (r *expressRun) wait(more bool) (execution.Occurrence, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	frame, due := r.due()
	if !due.After(r.e.now()) {
		return execution.TimerFired{Frame: frame}, nil
	}
	if more {
		return execution.Continued{}, nil
	}
	timer := time.NewTimer(due.Sub(r.e.clock.now()))
	defer timer.Stop()
	select {
	case what := <-r.answers:
		return what, nil
	case <-timer.C:
		return execution.TimerFired{Frame: frame}, nil
	case <-r.ctx.Done():
		return nil, r.ctx.Err()
	}
}

// due returns the next timer.
func (r *expressRun) due() (execution.FrameID, time.Time) {
	frame, due := deadlineFrame, r.x.Header.Deadline
	for id, f := range r.x.Frames {
		if d := f.Due(); !d.IsZero() && (d.Before(due) || d.Equal(due) && id < frame) {
			frame, due = id, d
		}
	}
	return frame, due
}

// follow takes over the effects of a step. It reports whether the execution wants to go on at once.
func (r *expressRun) follow(fx *execution.Effects) bool {
	r.x.Merge(fx)
	if o := r.e.cfg.Observer; o != nil && len(fx.Events) > 0 {
		o.Recorded(originOf(&r.x.Header), fx.Events)
	}
	for _, id := range fx.Cancelled {
		if cancel := r.calls[id]; cancel != nil {
			cancel()
			delete(r.calls, id)
		}
	}
	for _, id := range fx.Scheduled {
		r.call(id)
	}
	return fx.More
}

// call performs a task: it waits for a place, then TaskStarted and the answer come by r.answers.
func (r *expressRun) call(id execution.TaskID) {
	f := r.x.Frames[id.Frame]
	resource := r.m.State(f.State).(*asl.Task).Resource
	c := r.e.call(r.x, f, resource)
	ctx, cancel := context.WithCancel(r.ctx)
	r.calls[id] = cancel
	ok := r.e.background(func() {
		defer cancel()
		target := r.e.dispatcher.at(resource.Service)
		if !target.acquire(ctx, c.MachineName, math.MaxInt) {
			return
		}
		defer target.release()
		if !r.send(ctx, execution.TaskStarted{ID: id}) {
			return
		}
		for _, what := range occurrences(id, r.e.dispatcher.invoke(ctx, c)) {
			if !r.send(ctx, what) {
				return
			}
		}
	})
	if !ok {
		cancel()
	}
}

func (r *expressRun) send(ctx context.Context, what execution.Occurrence) bool {
	select {
	case r.answers <- what:
		return true
	case <-ctx.Done():
		return false
	}
}
