package engine

import (
	"context"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
)

// The jobs of .sync tasks go on outside. While a task waits for one whose end is found by asking, its task record
// stays, so that a restart goes on asking. When nobody waits for a job any more (the execution was stopped, the task has
// timed out, a sibling has failed), a record says so until the job is stopped: a crash in between does not leave it
// running.

// job is a job with the call that started it.
type job struct {
	call integration.Call
	name string
}

const jobVersion = 1

// encodeJob returns the record of a job that has to be stopped. The input of its call is not part of it.
func encodeJob(j job) []byte {
	w := newWriter(jobVersion)
	c := &j.call
	w.Texts(c.ExecutionARN, c.StateMachineARN, c.MachineName, c.State, c.RoleARN, c.TaskRoleARN, c.Resource.ARN, c.ClientToken, c.TestCase, j.name)
	return w.B
}

func decodeJob(b []byte) (j job, err error) {
	r, err := newReader(b, jobVersion, "record of a job")
	if err != nil {
		return j, err
	}
	c := &j.call
	for _, text := range []*string{&c.ExecutionARN, &c.StateMachineARN, &c.MachineName, &c.State, &c.RoleARN, &c.TaskRoleARN, &c.Resource.ARN, &c.ClientToken, &c.TestCase, &j.name} {
		*text = r.Text()
	}
	if err := r.Done(); err != nil {
		return j, err
	}
	if c.Resource, err = asl.ParseResource(c.Resource.ARN); err != nil {
		return j, fmt.Errorf("record of a job: %w", err)
	}
	return j, nil
}

// hasJob reports whether a call may start a job.
func hasJob(c *integration.Call) bool {
	return c.Resource.Pattern == asl.Sync || c.Resource.Pattern == asl.Sync2
}

// submitted applies that a call was accepted; h is nil if its execution is not there any more.
func (s *shard) submitted(h *hot, id executionID, m submitted) {
	// The client token tells whether it is still the same execution.
	if h != nil && h.task(m.what.ID) != nil && clientToken(&h.x.Header, m.what.ID) == m.call.ClientToken && s.step(h, m.what) == nil {
		return
	}
	if m.what.Job.Name != "" {
		s.abandon(id, m.what.ID, job{m.call, m.what.Job.Name})
	}
}

// abandonJob sees to it that the job of a task that is being given up is stopped.
func (s *shard) abandonJob(h *hot, id execution.TaskID) {
	f := h.task(id)
	if f == nil {
		return
	}
	if _, focus, _ := f.Task(); focus.Job.Name != "" {
		s.abandon(h.id, id, job{s.call(h, id), focus.Job.Name})
	}
}

func (s *shard) abandon(id executionID, task execution.TaskID, j job) {
	j.call.Input = ""
	if !planted(jobsUnwritten) {
		s.next.batch.Put(jobKey(id, task), encodeJob(j))
	}
	s.then(func() { s.e.stopJob(attempt{id, task}, j) })
}

// Stopping a job is tried so often, with pauses that grow up to the longest.
const (
	stopTriesMax = 8
	stopPauseMax = 30 * time.Second
)

// stopJob asks to stop a job that nobody waits for, and then forgets it: when it is stopped, and also when that could
// not be had in a few minutes, because nobody would ever hear of it.
func (e *Engine) stopJob(a attempt, j job) {
	e.background(func() {
		wait := time.Second
		for try := 1; ; try++ {
			err := e.dispatcher.stopJob(e.ctx, j)
			if err == nil {
				break
			}
			if try == stopTriesMax {
				e.cfg.Logger.Warn("a job that nobody waits for could not be stopped and may go on", "execution", j.call.ExecutionARN,
					"state", j.call.State, "resource", j.call.Resource.ARN, "job", j.name, "error", err)
				break
			}
			if !pause(e.ctx, wait) {
				return
			}
			wait = min(2*wait, stopPauseMax)
		}
		e.deliver(message{id: a.execution, arn: j.call.ExecutionARN, what: jobStopped{a.task}})
	})
}

// stopJob performs one try, in a place of its own target.
func (d *dispatcher) stopJob(ctx context.Context, j job) (err error) {
	target := d.at(j.call.Resource.Service)
	if !target.acquire(ctx, j.call.MachineName, math.MaxInt) {
		return ctx.Err()
	}
	defer target.release()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the connector failed: %v\n%s", r, debug.Stack())
		}
	}()
	if jobs, ok := d.e.connector(j.call).(integration.Jobs); ok {
		return jobs.Stop(ctx, j.call, j.name)
	}
	return nil
}

// poll asks how a job is getting on, and has it asked again, or turns its end into a message. It takes over the place.
func (d *dispatcher) poll(slot string, a attempt, j job, asked int) {
	ctx, cancel := context.WithCancel(d.e.ctx)
	d.begun(a, cancel)
	ok := d.e.background(func() {
		answer := d.guard(j.call, func(c integration.Connector) integration.Answer {
			jobs, ok := c.(integration.Jobs)
			if !ok {
				return integration.Failed{Error: "States.TaskFailed", Cause: "This server cannot tell how the job of " + j.call.Resource.ARN + " is getting on."}
			}
			return jobs.Poll(ctx, j.call, j.name, asked)
		})
		if ctx.Err() == nil {
			if running, ok := answer.(integration.Running); ok {
				d.e.askLater(a, j.call.ExecutionARN, asked+1, running.Again)
			} else {
				for _, what := range occurrences(a.task, answer) {
					d.e.deliver(message{id: a.execution, arn: j.call.ExecutionARN, what: happened{what: what}})
				}
			}
		}
		cancel()
		d.ended(a)
		d.at(slot).release()
	})
	if !ok {
		cancel()
		d.ended(a)
	}
}

// Between two questions about a job lies at least and at most so much time.
const (
	askPauseMin = 10 * time.Millisecond
	askPauseMax = 10 * time.Minute
)

// askLater has a job asked about after a while. Waiting costs a timer, not a goroutine.
func (e *Engine) askLater(a attempt, arn string, asked int, wait time.Duration) {
	m := message{id: a.execution, arn: arn, what: attend{a.task, asked}}
	time.AfterFunc(min(max(wait, askPauseMin), askPauseMax), func() {
		if e.ctx.Err() == nil {
			e.post(m)
		}
	})
}
