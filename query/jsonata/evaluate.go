package jsonata

import "math"

// eval evaluates n for an input: the context item. It is the reference's function evaluate.
func (e *evaluation) eval(n *node, input value, f *frame) (value, error) {
	if e.depth++; e.depth > e.budget.Depth {
		e.depth--
		return undefined, errDepth()
	}
	v, err := e.dispatch(n, input, f)
	e.depth--
	if err != nil {
		return undefined, err
	}
	if n.predicates != nil || n.group != nil || v.kind == arrayKind {
		return e.finish(n, v, f)
	}
	return v, nil
}

// finish applies what stands behind a node and unwraps sequences of one.
func (e *evaluation) finish(n *node, v value, f *frame) (value, error) {
	var err error
	for _, p := range n.predicates {
		if v, err = e.filter(p.filter, v, f); err != nil {
			return undefined, err
		}
	}
	if n.group != nil && n.kind != pathNode {
		if v, err = e.groupBy(n.group.pairs, n.group.position, v, f); err != nil {
			return undefined, err
		}
	}
	if v.kind != arrayKind {
		return v, nil
	}
	a := v.held()
	if !a.sequence || a.tuples {
		return v, nil
	}
	if n.keepArray {
		a.singleton = true
	}
	switch {
	case len(a.items) == 0:
		return undefined, nil
	case len(a.items) == 1 && !a.singleton:
		return a.items[0], nil
	}
	return v, nil
}

func (e *evaluation) dispatch(n *node, input value, f *frame) (value, error) {
	if err := e.spend(1); err != nil {
		return undefined, err
	}
	switch n.kind {
	case pathNode:
		return e.path(n, input, f)
	case variableNode:
		return e.variable(n, input, f), nil
	case nameNode:
		return e.member(input, n.text)
	case stringNode, numberNode, valueNode, regexpNode:
		return n.literal, nil
	case binaryNode:
		return e.binary(n, input, f)
	case functionNode:
		return e.callNode(n, input, f, nil)
	case conditionNode:
		return e.condition(n, input, f)
	case blockNode:
		return e.block(n, input, f)
	case lambdaNode:
		return lambdaValue(n, input, f), nil
	case objectNode:
		return e.groupBy(n.pairs, n.position, input, f)
	case arrayNode:
		return e.array(n, input, f)
	case bindNode:
		v, err := e.eval(n.rhs, input, f)
		if err == nil {
			f.bind(n.lhs.text, v)
		}
		return v, err
	case applyNode:
		return e.applyNode(n, input, f)
	case negationNode:
		return e.negation(n, input, f)
	case wildcardNode:
		return e.wildcard(input)
	case descendantNode:
		return e.descendants(input)
	case parentNode:
		v, _ := f.lookup(n.slot.label)
		return v, nil
	case partialNode:
		return e.partial(n, input, f)
	case transformNode:
		return e.transform(n, f), nil
	}
	return undefined, nil
}

// variable looks up a variable: in the frames, then among the variables of the input, then among the built-ins.
func (e *evaluation) variable(n *node, input value, f *frame) value {
	if n.text == "" {
		if input.kind == arrayKind && input.held().outer {
			return input.array().items[0]
		}
		return input
	}
	return e.lookup(n.text, f)
}

func (e *evaluation) lookup(name string, f *frame) value {
	if v, ok := f.lookup(name); ok {
		return v
	}
	if e.vars != nil {
		if q, ok := e.vars.Lookup(name); ok {
			v := e.fromQuery(q)
			e.root.bind(name, v)
			return v
		}
	}
	return e.builtins[name]
}

// member returns a member of an object, or those of all objects in an array.
func (e *evaluation) member(input value, name string) (value, error) {
	switch input.kind {
	case objectKind:
		v, _ := input.object().get(name)
		return v, nil
	case arrayKind:
		out := &array{sequence: true}
		for _, item := range input.array().items {
			v, err := e.member(item, name)
			if err == nil {
				err = e.flatten(out, v)
			}
			if err != nil {
				return undefined, err
			}
		}
		return value{kind: arrayKind, ref: out}, nil
	}
	return undefined, nil
}

// push appends to an array in the making.
func (e *evaluation) push(a *array, v value) error {
	if len(a.items) == cap(a.items) {
		if err := e.grow(a, max(4, 2*len(a.items))); err != nil {
			return err
		}
	}
	a.items = append(a.items, v)
	return e.spend(1)
}

// room makes room in an array in the making. Its items are what was found in the first seen of some items, of which rest
// are left: these will hold as much, so that room for it is made at once, but for 15 times what there is at most.
func (e *evaluation) room(a *array, seen, rest int) error {
	n := len(a.items)
	if n < cap(a.items) {
		return nil
	}
	more := 8
	if n > 0 {
		more = min(max(n, rest*n/max(seen, 1)), 15*n)
	}
	return e.grow(a, n+min(more, rest))
}

