package execution

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// visit is one visit of a frame to a state, seen from the state's data: it takes values through the fields of the
// state in the documented order.
//
// JSONPath: InputPath, Parameters, work, ResultSelector, ResultPath (into the raw input), OutputPath; Assign sees
// the raw result. JSONata: Arguments, work, then Output and Assign side by side. All of it sees the variables as they
// were on entry.
//
// The first failure is kept and makes every later step a no-op, so that the code of a state reads as if nothing
// could fail; failed says what has to be said once.
type visit struct {
	*step
	f      *Frame
	state  asl.State
	c      *asl.Common
	input  *query.Document // after InputPath
	result *query.Document // what "$" means in result fields

	item  *item  // inside an ItemSelector
	token string // inside the Parameters of a .waitForTaskToken task

	failure *failure
}

// item is what $$.Map.Item holds.
type item struct {
	index int
	key   string // of a member, if the items are those of an object
	keyed bool
	value query.Value
}

// failure is a workflow's failure on its way to Retry and Catch.
type failure struct {
	name, cause string
	heartbeat   bool   // a missed heartbeat goes by two names
	fatal       bool   // neither retried nor caught
	location    string // of a JSONata expression; an EvaluationFailed event is due
	evaluation  bool
}

func (s *step) visit(f *Frame, state asl.State) *visit {
	v := &visit{step: s, f: f, state: state, c: state.Common()}
	v.input = v.note(AfterInputPath, v.path(v.c.InputPath, f.Input))
	return v
}

// scope is what an expression sees whose "$" is root.
func (v *visit) scope(root *query.Document) *query.Scope {
	return &query.Scope{
		Input:   root,
		Context: query.Lazy(v.contextObject),
		Vars:    variables{v.step, v.f},
		Entropy: v.entropy,
		Now:     v.ev.At,
	}
}

// jsonataScope adds $states.result or $states.errorOutput to a scope whose input is the state's.
func (v *visit) jsonataScope(result, errorOutput *query.Document) *query.Scope {
	sc := v.scope(v.f.Input)
	sc.Result, sc.ErrorOutput = result, errorOutput
	return sc
}

// path applies an InputPath or OutputPath.
func (v *visit) path(p asl.Path, root *query.Document) *query.Document {
	switch {
	case v.failure != nil:
		return query.EmptyObject
	case p.Null:
		return query.EmptyObject
	case p.Expr == nil:
		return root
	}
	value, err := p.Expr.Eval(v.scope(root))
	if err != nil {
		v.fault(pathTail(err))
		return query.EmptyObject
	}
	return rewritten(value)
}

// template evaluates a payload template or an expression in place of one.
func (v *visit) template(e query.Expr, sc *query.Scope, field string) *query.Document {
	if v.failure != nil {
		return query.EmptyObject
	}
	value, err := e.Eval(sc)
	if err != nil {
		v.evaluationFault(err, field, sc.Input)
		return query.EmptyObject
	}
	return rewritten(value)
}

// effective applies Parameters or Arguments to the input.
func (v *visit) effective(parameters query.Expr) *query.Document {
	at, jsonata := AfterParameters, v.c.QueryLanguage == asl.JSONata
	if jsonata {
		at = AfterArguments
	}
	switch {
	case parameters == nil:
		return v.note(at, v.input)
	case jsonata:
		return v.note(at, v.template(parameters, v.jsonataScope(nil, nil), "Arguments"))
	}
	return v.note(at, v.template(parameters, v.scope(v.input), "Parameters"))
}

// finish takes the raw result to the state's output and leaves the state.
func (v *visit) finish(raw *query.Document, selector query.Expr, at asl.ResultPath) {
	v.finishTo(raw, selector, at, v.c.Assign, v.c.Output, v.c.Next)
}

// finishTo is finish with the fields that a Choice rule may bring of its own.
func (v *visit) finishTo(raw *query.Document, selector query.Expr, at asl.ResultPath, assign []asl.Assignment, output query.Expr, next asl.StateName) {
	v.note(AfterResult, raw)
	if v.c.QueryLanguage == asl.JSONata {
		sc := v.jsonataScope(v.resultOf(raw), nil)
		out := raw
		if output != nil {
			out = v.template(output, sc, "Output")
		}
		v.depart(out, v.assign(assign, sc), next)
		return
	}
	selected := raw
	if selector != nil {
		selected = v.template(selector, v.scope(raw), "ResultSelector")
	}
	v.note(AfterResultSelector, selected)
	merged := v.note(AfterResultPath, v.resultPath(at, selected))
	out := v.path(v.c.OutputPath, merged)
	v.depart(out, v.assign(assign, v.scope(raw)), next)
}

// resultOf returns what $states.result is: only calls and containers have one.
func (v *visit) resultOf(raw *query.Document) *query.Document {
	switch v.state.(type) {
	case *asl.Task, *asl.Parallel, *asl.Map:
		return raw
	}
	return nil
}

