package execution

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
)

// ErrNotRedrivable is returned by Apply for a RedriveRequested that comes too late. [Header.Redrivable] says why.
var ErrNotRedrivable = errors.New("execution cannot be redriven")

// Limits of redrives.
// Source: the service's documentation, "Redriving executions".
const (
	redrivablePeriod    = 14 * 24 * time.Hour // since it closed
	executionPeriod     = 365 * 24 * time.Hour
	redrivableEventsMax = HistoryEventsMax - 2 // 24,998: there has to be room for the redrive and the end

	redriveTokensMax   = 10
	redriveTokenPeriod = 15 * time.Minute
)

// RedriveToken is the client token of a redrive that was done.
type RedriveToken struct {
	Token string
	At    time.Time
}

// Redriven returns when a redrive with that client token was done, if that was one of the last ten and not longer
// than 15 minutes ago.
// Source: API reference, RedriveExecution, clientToken.
func (h *Header) Redriven(token string, now time.Time) (at time.Time, ok bool) {
	for _, t := range h.RedriveTokens {
		if token != "" && t.Token == token && now.Sub(t.At) <= redriveTokenPeriod {
			return t.At, true
		}
	}
	return time.Time{}, false
}

// RedriveStatus is whether an execution can be redriven, as DescribeExecution says it.
type RedriveStatus string

// The redrive statuses.
const (
	Redrivable         RedriveStatus = "REDRIVABLE"
	NotRedrivable      RedriveStatus = "NOT_REDRIVABLE"
	RedrivableByMapRun RedriveStatus = "REDRIVABLE_BY_MAP_RUN"
)

// Redrivable returns whether the execution can be redriven at a moment, and if not, the service's sentence why.
func (h *Header) Redrivable(now time.Time) (status RedriveStatus, reason string) {
	switch name := h.Status.Name(); {
	case name == "RUNNING" || name == "SUCCEEDED":
		reason = fmt.Sprintf("Execution is %s and cannot be redriven", name)
	case h.LastEvent > redrivableEventsMax:
		reason = "Execution history event limit exceeded"
	case now.Sub(h.StartedAt) > executionPeriod:
		reason = "Execution has exceeded the max execution time"
	case now.Sub(h.StoppedAt) > redrivablePeriod:
		reason = "Execution redrivable period exceeded"
	case h.MapRunARN != "":
		return RedrivableByMapRun, ""
	default:
		return Redrivable, ""
	}
	return NotRedrivable, reason
}

// redrivable reports whether what is open when the execution closes has to be kept. Express executions begin anew;
// after States.DataLimitExceeded the outermost state does.
// Source: the service's documentation, "Redriving executions".
func (s *step) redrivable() bool {
	_, succeeded := s.h.Status.(Succeeded)
	return !succeeded && !s.h.Express
}

// lose notes a frame that a failure is about to remove or change. What it was first is what counts.
func (s *step) lose(f *Frame) {
	if !slices.ContainsFunc(s.lost, func(l *Frame) bool { return l.ID == f.ID }) {
		was := *f
		if _, ok := f.Focus.(InTask); ok {
			was.Focus = Interrupted{} // the task is given up where the frame is removed
		}
		s.lost = append(s.lost, &was)
	}
}

// restore brings back the frames that the failure that ends the execution has removed or changed on its way. If it was
// about data that was too large, the outermost state is to begin anew.
func (s *step) restore() {
	if failed, ok := s.h.Status.(Failed); ok && failed.Error == errDataLimit {
		for _, id := range slices.Clone(s.order) {
			if f := s.get(id); f != nil && f.Parent != 0 {
				s.drop(f)
			}
		}
		root := s.edit(1)
		s.closeMapRun(root)
		root.Focus = Interrupted{}
		return
	}
	for _, f := range s.lost {
		s.put(f)
	}
	slices.Sort(s.order)
}

// freeze makes a frame wait for nothing but a redrive.
func (s *step) freeze(f *Frame) {
	s.giveUp(f)
	f.Retries, f.Retried = nil, 0
	switch focus := f.Focus.(type) {
	case Ready, Done, Unsuccessful, Interrupted:
	case InMapRun:
		s.closeMapRun(f) // and with it its children
	case InParallel:
		if focus.Open == 0 { // its branches are through, and what came after them failed
			f.Focus = Interrupted{}
		}
	case InMap:
		if focus.Open == 0 && focus.Next == focus.Count {
			f.Focus = Interrupted{}
		}
	default:
		f.Focus = Interrupted{}
	}
}

// redrive takes a closed execution up again where it was interrupted: what was left stays left, what was entered and
// not left is performed again, with its retriers and time-outs from the beginning. Variables keep their values. Only
// what did not succeed of a Parallel, a Map or a map run is run again.
//
// Order and links of the events after ExecutionRedriven are not recorded; ours go on from it without entering a
// state again, but for Fail, of which the documentation says so.
func (s *step) redrive(what RedriveRequested) error {
	status, _ := s.h.Redrivable(s.ev.At)
	if status == NotRedrivable {
		return ErrNotRedrivable
	}
	last := s.h.LastEvent
	s.h.Status, s.h.StoppedAt = Running{}, time.Time{}
	s.h.Redrives = max(s.h.Redrives+1, what.Redrives)
	s.h.RedrivenAt = s.ev.At
	if what.Token != "" {
		tokens := append(slices.Clone(s.h.RedriveTokens), RedriveToken{what.Token, s.ev.At})
		s.h.RedriveTokens = tokens[max(0, len(tokens)-redriveTokensMax):]
	}
	s.h.Deadline = time.Time{}
	if s.m.Timeout > 0 {
		s.h.Deadline = s.ev.At.Add(s.m.Timeout)
	}
	s.h.Transitions++
	redriven := s.emit(history.ExecutionRedriven, last, number(history.RedriveCount, int64(s.h.Redrives)))
	var ids []FrameID
	for id := range s.x.Frames {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if s.get(id) != nil && s.h.Open() {
			s.revive(id, redriven)
		}
	}
	return nil
}

// revive takes up one frame again.
func (s *step) revive(id FrameID, redriven int64) {
	switch focus := s.get(id).Focus.(type) {
	case Ready:
		f := s.edit(id)
		f.Previous = redriven
		s.ready = append(s.ready, id)
	case Interrupted:
		f := s.edit(id)
		f.Previous = redriven
		state := s.m.State(f.State)
		if _, ok := state.(*asl.Fail); ok {
			s.goTo(f, f.State, f.Input)
			return
		}
		s.perform(f, state)
	case InMap:
		f := s.edit(id)
		state := s.m.State(f.State).(*asl.Map)
		for focus.Open < focus.Concurrency && focus.Next < focus.Count {
			if !s.startIteration(f, state, focus.Started) {
				return
			}
			focus = f.Focus.(InMap)
		}
	case InMapRun:
		s.redriveMapRun(s.edit(id), focus, redriven)
	}
}
