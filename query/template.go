package query

import (
	"errors"
	"slices"
)

// Template is a compiled payload template: JSON in which some places hold expressions. It is an [Expr] whose result
// is the JSON with the expressions' results in their places. Templates are immutable.
//
// A part without any expression is one literal and keeps its source text.
type Template struct {
	node templateNode
}

type templateNode interface {
	eval(s *Scope) (Value, error)
	appendSource(dst []byte) []byte
	variables(dst []string) []string
}

type (
	literalNode struct{ value Value }
	exprNode    struct {
		expr  Expr
		field string
	}
	objectNode []TemplateMember
	arrayNode  []*Template
)

// TemplateMember is a member of an object template.
type TemplateMember struct {
	Key    string // in the result
	Source string // as written, for example "value.$"; "" means Key
	Value  *Template
}

// LiteralTemplate returns the template whose result is always v.
func LiteralTemplate(v Value) *Template { return &Template{literalNode{v}} }

// ExprTemplate returns the template that evaluates expr. If that fails with an *Error whose Field is empty, Field
// becomes field: in JSONPath the member key as written ("value.$"), in JSONata the location in the template
// ("a/b[0]").
func ExprTemplate(expr Expr, field string) *Template { return &Template{exprNode{expr, field}} }

// ObjectTemplate returns the template of an object. It takes ownership of the slice. Of members with one Key the
// last wins.
func ObjectTemplate(members []TemplateMember) *Template {
	t := &Template{objectNode(members)}
	for _, m := range members {
		if _, ok := m.Value.Literal(); !ok || m.Source != "" && m.Source != m.Key {
			return t
		}
	}
	return t.folded()
}

// ArrayTemplate returns the template of an array. It takes ownership of the slice.
func ArrayTemplate(elements []*Template) *Template {
	t := &Template{arrayNode(elements)}
	for _, e := range elements {
		if _, ok := e.Literal(); !ok {
			return t
		}
	}
	return t.folded()
}

// folded returns the literal that a template without expressions amounts to.
func (t *Template) folded() *Template {
	v, _ := t.node.eval(nil) // literals look at no scope and cannot fail
	return LiteralTemplate(v)
}

// Literal returns the value of a template without expressions, and whether t is one. A compiler that has the source
// of a container whose parts are all literal should make it a literal of its own, which keeps the source text.
func (t *Template) Literal() (Value, bool) {
	l, ok := t.node.(literalNode)
	return l.value, ok
}

// Eval implements [Expr]. Members and elements are evaluated in order, up to the first that fails.
func (t *Template) Eval(s *Scope) (Value, error) { return t.node.eval(s) }

// String returns the template as JSON text.
func (t *Template) String() string { return string(t.node.appendSource(nil)) }

// Variables implements [Expr].
func (t *Template) Variables() []string {
	names := t.node.variables(nil)
	slices.Sort(names)
	return slices.Compact(names)
}

func (n literalNode) eval(*Scope) (Value, error) { return n.value, nil }

func (n exprNode) eval(s *Scope) (Value, error) {
	v, err := n.expr.Eval(s)
	var e *Error
	if errors.As(err, &e) && e.Field == "" {
		located := *e
		located.Field = n.field
		return Value{}, &located
	}
	return v, err
}

func (n objectNode) eval(s *Scope) (Value, error) {
	o := NewObjectBuilder(len(n))
	for _, m := range n {
		v, err := m.Value.Eval(s)
		if err != nil {
			return Value{}, err
		}
		o.Set(m.Key, v)
	}
	return o.Build(), nil
}

func (n arrayNode) eval(s *Scope) (Value, error) {
	elements := make([]Value, len(n))
	for i, e := range n {
		v, err := e.Eval(s)
		if err != nil {
			return Value{}, err
		}
		elements[i] = v
	}
	return ArrayValue(elements), nil
}

func (n literalNode) appendSource(dst []byte) []byte { return n.value.AppendJSON(dst) }
func (n exprNode) appendSource(dst []byte) []byte    { return AppendString(dst, n.expr.String()) }

func (n objectNode) appendSource(dst []byte) []byte {
	dst = append(dst, '{')
	for i, m := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		key := m.Source
		if key == "" {
			key = m.Key
		}
		dst = append(AppendString(dst, key), ':')
		dst = m.Value.node.appendSource(dst)
	}
	return append(dst, '}')
}

func (n arrayNode) appendSource(dst []byte) []byte {
	dst = append(dst, '[')
	for i, e := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.node.appendSource(dst)
	}
	return append(dst, ']')
}

func (n literalNode) variables(dst []string) []string { return dst }
func (n exprNode) variables(dst []string) []string    { return append(dst, n.expr.Variables()...) }

func (n objectNode) variables(dst []string) []string {
	for _, m := range n {
		dst = m.Value.node.variables(dst)
	}
	return dst
}

func (n arrayNode) variables(dst []string) []string {
	for _, e := range n {
		dst = e.node.variables(dst)
	}
	return dst
}
