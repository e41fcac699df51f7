package jsonata

// lambdaValue returns the closure that a definition makes where it stands.
func lambdaValue(n *node, input value, f *frame) value {
	return functionValue(&function{
		lambda: n.body, params: n.params, frame: f, input: input,
		signature: n.signature, arity: len(n.params), thunk: n.thunk,
	})
}

// callNode evaluates a call. If first is not nil, it is the first argument, from the left side of ~>.
func (e *evaluation) callNode(n *node, input value, f *frame, first *value) (value, error) {
	if n.counted && first == nil && e.counts(f) {
		return e.countRange(n.list[0], input, f)
	}
	fn, err := e.eval(n.procedure, input, f)
	if err != nil {
		return undefined, err
	}
	if fn.isUndefined() && e.nearMiss(n.procedure, f) {
		return undefined, fail("T1005").at(n.position).about(calleeName(n.procedure))
	}
	var room [4]value
	args := room[:0]
	if first != nil {
		args = append(args, *first)
	}
	for _, x := range n.list {
		v, err := e.eval(x, input, f)
		if err != nil {
			return undefined, err
		}
		args = append(args, v.asClosure())
	}
	v, err := e.invoke(fn, args, input, f, calleeName(n.procedure))
	if problem, ok := err.(*Error); ok {
		if fn.kind == functionKind {
			problem.Position = n.position
		}
		problem.at(n.position).about(calleeName(n.procedure))
	}
	return v, err
}

// counts reports whether $count is the built-in one.
func (e *evaluation) counts(f *frame) bool {
	fn := e.lookup("count", f)
	return fn.kind == functionKind && identical(fn, e.builtins["count"])
}

// nearMiss reports whether a callee is a name that would be a function if it had a dollar sign.
func (e *evaluation) nearMiss(callee *node, f *frame) bool {
	return callee.kind == pathNode && !e.lookup(callee.list[0].text, f).isUndefined()
}

// calleeName returns what a function was called as; "" if it has no name.
func calleeName(callee *node) string {
	switch callee.kind {
	case pathNode:
		return callee.list[0].text
	case lambdaNode, blockNode, conditionNode, transformNode:
		return ""
	}
	return callee.text
}

// apply calls a function value: a lambda, a built-in or a matcher.
func (e *evaluation) apply(fn value, args ...value) (value, error) {
	return e.invoke(fn, args, null, e.root, "")
}

// apply calls a function value where the built-in was called, whose variables $eval sees.
func (c *call) apply(fn value, args ...value) (value, error) {
	return c.invoke(fn, args, null, c.frame, "")
}

// invoke calls a function and then whatever it calls in tail position. The context item stands in for arguments that are
// not given.
func (e *evaluation) invoke(fn value, args []value, context value, f *frame, name string) (value, error) {
	v, err := e.once(fn, args, context, f, name)
	for err == nil && v.kind == functionKind && v.function().thunk {
		v, err = e.bounce(v.function(), context, f)
	}
	return v, err
}

// bounce makes the call that a thunk holds.
func (e *evaluation) bounce(thunk *function, context value, f *frame) (value, error) {
	n := thunk.lambda
	if n.counted && e.counts(thunk.frame) {
		return e.countRange(n.list[0], thunk.input, thunk.frame)
	}
	fn, err := e.eval(n.procedure, thunk.input, thunk.frame)
	if err != nil {
		return undefined, err
	}
	var room [4]value
	args := room[:0]
	for _, x := range n.list {
		v, err := e.eval(x, thunk.input, thunk.frame)
		if err != nil {
			return undefined, err
		}
		args = append(args, v)
	}
	v, err := e.once(fn, args, context, f, calleeName(n.procedure))
	if problem, ok := err.(*Error); ok {
		problem.at(n.procedure.position).about(calleeName(n.procedure))
	}
	return v, err
}

