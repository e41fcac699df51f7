package jsonpath

import "github.com/cogstep/cogstep/query"

// Reference is a path that names one place: only names and indexes from 0. It implements [query.Expr].
type Reference struct{ path *Path }

var _ query.Expr = (*Reference)(nil)

// CompileReference compiles a reference path. Errors: *CompileError.
func CompileReference(source string) (*Reference, error) {
	if len(source) == 0 || source[0] != '$' {
		return nil, &CompileError{Message: "Reference path didn't start with '$'"}
	}
	path, err := Compile(source)
	if err != nil {
		return nil, err
	}
	if len(path.rest) > 0 || path.call != nil {
		return nil, &CompileError{Message: "Reference path may use names and indexes only"}
	}
	for _, step := range path.picks {
		switch s := step.(type) {
		case name:
		case index:
			if s < 0 {
				return nil, &CompileError{Message: "Reference path may not count from the end"}
			}
		default:
			return nil, &CompileError{Message: "Reference path may name one member at a time"}
		}
	}
	return &Reference{path}, nil
}

// Path returns the reference as a path.
func (r *Reference) Path() *Path { return r.path }

// Root returns the root as written: "$", "$$" or "$name".
func (r *Reference) Root() string { return r.path.root }

// String returns the source text.
func (r *Reference) String() string { return r.path.source }

// Variables implements [query.Expr].
func (r *Reference) Variables() []string { return r.path.Variables() }

// Eval implements [query.Expr], as [Path.Eval] does.
func (r *Reference) Eval(s *query.Scope) (query.Value, error) { return r.path.Eval(s) }

// Set returns a copy of root in which v is at the place that r names below it. What is there is replaced; objects
// that are missing on the way are created; indexes lead to existing elements only. Everything beside the way is
// shared with root.
//
// Errors: *query.Error of the kind PathNotFound if something on the way is neither object nor array, or an element
// does not exist.
func (r *Reference) Set(root, v query.Value) (query.Value, error) {
	steps := r.path.picks
	parents := make([]query.Value, len(steps))
	at := root
	for i, step := range steps {
		parents[i] = at
		next, reason := descendOne(at, step)
		if reason != "" {
			return query.Value{}, r.path.notFound("The result cannot be placed at " + r.path.source + ": " + reason)
		}
		at = next
	}
	for i := len(steps) - 1; i >= 0; i-- {
		switch s := steps[i].(type) {
		case name:
			v = parents[i].With(string(s), v)
		case index:
			v = parents[i].WithAt(int(s), v)
		}
	}
	return v, nil
}

// descendOne returns what the step leads to from v, an empty object where a member is missing.
func descendOne(v query.Value, step picker) (next query.Value, reason string) {
	next, found := step.pick(v)
	switch _, isName := step.(name); {
	case found:
		return next, ""
	case isName && v.Kind() == query.Object:
		var empty query.ObjectBuilder
		return empty.Build(), ""
	case isName:
		return next, "the value above " + step.fragment() + " is no object"
	}
	return next, "there is no element " + step.fragment()
}
