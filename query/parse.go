package query

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// DepthMax is the number of containers that may be open at once in a payload.
const DepthMax = 1000

// Parse reads a JSON text (RFC 8259, UTF-8, nothing else). Of members with one name the last wins, at the place of
// the first. Errors: *SyntaxError, also if containers are nested deeper than [DepthMax].
func Parse(text string) (Value, error) { return ParseDepth(text, DepthMax) }

// ParseDepth is [Parse] with another limit on nesting. The stack grows with the depth that a text really has: some
// hundred bytes a level.
func ParseDepth(text string, depthMax int) (Value, error) {
	p := parser{text: text, depthMax: depthMax, build: true}
	v, err := p.document()
	if err != nil {
		return Value{}, err
	}
	return v, nil
}

// Validate reports why text is not JSON as [Parse] accepts it, without building a tree. Errors: *SyntaxError.
func Validate(text string) error {
	p := parser{text: text, depthMax: DepthMax}
	if _, err := p.document(); err != nil {
		return err
	}
	return nil
}

// parser is one pass over a text by recursive descent. Its methods start at the first byte of what they read and
// stop behind its last.
type parser struct {
	text     string
	pos      int
	depth    int
	depthMax int

	// build says whether values are wanted. Values and keys of containers that are still open lie one after the
	// other in the two stacks; closing a container takes its share off, in slices of the right size.
	build  bool
	values []Value
	keys   []string
}

// end is what peek gives at the end of the text.
const end = -1

// peek skips white space and returns the byte that follows it, or end.
func (p *parser) peek() int {
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; c {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return int(c)
		}
	}
	return end
}

func (p *parser) document() (Value, *SyntaxError) {
	if !utf8.ValidString(p.text) {
		return Value{}, p.invalidUTF8()
	}
	if p.peek() == end {
		return Value{}, p.fail(p.pos, "No content to map due to end-of-input")
	}
	v, err := p.value()
	if err == nil && p.peek() != end {
		err = p.unexpected("expected end of input after the value")
	}
	return v, err
}

func (p *parser) invalidUTF8() *SyntaxError {
	for i, r := range p.text {
		if _, size := utf8.DecodeRuneInString(p.text[i:]); r == utf8.RuneError && size == 1 {
			return p.fail(i, "Invalid UTF-8 byte 0x%x", p.text[i])
		}
	}
	return nil
}

func (p *parser) value() (Value, *SyntaxError) {
	start := p.pos
	switch c := p.text[start]; c {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		f, err := p.string("Unexpected end-of-input: was expecting closing quote for a string value")
		return Value{kind: String, form: f, text: p.text[start:p.pos]}, err
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		err := p.number()
		return Value{kind: Number, text: p.text[start:p.pos]}, err
	case 't':
		return BoolValue(true), p.word("true")
	case 'f':
		return BoolValue(false), p.word("false")
	case 'n':
		return NullValue(), p.word("null")
	}
	return Value{}, p.badValue()
}

func (p *parser) word(w string) *SyntaxError {
	rest := p.text[p.pos:]
	if !strings.HasPrefix(rest, w) {
		return p.badValue()
	}
	if r, _ := utf8.DecodeRuneInString(rest[len(w):]); isWordPart(r) {
		return p.badValue()
	}
	p.pos += len(w)
	return nil
}

func (p *parser) enter() *SyntaxError {
	p.depth++
	if p.depth > p.depthMax {
		return p.fail(p.pos+1, "Document nesting depth (%d) exceeds the maximum allowed (%d)", p.depth, p.depthMax)
	}
	return nil
}

