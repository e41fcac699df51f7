package execution

import (
	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// enter makes f enter its state and do what the state does.
func (s *step) enter(f *Frame) {
	state := s.m.State(f.State)
	s.h.Transitions++
	f.EnteredAt = s.ev.At
	s.before = f.Previous
	s.emitOn(f, history.StateEntered(state.Common().Type),
		text(history.Name, string(f.State)), payload(history.Input, f.Input))
	f.Entered = f.Previous
	s.perform(f, state)
}

// perform does what f's state does: when it is entered, and when it is tried again or redriven. It reads like the
// language's table of contents.
func (s *step) perform(f *Frame, state asl.State) {
	switch state := state.(type) {
	case *asl.Pass:
		s.pass(f, state)
	case *asl.Task:
		s.task(f, state)
	case *asl.Choice:
		s.choice(f, state)
	case *asl.Wait:
		s.wait(f, state)
	case *asl.Succeed:
		s.succeed(f, state)
	case *asl.Fail:
		s.failState(f, state)
	case *asl.Parallel:
		s.parallel(f, state)
	case *asl.Map:
		s.mapState(f, state)
	}
}

// leave writes the Exited event of f's state, stores what it assigned, and goes on to the next state or ends the
// level.
func (s *step) leave(f *Frame, output *query.Document, assigned []Variable, next asl.StateName) {
	if output.Exceeds(PayloadBytesMax) {
		s.failExecution(f.Previous, errDataLimit, resultTooLarge(string(f.State)))
		return
	}
	fields := []history.Field{text(history.Name, string(f.State)), payload(history.Output, output)}
	if len(assigned) > 0 {
		fields = append(fields, history.Field{Key: history.AssignedVariables, Vars: variableTexts(assigned)})
		f.Vars = merge(f.Vars, assigned)
	}
	if t, ok := history.StateExited(s.m.State(f.State).Common().Type); ok {
		s.emitOn(f, t, fields...)
	}
	if next != "" {
		s.goTo(f, next, output)
		return
	}
	s.endLevel(f, output)
}

// endLevel ends the top level, a branch or an iteration with success.
func (s *step) endLevel(f *Frame, output *query.Document) {
	if f.Parent == 0 {
		s.close(Succeeded{output}, history.ExecutionSucceeded, f.Previous, payload(history.Output, output))
		return
	}
	f.Focus = Done{output}
	parent := s.edit(f.Parent)
	switch state := s.m.State(parent.State).(type) {
	case *asl.Parallel:
		s.branchDone(parent, state)
	case *asl.Map:
		s.iterationDone(parent, state, f)
	}
}

// pass: the result is Result or the effective input.
func (s *step) pass(f *Frame, state *asl.Pass) {
	v := s.visit(f, state)
	result := v.effective(state.Parameters)
	if state.Result != nil {
		result = state.Result
	}
	v.finish(result, nil, state.ResultPath)
}

// succeed ends its level.
func (s *step) succeed(f *Frame, state *asl.Succeed) {
	v := s.visit(f, state)
	v.finish(v.effective(nil), nil, asl.ResultPath{})
}

// failState ends its level with an error; there is no Exited event.
func (s *step) failState(f *Frame, state *asl.Fail) {
	v := s.visit(f, state)
	v.result = f.Input
	name := v.text(state.Error)
	cause := v.text(state.Cause)
	if v.failed(nil) {
		return
	}
	s.fail(f, failure{name: name, cause: cause})
}
