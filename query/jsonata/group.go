package jsonata

// group collects the items that have one key.
type group struct {
	key  string
	pair int // the pair of expressions that made the key
	data value
	own  bool // data is an array that nobody else has
}

// groupBy makes an object: for each item, each pair of expressions gives a key; the value is made of all items with the
// same key. Without items it makes what the pairs give for nothing, so that it serves object constructors too.
// Errors: T1003, D1009.
func (e *evaluation) groupBy(pairs []pair, position int, input value, f *frame) (value, error) {
	single := [1]value{input}
	items, tuples := single[:], false
	if input.kind == arrayKind {
		items, tuples = input.array().items, input.array().tuples
	}
	if len(items) == 0 {
		items = single[:]
		items[0] = undefined
		tuples = false
	}
	if len(items) == 1 && !tuples && input.kind != arrayKind {
		return e.object(pairs, position, items[0], f)
	}
	groups, err := e.groups(pairs, position, items, tuples, f)
	if err != nil {
		return undefined, err
	}
	out := newObject(len(groups))
	for i := range groups {
		g := &groups[i]
		context, env := g.data, f
		if tuples {
			if context, env, err = e.reduced(g.data, f); err != nil {
				return undefined, err
			}
		}
		v, err := e.eval(pairs[g.pair].value, context, env)
		if err != nil {
			return undefined, err
		}
		if !v.isUndefined() {
			out.set(g.key, v)
		}
	}
	return objectValue(out), nil
}

// object makes the object for one item, where keys cannot come together.
func (e *evaluation) object(pairs []pair, position int, item value, f *frame) (value, error) {
	if err := e.items(2 * len(pairs)); err != nil {
		return undefined, err
	}
	out := newObject(len(pairs))
	var room [16]bool
	given := room[:]
	if len(pairs) > len(given) {
		given = make([]bool, len(pairs))
	}
	for i, p := range pairs {
		key, err := e.eval(p.key, item, f)
		if err == nil {
			given[i], err = e.isKey(key, position)
		}
		if err != nil {
			return undefined, err
		}
		if !given[i] {
			continue
		}
		if out.find(key.s) >= 0 {
			return undefined, fail("D1009", key).at(position)
		}
		out.add(key.s, undefined)
	}
	next, kept := 0, 0 // of the keys in out
	for i, p := range pairs {
		if !given[i] {
			continue
		}
		v, err := e.eval(p.value, item, f)
		if err != nil {
			return undefined, err
		}
		if !v.isUndefined() {
			out.keys[kept], out.values[kept] = out.keys[next], v
			kept++
		}
		next++
	}
	if kept < next {
		out.keys, out.values = out.keys[:kept], out.values[:kept]
		out.reindex()
	}
	return objectValue(out), nil
}

// isKey reports whether there is a key. Errors: T1003 if it is not a string.
func (e *evaluation) isKey(key value, position int) (bool, error) {
	if key.isUndefined() {
		return false, nil
	}
	if key.kind != stringKind {
		return false, fail("T1003", key).at(position)
	}
	return true, nil
}

func (e *evaluation) groups(pairs []pair, position int, items []value, tuples bool, f *frame) ([]group, error) {
	var groups []group
	index := map[string]int{}
	for _, item := range items {
		context, env := item, f
		if tuples {
			context, env = unpacked(item, f)
		}
		for i, p := range pairs {
			key, err := e.eval(p.key, context, env)
			if err != nil {
				return nil, err
			}
			given, err := e.isKey(key, position)
			if err != nil {
				return nil, err
			}
			if !given {
				continue
			}
			at, ok := index[key.s]
			if !ok {
				if err := e.items(4); err != nil {
					return nil, err
				}
				index[key.s] = len(groups)
				groups = append(groups, group{key: key.s, pair: i, data: item})
				continue
			}
			if groups[at].pair != i {
				return nil, fail("D1009", key).at(position)
			}
			if err := e.collect(&groups[at].data, &groups[at].own, item); err != nil {
				return nil, err
			}
		}
	}
	return groups, nil
}

// collect appends v to what was collected, which becomes an array when there is more than one. own says that it
// already is an array that nobody else has.
func (e *evaluation) collect(data *value, own *bool, v value) error {
	switch {
	case v.isUndefined():
		return nil
	case data.isUndefined():
		*data = v
		return nil
	}
	if !*own {
		first := *data
		*data, *own = list(), true
		if err := e.flatten(data.array(), first); err != nil {
			return err
		}
	}
	return e.flatten(data.array(), v)
}

// reduced joins the tuples of a group into one, whose members hold the values of all.
func (e *evaluation) reduced(data value, f *frame) (value, *frame, error) {
	if data.kind != arrayKind {
		item, env := unpacked(data, f)
		return item, env, nil
	}
	tuples := data.array().items
	all := extended(tuples[0].object())
	own := make(map[string]*bool, all.len())
	for _, tuple := range tuples[1:] {
		for key, v := range tuple.object().all() {
			joined, _ := all.get(key)
			if own[key] == nil {
				own[key] = new(bool)
			}
			if err := e.collect(&joined, own[key], v); err != nil {
				return undefined, nil, err
			}
			all.set(key, joined)
		}
	}
	item, env := unpacked(objectValue(all), f)
	return item, env, nil
}
