package jsonata

import "slices"

// frame binds names to values. A name that it does not have is looked up in the frame around it.
type frame struct {
	outer  *frame
	names  []string
	values []value
	shared bool // names and values belong to somebody else; names whose capacity is their length may too
}

// parameterFrame returns a frame for a call of a lambda.
func parameterFrame(lambda *function, args []value) *frame {
	inner := &struct {
		frame
		room [1]value // most take one argument
	}{frame: frame{outer: lambda.frame, names: slices.Clip(lambda.params)}}
	if n := len(lambda.params); n <= len(inner.room) {
		inner.values = inner.room[:n:n]
	} else {
		inner.values = make([]value, n)
	}
	copy(inner.values, args)
	inner.unite()
	return &inner.frame
}

// bind gives name a value in this frame.
func (f *frame) bind(name string, v value) {
	if f.shared {
		f.names, f.values, f.shared = slices.Clone(f.names), slices.Clone(f.values), false
	}
	for i, n := range f.names {
		if n == name {
			f.values[i] = v
			return
		}
	}
	f.names = append(f.names, name)
	f.values = append(f.values, v)
}

// lookup returns the value of name in this frame or those around it, up to the last one.
func (f *frame) lookup(name string) (value, bool) {
	for ; f != nil; f = f.outer {
		for i, n := range f.names {
			if n == name {
				return f.values[i], true
			}
		}
	}
	return undefined, false
}

// unite gives a name that a list of parameters has twice the value of the last one.
func (f *frame) unite() {
	for i := len(f.names) - 1; i > 0; i-- {
		for k := range i {
			if f.names[k] == f.names[i] {
				f.values[k] = f.values[i]
			}
		}
	}
}
