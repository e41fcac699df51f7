package jsonata

import "math"

// booleanFunctions are the built-ins for truth and the types of values.
var booleanFunctions = []*builtin{
	{name: "boolean", signature: "<x-:b>", run: func(c *call, args []value) (value, error) {
		return judged(c, arg(args, 0), false)
	}},
	{name: "not", signature: "<x-:b>", run: func(c *call, args []value) (value, error) {
		return judged(c, arg(args, 0), true)
	}},
	{name: "exists", signature: "<x:b>", run: func(_ *call, args []value) (value, error) {
		return boolean(!arg(args, 0).isUndefined()), nil
	}},
	{name: "type", signature: "<x:s>", run: func(_ *call, args []value) (value, error) {
		return typeName(arg(args, 0))
	}},
	{name: "error", signature: "<s?:x>", run: func(_ *call, args []value) (value, error) {
		return undefined, said("D3137", arg(args, 0).s, "$error() function evaluated")
	}},
	{name: "assert", signature: "<bs?:x>", run: func(_ *call, args []value) (value, error) {
		if arg(args, 0) == yes {
			return undefined, nil
		}
		return undefined, said("D3141", arg(args, 1).s, "$assert() statement failed")
	}},
}

// arg returns argument i, undefined if it was not given.
func arg(args []value, i int) value {
	if i < len(args) {
		return args[i]
	}
	return undefined
}

// said returns an error with the author's own message.
func said(code, message, standard string) *Error {
	if message == "" {
		message = standard
	}
	return &Error{Code: code, Message: message}
}

func judged(c *call, v value, negated bool) (value, error) {
	if v.isUndefined() {
		return undefined, nil
	}
	truth, err := c.truthy(v)
	return boolean(truth != negated), err
}

// truthy casts v to a boolean: false are undefined, null, 0, NaN, "", {}, [] and arrays of nothing but such. Functions are
// true, closures and regular expressions are not. Errors: D1001 for infinities, and those of the budget.
func (e *evaluation) truthy(v value) (bool, error) {
	switch v.kind {
	case booleanKind:
		return v.isTrue(), nil
	case stringKind:
		return v.s != "", nil
	case numberKind:
		if math.IsInf(v.n, 0) {
			return false, fail("D1001", v)
		}
		return v.n != 0 && !math.IsNaN(v.n), nil
	case arrayKind:
		return e.truthyArray(v.array().items)
	case objectKind:
		return v.object().len() > 0, nil
	case functionKind:
		return !v.isClosure(), nil
	}
	return false, nil
}

func (e *evaluation) truthyArray(items []value) (any bool, err error) {
	err = e.deeper(func() error {
		for _, item := range items {
			if err := e.spend(1); err != nil {
				return err
			}
			truth, err := e.truthy(item)
			if err != nil {
				return err
			}
			any = any || truth
		}
		return nil
	})
	return any, err
}

var typeNames = [...]string{undefinedKind: "undefined", nullKind: "null", booleanKind: "boolean", numberKind: "number",
	stringKind: "string", arrayKind: "array", objectKind: "object", functionKind: "function"}

// typeName returns the name of the type of v. Errors: D1001 for infinities.
func typeName(v value) (value, error) {
	switch {
	case v.isUndefined():
		return undefined, nil
	case v.kind == numberKind && math.IsInf(v.n, 0):
		return undefined, fail("D1001", v)
	case v.kind == numberKind && math.IsNaN(v.n):
		return text("object"), nil // what is left when it is none of the others
	}
	return text(typeNames[v.kind]), nil
}
