package jsonata

import (
	"context"
	"errors"
	"time"

	"github.com/cogstep/cogstep/query"
)

// Program is a compiled expression: immutable, safe for concurrent use.
type Program struct {
	source string
	root   *node
	free   []Reference
}

// sourceBytesMax is the length of the longest expression: that of a whole definition.
const sourceBytesMax = 1 << 20

// Compile compiles an expression. Expressions may have 1 MiB and be nested 5000 levels deep. Errors: *Error with a code
// S0101 to S0402; U1001 for an expression beyond these limits.
func Compile(src string) (*Program, error) {
	root, err := compile(src)
	if err != nil {
		return nil, err.filled()
	}
	return &Program{source: src, root: root, free: references(root)}, nil
}

// compile returns the resolved tree of a source.
func compile(src string) (*node, *Error) {
	if len(src) > sourceBytesMax {
		return nil, errDepth()
	}
	tree, err := parse(src)
	if err != nil {
		return nil, err
	}
	return resolve(tree)
}

// Source returns the text that the program was compiled from.
func (p *Program) Source() string { return p.source }

// Input is what an evaluation gets from outside. The zero Input is an evaluation of nothing at the zero time.
type Input struct {
	// Data is the input document, which "$" and paths start from. It may be undefined.
	Data query.Value

	// Vars looks up variables that the expression does not bind itself. They go before the built-in functions of the same
	// name. Nil means that there are none.
	Vars query.Variables

	// Now is what $now and $millis return.
	Now time.Time

	// Entropy feeds $random, $shuffle and $uuid; nil means one whose seed is 0.
	Entropy *query.Entropy

	// Budget bounds the evaluation.
	Budget Budget
}

// Eval evaluates the program. If the expression returns nothing, the value is undefined and the error is nil. A
// function in the result becomes an empty string, as the reference's JSON has it, and a function as the result is "".
//
// Errors: *Error with a code T…, D… or U…. U1001 and U1002 mean that the budget is exhausted or that ctx has ended.
func (p *Program) Eval(ctx context.Context, in Input) (query.Value, error) {
	e := newEvaluation(ctx, in, standard)
	v, err := e.run(p, in.Data)
	if err != nil {
		return query.Value{}, outward(err)
	}
	w := writer{room: e.items}
	out, err := w.convert(v)
	return out, outward(err)
}

// newEvaluation returns an evaluation with a set of built-ins.
func newEvaluation(ctx context.Context, in Input, builtins map[string]value) *evaluation {
	budget := in.Budget.filled()
	e := &evaluation{
		ctx: ctx, budget: budget, steps: budget.Steps, pause: pauseSteps, bytes: budget.Total,
		clock: in.Now, random: in.Entropy, vars: in.Vars, builtins: builtins,
	}
	e.root = &e.ground.frame
	e.root.names, e.root.values = e.ground.names[:0], e.ground.values[:0]
	return e
}

// run evaluates a program for an input document.
func (e *evaluation) run(p *Program, data query.Value) (value, error) {
	if e.ctx.Err() != nil {
		return undefined, errTimeout()
	}
	input := e.fromQuery(data)
	e.root.bind("$", input)
	return e.eval(p.root, wrapped(input), e.root)
}

// wrapped returns an input as expressions see it: an array counts as one item.
func wrapped(input value) value {
	if input.kind != arrayKind || input.held().sequence {
		return input
	}
	return value{kind: arrayKind, ref: &array{items: []value{input}, sequence: true, outer: true}}
}

// outward returns an error with its message.
func outward(err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e.filled()
	}
	return err
}
