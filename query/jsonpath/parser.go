package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cogstep/cogstep/query"
)

// parser reads a path, and the paths inside its filters. The first error sticks: from then on every method returns
// quickly and what it returns is not used.
type parser struct {
	source  string
	pos     int
	nesting int // of filters, parentheses and lists
	err     *CompileError
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &CompileError{Offset: p.pos, Message: fmt.Sprintf(format, args...)}
		p.pos = len(p.source) // nothing is left to be read
	}
}

// at reports whether the next bytes are text.
func (p *parser) at(text string) bool { return strings.HasPrefix(p.source[p.pos:], text) }

// take reads text if it comes next.
func (p *parser) take(text string) bool {
	if !p.at(text) {
		return false
	}
	p.pos += len(text)
	return true
}

// want reads text, which has to come next.
func (p *parser) want(text string) {
	if !p.take(text) {
		p.fail("Expected '%s'", text)
	}
}

func (p *parser) skipSpace() {
	for p.pos < len(p.source) && strings.IndexByte(" \t\r\n", p.source[p.pos]) >= 0 {
		p.pos++
	}
}

// done reports whether the source is read.
func (p *parser) done() bool { return p.pos >= len(p.source) }

// deeper and shallower keep the depth of what encloses the parser's position.
func (p *parser) deeper() {
	if p.nesting++; p.nesting > NestingMax {
		p.fail("Path is nested too deeply")
	}
}

func (p *parser) shallower() { p.nesting-- }

// path reads a whole source.
func (p *parser) path() *Path {
	root := p.root()
	path := p.steps(root)
	if !p.done() {
		p.fail("Illegal character '%s', expected '.' or '['", p.rune())
	}
	path.source = p.source
	return path
}

func (p *parser) rune() string {
	_, size := utf8.DecodeRuneInString(p.source[p.pos:])
	return p.source[p.pos : p.pos+size]
}

func (p *parser) root() string {
	start := p.pos
	switch {
	case !p.take("$"):
		p.fail("Path must start with '$'")
		return "$"
	case p.take("$"):
		return "$$"
	}
	for !p.done() {
		r, size := utf8.DecodeRuneInString(p.source[p.pos:])
		letter := r == '_' || unicode.IsLetter(r)
		if digit := unicode.IsDigit(r) && p.pos > start+1; !letter && !digit {
			break
		}
		p.pos += size
	}
	return p.source[start:p.pos]
}

// steps reads what follows a root: selectors and perhaps a function.
func (p *parser) steps(root string) *Path {
	path := &Path{root: root}
	start := p.pos
	for p.err == nil && (p.at(".") || p.at("[")) {
		step := p.step()
		if c, ok := step.(*call); ok {
			path.call = c
			break
		}
		path.add(step)
	}
	path.source = root + p.source[min(start, p.pos):p.pos]
	if path.call == nil {
		path.mergeLast()
	}
	return path
}

// add appends a step: a selector.
func (p *Path) add(step any) {
	if pick, ok := step.(picker); ok && len(p.rest) == 0 {
		p.picks = append(p.picks, pick)
	} else if s, ok := step.(selector); ok {
		p.rest = append(p.rest, s)
	}
}

// mergeLast turns several names at the end of a path into the object of those members.
func (p *Path) mergeLast() {
	if len(p.rest) == 0 {
		return
	}
	last := len(p.rest) - 1
	switch s := p.rest[last].(type) {
	case names:
		p.rest = p.rest[:last]
		p.add(merge(s))
	case descend:
		if n, ok := s.step.(names); ok {
			p.rest[last] = descend{merge(n)}
		}
	}
}

// step reads one step and returns a selector or a *call; nil after an error.
func (p *parser) step() any {
	switch {
	case p.take(".."):
		s, ok := p.stepBody().(selector)
		if !ok {
			p.fail("Expected a name, '*' or '[' after '..'")
		}
		return descend{s}
	case p.take("."):
		return p.stepBody()
	}
	return p.bracket()
}

func (p *parser) stepBody() any {
	switch {
	case p.at("["):
		return p.bracket()
	case p.take("*"):
		return wildcard{}
	}
	start := p.pos
	p.skipName()
	word := p.source[start:p.pos]
	switch {
	case p.err != nil:
	case word == "" && p.done():
		p.fail("Path must not end with a '.' or '..'")
	case word == "":
		p.fail("Illegal character '%s', expected a name", p.rune())
	case p.at("("):
		return p.call(word)
	}
	return name(word)
}

