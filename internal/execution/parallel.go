package execution

import (
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// parallel starts the branches: when the state is entered, and on each retry.
func (s *step) parallel(f *Frame, state *asl.Parallel) {
	v := s.visit(f, state)
	input := v.effective(state.Parameters)
	if v.failed(nil) {
		return
	}
	s.emitOn(f, history.ParallelStateStarted)
	n := len(state.Branches)
	first := s.reserve(n)
	f.Focus = InParallel{First: first, Open: n}
	for i, branch := range state.Branches {
		child := s.newFrameAt(first+FrameID(i), f.ID, i)
		child.Previous = f.Previous
		s.goTo(child, branch.StartAt, input)
	}
}

// branchDone counts a branch that has ended with success.
func (s *step) branchDone(f *Frame, state *asl.Parallel) {
	focus := f.Focus.(InParallel)
	focus.Open--
	f.Focus = focus
	if focus.Open > 0 {
		return
	}
	result, last := s.gather(focus.First, len(state.Branches))
	// Succeeded and Exited both link to the last event that any branch wrote (recorded).
	f.Previous = last
	s.emit(history.ParallelStateSucceeded, last)
	v := s.visit(f, state)
	v.finish(result, state.ResultSelector, state.ResultPath)
}

// gather joins the outputs of n ended frames into an array, in order and with their text as it is, and removes the
// frames. last is the newest event among theirs.
func (s *step) gather(first FrameID, n int) (result *query.Document, last int64) {
	var b strings.Builder
	b.WriteByte('[')
	for i := range n {
		child := s.get(first + FrameID(i))
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(child.Focus.(Done).Output.Text())
		last = max(last, child.Previous)
		s.remove(child.ID)
	}
	b.WriteByte(']')
	return query.Trusted(b.String()), last
}
