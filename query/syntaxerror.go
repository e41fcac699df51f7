package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError says why a text is not JSON. The wording of Message is that of Jackson, the parser whose messages
// the service passes on to its callers.
type SyntaxError struct {
	Offset  int // bytes read when the error was found
	Line    int // of Offset, from 1
	Column  int // of Offset, in code points, from 1
	Message string
}

// Error returns the message with its position in front.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// The two halves of sentences that name what a value may begin with.
const (
	validTokens  = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	expectsValue = "expected a valid value " + validTokens
)

func (p *parser) fail(offset int, format string, args ...any) *SyntaxError {
	line, column := position(p.text, offset)
	return &SyntaxError{Offset: offset, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

func position(text string, offset int) (line, column int) {
	before := text[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// unexpected reports the character at the parser's position; what says what should have been there.
func (p *parser) unexpected(what string) *SyntaxError {
	r, size := utf8.DecodeRuneInString(p.text[p.pos:])
	return p.fail(p.pos+size, "Unexpected character (%s): %s", describe(r), what)
}

func describe(r rune) string {
	switch {
	case r < ' ':
		return fmt.Sprintf("(CTRL-CHAR, code %d)", r)
	case r > 255:
		return fmt.Sprintf("'%c' (code %d / 0x%x)", r, r, r)
	}
	return fmt.Sprintf("'%c' (code %d)", r, r)
}

// tokenLengthMax bounds how much of an unknown word a message repeats.
const tokenLengthMax = 256

// badValue reports what stands where a value should begin: an unknown word or a character.
func (p *parser) badValue() *SyntaxError {
	end := p.pos
	for i, r := range p.text[p.pos:] {
		if i == 0 && unicode.IsDigit(r) || !isWordPart(r) || i >= tokenLengthMax {
			break
		}
		end = p.pos + i + utf8.RuneLen(r)
	}
	if end == p.pos {
		return p.unexpected(expectsValue)
	}
	return p.fail(end, "Unrecognized token '%s': was expecting %s", p.text[p.pos:end], validTokens)
}

func isWordPart(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// unclosed reports that the text ended inside the container that began at start.
func (p *parser) unclosed(kind string, start int) *SyntaxError {
	return p.fail(len(p.text), "Unexpected end-of-input: expected close marker for %s (start marker at %s)",
		kind, p.source(start))
}

// sourceLengthMax is the length in bytes to which the source is repeated in a message.
const sourceLengthMax = 500

func (p *parser) source(offset int) string {
	line, column := position(p.text, offset)
	snippet, more := p.text, ""
	if len(snippet) > sourceLengthMax {
		end := sourceLengthMax
		for !utf8.RuneStart(snippet[end]) {
			end--
		}
		more = fmt.Sprintf("[truncated %d chars]", utf8.RuneCountInString(snippet[end:]))
		snippet = snippet[:end]
	}
	return fmt.Sprintf("[Source: (String)\"%s\"%s; line: %d, column: %d]", snippet, more, line, column)
}
