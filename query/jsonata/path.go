package jsonata

import "math"

// path evaluates the steps of a path, each for every item that the one before has found.
func (e *evaluation) path(n *node, input value, f *frame) (value, error) {
	at, v, err := e.straight(n, input, f)
	if err != nil || v.isUndefined() && at > 0 || at == len(n.list) {
		return v, err
	}
	return e.walk(n, at, v, f)
}

// straight follows a path while each step finds one item, which needs no sequences. It returns the number of steps that
// it has taken.
func (e *evaluation) straight(n *node, input value, f *frame) (int, value, error) {
	if n.tuple || n.keepSingleton || n.group != nil {
		return 0, input, nil
	}
	v := input
	for i, step := range n.list {
		absolute := i == 0 && step.kind == variableNode
		if !absolute && step.kind != nameNode || !step.isPlain() || v.kind == arrayKind && !absolute {
			return i, v, nil
		}
		next := undefined
		if absolute {
			next = e.variable(step, v, f)
		} else {
			if err := e.spend(1); err != nil {
				return 0, undefined, err
			}
			if v.kind == objectKind {
				if rest := n.list[i:]; len(rest) > 1 {
					if leaf, ok := v.object().leaf(rest); ok {
						return len(n.list), leaf, e.spend(len(rest) - 1)
					}
				}
				next, _ = v.object().get(step.text)
			}
		}
		if next.isUndefined() {
			return i + 1, undefined, nil
		}
		v = next
		if v.kind == arrayKind && (v.held().sequence || v.held().cons || v.held().tuples) {
			if i == len(n.list)-1 {
				v = sequenceOf(v)
			}
			return i + 1, v, nil
		}
	}
	return len(n.list), v, nil
}

// sequenceOf returns a sequence of what a step has found.
func sequenceOf(v value) value {
	a := v.array()
	if a.cons {
		if !a.sequence {
			return v
		}
		return sequence(v)
	}
	return sequence(a.items[:len(a.items):len(a.items)]...)
}

// walk evaluates the steps of a path from one on.
func (e *evaluation) walk(n *node, from int, input value, f *frame) (value, error) {
	items := []value{input}
	found := &array{sequence: true}
	if input.kind == arrayKind && !(from == 0 && n.list[0].kind == variableNode) && !(from > 0 && input.held().cons) {
		plucked, err := e.plucked(n.list[from], input.held())
		switch {
		case err != nil:
			return undefined, err
		case plucked == nil:
			found = input.array()
		case len(plucked.items) == 0:
			return e.walked(n, plucked, nil, f)
		default:
			found, from = plucked, from+1
		}
		items = found.items
	}
	var tuples *array
	streaming := false
	for i := from; i < len(n.list); i++ {
		step := n.list[i]
		var err error
		streaming = streaming || step.tuple
		switch {
		case i == 0 && step.cons:
			var v value
			if v, err = e.eval(step, value{kind: arrayKind, ref: &array{items: items, sequence: true}}, f); err == nil {
				found = constructed(v)
			}
		case streaming:
			tuples, err = e.tupleStep(step, items, tuples, f)
		default:
			found, err = e.step(step, items, found.tuples, f, i == len(n.list)-1)
		}
		if err != nil {
			return undefined, err
		}
		if !streaming && len(found.items) == 0 {
			break
		}
		if step.focus == "" && !streaming {
			items = found.items
		}
	}
	return e.walked(n, found, tuples, f)
}

// isPlain reports whether nothing stands behind a step.
func (n *node) isPlain() bool {
	return !n.tuple && !n.keepArray && n.stages == nil && n.predicates == nil && n.group == nil
}

// plucked takes a step in an array that is not converted, if it can be taken without.
func (e *evaluation) plucked(n *node, a *array) (*array, error) {
	if a.pending == nil || n.kind != nameNode || !n.isPlain() || e.depth >= e.budget.Depth {
		return nil, nil
	}
	return e.pluck(a.pending, n.text)
}

// walked makes the result of a path of what its last step has found: items, or tuples if a step makes such.
func (e *evaluation) walked(n *node, found, tuples *array, f *frame) (value, error) {
	if tuples != nil {
		found = tuples
		if !n.tuple {
			found = &array{sequence: true}
			for _, t := range tuples.items {
				item, _ := t.object().get("@")
				if err := e.push(found, item); err != nil {
					return undefined, err
				}
			}
		}
	}
	if n.keepSingleton {
		found = kept(found)
	}
	out := value{kind: arrayKind, ref: found}
	if n.group == nil {
		return out, nil
	}
	if tuples != nil {
		out.ref = tuples
	}
	return e.groupBy(n.group.pairs, n.group.position, out, f)
}

// constructed returns the items that a constructor at the start of a path leaves to the next step. If a predicate made
// something else of it, the reference finds nothing in that, but for the characters of a string.
func constructed(v value) *array {
	switch v.kind {
	case arrayKind:
		return v.array()
	case stringKind:
		out := &array{sequence: true}
		for _, r := range v.s {
			out.items = append(out.items, text(string(r)))
		}
		return out
	}
	return &array{sequence: true}
}

