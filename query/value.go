package query

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a [Value].
type Kind uint8

// The kinds of values. Undefined is the kind of the zero Value: the absence of a value, which is not null.
const (
	Undefined Kind = iota
	Null
	Boolean
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"undefined", "null", "boolean", "number", "string", "array", "object"}

// String returns the JSON name of the kind in lower case, or "undefined".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "invalid"
}

// Value is an immutable node of an ordered JSON tree. The zero Value is undefined.
//
// A value that was parsed remembers its source text, white space and number form included, and is written as that
// text again; a value that was built is written compactly. Copying a Value copies a few words; its contents are
// shared. Values are safe for concurrent use.
//
// A value keeps the text that it was parsed from alive.
type Value struct {
	kind Kind
	form form
	// text is a number's text, a string's text according to form, or a container's source text ("" if built).
	text string
	body *body // of arrays and objects
}

// form says how text relates to what the value means.
type form uint8

const (
	plain   form = iota // strings: text is the decoded string itself. Booleans: false
	quoted              // strings: text is source text in quotes without escapes
	escaped             // strings: text is source text in quotes with escapes
	truth               // booleans: true
)

// body holds what containers contain: elements of arrays, member values of objects with their keys.
type body struct {
	values []Value
	keys   []string       // decoded, parallel to values, distinct; nil for arrays
	index  map[string]int // position by key; nil while there are few keys
}

// indexedKeysMin is the number of members from which an object is looked up by a map; below that a scan over the
// keys is as fast and needs no memory.
const indexedKeysMin = 17

// NullValue returns null.
func NullValue() Value { return Value{kind: Null} }

// BoolValue returns a boolean.
func BoolValue(b bool) Value {
	if b {
		return Value{kind: Boolean, form: truth}
	}
	return Value{kind: Boolean}
}

// StringValue returns a string. Bytes that are not UTF-8 become U+FFFD.
func StringValue(s string) Value {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return Value{kind: String, text: s}
}

// ArrayValue returns an array of elements, none of which may be undefined. It takes ownership of the slice.
func ArrayValue(elements []Value) Value {
	return Value{kind: Array, body: &body{values: elements}}
}

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsUndefined reports whether v is the zero Value.
func (v Value) IsUndefined() bool { return v.kind == Undefined }

// Bool reports whether v is the boolean true.
func (v Value) Bool() bool { return v.kind == Boolean && v.form == truth }

// Str returns the decoded text of a string, "" for other kinds. A surrogate escape without its other half decodes
// to U+FFFD, since Go strings cannot hold it; the source text still has it.
func (v Value) Str() string {
	if v.kind != String {
		return ""
	}
	switch v.form {
	case quoted:
		return v.text[1 : len(v.text)-1]
	case escaped:
		return unescape(v.text[1 : len(v.text)-1])
	}
	return v.text
}

// Len returns the number of elements of an array or members of an object, 0 for other kinds.
func (v Value) Len() int {
	if v.body == nil {
		return 0
	}
	return len(v.body.values)
}

// At returns element i of an array; undefined if there is none or v is not an array.
func (v Value) At(i int) Value {
	if v.kind != Array || i < 0 || i >= len(v.body.values) {
		return Value{}
	}
	return v.body.values[i]
}

// Get returns the member called key of an object and whether there is one.
func (v Value) Get(key string) (Value, bool) {
	if v.kind != Object {
		return Value{}, false
	}
	if i := v.body.find(key); i >= 0 {
		return v.body.values[i], true
	}
	return Value{}, false
}

func (b *body) find(key string) int {
	if b.index != nil {
		if i, ok := b.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range b.keys {
		if k == key {
			return i
		}
	}
	return -1
}

// Elements iterates over an array; over nothing for other kinds.
func (v Value) Elements() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		if v.kind != Array {
			return
		}
		for i, e := range v.body.values {
			if !yield(i, e) {
				return
			}
		}
	}
}

// Members iterates over an object in its order; over nothing for other kinds.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.kind != Object {
			return
		}
		for i, k := range v.body.keys {
			if !yield(k, v.body.values[i]) {
				return
			}
		}
	}
}
