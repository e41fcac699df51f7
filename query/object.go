package query

import "slices"

// ObjectBuilder collects the members of an object. The zero value is an empty object, ready to use.
type ObjectBuilder struct {
	keys   []string
	values []Value
	index  map[string]int
}

// NewObjectBuilder returns a builder with room for n members.
func NewObjectBuilder(n int) *ObjectBuilder {
	return &ObjectBuilder{keys: make([]string, 0, n), values: make([]Value, 0, n)}
}

// Set gives key a value, which must not be undefined. A key that is set again keeps its first position and takes
// the last value, as in java.util.LinkedHashMap.
func (b *ObjectBuilder) Set(key string, v Value) {
	o := body{keys: b.keys, index: b.index}
	if i := o.find(key); i >= 0 {
		b.values[i] = v
		return
	}
	b.keys = append(b.keys, key)
	b.values = append(b.values, v)
	switch {
	case b.index != nil:
		b.index[key] = len(b.keys) - 1
	case len(b.keys) >= indexedKeysMin:
		b.index = indexKeys(b.keys)
	}
}

// Build returns the object and empties the builder.
func (b *ObjectBuilder) Build() Value {
	v := Value{kind: Object, body: &body{values: b.values, keys: b.keys, index: b.index}}
	*b = ObjectBuilder{}
	return v
}

func indexKeys(keys []string) map[string]int {
	index := make(map[string]int, len(keys))
	for i, k := range keys {
		index[k] = i
	}
	return index
}

// With returns a copy of the object v in which the member called key is member: replaced in its place, or added at
// the end. Everything else is shared with v. It returns undefined if v is not an object.
func (v Value) With(key string, member Value) Value {
	if v.kind != Object {
		return Value{}
	}
	old := v.body
	if i := old.find(key); i >= 0 {
		next := &body{values: slices.Clone(old.values), keys: old.keys, index: old.index}
		next.values[i] = member
		return Value{kind: Object, body: next}
	}
	next := &body{
		values: append(slices.Clip(old.values), member),
		keys:   append(slices.Clip(old.keys), key),
	}
	if len(next.keys) >= indexedKeysMin {
		next.index = indexKeys(next.keys)
	}
	return Value{kind: Object, body: next}
}

// WithAt returns a copy of the array v in which element i is replaced. It returns undefined if there is no such
// element.
func (v Value) WithAt(i int, element Value) Value {
	if v.kind != Array || i < 0 || i >= v.Len() {
		return Value{}
	}
	values := slices.Clone(v.body.values)
	values[i] = element
	return ArrayValue(values)
}
