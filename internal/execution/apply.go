package execution

import (
	"fmt"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
)

// Start makes the execution that r asks for and runs it until it must wait. The effects are those of its first
// event; they are not yet merged into x.
func Start(m *asl.Machine, r StartRequest) (x *Execution, fx *Effects) {
	h := r.Header
	h.StartedAt = r.At
	h.Status = Running{}
	if m.Timeout > 0 {
		h.Deadline = r.At.Add(m.Timeout)
	}
	if h.Express {
		h.Deadline = earlier(h.Deadline, r.At.Add(ExpressMax))
	}
	x = &Execution{Header: h, Frames: map[FrameID]*Frame{}}
	s := newStep(m, x, Event{At: r.At, Seed: r.Seed, World: r.World, Hold: r.Hold})
	s.emit(history.ExecutionStarted, 0,
		payload(history.Input, h.Input),
		text(history.RoleArn, h.RoleARN),
		text(history.StateMachineAliasArn, h.AliasARN),
		text(history.StateMachineVersionArn, h.VersionARN))
	root := s.newFrame(0, 0)
	// The first state's Entered event links to nothing, not to ExecutionStarted (recorded).
	s.goTo(root, m.Workflow.StartAt, h.Input)
	s.run()
	return x, s.effects()
}

// Apply moves x forward by ev. It is a function of its arguments only: ev carries the time and the seed, so
// equal arguments give equal bytes anywhere. x is unchanged; the effects say what has changed.
//
// Errors: ErrStale if ev answers something x no longer waits for (a late or repeated answer); ErrNotRedrivable for a
// RedriveRequested that comes too late. Anything else is our defect: a user's mistake becomes a status of the
// execution, never an error here.
func Apply(m *asl.Machine, x *Execution, ev Event) (*Effects, error) {
	if _, redrive := ev.What.(RedriveRequested); x.Header.Open() == redrive {
		return nil, ErrStale
	}
	s := newStep(m, x, ev)
	var err error
	switch what := ev.What.(type) {
	case TaskStarted:
		err = s.taskStarted(what)
	case TaskSubmitted:
		err = s.taskSubmitted(what)
	case TaskSucceeded:
		err = s.taskAnswered(what.ID, what, what.ByToken)
	case TaskFailed:
		err = s.taskAnswered(what.ID, what, what.ByToken)
	case TaskBeat:
		err = s.taskBeat(what)
	case TimerFired:
		err = s.timerFired(what)
	case StopRequested:
		s.stop(what)
	case ChildEnded:
		err = s.childEnded(what)
	case MapRunUpdated:
		err = s.mapRunUpdated(what)
	case RedriveRequested:
		err = s.redrive(what)
	case Continued:
		s.resume()
	default:
		return nil, fmt.Errorf("execution: unknown occurrence %T", ev.What)
	}
	if err != nil {
		return nil, err
	}
	s.run()
	return s.effects(), nil
}

// timerFired ends whatever the frame's timer was set for, if that is due at all: a timer may be older than what the
// frame waits for now.
func (s *step) timerFired(t TimerFired) error {
	if t.Frame == 0 {
		if s.h.Deadline.IsZero() || s.ev.At.Before(s.h.Deadline) {
			return ErrStale
		}
		s.close(TimedOut{}, history.ExecutionTimedOut, 0, text(history.Error, errTimeout))
		return nil
	}
	f := s.get(t.Frame)
	if f == nil || f.Due().IsZero() || s.ev.At.Before(f.Due()) {
		return ErrStale
	}
	f = s.edit(f.ID)
	switch f.Focus.(type) {
	case InWait:
		s.waited(f)
	case InBackoff:
		s.retry(f)
	case InTask:
		s.taskTimedOut(f)
	}
	return nil
}

// stop ends the execution from outside. Neither the interrupted states nor their tasks get events of their own
// (recorded).
func (s *step) stop(what StopRequested) {
	s.close(Aborted(what), history.ExecutionAborted, 0,
		text(history.Error, what.Error), text(history.Cause, what.Cause))
}

// resume makes the frames run on that had to stop for the budget of transitions.
func (s *step) resume() {
	for id := FrameID(1); id <= s.h.LastFrame; id++ {
		if f := s.get(id); f != nil && f.unfinished() {
			s.goOn(id)
		}
	}
}

// Unfinished reports whether the execution wants a Continued event: a frame could go on and has not.
func (x *Execution) Unfinished() bool {
	for _, f := range x.Frames {
		if f.unfinished() {
			return x.Header.Open()
		}
	}
	return false
}

func (f *Frame) unfinished() bool {
	switch focus := f.Focus.(type) {
	case Ready:
		return true
	case InMapRun:
		return focus.wants()
	}
	return false
}

// goOn takes up a frame again that is unfinished.
func (s *step) goOn(id FrameID) {
	if _, ok := s.get(id).Focus.(InMapRun); ok {
		s.moreChildren(s.edit(id))
		return
	}
	s.ready = append(s.ready, id)
}
