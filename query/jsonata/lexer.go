package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// token is a word of the source. Positions count UTF-16 code units.
type token struct {
	kind     nodeKind // of the node that it would be alone; operatorNode, endNode
	text     string
	literal  value
	flags    string // of regular expressions
	position int    // behind the token
}

// id returns what the grammar calls the token: the operator, or its class in parentheses.
func (t token) id() string {
	switch t.kind {
	case operatorNode:
		return t.text
	case endNode:
		return "(end)"
	case nameNode, variableNode:
		return "(name)"
	case regexpNode:
		return "(regex)"
	}
	return "(literal)"
}

// lexer cuts a source into tokens.
type lexer struct {
	src string
	pos int // in bytes

	unitsAt, units int // the offset in bytes up to which units are counted
}

// operatorBytes are the operators of one character, which also end a name.
const operatorBytes = ".[]{}(),@#;:?+-*/%|=<>^&!~"

const spaceBytes = " \t\n\r\v"

// longOperators are those of two characters.
var longOperators = [...]string{"..", ":=", "!=", ">=", "<=", "**", "~>"}

// at returns the position of a byte offset that does not lie before the last one asked for.
func (l *lexer) at(offset int) int {
	for _, r := range l.src[l.unitsAt:max(offset, l.unitsAt)] {
		l.units++
		if r >= 0x10000 {
			l.units++
		}
	}
	l.unitsAt = max(offset, l.unitsAt)
	return l.units
}

func (l *lexer) fail(code string, offset int) *Error {
	return &Error{Code: code, Position: l.at(offset)}
}

func (l *lexer) token(kind nodeKind, text string) token {
	return token{kind: kind, text: text, position: l.at(l.pos)}
}

// next returns the next token. Behind an operand (infix), a slash divides; elsewhere it begins a regular expression.
func (l *lexer) next(infix bool) (token, *Error) {
	if err := l.skip(); err != nil {
		return token{}, err
	}
	if l.pos >= len(l.src) {
		return token{kind: endNode, text: "(end)", position: l.at(len(l.src))}, nil
	}
	c := l.src[l.pos]
	if !infix && c == '/' {
		return l.regex()
	}
	for _, op := range longOperators {
		if strings.HasPrefix(l.src[l.pos:], op) {
			l.pos += 2
			return l.token(operatorNode, op), nil
		}
	}
	switch {
	case strings.IndexByte(operatorBytes, c) >= 0:
		l.pos++
		return l.token(operatorNode, l.src[l.pos-1:l.pos]), nil
	case c == '"' || c == '\'':
		return l.string(c)
	case '0' <= c && c <= '9':
		return l.number()
	case c == '`':
		return l.quotedName()
	}
	return l.name(), nil
}

// skip goes over white space and comments.
func (l *lexer) skip() *Error {
	for {
		for l.pos < len(l.src) && strings.IndexByte(spaceBytes, l.src[l.pos]) >= 0 {
			l.pos++
		}
		if !strings.HasPrefix(l.src[l.pos:], "/*") {
			return nil
		}
		end := strings.Index(l.src[l.pos+2:], "*/")
		if end < 0 {
			return l.fail("S0106", l.pos)
		}
		l.pos += 2 + end + 2
	}
}

// regex reads a regular expression. A slash inside of brackets does not end it.
func (l *lexer) regex() (token, *Error) {
	l.pos++
	start, depth := l.pos, 0
	for i := start; i < len(l.src); i++ {
		switch escaped := l.src[i-1] == '\\'; l.src[i] {
		case '/':
			if depth == 0 && backslashes(l.src[start:i])%2 == 0 {
				return l.regexFlags(start, i)
			}
		case '(', '[', '{':
			if !escaped {
				depth++
			}
		case ')', ']', '}':
			if !escaped {
				depth--
			}
		}
	}
	return token{}, l.fail("S0302", len(l.src))
}