// once calls a function, without what it calls in tail position.
func (e *evaluation) once(fn value, args []value, context value, f *frame, name string) (value, error) {
	if fn.kind != functionKind {
		return undefined, fail("T1006")
	}
	if err := e.spend(1 + len(args)); err != nil {
		return undefined, err
	}
	to := fn.function()
	if fn.isClosure() {
		context = null
	}
	if name == "" {
		name = to.name
	}
	if to.signature != nil {
		var err error
		if args, err = to.signature.validate(args, context); err != nil {
			return undefined, err.(*Error).about(name)
		}
	}
	if to.native == nil {
		if e.calls++; e.calls > e.budget.Calls {
			e.calls--
			return undefined, errDepth()
		}
		defer func() { e.calls-- }()
		return e.eval(to.lambda, to.input, parameterFrame(to, args))
	}
	if e.natives++; e.natives > e.budget.Depth {
		e.natives--
		return undefined, errDepth()
	}
	v, err := to.native(&call{evaluation: e, context: context, name: name, frame: f}, args)
	e.natives--
	if problem, ok := err.(*Error); ok && to.name != "" {
		problem.about(name)
	}
	return v, err
}

// partial evaluates a call in which some arguments are left open: a function of those.
func (e *evaluation) partial(n *node, input value, f *frame) (value, error) {
	args := make([]value, len(n.list))
	open := make([]bool, len(n.list))
	for i, x := range n.list {
		if open[i] = x.kind == operatorNode && x.text == "?"; open[i] {
			continue
		}
		v, err := e.eval(x, input, f)
		if err != nil {
			return undefined, err
		}
		args[i] = v
	}
	fn, err := e.eval(n.procedure, input, f)
	switch {
	case err != nil:
		return undefined, err
	case fn.isUndefined() && e.nearMiss(n.procedure, f):
		return undefined, fail("T1007").at(n.position).about(calleeName(n.procedure))
	case fn.kind != functionKind:
		return undefined, fail("T1008").at(n.position).about(calleeName(n.procedure))
	}
	return partialValue(fn.function(), args, open), nil
}

// partialValue returns the function of the open parameters of f. The signature of a lambda no longer counts; that of a
// built-in does, where the reference would stumble.
func partialValue(f *function, args []value, open []bool) value {
	if f.native == nil {
		return partialLambda(f, args, open)
	}
	count := max(f.arity, 0)
	holes := 0
	for i := range min(count, len(open)) {
		if open[i] {
			holes++
		}
	}
	return native(holes, func(c *call, given []value) (value, error) {
		all := make([]value, count)
		for i := range all {
			switch {
			case i >= len(args):
			case !open[i]:
				all[i] = args[i]
			case len(given) > 0:
				all[i], given = given[0], given[1:]
			}
		}
		return c.apply(functionValue(f), all...)
	})
}

func partialLambda(f *function, args []value, open []bool) value {
	bound := &frame{outer: f.frame}
	var params []string
	for i, name := range f.params {
		switch {
		case i < len(args) && open[i]:
			params = append(params, name)
		case i < len(args):
			bound.bind(name, args[i])
		default:
			bound.bind(name, undefined)
		}
	}
	return functionValue(&function{lambda: f.lambda, params: params, frame: bound, input: f.input, arity: len(params)})
}

// applyNode evaluates ~>: it calls the function on the right with what is on the left; if that is a function too, it
// joins them.
func (e *evaluation) applyNode(n *node, input value, f *frame) (value, error) {
	if n.counted && e.counts(f) {
		return e.countRange(n.lhs, input, f)
	}
	lhs, err := e.eval(n.lhs, input, f)
	if err != nil {
		return undefined, err
	}
	if n.rhs.kind == functionNode {
		return e.callNode(n.rhs, input, f, &lhs)
	}
	fn, err := e.eval(n.rhs, input, f)
	switch {
	case err != nil:
		return undefined, err
	case fn.kind != functionKind:
		return undefined, fail("T2006", fn).at(n.position)
	case lhs.kind == functionKind:
		return chained(lhs, fn), nil
	}
	return e.invoke(fn, []value{lhs}, null, f, "")
}

// chained returns the function that calls second with what first returns.
func chained(first, second value) value {
	return native(1, func(c *call, args []value) (value, error) {
		var x value
		if len(args) > 0 {
			x = args[0]
		}
		v, err := c.invoke(first, []value{x}, null, c.frame, "f") // the reference's name for it, which errors show
		if err != nil {
			return undefined, err
		}
		return c.invoke(second, []value{v}, null, c.frame, "g")
	})
}
