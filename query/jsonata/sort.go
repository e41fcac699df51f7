package jsonata

// sort orders items by the terms of an order-by clause. It is a stable merge sort; each term is evaluated once for
// an item, when it is first needed. Errors: T2007, T2008.
func (e *evaluation) sort(n *node, in *array, f *frame) (*array, error) {
	if len(in.items) <= 1 {
		return in, nil
	}
	if err := e.items(2 * len(in.items)); err != nil {
		return nil, err
	}
	s := &sorter{evaluation: e, node: n, frame: f, tuples: in.tuples}
	entries := make([]*entry, len(in.items))
	for i, item := range in.items {
		entries[i] = &entry{item: item}
	}
	if err := s.sort(entries, make([]*entry, len(entries))); err != nil {
		return nil, err
	}
	out := &array{items: make([]value, len(entries))}
	for i, x := range entries {
		out.items[i] = x.item
	}
	return out, nil
}

type sorter struct {
	*evaluation
	node   *node
	frame  *frame
	tuples bool
}

// entry is an item with the values of the first terms.
type entry struct {
	item value
	keys []value
}

// sort sorts a in place; room has the same length.
func (s *sorter) sort(a, room []*entry) error {
	if len(a) <= 1 {
		return nil
	}
	middle := len(a) / 2
	if err := s.sort(a[:middle], room[:middle]); err != nil {
		return err
	}
	if err := s.sort(a[middle:], room[middle:]); err != nil {
		return err
	}
	copy(room, a)
	left, right := room[:middle], room[middle:]
	for i := range a {
		switch {
		case len(left) == 0:
			a[i], right = right[0], right[1:]
			continue
		case len(right) == 0:
			a[i], left = left[0], left[1:]
			continue
		}
		after, err := s.after(left[0], right[0])
		if err != nil {
			return err
		}
		if after {
			a[i], right = right[0], right[1:]
		} else {
			a[i], left = left[0], left[1:]
		}
	}
	return nil
}

// after reports whether a has to come after b. Undefined comes last.
func (s *sorter) after(a, b *entry) (bool, error) {
	for i, term := range s.node.terms {
		x, err := s.key(a, i)
		if err != nil {
			return false, err
		}
		y, err := s.key(b, i)
		if err != nil {
			return false, err
		}
		switch {
		case x.isUndefined() && y.isUndefined():
			continue
		case x.isUndefined():
			return true, nil
		case y.isUndefined():
			return false, nil
		case !comparable(x):
			return false, fail("T2008", x).at(s.node.position)
		case !comparable(y):
			return false, fail("T2008", y).at(s.node.position)
		case x.kind != y.kind:
			return false, fail("T2007", x, y).at(s.node.position)
		}
		c := order(x, y)
		if x.kind == numberKind && x.n != x.n || y.n != y.n {
			c = 1 // nothing is less than NaN
		}
		if c == 0 {
			continue
		}
		return c > 0 != term.descending, nil
	}
	return false, nil
}

// key returns the value of term i for an item.
func (s *sorter) key(x *entry, i int) (value, error) {
	if err := s.spend(1); err != nil {
		return undefined, err
	}
	if i < len(x.keys) {
		return x.keys[i], nil
	}
	context, env := x.item, s.frame
	if s.tuples {
		context, env = unpacked(x.item, s.frame)
	}
	v, err := s.eval(s.node.terms[i].expression, context, env)
	if err == nil {
		x.keys = append(x.keys, v)
	}
	return v, err
}
