package jsonata

import (
	"iter"
	"slices"

	"github.com/cogstep/cogstep/query"
)

// object keeps the order of its members. Either it was built (keys, values) or it wraps a parsed one, whose members are
// converted when they are asked for.
type object struct {
	keys    []string
	values  []value
	index   map[string]int // of keys; nil for few
	payload                // if parsed is not undefined, the members are there; keys and values hold those that are kept
}

// indexedKeysMin is the number of members from which an object has an index.
const indexedKeysMin = 17

// newObject returns an object with room for n members.
func newObject(n int) *object {
	return &object{keys: make([]string, 0, n), values: make([]value, 0, n)}
}

// objectValue returns the value of an object.
func objectValue(o *object) value { return value{kind: objectKind, ref: o} }

// len returns the number of members.
func (o *object) len() int {
	if o.parsed.IsUndefined() {
		return len(o.keys)
	}
	return o.parsed.Len()
}

// get returns the member called key and whether there is one.
func (o *object) get(key string) (value, bool) {
	if i := o.find(key); i >= 0 {
		return o.values[i], true
	}
	if o.parsed.IsUndefined() {
		return undefined, false
	}
	member, ok := o.parsed.Get(key)
	if !ok {
		return undefined, false
	}
	return o.converted(key, member), true
}

// converted returns a parsed member; what has to be kept is the same value each time.
func (o *object) converted(key string, member query.Value) value {
	v := o.by.fromQuery(member)
	if lasts(v) {
		o.by.owe(keptValues)
		o.add(key, v)
	}
	return v
}

func (o *object) find(key string) int {
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range o.keys {
		if k == key {
			return i
		}
	}
	return -1
}

// set gives key a value. A key that is set again keeps its position. The object must be one that was built.
func (o *object) set(key string, v value) {
	if i := o.find(key); i >= 0 {
		o.values[i] = v
		return
	}
	o.add(key, v)
}

func (o *object) add(key string, v value) {
	o.keys = append(o.keys, key)
	o.values = append(o.values, v)
	switch {
	case o.index != nil:
		o.index[key] = len(o.keys) - 1
	case len(o.keys) >= indexedKeysMin:
		o.reindex()
	}
}

func (o *object) reindex() {
	o.index = nil
	if len(o.keys) < indexedKeysMin {
		return
	}
	o.index = make(map[string]int, len(o.keys))
	for i, k := range o.keys {
		o.index[k] = i
	}
}

// delete removes a member, if there is one. The object must be one that was built.
func (o *object) delete(key string) {
	i := o.find(key)
	if i < 0 {
		return
	}
	o.keys = slices.Delete(o.keys, i, i+1)
	o.values = slices.Delete(o.values, i, i+1)
	o.reindex()
}

// all iterates over the members in their order.
func (o *object) all() iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		if o.parsed.IsUndefined() {
			for i, k := range o.keys {
				if !yield(k, o.values[i]) {
					return
				}
			}
			return
		}
		for key, member := range o.parsed.Members() {
			v, ok := undefined, false
			if i := o.find(key); i >= 0 {
				v, ok = o.values[i], true
			}
			if !ok {
				v = o.converted(key, member)
			}
			if !yield(key, v) {
				return
			}
		}
	}
}
