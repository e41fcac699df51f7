package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
)

// outcomeUnknown is the cause of a task that was under way when the server stopped.
const outcomeUnknown = "The outcome of the call is unknown: the server stopped after sending it and before hearing back."

// attend sees to a task that the execution waits for. Before a call is sent, TaskStarted is durable: if its target
// has a free place at once, in the same batch that schedules it.
//
// A task that was started when the engine stopped is sent again if that does no harm; otherwise its attempt fails,
// and Retry and Catch decide.
func (s *shard) attend(h *hot, what attend, slot string) {
	id := what.task
	if f := h.x.Frames[id.Frame]; f != nil {
		if _, ok := f.Focus.(execution.InChild); ok {
			s.spawn(h, id.Frame)
			return
		}
	}
	f := h.task(id)
	if f == nil {
		s.release(slot)
		return
	}
	_, focus, _ := f.Task()
	r := h.resource(f)
	switch {
	case focus.Phase == execution.Submitted && !focus.Job.Asked:
		s.release(slot)
	case r.Kind == asl.Activity:
		if focus.Phase == execution.Scheduled {
			t := ticket{attempt: attempt{h.id, id}, arn: h.x.Header.ARN, machine: h.x.Header.MachineName}
			s.then(func() { s.e.activities.add(r.ARN, t) })
		}
	case slot == "" && !s.e.dispatcher.at(r.Service).try():
		m, machine := message{id: h.id, arn: h.x.Header.ARN, what: what, slot: r.Service}, h.x.Header.MachineName
		s.then(func() { s.e.dispatcher.at(r.Service).enqueue(machine, func() { s.e.post(m) }) })
	case focus.Phase == execution.Submitted:
		j := job{s.call(h, id), focus.Job.Name}
		s.then(func() { s.e.dispatcher.poll(r.Service, attempt{h.id, id}, j, what.asked) })
	default:
		s.send(h, id, r.Service)
	}
}

// send starts a task that has a place.
func (s *shard) send(h *hot, id execution.TaskID, slot string) {
	c := s.call(h, id)
	if _, focus, _ := h.task(id).Task(); focus.Phase == execution.Scheduled {
		if err := s.step(h, execution.TaskStarted{ID: id}); err != nil {
			s.release(slot) // advance has logged it
			return
		}
	} else if !s.e.connector(c).Idempotent(c) && !planted(sentAgain) {
		s.release(slot)
		_ = s.step(h, execution.TaskFailed{ID: id, Error: "States.TaskFailed", Cause: outcomeUnknown})
		return
	}
	s.then(func() { s.e.dispatcher.run(slot, attempt{h.id, id}, c) })
}

// release gives back the place of a task that is not sent.
func (s *shard) release(slot string) {
	if slot != "" {
		s.then(func() { s.e.dispatcher.at(slot).release() })
	}
}

// call is what a connector gets to know of a task.
func (s *shard) call(h *hot, id execution.TaskID) integration.Call {
	return s.e.call(h.x, h.task(id), h.resource(h.task(id)))
}

func (e *Engine) call(x *execution.Execution, f *execution.Frame, r asl.Resource) integration.Call {
	head := &x.Header
	id, focus, _ := f.Task()
	c := integration.Call{
		ExecutionARN:    head.ARN,
		StateMachineARN: head.StateMachineARN,
		MachineName:     head.MachineName,
		State:           string(f.State),
		RoleARN:         head.RoleARN,
		TaskRoleARN:     focus.RoleARN,
		Resource:        r,
		Input:           focus.Parameters.Text(),
		ClientToken:     clientToken(head, id),
		TraceHeader:     head.TraceHeader,
		TestCase:        head.TestCase,
		Invocation:      focus.Invocation,
		Express:         head.Express,
	}
	if r.Pattern != asl.RequestResponse {
		c.Token = e.Token(execution.Attempt{ExecutionARN: head.ARN, StartedAt: head.StartedAt, Task: id})
	}
	return c
}

// clientToken is a digest of all that tells an attempt from every other, written like a UUID. The start time is part
// of it because an execution's name may be used again.
func clientToken(h *execution.Header, id execution.TaskID) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d\x00%d", h.ARN, h.StartedAt.UnixNano(), id.Frame, id.Scheduled))
	d := hex.EncodeToString(sum[:16])
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]
}
