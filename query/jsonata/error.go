package jsonata

import (
	"strings"

	"github.com/cogstep/cogstep/query"
)

// Error is a failed compilation or evaluation, as the reference reports it.
type Error struct {
	Code     string // S0201, T2001, D3010, …; U1001 and U1002 for exhausted budgets
	Position int    // offset behind the token in the source, in UTF-16 code units as the reference counts; 0: unknown
	Token    string // the token or function that the error is about
	Value    string // further value that the message shows, as JSON text; "" if it is undefined
	Message  string // the reference's sentence with everything filled in

	parts []part // what else the template of the message names
}

// part is a named piece of a message, already in the form in which it is shown.
type part struct{ name, text string }

// Error returns code and message.
func (e *Error) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return e.Code + ": " + e.Message
}

// fail returns the error with a code. Of the values, the first is what the message calls value and the second is value2.
// The message is filled in when the error leaves the evaluation, unless it is set before.
func fail(code string, values ...value) *Error {
	e := &Error{Code: code}
	for i, v := range values {
		shown := shownValue(v)
		if i == 0 {
			e.Value = shown
		} else {
			e.parts = append(e.parts, part{"value2", shown})
		}
	}
	return e
}

// with gives a further name in the template its text. Names in triple braces are shown as they are; the others are
// JSON texts.
func (e *Error) with(name, text string) *Error {
	e.parts = append(e.parts, part{name, text})
	return e
}

// at sets the position unless there is one.
func (e *Error) at(position int) *Error {
	if e.Position <= 0 {
		e.Position = position
	}
	return e
}

// about sets the token unless there is one.
func (e *Error) about(token string) *Error {
	if e.Token == "" {
		e.Token = token
	}
	return e
}

// filled returns e with its message.
func (e *Error) filled() *Error {
	if e.Message != "" {
		return e
	}
	e.Message = expand(messages[e.Code], e.part)
	return e
}

// part returns the text for a name in a template.
func (e *Error) part(name string, bare bool) string {
	for _, p := range e.parts {
		if p.name == name {
			return p.text
		}
	}
	switch name {
	case "token":
		if bare || e.Token == "" {
			return e.Token
		}
		return quote(e.Token)
	case "value":
		return e.Value
	}
	return ""
}

// expand replaces {{name}} by a JSON text and {{{name}}} by a bare one. A name without a text is "undefined", as
// JavaScript prints it.
func expand(template string, part func(name string, bare bool) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		bare := strings.HasPrefix(rest, "{")
		name, after, _ := strings.Cut(strings.TrimPrefix(rest, "{"), "}}")
		if bare {
			after = strings.TrimPrefix(after, "}")
		}
		if text := part(name, bare); text != "" {
			b.WriteString(text)
		} else {
			b.WriteString("undefined")
		}
		template = after
	}
}

// shownValuesMax is the number of values from which on a message shows nothing but dots.
const shownValuesMax = 1024

// shownValue returns v as messages show it: as JSON, functions as JSON has them not.
func shownValue(v value) string {
	switch v.kind {
	case undefinedKind, functionKind:
		return ""
	case stringKind:
		return quote(v.s)
	case numberKind:
		if v.s != "" {
			return v.s
		}
		return query.FloatValue(v.n).JSON() // null if JSON does not have it
	}
	left := shownValuesMax
	w := writer{bare: true, room: func(values int) error {
		if left -= values; left < 0 {
			return errMemory()
		}
		return nil
	}}
	q, err := w.convert(v)
	if err != nil {
		return "..."
	}
	return q.Compact()
}

func quote(s string) string { return string(appendQuoted(nil, s)) }
