package jsonata

import (
	"context"
	"errors"
	"slices"

	"github.com/cogstep/cogstep/query"
)

// serviceBudget are the limits of the service: 7 MB for a value (a range may have 873,782 integers and not one more),
// 100 calls of functions in each other, and a second, which is a number of steps here so that equal arguments end
// equally.
var serviceBudget = Budget{Steps: 10e6, Calls: 100, Bytes: 873782 * itemBytes}

// expression is a program as the service evaluates it.
type expression struct {
	*Program
	variables []string // of the workflow
	fields    []string // of $states that the program looks at
}

// CompileExpr compiles what stands between {% and %} in a state machine. The expression sees $states, the variables
// of the workflow, the functions of the language but $eval, and those that the service adds.
//
// The message of an error is the sentence alone. Errors that have a method Unsupported() bool are about references to
// an input document, which does not exist: $$, and $ or a bare name outside of whatever gives it a context.
func CompileExpr(src string) (query.Expr, error) {
	p, err := Compile(src)
	if err != nil {
		return nil, &syntaxError{err}
	}
	if name := documentReference(p.root); name != "" {
		return nil, unsupportedReference(name)
	}
	x := &expression{Program: p, fields: statesFields(p)}
	for _, r := range p.free {
		if _, builtin := service[r.Name]; !builtin && r.Name != "states" {
			x.variables = append(x.variables, r.Name)
		}
	}
	slices.Sort(x.variables)
	x.variables = slices.Compact(x.variables)
	return x, nil
}

// Eval implements query.Expr. Errors: *query.Error of the kinds JSONataFailed, JSONataUndefined, JSONataUnsupported and
// LimitExceeded.
func (x *expression) Eval(s *query.Scope) (query.Value, error) {
	e := newEvaluation(context.Background(), Input{
		Vars: s.Vars, Now: s.Now, Entropy: s.Entropy, Budget: serviceBudget,
	}, service)
	e.root.bind("states", x.states(e, s))
	v, err := e.run(x.Program, query.Value{})
	if err != nil {
		return query.Value{}, x.failed(err)
	}
	if v.isUndefined() {
		return query.Value{}, &query.Error{Kind: query.JSONataUndefined, Path: x.source}
	}
	w := writer{room: e.items, strict: true}
	out, err := w.convert(v)
	if err != nil {
		return query.Value{}, x.failed(err)
	}
	return out, nil
}

// failed returns the error of the scope's language.
func (x *expression) failed(err error) error {
	var e *Error
	switch {
	case errors.Is(err, errFunction):
		return &query.Error{Kind: query.JSONataUnsupported, Path: x.source}
	case !errors.As(err, &e):
		return &query.Error{Kind: query.JSONataFailed, Path: x.source, Message: err.Error()}
	}
	e = e.filled()
	switch e.Code {
	case "U1001", "U1002":
		return &query.Error{Kind: query.LimitExceeded, Path: x.source, Message: e.Message}
	}
	return &query.Error{Kind: query.JSONataFailed, Path: x.source, Code: e.Code, Message: e.Message}
}

// states returns $states with the fields that the program looks at, so that others need not be parsed.
func (x *expression) states(e *evaluation, s *query.Scope) value {
	out := newObject(len(x.fields))
	for _, field := range x.fields {
		if v := stateOf(s, field); !v.IsUndefined() {
			out.set(field, e.fromQuery(v))
		}
	}
	return objectValue(out)
}

func stateOf(s *query.Scope, field string) query.Value {
	switch field {
	case "input":
		return s.Input.Value()
	case "context":
		return s.Context.Value()
	case "result":
		return s.Result.Value()
	case "errorOutput":
		return s.ErrorOutput.Value()
	}
	return query.Value{}
}

// String returns the source of the expression.
func (x *expression) String() string { return x.source }

// Variables implements query.Expr.
func (x *expression) Variables() []string { return x.variables }
