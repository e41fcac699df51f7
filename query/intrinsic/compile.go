package intrinsic

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/cogstep/cogstep/query"
	"github.com/cogstep/cogstep/query/jsonpath"
)

// prefix begins the name of every intrinsic function.
const prefix = "States."

const (
	// NestingMax is the number of calls that may be inside each other, the outermost included.
	NestingMax = 10
	// LengthMax is the length of a call in bytes.
	LengthMax = 64 << 10
)

// CompileError says why a text is not a call of an intrinsic function.
type CompileError struct {
	Offset  int // in bytes, where the trouble was seen
	Message string
}

// Error returns the message and the offset.
func (e *CompileError) Error() string { return fmt.Sprintf("%s (at offset %d)", e.Message, e.Offset) }

// IsCall reports whether source is meant as a call of an intrinsic function.
func IsCall(source string) bool { return strings.HasPrefix(source, prefix) }

// FunctionName returns the name of the function that source calls, for example "States.Format"; "" if source is
// not meant as a call.
func FunctionName(source string) string {
	if !IsCall(source) {
		return ""
	}
	name, _, _ := strings.Cut(source, "(")
	return strings.TrimSpace(name)
}

// Compile compiles a call. Errors: *CompileError.
func Compile(source string) (query.Expr, error) {
	if len(source) > LengthMax {
		return nil, &CompileError{Offset: LengthMax, Message: "The call is too long"}
	}
	p := &parser{source: source}
	p.skipSpace()
	c := p.call()
	p.skipSpace()
	if p.pos < len(source) {
		p.fail("Unexpected text after the call")
	}
	if p.err != nil {
		return nil, p.err
	}
	c.source = source
	return c, nil
}

// call is a compiled call.
type call struct {
	source    string
	name      string // with prefix
	function  function
	arguments []query.Expr
}

// Eval implements [query.Expr].
func (c *call) Eval(s *query.Scope) (query.Value, error) {
	arguments := make([]query.Value, len(c.arguments))
	for i, a := range c.arguments {
		v, err := a.Eval(s)
		if err != nil {
			return query.Value{}, err
		}
		arguments[i] = v
	}
	v, ok := c.function.apply(arguments, s.Entropy)
	if !ok {
		return query.Value{}, &query.Error{Kind: query.IntrinsicFailed, Path: c.source, Message: "Invalid arguments in " + c.name}
	}
	return v, nil
}

// String returns the source text.
func (c *call) String() string { return c.source }

// Variables implements [query.Expr].
func (c *call) Variables() []string {
	var names []string
	for _, a := range c.arguments {
		names = append(names, a.Variables()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// constant is a literal argument.
type constant struct {
	source string
	value  query.Value
}

func (c constant) Eval(*query.Scope) (query.Value, error) { return c.value, nil }
func (c constant) String() string                         { return c.source }
func (c constant) Variables() []string                    { return nil }

// parser reads a call. The first error sticks.
type parser struct {
	source  string
	pos     int
	nesting int
	err     *CompileError
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &CompileError{Offset: p.pos, Message: fmt.Sprintf(format, args...)}
		p.pos = len(p.source)
	}
}

func (p *parser) at(text string) bool { return strings.HasPrefix(p.source[p.pos:], text) }

func (p *parser) take(text string) bool {
	if !p.at(text) {
		return false
	}
	p.pos += len(text)
	return true
}

func (p *parser) skipSpace() {
	for p.pos < len(p.source) && strings.IndexByte(" \t\r\n", p.source[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *parser) call() *call {
	if p.nesting++; p.nesting > NestingMax {
		p.fail("More than %d calls are nested", NestingMax)
	}
	defer func() { p.nesting-- }()
	start := p.pos
	c := &call{name: p.name()}
	f, known := functions[c.name]
	if !known {
		p.fail("There is no intrinsic function '%s'", c.name)
	}
	c.function = f
	p.skipSpace()
	if !p.take("(") {
		p.fail("Expected '('")
	}
	c.arguments = p.arguments(f.rawText)
	if n := len(c.arguments); p.err == nil && (n < f.least || n > f.most) {
		p.fail("Wrong number of arguments for %s: %d", c.name, n)
	}
	c.source = p.source[start:max(start, p.pos)]
	return c
}

func (p *parser) name() string {
	start := p.pos
	for p.pos < len(p.source) && (p.source[p.pos] == '.' || unicode.IsLetter(rune(p.source[p.pos])) || unicode.IsDigit(rune(p.source[p.pos]))) {
		p.pos++
	}
	return p.source[start:p.pos]
}

// arguments reads the arguments and the closing parenthesis. rawFirst: the first, if quoted, keeps its backslashes.
func (p *parser) arguments(rawFirst bool) []query.Expr {
	var found []query.Expr
	p.skipSpace()
	if p.take(")") {
		return nil
	}
	for p.err == nil {
		p.skipSpace()
		found = append(found, p.argument(rawFirst && len(found) == 0))
		p.skipSpace()
		if p.take(")") {
			return found
		}
		if !p.take(",") {
			p.fail("Expected ',' or ')'")
		}
	}
	return nil
}

func (p *parser) argument(raw bool) query.Expr {
	switch {
	case p.at(prefix):
		return p.call()
	case p.at("'"):
		return p.text(raw)
	case p.at("$"):
		return p.path()
	}
	start := p.pos
	for p.pos < len(p.source) && strings.IndexByte(" \t\r\n,)", p.source[p.pos]) < 0 {
		p.pos++
	}
	word := p.source[start:p.pos]
	v, err := query.ParseDepth(word, 0)
	if err != nil || v.Kind() == query.String {
		p.fail("'%s' is no argument", word)
	}
	return constant{word, v}
}

// text reads a literal in single quotes.
func (p *parser) text(raw bool) query.Expr {
	start := p.pos
	rest := p.source[start+1:]
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
			if i == len(rest) || strings.IndexByte(escapable, rest[i]) < 0 {
				p.pos = start + 1 + i
				p.fail(`A backslash may only stand before one of ' { } \\`)
				return nil
			}
		case '\'':
			p.pos += i + 2
			text := rest[:i]
			if !raw {
				text = unescape(text)
			}
			return constant{p.source[start:p.pos], query.StringValue(text)}
		}
	}
	p.fail("The quoted text is not closed")
	return nil
}

// escapable are the characters that a backslash may stand before. Any other is refused at creation (recorded:
// test_illegal_escapes).
const escapable = `'{}\`

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(escapable, s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// path reads a path: up to a comma, a closing parenthesis or white space outside brackets and quotes.
func (p *parser) path() query.Expr {
	start, end := p.pos, pathEnd(p.source[p.pos:])
	path, err := jsonpath.Compile(p.source[start : start+end])
	if err != nil {
		p.fail("%s", err.Error())
		return nil
	}
	p.pos += end
	return path
}

func pathEnd(s string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case depth > 0 && (c == '\'' || c == '"'):
			quote = c
		case c == '[' || c == '(':
			depth++
		case depth > 0 && (c == ']' || c == ')'):
			depth--
		case depth == 0 && strings.IndexByte(" \t\r\n,)", c) >= 0:
			return i
		}
	}
	return len(s)
}