// grow makes room for size items in an array in the making.
func (e *evaluation) grow(a *array, size int) error {
	if err := e.items(size); err != nil {
		return err
	}
	a.items = append(make([]value, 0, size), a.items...)
	return nil
}

// flatten appends v, or its items if it is an array, to an array in the making; undefined appends nothing.
func (e *evaluation) flatten(a *array, v value) error {
	if v.kind != arrayKind {
		if v.isUndefined() {
			return nil
		}
		return e.push(a, v)
	}
	items := v.array().items
	if len(a.items) == 0 {
		a.items = items[:len(items):len(items)] // shared until somebody appends
		return e.spend(1)
	}
	for _, item := range items {
		if err := e.push(a, item); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluation) condition(n *node, input value, f *frame) (value, error) {
	v, err := e.eval(n.condition, input, f)
	if err != nil {
		return undefined, err
	}
	truth, err := e.truthy(v)
	switch {
	case err != nil:
		return undefined, err
	case truth:
		return e.eval(n.then, input, f)
	case n.otherwise != nil:
		return e.eval(n.otherwise, input, f)
	}
	return undefined, nil
}

func (e *evaluation) block(n *node, input value, f *frame) (v value, err error) {
	inner := &frame{outer: f}
	for _, x := range n.list {
		if v, err = e.eval(x, input, inner); err != nil {
			return undefined, err
		}
	}
	return v, nil
}

func (e *evaluation) array(n *node, input value, f *frame) (value, error) {
	out := &array{cons: n.cons}
	for _, x := range n.list {
		v, err := e.eval(x, input, f)
		switch {
		case err != nil:
		case x.kind == arrayNode || x.kind == stringNode:
			if !v.isUndefined() {
				err = e.push(out, v)
			}
		default:
			err = e.flatten(out, v)
		}
		if err != nil {
			return undefined, err
		}
	}
	return value{kind: arrayKind, ref: out}, nil
}

func (e *evaluation) negation(n *node, input value, f *frame) (value, error) {
	v, err := e.eval(n.rhs, input, f)
	if err != nil || v.isUndefined() {
		return undefined, err
	}
	ok, failure := isNumeric(v)
	if failure == nil && !ok {
		failure = fail("D1002", v)
	}
	if failure != nil {
		return undefined, failure.at(n.position).about("-")
	}
	return number(-v.n), nil
}

// isNumeric reports whether v is a number. Errors: D1001 for infinities.
func isNumeric(v value) (bool, *Error) {
	if v.kind != numberKind || math.IsNaN(v.n) {
		return false, nil
	}
	if math.IsInf(v.n, 0) {
		return false, fail("D1001", v)
	}
	return true, nil
}

// wildcard returns the members of an object or the items of an array. Arrays among them are flattened.
func (e *evaluation) wildcard(input value) (value, error) {
	out := &array{sequence: true}
	if input.kind == arrayKind && input.array().outer {
		input = input.array().items[0]
	}
	add := func(v value) error {
		if v.kind != arrayKind {
			return e.push(out, v)
		}
		out.sequence = false // concatenated arrays are plain
		return e.flattenDeeply(out, v)
	}
	switch input.kind {
	case arrayKind:
		for _, item := range input.array().items {
			if err := add(item); err != nil {
				return undefined, err
			}
		}
	case objectKind:
		for _, member := range input.object().all() {
			if err := add(member); err != nil {
				return undefined, err
			}
		}
	}
	return value{kind: arrayKind, ref: out}, nil
}

func (e *evaluation) flattenDeeply(out *array, v value) error {
	if v.kind != arrayKind {
		return e.push(out, v)
	}
	return e.deeper(func() error {
		for _, item := range v.array().items {
			if err := e.flattenDeeply(out, item); err != nil {
				return err
			}
		}
		return nil
	})
}

// deeper runs a step of a recursion over data.
func (e *evaluation) deeper(step func() error) error {
	if e.levels++; e.levels > nestingDataMax {
		e.levels--
		return errDepth()
	}
	err := step()
	e.levels--
	return err
}

// nestingDataMax is how deeply data may be nested that a function goes through: more than any payload can be.
const nestingDataMax = 1 << 17

// descendants returns the input and everything in it. Arrays are represented by their items.
func (e *evaluation) descendants(input value) (value, error) {
	if input.isUndefined() {
		return undefined, nil
	}
	out := &array{sequence: true}
	if err := e.descend(out, input); err != nil {
		return undefined, err
	}
	if len(out.items) == 1 {
		return out.items[0], nil
	}
	return value{kind: arrayKind, ref: out}, nil
}

func (e *evaluation) descend(out *array, v value) error {
	switch v.kind {
	case arrayKind:
		return e.deeper(func() error {
			for _, item := range v.array().items {
				if err := e.descend(out, item); err != nil {
					return err
				}
			}
			return nil
		})
	case objectKind:
		if err := e.push(out, v); err != nil {
			return err
		}
		return e.deeper(func() error {
			for _, member := range v.object().all() {
				if err := e.descend(out, member); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return e.push(out, v)
}
