package template

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// kind is the type of a value.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a text", "a list", "an object"}[k]
}

// value is a part of a file: JSON's data model with places. Values are shared by aliases and never changed once read.
type value struct {
	kind         kind
	line, column int
	text         string // of booleans ("true"), numbers (as JSON writes them) and texts
	items        []*value
	members      []member
	bad          bool // stands for something that has been reported as wrong
}

type member struct {
	name  string
	value *value
}

// get returns the member with that name, nil if v is no object or has none.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	for i := range v.members {
		if v.members[i].name == name {
			return v.members[i].value
		}
	}
	return nil
}

// path returns the member at the end of a row of names, nil if there is none.
func (v *value) path(names ...string) *value {
	for _, n := range names {
		v = v.get(n)
	}
	return v
}

// scalar reports whether v can stand where a text is wanted.
func (v *value) scalar() bool {
	return v != nil && (v.kind == text || v.kind == number || v.kind == boolean)
}

// at returns a value in the place of v.
func (v *value) at(k kind, s string) *value {
	return &value{kind: k, line: v.line, column: v.column, text: s}
}

// find returns the value that a JSON pointer leads to, or as far as it leads.
func (v *value) find(pointer string) *value {
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for _, step := range strings.Split(pointer, "/")[1:] {
		var next *value
		if i, err := strconv.Atoi(step); err == nil && v.kind == list && i >= 0 && i < len(v.items) {
			next = v.items[i]
		} else {
			next = v.get(unescape.Replace(step))
		}
		if next == nil {
			break
		}
		v = next
	}
	return v
}

// appendJSON appends v as JSON text, indented by two spaces a level; indent is what stands before v's own lines. A text
// that grows beyond textBytesMax is broken off: the caller refuses it by its length.
func (v *value) appendJSON(b []byte, indent string) []byte {
	if len(b) > textBytesMax {
		return b
	}
	inner := indent + "  "
	switch v.kind {
	case text:
		return append(b, quote(v.text)...)
	case boolean, number:
		return append(b, v.text...)
	case list:
		b = append(b, '[')
		for i, item := range v.items {
			b = item.appendJSON(separate(b, i, inner), inner)
		}
		return end(b, len(v.items), indent, ']')
	case object:
		b = append(b, '{')
		for i, m := range v.members {
			b = append(separate(b, i, inner), quote(m.name)...)
			b = m.value.appendJSON(append(b, ": "...), inner)
		}
		return end(b, len(v.members), indent, '}')
	}
	return append(b, "null"...)
}

func separate(b []byte, i int, indent string) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return append(append(b, '\n'), indent...)
}

func end(b []byte, n int, indent string, bracket byte) []byte {
	if n > 0 {
		b = append(append(b, '\n'), indent...)
	}
	return append(b, bracket)
}

func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // texts never fail
	return strings.TrimSuffix(b.String(), "\n")
}

// fault is an error in the text of a file, before its parts have names.
type fault struct {
	line, column int
	message      string
}

func (f *fault) Error() string { return f.message }

// reading is the making of one tree. It bounds what small texts with aliases can blow up to.
type reading struct{ values int }

func (r *reading) count(line, column, depth int) error {
	if r.values++; r.values > valuesMax {
		return &fault{line, column, fmt.Sprintf("the file has more than %d values", valuesMax)}
	}
	if depth > depthMax {
		return &fault{line, column, fmt.Sprintf("values are nested more than %d levels deep", depthMax)}
	}
	return nil
}

// read makes a tree from a file's text. A text that begins with a brace is JSON or YAML in flow style; the file's name
// decides. Errors: *fault.
func read(path, src string) (*value, error) {
	if !strings.HasPrefix(strings.TrimLeft(src, " \t\r\n"), "{") {
		return readYAML(src)
	}
	v, err := readJSON(src)
	if err != nil && !json.Valid([]byte(src)) && filepath.Ext(path) != ".json" {
		return readYAML(src)
	}
	return v, err
}