func (v *visit) depart(output *query.Document, assigned []Variable, next asl.StateName) {
	if v.failed(nil) {
		return
	}
	v.leave(v.f, output, assigned, next)
}

// resultPath puts a result into the raw input.
func (v *visit) resultPath(at asl.ResultPath, result *query.Document) *query.Document {
	switch {
	case v.failure != nil:
		return query.EmptyObject
	case at.Null:
		return v.f.Input
	case at.Ref == nil:
		return result
	}
	value, err := at.Ref.Set(v.f.Input.Value(), result.Value())
	if err != nil {
		v.fault(resultPathTail(at.Ref.String(), v.f.Input, err))
		return query.EmptyObject
	}
	return rewritten(value)
}

// rewritten returns the document of a value that a field has made or picked out: compact, as the service writes what it
// has rebuilt. Text that passes through whole keeps its white space (recorded: ItemSelector; nested Parallel).
func rewritten(v query.Value) *query.Document { return query.Compacted(v) }

// text evaluates a string field; "" if it is not given.
func (v *visit) text(t asl.Text) string {
	if v.failure != nil || !t.Given() {
		return ""
	}
	if t.Expr == nil {
		return t.Static
	}
	value, ok := v.value(t.Expr, t.Field)
	if !ok {
		return ""
	}
	if value.Kind() != query.String {
		if v.c.QueryLanguage == asl.JSONata {
			v.unexpectedType(t.Expr, t.Field, "string", value)
		} else {
			v.fault(fmt.Sprintf("The %s field must refer to a string: %s", t.Field, t.Expr))
		}
		return ""
	}
	return value.Str()
}

// value evaluates an expression field.
func (v *visit) value(e query.Expr, field string) (query.Value, bool) {
	if v.failure != nil {
		return query.Value{}, false
	}
	sc := v.scope(v.input)
	if v.c.QueryLanguage == asl.JSONata {
		sc = v.jsonataScope(nil, nil)
	}
	value, err := e.Eval(sc)
	if err != nil {
		v.evaluationFault(err, field, sc.Input)
		return query.Value{}, false
	}
	return value, true
}

// fault records a States.Runtime failure: it cannot be caught.
func (v *visit) fault(tail string) {
	if v.failure == nil {
		v.failure = &failure{name: errRuntime, cause: v.prefix() + tail, fatal: true}
	}
}

// prefix begins the causes of failures that the service finds itself.
func (v *visit) prefix() string {
	if v.probe != nil {
		return "" // there is no history whose event could be named (recorded)
	}
	return fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). ", v.f.State, v.f.Entered)
}

// evaluationFault records the failure of a template or an expression field.
func (v *visit) evaluationFault(err error, field string, input *query.Document) {
	if v.c.QueryLanguage == asl.JSONata {
		v.jsonataFault(err, field)
		return
	}
	v.fault(templateTail(err, field, input))
}

// jsonataFault records a States.QueryEvaluationError.
func (v *visit) jsonataFault(err error, field string) {
	if v.failure != nil {
		return
	}
	qe, ok := errors.AsType[*query.Error](err)
	if !ok {
		qe = &query.Error{Kind: query.JSONataFailed, Message: err.Error()}
	}
	location := field
	if qe.Field != "" {
		location += "/" + qe.Field
	}
	v.evaluationFailure(location, jsonataTail(qe, location))
}

func (v *visit) unexpectedType(e query.Expr, field, want string, got query.Value) {
	v.evaluationFailure(field, fmt.Sprintf("The JSONata expression '%s' specified for the field '%s' returned an unexpected result type. Expected '%s', but was '%s' for value: %s",
		expressionText(e), field, want, got.Kind(), got.Compact()))
}

func (v *visit) evaluationFailure(location, tail string) {
	if v.failure == nil {
		v.failure = &failure{name: errQueryEvaluation, cause: v.prefix() + tail, evaluation: true, location: location}
	}
}

// failed ends the visit if something has failed: with the given failure event, if the service writes one there.
func (v *visit) failed(event func(failure)) bool {
	if v.failure == nil {
		return false
	}
	if event != nil {
		event(*v.failure)
	}
	v.fail(v.f, *v.failure)
	return true
}

// evaluationFailed writes the event of a failed JSONata expression. If the state has done nothing else yet, the event
// links to what came before the state, but in a Wait (recorded in November 2024, and Wait a month later; measurements of
// 2026 see a link to the Entered event throughout).
func (s *step) evaluationFailed(f *Frame, fl failure) {
	if _, wait := s.m.State(f.State).(*asl.Wait); !wait && f.Previous == f.Entered {
		f.Previous = s.before
	}
	s.emitOn(f, history.EvaluationFailed,
		text(history.State, string(f.State)), text(history.Error, fl.name), text(history.Cause, fl.cause),
		text(history.Location, fl.location))
}

// expressionText returns the expression without its {% %}.
func expressionText(e query.Expr) string {
	t := strings.TrimSpace(e.String())
	t = strings.TrimSuffix(strings.TrimPrefix(t, "{%"), "%}")
	return strings.TrimSpace(t)
}
