package jsonata

// A tuple stream is a sequence of objects: "@" holds the item, other members what @, # and % bind on the way.

// unpacked returns the item of a tuple and a frame with its bindings.
func unpacked(tuple value, f *frame) (value, *frame) {
	if tuple.kind != objectKind {
		return undefined, f
	}
	o := tuple.object()
	item, _ := o.get("@")
	return item, &frame{outer: f, names: o.keys, values: o.values, shared: true}
}

// extended returns a copy of a tuple with room for more.
func extended(tuple *object) *object {
	o := newObject(tuple.len() + 2)
	for k, v := range tuple.all() {
		o.set(k, v)
	}
	return o
}

// tupleStep evaluates a step for all tuples, or for all items if it is the first that makes tuples.
func (e *evaluation) tupleStep(n *node, items []value, tuples *array, f *frame) (*array, error) {
	if n.kind == sortNode {
		return e.tupleSort(n, items, tuples, f)
	}
	if tuples == nil {
		if err := e.items(3 * len(items)); err != nil {
			return nil, err
		}
		tuples = &array{items: make([]value, len(items))}
		for i, item := range items {
			tuples.items[i] = newTuple(item)
		}
	}
	out := &array{sequence: true, tuples: true}
	for _, tuple := range tuples.items {
		item, env := unpacked(tuple, f)
		v, err := e.eval(n, item, env)
		if err != nil {
			return nil, err
		}
		stream := v.kind == arrayKind && v.array().tuples
		for i, found := range v.itemsOrSelf() {
			if err := e.items(tuple.object().len() + 2); err != nil {
				return nil, err
			}
			next := extended(tuple.object())
			if stream {
				for k, v := range found.object().all() {
					next.set(k, v)
				}
			} else {
				n.extend(next, item, found, i)
			}
			if err := e.push(out, objectValue(next)); err != nil {
				return nil, err
			}
		}
	}
	return e.stages(n.stages, out, f)
}

// extend binds in a tuple what a step found in an item.
func (n *node) extend(tuple *object, item, found value, i int) {
	if n.focus != "" {
		tuple.set(n.focus, found)
		tuple.set("@", item)
	} else {
		tuple.set("@", found)
	}
	if n.index != "" {
		tuple.set(n.index, number(float64(i)))
	}
	if n.ancestor != nil {
		tuple.set(n.ancestor.label, item)
	}
}

func newTuple(item value) value {
	o := newObject(3)
	o.set("@", item)
	return objectValue(o)
}

func (e *evaluation) tupleSort(n *node, items []value, tuples *array, f *frame) (*array, error) {
	if tuples != nil {
		sorted, err := e.sort(n, tuples, f)
		if err != nil {
			return nil, err
		}
		return e.stages(n.stages, sorted, f)
	}
	sorted, err := e.sort(n, &array{items: items, sequence: true}, f)
	if err != nil {
		return nil, err
	}
	out := &array{sequence: true, tuples: true}
	for i, item := range sorted.items {
		tuple := newTuple(item)
		if n.index != "" {
			tuple.object().set(n.index, number(float64(i)))
		}
		if err := e.push(out, tuple); err != nil {
			return nil, err
		}
	}
	return e.stages(n.stages, out, f)
}
