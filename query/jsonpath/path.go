package jsonpath

import (
	"strings"

	"github.com/cogstep/cogstep/query"
)

// Path is a compiled path. It implements [query.Expr].
type Path struct {
	source string
	root   string // "$", "$$" or "$name"; "@" inside filters

	// picks is the definite beginning of the path, rest what follows from the first indefinite selector on; call is
	// the function at the end, or nil.
	picks []picker
	rest  []selector
	call  *call
}

var _ query.Expr = (*Path)(nil)

// Compile compiles a path. White space behind it does not count, as with Jayway. Errors: *CompileError.
func Compile(source string) (*Path, error) {
	source = strings.TrimRight(source, " \t\r\n")
	if len(source) > LengthMax {
		return nil, &CompileError{Offset: LengthMax, Message: "Path is too long"}
	}
	p := &parser{source: source}
	path := p.path()
	if p.err != nil {
		return nil, p.err
	}
	return path, nil
}

// Definite reports whether the path leads to at most one value; a path that is not gives an array.
func (p *Path) Definite() bool { return len(p.rest) == 0 || p.call != nil }

// Root returns the root as written: "$", "$$" or "$name".
func (p *Path) Root() string { return p.root }

// String returns the source text.
func (p *Path) String() string { return p.source }

// Variables implements [query.Expr].
func (p *Path) Variables() []string {
	if name := p.variable(); name != "" {
		return []string{name}
	}
	return nil
}

// variable returns the name of the variable at the root, or "".
func (p *Path) variable() string {
	if p.root == "$" || p.root == "$$" || p.root == "@" {
		return ""
	}
	return p.root[1:]
}

// Eval implements [query.Expr]. Errors: *query.Error of the kinds PathNotFound (the path is definite and leads
// nowhere; Message has Jayway's reason), VariableNotFound and LimitExceeded.
func (p *Path) Eval(s *query.Scope) (query.Value, error) {
	root, err := p.rootValue(s)
	if err != nil {
		return query.Value{}, err
	}
	if len(p.rest) == 0 && p.call == nil {
		v, at := p.walk(root)
		if at < len(p.picks) {
			return query.Value{}, p.notFound((&failure{path: p, at: at, value: v}).reason())
		}
		return v, nil
	}
	e := evaluation{root: root}
	v, failed := p.find(root, &e)
	switch {
	case e.exhausted():
		return query.Value{}, &query.Error{Kind: query.LimitExceeded, Path: p.source, Message: "The path visits too many values"}
	case failed != nil:
		return query.Value{}, p.notFound(failed.reason())
	}
	return v, nil
}

func (p *Path) notFound(reason string) *query.Error {
	return &query.Error{Kind: query.PathNotFound, Path: p.source, Message: reason}
}

func (p *Path) rootValue(s *query.Scope) (v query.Value, err error) {
	if name := p.variable(); name != "" {
		if s.Vars != nil {
			v, _ = s.Vars.Lookup(name)
		}
		if v.IsUndefined() {
			return v, &query.Error{Kind: query.VariableNotFound, Path: p.source,
				Message: "The variable " + p.root + " has no value"}
		}
		return v, nil
	}
	document := s.Input
	if p.root == "$$" {
		document = s.Context
	}
	if v = document.Value(); v.IsUndefined() {
		return v, p.notFound("No results for path: $")
	}
	return v, nil
}

// walk follows the definite beginning of the path from v. It returns where that leads and len(p.picks), or the value
// in which a selector found nothing and that selector's index.
func (p *Path) walk(v query.Value) (query.Value, int) {
	for i, pick := range p.picks {
		next, ok := pick.pick(v)
		if !ok {
			return v, i
		}
		v = next
	}
	return v, len(p.picks)
}

// find returns what the path leads to from v, or why it leads nowhere.
func (p *Path) find(v query.Value, e *evaluation) (query.Value, *failure) {
	v, at := p.walk(v)
	switch {
	case at == len(p.picks) && len(p.rest) > 0:
		v = p.all(v, e)
	case len(p.rest) > 0:
		v = query.ArrayValue(nil)
	case at < len(p.picks):
		return query.Value{}, &failure{path: p, at: at, value: v}
	}
	return p.finish(v, e)
}

// all returns the array of what the indefinite rest of the path selects.
func (p *Path) all(v query.Value, e *evaluation) query.Value {
	found := []query.Value{v}
	for _, s := range p.rest {
		var next []query.Value
		for _, v := range found {
			next = s.appendTo(next, v, e)
		}
		found = next
	}
	return query.ArrayValue(found)
}

func (p *Path) finish(v query.Value, e *evaluation) (query.Value, *failure) {
	if p.call == nil {
		return v, nil
	}
	result, reason := p.call.apply(v, e)
	if reason != "" {
		return query.Value{}, &failure{path: p, text: reason}
	}
	return result, nil
}

// WorkMax is the number of values that the evaluation of one path may visit.
const WorkMax = 1_000_000

// evaluation is the state of one evaluation: the root that '$' means inside filters, and the work done so far.
type evaluation struct {
	root query.Value
	work int
}

// spend accounts for n visited values and reports whether there is budget left.
func (e *evaluation) spend(n int) bool {
	e.work += n
	return !e.exhausted()
}

func (e *evaluation) exhausted() bool { return e.work > WorkMax }

// failure says where a definite path ended. Its text is made only if somebody reads it.
type failure struct {
	path  *Path
	at    int // index of the selector that found nothing in value
	value query.Value
	text  string // if not "": the whole reason
}

func (f *failure) reason() string {
	if f.text != "" {
		return f.text
	}
	var at strings.Builder
	at.WriteByte('$') // Jayway knows no other root
	for _, s := range f.path.picks[:f.at] {
		at.WriteString(s.fragment())
	}
	leaf := f.at == len(f.path.picks)-1 && f.path.call == nil
	return f.path.picks[f.at].reason(at.String(), f.value, leaf)
}
