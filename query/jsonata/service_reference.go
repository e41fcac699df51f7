package jsonata

import (
	"errors"
	"fmt"
	"slices"
)

// syntaxError is an error of Compile whose text is the sentence without the code.
type syntaxError struct{ err error }

// Error returns the sentence.
func (e *syntaxError) Error() string {
	var coded *Error
	if errors.As(e.err, &coded) {
		return coded.Message
	}
	return e.err.Error()
}

// Unwrap returns the error with its code.
func (e *syntaxError) Unwrap() error { return e.err }

// unsupportedReference is the error for a reference to an input document.
type unsupportedReference string

// Error returns the sentence of the service.
func (name unsupportedReference) Error() string {
	if name == "$$" {
		return fmt.Sprintf("Reference to '%s' is not supported.", string(name))
	}
	return fmt.Sprintf("Reference to '%s' at the top level is not supported.", string(name))
}

// Unsupported returns true: the expression is correct, but not for the service.
func (name unsupportedReference) Unsupported() bool { return true }

// documentReference returns the first reference to the input document: "$$", "$" or a name; "" if there is none.
func documentReference(root *node) string {
	found := ""
	look := func(n *node, top bool) {
		switch {
		case found != "":
		case n.kind == variableNode && n.text == "$":
			found = "$$"
		case n.kind == variableNode && n.text == "" && top:
			found = "$"
		case n.kind == nameNode && top:
			found = n.text
		}
	}
	visit(root, true, look)
	return found
}

// visit calls look for n and all nodes in it in the order of evaluation. top is true where the context item would be the
// input document: not behind a dot, in a predicate, an order, a group, a transform or a lambda.
func visit(n *node, top bool, look func(n *node, top bool)) {
	if n == nil {
		return
	}
	look(n, top)
	for i, x := range n.list {
		visit(x, top && (n.kind != pathNode || i == 0), look)
	}
	for _, x := range []*node{n.procedure, n.lhs, n.rhs, n.condition, n.then, n.otherwise} {
		visit(x, top, look)
	}
	visitPairs(n.pairs, top, look)
	for _, x := range []*node{n.body, n.pattern, n.update, n.deletion} {
		visit(x, top && n.thunk, look)
	}
	for _, t := range n.terms {
		visit(t.expression, false, look)
	}
	for _, stages := range [][]stage{n.predicates, n.stages} {
		for _, s := range stages {
			visit(s.filter, false, look)
		}
	}
	if n.group != nil {
		visitPairs(n.group.pairs, false, look)
	}
}

func visitPairs(pairs []pair, top bool, look func(n *node, top bool)) {
	for _, p := range pairs {
		visit(p.key, top, look)
		visit(p.value, top, look)
	}
}

// allStatesFields are the fields of $states.
var allStatesFields = []string{"input", "context", "result", "errorOutput"}

// statesFields returns the fields of $states that a program looks at: all if it does more than to follow paths.
func statesFields(p *Program) []string {
	var fields []string
	uses, paths := 0, 0
	visit(p.root, true, func(n *node, _ bool) {
		switch {
		case n.kind == variableNode && n.text == "states":
			uses++
		case n.kind == pathNode && len(n.list) > 1 && n.list[0].kind == variableNode && n.list[0].text == "states" &&
			n.list[1].kind == nameNode:
			paths++
			fields = append(fields, n.list[1].text)
		}
	})
	if uses > paths {
		return allStatesFields
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}
