package jsonata

// transform returns the function that |pattern|update, deletion| is: from an object to a copy in which each match of the
// pattern has the members of update and lacks those that deletion names.
func (e *evaluation) transform(n *node, f *frame) value {
	fn := native(1, func(c *call, args []value) (value, error) {
		if len(args) == 0 || args[0].isUndefined() {
			return undefined, nil
		}
		return c.transformed(n, args[0], f)
	})
	fn.function().signature = transformSignature
	return fn
}

var transformSignature = mustSignature("<(oa):o>")

// transformed makes the copy. Errors: T2011, T2012, T2013.
func (e *evaluation) transformed(n *node, original value, f *frame) (value, error) {
	clone := e.lookup("clone", f)
	if clone.kind != functionKind {
		return undefined, fail("T2013").at(n.position)
	}
	if !identical(clone, e.builtins["clone"]) {
		var err error
		if original, err = e.apply(clone, original); err != nil {
			return undefined, err
		}
	}
	out, err := e.clone(original) // one whose objects may be changed
	if err != nil {
		return undefined, err
	}
	matches, err := e.eval(n.pattern, out, f)
	if err != nil {
		return undefined, err
	}
	for _, match := range matches.itemsOrSelf() {
		if err := e.update(n, match, f); err != nil {
			return undefined, err
		}
		if n.deletion == nil {
			continue
		}
		if err := e.deleteMembers(n, match, f); err != nil {
			return undefined, err
		}
	}
	return out, nil
}

func (e *evaluation) update(n *node, match value, f *frame) error {
	update, err := e.eval(n.update, match, f)
	if err != nil || update.isUndefined() {
		return err
	}
	if update.kind != objectKind {
		return fail("T2011", update).at(n.update.position)
	}
	if match.kind != objectKind {
		return nil // values that are no objects have no members to set
	}
	target := match.object()
	if !target.parsed.IsUndefined() {
		return nil
	}
	for key, v := range update.object().all() {
		cyclic, err := e.holds(v, target)
		if err == nil && cyclic {
			v, err = e.clone(v)
		}
		if err != nil {
			return err
		}
		if target.find(key) < 0 {
			if err := e.items(2); err != nil {
				return err
			}
		}
		target.set(key, v)
	}
	return nil
}

// holds reports whether an object is part of v, so that making v part of the object would close a circle.
func (e *evaluation) holds(v value, o *object) (found bool, err error) {
	if err := e.spend(1); err != nil {
		return false, err
	}
	if v.kind == objectKind && v.object() == o {
		return true, nil
	}
	if v.kind != arrayKind && (v.kind != objectKind || !v.object().parsed.IsUndefined()) {
		return false, nil
	}
	err = e.deeper(func() error {
		if v.kind == arrayKind {
			for _, item := range v.array().items {
				if found, err = e.holds(item, o); found || err != nil {
					return err
				}
			}
			return nil
		}
		for _, member := range v.object().all() {
			if found, err = e.holds(member, o); found || err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

func (e *evaluation) deleteMembers(n *node, match value, f *frame) error {
	names, err := e.eval(n.deletion, match, f)
	if err != nil {
		return err
	}
	for _, name := range names.itemsOrSelf() {
		if name.kind != stringKind {
			return fail("T2012", names).at(n.deletion.position)
		}
	}
	if match.kind != objectKind || !match.object().parsed.IsUndefined() {
		return nil
	}
	for _, name := range names.itemsOrSelf() {
		if err := e.spend(1 + match.object().len()/16); err != nil {
			return err
		}
		match.object().delete(name.s)
	}
	return nil
}

// clone returns a deep copy of v that is built and may be changed. Functions become empty strings, as in JSON.
func (e *evaluation) clone(v value) (out value, err error) {
	switch v.kind {
	case functionKind:
		return text(""), nil
	case numberKind:
		if v.s == "" {
			v.n = fifteenDigits(v.n) // as if it had been JSON
		}
	case arrayKind:
		a := v.array()
		if a.outer && len(a.items) > 0 {
			return e.clone(a.items[0])
		}
		copied := &array{}
		err = e.deeper(func() error {
			for _, item := range a.items {
				c, err := e.clone(item)
				if err == nil {
					err = e.push(copied, c)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		return value{kind: arrayKind, ref: copied}, err
	case objectKind:
		if err := e.items(2 * v.object().len()); err != nil {
			return undefined, err
		}
		copied := newObject(v.object().len())
		err = e.deeper(func() error {
			for key, member := range v.object().all() {
				c, err := e.clone(member)
				if err != nil {
					return err
				}
				if !c.isUndefined() {
					copied.add(key, c)
				}
			}
			return nil
		})
		return objectValue(copied), err
	}
	return v, e.spend(1)
}
