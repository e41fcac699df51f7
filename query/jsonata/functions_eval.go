package jsonata

import (
	"errors"
	"strings"

	"github.com/cogstep/cogstep/query"
)

// evalFunctions are the built-ins that read source text: expressions ($eval, which the service does not have) and JSON.
var evalFunctions = []*builtin{
	{name: "eval", signature: "<sx?:x>", run: runEval},
	{name: "clone", signature: "<(oa)-:o>", run: runClone},
}

// runEval evaluates an expression where $eval is called, against the context or the second argument. Errors: D3120 for one
// that does not compile, D3121 for one that fails; those of the budget stay what they are.
func runEval(c *call, args []value) (value, error) {
	source, input := arg(args, 0), c.context
	if source.isUndefined() {
		return undefined, nil
	}
	if focus := arg(args, 1); !focus.isUndefined() {
		input = wrapped(focus)
	}
	if err := c.spend(1 + len(source.s)); err != nil {
		return undefined, err
	}
	tree, problem := compile(source.s)
	if problem != nil {
		return undefined, evalError("D3120", problem)
	}
	v, err := c.eval(tree, input, c.frame)
	if err != nil {
		return undefined, evalError("D3121", err)
	}
	return v, nil
}

func evalError(code string, err error) error {
	var problem *Error
	if !errors.As(err, &problem) || strings.HasPrefix(problem.Code, "U") {
		return err
	}
	return fail(code, text(problem.filled().Message))
}

// runClone copies by way of JSON, which makes empty strings of functions.
func runClone(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.isUndefined() {
		return undefined, nil
	}
	s, err := c.stringOf(v, false)
	if err != nil {
		return undefined, err
	}
	if err := c.items(len(s) / 2); err != nil {
		return undefined, err
	}
	parsed, err := query.Parse(s)
	if err != nil {
		return undefined, errDepth() // stringOf writes nothing else that is too much for the parser
	}
	return c.fromQuery(parsed), nil
}