// nameEnds are the characters that end an unquoted name; those in filterNameEnds do so inside a filter or an argument.
const (
	nameEnds       = ".[("
	filterNameEnds = nameEnds + " \t\r\n),]}=!<>&|~"
)

func (p *parser) skipName() {
	ends := nameEnds
	if p.nesting > 0 {
		ends = filterNameEnds
	}
	length := strings.IndexAny(p.source[p.pos:], ends)
	if length < 0 {
		length = len(p.source) - p.pos
	}
	if p.nesting == 0 && strings.ContainsAny(p.source[p.pos:p.pos+length], " \t\r\n*") {
		p.fail("Use bracket notation ['my prop'] if your property contains blank characters or '*'")
		return
	}
	p.pos += length
}

// bracket reads [ … ].
func (p *parser) bracket() selector {
	p.want("[")
	p.skipSpace()
	var s selector
	switch {
	case p.at("'") || p.at(`"`):
		s = p.quotedNames()
	case p.take("*"):
		s = wildcard{}
	case p.take("?"):
		s = p.filter()
	case p.take("("):
		s = p.lengthMinus()
	default:
		s = p.positions()
	}
	p.skipSpace()
	p.want("]")
	return s
}

func (p *parser) quotedNames() selector {
	var found []string
	for p.err == nil {
		quote, text := p.quoted()
		found = append(found, nameUnescaper(quote).Replace(text))
		p.skipSpace()
		if !p.take(",") {
			break
		}
		p.skipSpace()
	}
	if len(found) == 1 {
		return name(found[0])
	}
	return names(found)
}

// nameUnescaper resolves the escapes of names in quotes: those of the backslash and of the quote itself. Before
// anything else a backslash belongs to the name (recorded from the service for \" in single quotes).
func nameUnescaper(quote byte) *strings.Replacer {
	return strings.NewReplacer(`\\`, `\`, `\`+string(quote), string(quote))
}

// quoted reads a string in quotes of either kind and returns the quote and what stands between, escapes included.
func (p *parser) quoted() (quote byte, text string) {
	if !p.at("'") && !p.at(`"`) {
		p.fail("Expected a name in quotes")
		return '\'', ""
	}
	quote = p.source[p.pos]
	p.pos++
	rest := p.source[p.pos:]
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case quote:
			p.pos += i + 1
			return quote, rest[:i]
		}
	}
	p.fail("The quote is not closed")
	return quote, ""
}

// unescape resolves the backslashes of a string in a filter: the escapes of JSON mean what they mean there, any other character itself.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if s[i] == 'u' && i+5 <= len(s) {
			if v, err := query.Parse(`"\` + s[i:i+5] + `"`); err == nil {
				b.WriteString(v.Str())
				i += 4
				continue
			}
		}
		if at := strings.IndexByte("bfnrt", s[i]); at >= 0 {
			b.WriteByte("\b\f\n\r\t"[at])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// lengthMinus reads the older form (@.length-1), an index counted from the end.
func (p *parser) lengthMinus() selector {
	p.skipSpace()
	p.want("@.length")
	p.skipSpace()
	p.want("-")
	p.skipSpace()
	n, ok := p.integer()
	if !ok || n < 0 {
		p.fail("Expected a number after '@.length-'")
	}
	p.skipSpace()
	p.want(")")
	return index(-n)
}

// positions reads indexes or a slice.
func (p *parser) positions() selector {
	var found []int
	for p.err == nil {
		n, ok := p.integer()
		p.skipSpace()
		if p.at(":") && len(found) == 0 {
			return p.slice(bound{n, ok})
		}
		if !ok {
			p.fail("Expected a quoted name, an index, a slice, '*' or '?'")
		}
		found = append(found, n)
		if !p.take(",") {
			break
		}
		p.skipSpace()
	}
	if len(found) == 1 {
		return index(found[0])
	}
	return indexes(found)
}

func (p *parser) slice(from bound) selector {
	p.want(":")
	p.skipSpace()
	n, ok := p.integer()
	if !ok && !from.given {
		p.fail("A slice needs a start or an end")
	}
	p.skipSpace()
	if p.take(":") { // the step, which Jayway ignores
		p.skipSpace()
		p.integer()
	}
	return slice{from, bound{n, ok}}
}

// integer reads an integer if one comes next.
func (p *parser) integer() (int, bool) {
	start := p.pos
	p.take("-")
	for !p.done() && '0' <= p.source[p.pos] && p.source[p.pos] <= '9' {
		p.pos++
	}
	text := p.source[start:p.pos]
	if text == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		p.fail("'%s' is not an index", text)
	}
	return int(n), true
}