func backslashes(s string) int { return len(s) - len(strings.TrimRight(s, `\`)) }

func (l *lexer) regexFlags(start, end int) (token, *Error) {
	if start == end {
		return token{}, l.fail("S0301", end)
	}
	l.pos = end + 1
	for l.pos < len(l.src) && (l.src[l.pos] == 'i' || l.src[l.pos] == 'm') {
		l.pos++
	}
	t := l.token(regexpNode, l.src[start:end])
	t.flags = l.src[end+1 : l.pos]
	return t, nil
}

// string reads a string literal. Halves of surrogate pairs that stand alone are kept in the three bytes that
// UTF-8 would have for them.
func (l *lexer) string(quote byte) (token, *Error) {
	var b []byte
	for i := l.pos + 1; i < len(l.src); i++ {
		switch c := l.src[i]; c {
		case quote:
			l.pos = i + 1
			t := l.token(stringNode, string(b))
			t.literal = text(t.text)
			return t, nil
		case '\\':
			i++
			var err *Error
			if b, i, err = l.escape(b, i); err != nil {
				return token{}, err
			}
		default:
			b = append(b, c)
		}
	}
	return token{}, l.fail("S0101", len(l.src))
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape appends what stands at i behind a backslash, and returns the offset of its last byte.
func (l *lexer) escape(b []byte, i int) ([]byte, int, *Error) {
	if i >= len(l.src) {
		return b, i, l.fail("S0103", i)
	}
	if c, ok := escapes[l.src[i]]; ok {
		return append(b, c), i, nil
	}
	if l.src[i] != 'u' {
		r, _ := utf8.DecodeRuneInString(l.src[i:])
		return b, i, l.fail("S0103", i).about(string(r))
	}
	digits := l.src[i+1 : min(i+5, len(l.src))]
	unit, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || len(digits) < 4 {
		return b, i, l.fail("S0104", i)
	}
	return appendUnit(b, rune(unit)), i + 4, nil
}

// appendUnit appends a UTF-16 code unit. A low surrogate behind a high one completes it.
func appendUnit(b []byte, unit rune) []byte {
	if unit < 0xD800 || unit > 0xDFFF {
		return utf8.AppendRune(b, unit)
	}
	if n := len(b) - 3; unit >= 0xDC00 && n >= 0 && b[n] == 0xED && b[n+1] >= 0xA0 && b[n+1] < 0xB0 {
		high := 0xD000 | rune(b[n+1]&0x3F)<<6 | rune(b[n+2]&0x3F)
		return utf8.AppendRune(b[:n], (high-0xD800)<<10|(unit-0xDC00)+0x10000)
	}
	return append(b, 0xED, 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F)
}

var numberPattern = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?`)

func (l *lexer) number() (token, *Error) {
	digits := numberPattern.FindString(l.src[l.pos:])
	f, _ := strconv.ParseFloat(digits, 64)
	if math.IsInf(f, 0) {
		return token{}, l.fail("S0102", l.pos).about(digits)
	}
	l.pos += len(digits)
	t := l.token(numberNode, digits)
	t.literal = number(f)
	return t, nil
}

// quotedName reads a name in backquotes.
func (l *lexer) quotedName() (token, *Error) {
	name, _, found := strings.Cut(l.src[l.pos+1:], "`")
	if !found {
		return token{}, l.fail("S0105", len(l.src))
	}
	l.pos += len(name) + 2
	return l.token(nameNode, name), nil
}

// name reads a name, a variable or a word with a meaning.
func (l *lexer) name() token {
	end := strings.IndexAny(l.src[l.pos:], operatorBytes+spaceBytes)
	if end < 0 {
		end = len(l.src) - l.pos
	}
	word := l.src[l.pos : l.pos+end]
	l.pos += end
	if strings.HasPrefix(word, "$") {
		return l.token(variableNode, word[1:])
	}
	t := l.token(nameNode, word)
	switch word {
	case "or", "in", "and":
		t.kind = operatorNode
	case "true":
		t.kind, t.literal = valueNode, yes
	case "false":
		t.kind, t.literal = valueNode, no
	case "null":
		t.kind, t.literal = valueNode, null
	}
	return t
}
