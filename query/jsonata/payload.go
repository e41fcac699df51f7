package jsonata

import "github.com/cogstep/cogstep/query"

// payload is a parsed container whose contents are converted when somebody looks at them. What is converted is kept, so
// that the same container is the same value each time; the evaluation pays for it.
type payload struct {
	parsed query.Value
	by     *evaluation
}

// keptTextMin is the length in bytes from which converted strings and numbers are kept like containers: escapes are
// decoded into a copy and digits are read, which must not be done again and again. Shorter ones are paid for by the step
// that looks at them.
const keptTextMin = 65

// What converted values take in memory, as a number of values.
const (
	objectValues = 4 // an object with room for one member
	arrayValues  = 2 // an array without items
	keptValues   = 2 // what an object keeps: the value and its key
)

// fromQuery returns the value of a payload. Arrays and objects are converted when somebody looks, and no deeper than that.
func (e *evaluation) fromQuery(q query.Value) value {
	switch q.Kind() {
	case query.Null:
		return null
	case query.Boolean:
		return boolean(q.Bool())
	case query.Number:
		v := value{kind: numberKind, n: q.Float(), s: q.NumberText()}
		e.owe(textValues(v.s))
		return v
	case query.String:
		v := text(q.Str())
		e.owe(textValues(v.s))
		return v
	case query.Array:
		e.owe(arrayValues)
		a := &struct {
			array
			payload
		}{payload: payload{q, e}}
		a.pending = &a.payload
		return value{kind: arrayKind, ref: &a.array}
	case query.Object:
		e.owe(objectValues)
		o := &struct {
			object
			key  [1]string // room for what is kept first: often there is nothing else
			kept [1]value
		}{object: object{payload: payload{q, e}}}
		o.keys, o.values = o.key[:0], o.kept[:0]
		return objectValue(&o.object)
	}
	return undefined
}

// lasts reports whether a converted value has to be kept.
func lasts(v value) bool {
	return v.kind == arrayKind || v.kind == objectKind || len(v.s) >= keptTextMin
}

func isContainer(q query.Value) bool { return q.Kind() == query.Array || q.Kind() == query.Object }

// textValues returns what a text takes in memory, as a number of values; 0 if it is not worth counting.
func textValues(s string) int {
	if len(s) < keptTextMin {
		return 0
	}
	return len(s) / valueBytes
}

// convert converts all items that are not yet. The objects among them lie in one piece of memory.
func (a *array) convert() {
	p := a.pending
	a.prepare()
	objects := 0
	for i := range a.items {
		if a.items[i].isUndefined() && p.parsed.At(i).Kind() == query.Object {
			objects++
		}
	}
	p.by.owe(objects * objectValues)
	room := make([]object, objects)
	for i := range a.items {
		if !a.items[i].isUndefined() {
			continue
		}
		q := p.parsed.At(i)
		if q.Kind() != query.Object {
			a.items[i] = p.by.fromQuery(q)
			continue
		}
		room[0].payload = payload{q, p.by}
		a.items[i] = objectValue(&room[0])
		room = room[1:]
	}
	a.pending = nil
}

// prepare makes room for the items of a payload; those that are undefined are not converted.
func (a *array) prepare() {
	if a.items == nil {
		n := a.pending.parsed.Len()
		a.pending.by.owe(n)
		a.items = make([]value, n)
	}
}

// size returns the number of items.
func (a *array) size() int {
	if a.pending != nil {
		return a.pending.parsed.Len()
	}
	return len(a.items)
}

// at returns an item; the others need not be converted.
func (a *array) at(i int) value {
	if a.pending != nil {
		a.prepare()
		if a.items[i].isUndefined() {
			a.items[i] = a.pending.by.fromQuery(a.pending.parsed.At(i))
		}
	}
	return a.items[i]
}

// leaf follows steps to a member of a payload without making values of the objects on the way. It returns false if the
// steps do more than that, or if what they lead to has to be kept: then the objects are needed. Once the first of them
// is kept, it is the shorter way.
func (o *object) leaf(steps []*node) (value, bool) {
	if o.parsed.IsUndefined() || o.find(steps[0].text) >= 0 {
		return undefined, false
	}
	q := o.parsed
	for _, step := range steps {
		if step.kind != nameNode || !step.isPlain() || q.Kind() == query.Array {
			return undefined, false
		}
		q, _ = q.Get(step.text)
	}
	if isContainer(q) {
		return undefined, false
	}
	v := o.by.fromQuery(q)
	return v, !lasts(v)
}

// pluck returns the members called name of the objects in a payload without making values of these objects. It returns
// nil if it meets what has to be kept: then the objects are needed.
func (e *evaluation) pluck(p *payload, name string) (*array, error) {
	out := &array{sequence: true}
	n := p.parsed.Len()
	for i := range n {
		if err := e.spend(1); err != nil {
			return nil, err
		}
		item := p.parsed.At(i)
		member, ok := item.Get(name)
		if !ok {
			if item.Kind() == query.Array {
				return nil, nil
			}
			continue
		}
		if isContainer(member) {
			return nil, nil
		}
		v := e.fromQuery(member)
		if lasts(v) {
			return nil, nil
		}
		if err := e.room(out, i, n-i); err != nil {
			return nil, err
		}
		out.items = append(out.items, v)
	}
	return out, nil
}