func (p *parser) array() (Value, *SyntaxError) {
	start, base := p.pos, len(p.values)
	if err := p.enter(); err != nil {
		return Value{}, err
	}
	p.pos++
	for c := p.peek(); c != ']'; {
		if c == end {
			return Value{}, p.unclosed("Array", start)
		}
		v, err := p.value()
		if err != nil {
			return Value{}, err
		}
		if p.build {
			p.values = append(p.values, v)
		}
		if c, err = p.separator("Array", ']', start); err != nil {
			return Value{}, err
		}
	}
	p.pos++
	p.depth--
	if !p.build {
		return Value{}, nil
	}
	b := &body{values: slices.Clone(p.values[base:])}
	p.values = p.values[:base]
	return Value{kind: Array, text: p.text[start:p.pos], body: b}, nil
}

func (p *parser) object() (Value, *SyntaxError) {
	start, base, keyBase := p.pos, len(p.values), len(p.keys)
	if err := p.enter(); err != nil {
		return Value{}, err
	}
	p.pos++
	for c := p.peek(); c != '}'; {
		if c == end {
			return Value{}, p.unclosed("Object", start)
		}
		key, v, err := p.member()
		if err != nil {
			return Value{}, err
		}
		if p.build {
			p.keys = append(p.keys, key)
			p.values = append(p.values, v)
		}
		if c, err = p.separator("Object", '}', start); err != nil {
			return Value{}, err
		}
	}
	p.pos++
	p.depth--
	if !p.build {
		return Value{}, nil
	}
	b := newObjectBody(slices.Clone(p.keys[keyBase:]), slices.Clone(p.values[base:]))
	p.keys, p.values = p.keys[:keyBase], p.values[:base]
	return Value{kind: Object, text: p.text[start:p.pos], body: b}, nil
}

// separator reads what follows an entry: a comma, behind which another entry has to begin, or the close marker,
// which it leaves to be read. It returns the byte at which the parser stands.
func (p *parser) separator(kind string, shut byte, start int) (int, *SyntaxError) {
	switch c := p.peek(); {
	case c == int(shut):
		return c, nil
	case c == end:
		return c, p.unclosed(kind, start)
	case c == ']' || c == '}':
		return c, p.fail(p.pos+1, "Unexpected close marker '%c': expected '%c' (for %s starting at %s)",
			c, shut, kind, p.source(start))
	case c != ',':
		return c, p.unexpected("was expecting comma to separate " + kind + " entries")
	}
	p.pos++
	switch c := p.peek(); {
	case c == end:
		return c, p.fail(p.pos, "Unexpected end-of-input within/between %s entries", kind)
	case c == ']' && shut == ']':
		return c, p.unexpected(expectsValue)
	case c == '}' && shut == '}':
		return c, p.unexpected("was expecting double-quote to start field name")
	default:
		return c, nil
	}
}

func (p *parser) member() (string, Value, *SyntaxError) {
	if p.text[p.pos] != '"' {
		return "", Value{}, p.unexpected("was expecting double-quote to start field name")
	}
	start := p.pos
	f, err := p.string("Unexpected end-of-input in field name")
	if err != nil {
		return "", Value{}, err
	}
	key := p.text[start+1 : p.pos-1]
	if f == escaped && p.build {
		key = unescape(key)
	}
	c := p.peek()
	if c != end && c != ':' {
		return "", Value{}, p.unexpected("was expecting a colon to separate field name and value")
	}
	if c == ':' {
		p.pos++
		c = p.peek()
	}
	if c == end {
		return "", Value{}, p.fail(p.pos, "Unexpected end-of-input within/between Object entries")
	}
	v, err := p.value()
	return key, v, err
}

// newObjectBody takes ownership of both slices.
func newObjectBody(keys []string, values []Value) *body {
	b := &body{values: values, keys: keys}
	if len(keys) >= indexedKeysMin {
		b.index = indexKeys(keys)
		if len(b.index) == len(keys) {
			return b
		}
	} else if distinct(keys) {
		return b
	}
	o := NewObjectBuilder(len(keys))
	for i, k := range keys {
		o.Set(k, values[i])
	}
	return o.Build().body
}

func distinct(keys []string) bool {
	for i, k := range keys {
		if slices.Contains(keys[:i], k) {
			return false
		}
	}
	return true
}
