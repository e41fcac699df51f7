package execution

import (
	"math"
	"slices"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// A failure travels: first to the state's retriers, then to its catchers, then to the Parallel or Map around it,
// where the same begins again, and at last to the execution. A failure that cannot be handled (States.Runtime)
// ends the execution at once, and no event tells of the levels in between (measured).

// fail sends a failure on its way from the state that f is in. The events of the attempt itself are written.
func (s *step) fail(f *Frame, fl failure) {
	if fl.fatal {
		s.failExecution(f.Previous, fl.name, fl.cause)
		return
	}
	if fl.evaluation {
		s.evaluationFailed(f, fl)
	}
	f.Focus = Answered{}
	s.probe.failed(fl)
	retry, catch := handlers(s.m.State(f.State))
	if s.backOff(f, retry, fl) {
		s.lost = nil
		return
	}
	before := f.Previous
	s.containerFailed(f)
	if i := slices.IndexFunc(catch, func(c asl.Catcher) bool { return fl.matches(c.ErrorEquals) }); i >= 0 {
		s.caught(f, catch[i], fl, i, before)
		return
	}
	s.failLevel(f, fl)
}

// failLevel ends the level that f runs with a failure.
func (s *step) failLevel(f *Frame, fl failure) {
	if f.Parent == 0 {
		s.failExecution(f.Previous, fl.name, fl.cause)
		return
	}
	parent := s.edit(f.Parent)
	cause := f.Previous
	first, n := children(parent.Focus, s.m.State(parent.State))
	_, isMap := parent.Focus.(InMap)
	s.lose(parent)
	if isMap {
		s.emit(history.MapIterationFailed, cause, text(history.Name, string(parent.State)), number(history.Index, int64(f.Index)))
	}
	s.abortState(f, cause)
	for id := first; id < first+FrameID(n); id++ {
		child := s.get(id)
		if child == nil {
			continue
		}
		if id != f.ID && !isDone(child) {
			if isMap {
				s.emit(history.MapIterationAborted, cause, text(history.Name, string(parent.State)), number(history.Index, int64(child.Index)))
			}
			s.abortState(child, cause)
			s.abortChildren(child, cause)
		}
		s.lose(child)
		s.drop(child)
	}
	s.ready = slices.DeleteFunc(s.ready, func(id FrameID) bool { return s.get(id) == nil })
	parent.Previous = cause
	parent.Focus = Answered{}
	s.fail(parent, fl)
}

// abortState writes the Aborted event of a state that was entered and not left; most types have none. A container
// that has failed has said so already.
func (s *step) abortState(f *Frame, cause int64) {
	if _, ok := f.Focus.(Ready); ok {
		return // not entered
	}
	_, answered := f.Focus.(Answered)
	switch s.m.State(f.State).(type) {
	case *asl.Task:
		s.emit(history.TaskStateAborted, cause)
	case *asl.Wait:
		s.emit(history.WaitStateAborted, cause)
	case *asl.Parallel:
		if !answered {
			s.emit(history.ParallelStateAborted, cause)
		}
	case *asl.Map:
		if focus, ok := f.Focus.(InMapRun); ok {
			s.abortMapRun(f, focus, cause)
		}
		if !answered {
			s.emit(history.MapStateAborted, cause)
		}
	}
}

// abortChildren ends what runs inside f.
func (s *step) abortChildren(f *Frame, cause int64) {
	first, n := children(f.Focus, s.m.State(f.State))
	_, isMap := f.Focus.(InMap)
	for id := first; id < first+FrameID(n); id++ {
		child := s.get(id)
		if child == nil {
			continue
		}
		if !isDone(child) {
			if isMap {
				s.emit(history.MapIterationAborted, cause, text(history.Name, string(f.State)), number(history.Index, int64(child.Index)))
			}
			s.abortState(child, cause)
			s.abortChildren(child, cause)
		}
		s.lose(child)
		s.drop(child)
	}
}

// children returns the frames that a container waits for.
func children(focus Focus, state asl.State) (first FrameID, n int) {
	switch focus := focus.(type) {
	case InParallel:
		return focus.First, len(state.(*asl.Parallel).Branches)
	case InMap:
		return focus.First, focus.Next
	case InMapRun:
		return focus.First, focus.NextChild
	}
	return 0, 0
}

func isDone(f *Frame) bool { _, ok := f.Focus.(Done); return ok }

// failExecution ends the execution with a failure.
func (s *step) failExecution(previous int64, name, cause string) {
	s.close(Failed{name, cause}, history.ExecutionFailed, previous, text(history.Error, name), text(history.Cause, cause))
}

// handlers returns the retriers and catchers of a state.
func handlers(state asl.State) ([]asl.Retrier, []asl.Catcher) {
	switch state := state.(type) {
	case *asl.Task:
		return state.Retry, state.Catch
	case *asl.Parallel:
		return state.Retry, state.Catch
	case *asl.Map:
		return state.Retry, state.Catch
	}
	return nil, nil
}

// matches reports whether an ErrorEquals list covers the failure.
// Source: States Language, "Errors"; States.TaskFailed as a wildcard and the two names of a missed heartbeat: the
// service's documentation.
func (fl failure) matches(names []string) bool {
	if fl.name == errRuntime {
		return false
	}
	for _, n := range names {
		switch {
		case n == fl.name, n == errAll:
			return true
		case n == errTaskFailed && fl.name != errTimeout:
			return true
		case n == errHeartbeatTimeout && fl.heartbeat:
			return true
		}
	}
	return false
}

// backOff makes f wait for another attempt if a retrier has one left. The first retrier that matches decides:
// when its attempts are used up, later ones are not asked.
func (s *step) backOff(f *Frame, retriers []asl.Retrier, fl failure) bool {
	i := slices.IndexFunc(retriers, func(r asl.Retrier) bool { return fl.matches(r.ErrorEquals) })
	if i < 0 {
		return false
	}
	if f.Retries == nil {
		f.Retries = make([]int32, len(retriers))
	} else {
		f.Retries = slices.Clone(f.Retries) // shared with the frame as it was
	}
	if int64(f.Retries[i]) >= retriers[i].MaxAttempts {
		s.probe.retried(i, 0, true)
		return false
	}
	f.Retries[i]++
	f.Retried++
	wait := s.delay(retriers[i], int(f.Retries[i]))
	s.probe.retried(i, wait, false)
	f.Focus = InBackoff{s.ev.At.Add(wait)}
	return true
}

// delay returns the wait before retry n of r; n = 1 is the first: IntervalSeconds × BackoffRate^(n-1), in whole
// milliseconds, at most MaxDelaySeconds; with full jitter a random part of it.
// Source: States Language, "Retrying after error".
func (s *step) delay(r asl.Retrier, n int) time.Duration {
	d := float64(r.Interval) * math.Pow(r.BackoffRate, float64(n-1))
	if r.MaxDelay > 0 {
		d = min(d, float64(r.MaxDelay))
	}
	d = min(d, float64(secondsFieldMax*time.Second))
	if r.Jitter {
		d *= s.entropy.Float64()
	}
	return time.Duration(d).Round(time.Millisecond)
}

// retry begins another attempt of the state that f has been in all along: there is no new Entered event.
func (s *step) retry(f *Frame) {
	s.h.Transitions++
	s.perform(f, s.m.State(f.State))
}

// containerFailed writes the event of a Parallel or Map that has failed for good.
func (s *step) containerFailed(f *Frame) {
	switch s.m.State(f.State).(type) {
	case *asl.Parallel:
		s.emitOn(f, history.ParallelStateFailed)
	case *asl.Map:
		s.emitOn(f, history.MapStateFailed)
	}
}

// caught leads on to a catcher's state. before is the event that the failure itself links to.
func (s *step) caught(f *Frame, c asl.Catcher, fl failure, index int, before int64) {
	state := s.m.State(f.State)
	v := &visit{step: s, f: f, state: state, c: state.Common(), input: f.Input}
	var b query.ObjectBuilder
	if fl.name != "" {
		b.Set("Error", query.StringValue(fl.name))
	}
	if fl.cause != "" {
		b.Set("Cause", query.StringValue(fl.cause))
	}
	errorOutput := query.FromValue(b.Build())
	output := errorOutput
	var sc *query.Scope
	if v.c.QueryLanguage == asl.JSONata {
		sc = v.jsonataScope(nil, errorOutput)
		if c.Output != nil {
			output = v.template(c.Output, sc, catchField(index)+"/Output")
		}
	} else {
		sc = v.scope(errorOutput)
		output = v.resultPath(c.ResultPath, errorOutput)
	}
	assigned := v.assign(c.Assign, sc)
	if v.failure != nil {
		s.catchFailed(f, *v.failure, before)
		return
	}
	s.lost = nil
	s.probe.caught(index)
	s.leave(f, output, assigned, c.Next)
}

// catchFailed ends the level: a failing catcher is not caught again. A container writes its Failed event once more, and
// its first one is left out of the chain (recorded).
func (s *step) catchFailed(f *Frame, fl failure, before int64) {
	if fl.evaluation {
		f.Previous = before
		s.evaluationFailed(f, fl)
		s.containerFailed(f)
	}
	if fl.fatal {
		s.failExecution(f.Previous, fl.name, fl.cause)
		return
	}
	s.failLevel(f, fl)
}

func catchField(i int) string { return indexed("Catch", i) }
