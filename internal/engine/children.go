package engine

import (
	"errors"
	"strings"

	"github.com/cogstep/cogstep/internal/execution"
)

// The child executions of map runs. What a parent wants of a child (that it runs, that it stops) is durable with the
// parent: a child that has to run is a frame that waits for it, one that has to stop is a record. The shard of
// the parent hands both to the shard of the child again and again until that has answered, in the order in which they
// were wanted. So neither a crash nor a race can leave an orphan or forget a child.

// spawn sees to it that the child that a frame waits for runs, as soon as the frame is durable, unless its map run has to
// wait for a place.
func (s *shard) spawn(h *hot, id execution.FrameID) {
	f := h.x.Frames[id]
	if f == nil {
		return
	}
	focus, ok := f.Focus.(execution.InChild)
	if !ok {
		return
	}
	if !s.mayStartChildren(h, h.x.Frames[f.Parent].Focus.(execution.InMapRun).Run.ARN) {
		return
	}
	head := s.e.childHeader(h, f, focus)
	s.then(func() { s.e.errands.add(head.ARN, func() bool { return s.e.adopt(head) }) })
}

// childHeader is what a child starts from.
func (e *Engine) childHeader(h *hot, f *execution.Frame, focus execution.InChild) execution.Header {
	parent := &h.x.Header
	run := h.x.Frames[f.Parent].Focus.(execution.InMapRun).Run
	definition, _, _ := strings.Cut(parent.Definition, "/") // the parent may be a child itself
	return execution.Header{
		ARN:             execution.ChildARN(&run, f.Index),
		Name:            execution.ChildName(&run, f.Index),
		StateMachineARN: e.cfg.Scope.StateMachine(parent.MachineName + "/" + run.Label),
		MachineName:     parent.MachineName,
		VersionARN:      parent.VersionARN,
		AliasARN:        parent.AliasARN,
		RoleARN:         parent.RoleARN,
		Definition:      definition + "/" + string(run.State),
		Incarnation:     parent.Incarnation,
		TestCase:        parent.TestCase,
		TraceHeader:     parent.TraceHeader,
		Input:           f.Input,
		Express:         run.Express,
		MapRunARN:       run.ARN,
		Items:           focus.Items,
		Redrives:        focus.Redrives,
		Parent: execution.Parent{Attempt: execution.Attempt{
			ExecutionARN: parent.ARN, StartedAt: parent.StartedAt, Task: execution.TaskID{Frame: f.ID},
		}},
	}
}

// adopt makes a child run, and tells its parent if it has ended already: then the news of its end found nobody who
// waited for it. It reports whether that is done.
func (e *Engine) adopt(head execution.Header) bool {
	o, err := e.ask(e.ctx, message{id: idOf(head.ARN), arn: head.ARN, what: adopt{head}})
	if err != nil || o.header.Open() {
		return err == nil
	}
	ended := execution.ChildEnded{Frame: head.Parent.Task.Frame, Redrives: head.Redrives, Status: o.header.Status}
	_, err = e.ask(e.ctx, byAttempt(head.Parent.Attempt, ended))
	return err == nil || isStale(err)
}

// dismiss stops a child that nobody waits for, and then forgets that this has to be done. It reports whether that is
// done.
func (e *Engine) dismiss(parent executionID, childARN string) bool {
	_, err := e.ask(e.ctx, occurrence(childARN, execution.StopRequested{}))
	if err != nil && !isStale(err) {
		return false
	}
	e.post(message{id: parent, what: abandoned{idOf(childARN)}})
	return true
}

func isStale(err error) bool {
	return errors.Is(err, execution.ErrStale) || errors.Is(err, ErrExecutionDoesNotExist)
}

// childSwept is the cause of a child that cannot be redriven because it is not there any more.
const childSwept = "The child execution cannot be redriven: its retention is over, and it was removed."

// adopted makes the execution of head run: it is begun if there is none, and redriven if it has closed and not
// been redriven as often as its parent wants. An Express execution begins anew. If it cannot be redriven, it
// stays closed, and the outcome says how.
func (s *shard) adopted(h *hot, id executionID, head execution.Header) outcome {
	switch {
	case h == nil && head.Input == nil: // what was started once is given no input again: the child was swept since then
		head.Status = execution.Failed{Error: "States.Runtime", Cause: childSwept}
		return outcome{header: head, existing: true}
	case h == nil:
		return s.begin(nil, id, head)
	}
	old := &h.x.Header
	switch {
	case old.Parent != head.Parent:
		return outcome{header: *old, err: ErrExecutionAlreadyExists}
	case old.Open() || old.Redrives >= head.Redrives:
		return outcome{header: *old, existing: true}
	case h.held > 0 || h.dirty:
		return outcome{err: ErrThrottled} // it has just ended: its records are still on their way
	}
	if _, succeeded := old.Status.(execution.Succeeded); succeeded {
		return outcome{header: *old, existing: true}
	}
	if old.Express {
		head.Input = old.Input
		if err := s.forget(h); err != nil {
			return outcome{err: unavailable(err)}
		}
		return s.begin(nil, id, head)
	}
	o := s.redrive(h, "", head.Redrives)
	if errors.Is(o.err, execution.ErrNotRedrivable) {
		o.err = nil
	}
	return o
}

// redrive takes a closed execution up again, as number count at least.
func (s *shard) redrive(h *hot, token string, count int) outcome {
	head := &h.x.Header
	if _, ok := head.Redriven(token, s.now()); ok {
		return outcome{header: *head, existing: true}
	}
	switch {
	case head.Open():
		return outcome{header: *head, err: execution.ErrNotRedrivable}
	case h.held > 0 || h.dirty:
		return outcome{err: ErrThrottled} // it has just ended: its records are still on their way
	case s.e.open.Load() >= s.e.cfg.Limits.OpenExecutions:
		return outcome{err: ErrExecutionLimitExceeded}
	}
	if h.machine == nil {
		m, err := s.e.cfg.Definitions.Machine(s.e.ctx, head.Definition)
		if err != nil {
			return outcome{err: unavailable(err)}
		}
		h.machine = m
	}
	if planted(redriveDrops) {
		delete(h.x.Frames, head.LastFrame)
	}
	if err := s.step(h, execution.RedriveRequested{Token: token, Redrives: count}); err != nil {
		return outcome{header: *head, err: err}
	}
	s.e.open.Add(1)
	return outcome{header: h.x.Header}
}
