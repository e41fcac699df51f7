package jsonata

// objectFunctions are the built-ins for objects that call no functions of the user's.
var objectFunctions = []*builtin{
	{name: "keys", signature: "<x-:a<s>>", run: runKeys},
	{name: "lookup", signature: "<x-s:x>", run: func(c *call, args []value) (value, error) {
		key := arg(args, 1)
		if key.isUndefined() {
			key = text("undefined") // JavaScript's key for it
		}
		return c.member(arg(args, 0), key.s)
	}},
	{name: "spread", signature: "<x-:a<o>>", run: runSpread},
	{name: "merge", signature: "<a<o>:o>", run: runMerge},
}

// leaves calls f for v, or if it is an array, for all that is in it and in arrays in it.
func (e *evaluation) leaves(v value, f func(value) error) error {
	if err := e.spend(1); err != nil {
		return err
	}
	if v.kind != arrayKind {
		return f(v)
	}
	return e.deeper(func() error {
		for _, item := range v.array().items {
			if err := e.leaves(item, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// runKeys returns the keys of an object, or of all objects in an array, each once.
func runKeys(c *call, args []value) (value, error) {
	keys := &array{sequence: true}
	seen := map[string]bool{}
	err := c.leaves(arg(args, 0), func(v value) error {
		if v.kind != objectKind {
			return nil
		}
		for key := range v.object().all() {
			if seen[key] {
				continue
			}
			seen[key] = true
			if err := c.push(keys, text(key)); err != nil {
				return err
			}
		}
		return nil
	})
	return value{kind: arrayKind, ref: keys}, err
}

// runSpread makes an object of each member. What is no object stays as it is.
func runSpread(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.kind != arrayKind && v.kind != objectKind {
		return v, nil
	}
	out := &array{sequence: true}
	err := c.leaves(v, func(leaf value) error {
		switch leaf.kind {
		case undefinedKind:
			return nil
		case objectKind:
			out.sequence = v.kind == objectKind
			return spreadObject(c, out, leaf.object())
		}
		out.sequence = false // appended to, it is a plain array
		return c.push(out, leaf)
	})
	return value{kind: arrayKind, ref: out}, err
}

func spreadObject(c *call, out *array, o *object) error {
	for key, member := range o.all() {
		single := newObject(1)
		single.set(key, member)
		if err := c.push(out, objectValue(single)); err != nil {
			return err
		}
	}
	return nil
}

// runMerge returns one object with the members of all; later ones win.
func runMerge(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.isUndefined() {
		return undefined, nil
	}
	merged := newObject(0)
	for _, item := range v.itemsOrSelf() {
		if item.kind != objectKind {
			continue
		}
		if err := c.items(1 + item.object().len()); err != nil {
			return undefined, err
		}
		for key, member := range item.object().all() {
			merged.set(key, member)
		}
	}
	return objectValue(merged), nil
}