// kept returns a as a sequence that stays an array even if it has only one item.
func kept(a *array) *array {
	if a.cons && !a.sequence {
		return &array{items: []value{{kind: arrayKind, ref: a}}, sequence: true, singleton: true}
	}
	out := *a
	out.singleton = true
	return &out
}

// step evaluates a step for all items and joins what it finds.
func (e *evaluation) step(n *node, items []value, tuples bool, f *frame, last bool) (*array, error) {
	if n.kind == sortNode {
		sorted, err := e.sort(n, &array{items: items, sequence: true, tuples: tuples}, f)
		if err != nil {
			return nil, err
		}
		return e.stages(n.stages, sorted, f)
	}
	out := &array{sequence: true}
	count, only := 0, undefined
	named := n.kind == nameNode && n.isPlain() && e.depth < e.budget.Depth
	for k, item := range items {
		v, err := undefined, error(nil)
		if named && item.kind == objectKind {
			v, err = e.named(n, item.object(), f)
		} else {
			v, err = e.eval(n, item, f)
		}
		for i := 0; i < len(n.stages) && err == nil; i++ {
			if n.stages[i].filter != nil {
				v, err = e.filter(n.stages[i].filter, v, f)
			}
		}
		if err != nil {
			return nil, err
		}
		if v.isUndefined() {
			continue
		}
		if count++; count == 1 {
			only = v
			continue
		}
		if count == 2 {
			if only.kind != arrayKind {
				err = e.room(out, k, len(items)-k+1)
			}
			if err == nil {
				err = e.join(out, only)
			}
		}
		if err == nil && v.kind != arrayKind {
			err = e.room(out, k, len(items)-k)
		}
		if err == nil {
			err = e.join(out, v)
		}
		if err != nil {
			return nil, err
		}
	}
	if count == 1 {
		if last && only.kind == arrayKind && !only.array().sequence {
			return only.array(), nil
		}
		return out, e.join(out, only)
	}
	return out, nil
}

// named is eval for a step that is the name of a member and nothing else.
func (e *evaluation) named(n *node, o *object, f *frame) (value, error) {
	if err := e.spend(1); err != nil {
		return undefined, err
	}
	v, _ := o.get(n.text)
	if v.kind == arrayKind {
		return e.finish(n, v, f)
	}
	return v, nil
}

// join appends what a step has found for one item.
func (e *evaluation) join(out *array, v value) error {
	if v.kind == arrayKind && v.held().cons {
		return e.push(out, v)
	}
	return e.flatten(out, v)
}

// stages applies filters to all items, and numbers them.
func (e *evaluation) stages(stages []stage, a *array, f *frame) (*array, error) {
	for _, s := range stages {
		if s.filter == nil {
			for i, t := range a.items {
				if t.kind == objectKind {
					t.object().set(s.index, number(float64(i)))
				}
			}
			continue
		}
		v, err := e.filter(s.filter, value{kind: arrayKind, ref: a}, f)
		if err != nil {
			return nil, err
		}
		a = v.array()
	}
	return a, nil
}

// filter returns the items that a predicate selects: by position, or because it holds.
func (e *evaluation) filter(predicate *node, input value, f *frame) (value, error) {
	in := &array{items: []value{input}, sequence: true}
	if input.kind == arrayKind {
		in = input.held()
	}
	out := &array{sequence: true, tuples: in.tuples}
	if predicate.kind == numberNode {
		i := math.Floor(predicate.literal.n)
		if i < 0 {
			i += float64(in.size())
		}
		if i >= 0 && i < float64(in.size()) {
			item := in.at(int(i))
			if item.kind == arrayKind {
				return item, nil
			}
			if !item.isUndefined() {
				out.items = []value{item}
			}
		}
		return value{kind: arrayKind, ref: out}, nil
	}
	if in.pending != nil {
		in.convert()
	}
	for i, item := range in.items {
		context, env := item, f
		if in.tuples {
			context, env = unpacked(item, f)
		}
		v, err := e.eval(predicate, context, env)
		if err != nil {
			return undefined, err
		}
		times, err := e.selects(v, i, len(in.items))
		for ; times > 0 && err == nil; times-- {
			err = e.push(out, item)
		}
		if err != nil {
			return undefined, err
		}
	}
	return value{kind: arrayKind, ref: out}, nil
}

// selects returns how often the result of a predicate selects item i of n.
func (e *evaluation) selects(v value, i, n int) (int, error) {
	numbers := v.itemsOrSelf()
	if v.kind == numberKind || v.kind == arrayKind {
		if err := e.spend(len(numbers)); err != nil {
			return 0, err
		}
		times := 0
		for _, x := range numbers {
			ok, err := isNumeric(x)
			if err != nil {
				return 0, err
			}
			if !ok {
				return e.truth(v)
			}
			at := math.Floor(x.n)
			if at < 0 {
				at += float64(n)
			}
			if at == float64(i) {
				times++
			}
		}
		return times, nil
	}
	return e.truth(v)
}

// truth returns 1 if v is true in a condition, otherwise 0.
func (e *evaluation) truth(v value) (int, error) {
	truth, err := e.truthy(v)
	if truth {
		return 1, err
	}
	return 0, err
}
