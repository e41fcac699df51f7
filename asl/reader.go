package asl

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/cogstep/cogstep/query"
)

// Limits of a definition. The size is the service's; it answers TOO_DEEPLY_NESTED too but does not say at which
// depth. Ours equals that of payloads.
const (
	sourceBytesMax = 1 << 20
	nestingMax     = query.DepthMax
)

const notAnObject = "Definition must be a valid JSON object"

// read returns the tree of a definition, or nil after reporting why there is none. Duplicate members are reported
// too, but the tree is good: it holds the first of them.
//
// The text is judged first, by the parser of payloads, whose messages are those of the service. So the reader that
// builds the tree with its positions needs to know nothing about wrong JSON.
func read(src *source, rep *reporter) *node {
	refuse := func(code Code, offset int, message string) *node {
		rep.add(Diagnostic{Severity: SeverityError, Code: code, Message: message, offset: offset})
		return nil
	}
	if len(src.text) > sourceBytesMax {
		return refuse(SchemaFailed, 0, fmt.Sprintf("Definition must be at most %d bytes", sourceBytesMax))
	}
	if strings.TrimSpace(src.text) == "" {
		return refuse(SchemaFailed, 0, notAnObject)
	}
	if at := tooDeep(src.text); at >= 0 {
		return refuse(TooDeeplyNested, at, fmt.Sprintf("The definition is nested deeper than %d levels", nestingMax))
	}
	var wrong *query.SyntaxError
	if err := query.Validate(src.text); errors.As(err, &wrong) {
		rep.add(syntaxDiagnostic(src, wrong))
		return nil
	}
	r := &reader{text: src.text, rep: rep}
	root := &node{}
	r.value(root)
	switch root.kind {
	case objectNode:
		return root
	case nullNode:
		return refuse(MissingDescription, root.start, notAnObject)
	default:
		return refuse(SchemaFailed, root.start, notAnObject)
	}
}

// tooDeep returns the offset of the bracket that opens one level too many, or -1.
func tooDeep(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > nestingMax {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

// syntaxDiagnostic reports an error of syntax as the service does: its location is the position of Jackson, which
// is where that parser had read up to. Line and Column are where the culprit begins.
func syntaxDiagnostic(src *source, wrong *query.SyntaxError) Diagnostic {
	bracket := src.bracket(wrong.Offset)
	return Diagnostic{
		Severity: SeverityError,
		Code:     InvalidJSON,
		Message:  wrong.Message + "\n at " + bracket,
		Location: bracket,
		offset:   culprit(src.text, wrong.Offset),
	}
}

// culprit returns where the word, or else the character, begins that was read last; at the end of a text that
// stops too early, the end.
func culprit(text string, readTo int) int {
	if readTo >= len(text) {
		return len(text)
	}
	before := text[:readTo]
	if start := len(strings.TrimRightFunc(before, isLetter)); start < readTo {
		return start
	}
	_, size := utf8.DecodeLastRuneInString(before)
	return readTo - size
}

func isLetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

// reader builds the tree of a text that is known to be JSON, at most nestingMax levels deep.
type reader struct {
	text string
	at   int
	rep  *reporter
}

// next skips white space and returns the byte behind it.
func (r *reader) next() byte {
	for strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
	return r.text[r.at]
}

func (r *reader) value(n *node) {
	switch r.next() {
	case '{':
		n.kind = objectNode
	case '[':
		n.kind = arrayNode
	case '"':
		n.kind = stringNode
	case 't', 'f':
		n.kind = booleanNode
	case 'n':
		n.kind = nullNode
	default:
		n.kind = numberNode
	}
	n.start = r.at
	switch n.kind {
	case objectNode:
		r.object(n)
	case arrayNode:
		r.array(n)
	case stringNode:
		n.text = r.string()
	default:
		r.at += len(r.text[r.at:]) - len(strings.TrimLeft(r.text[r.at:], "+-.0123456789Eaeflnrstu"))
		n.text = r.text[n.start:r.at]
	}
	n.end = r.at
}

func (r *reader) object(n *node) {
	seen := map[string]bool{}
	r.at++
	for r.next() != '}' {
		if r.text[r.at] == ',' {
			r.at++
			r.next()
		}
		m := &node{parent: n, keyAt: r.at}
		m.key = r.string()
		r.next()
		r.at++ // the colon
		r.value(m)
		if seen[m.key] {
			r.duplicate(m)
			continue
		}
		seen[m.key] = true
		n.children = append(n.children, m)
	}
	r.at++
}

func (r *reader) array(n *node) {
	r.at++
	for r.next() != ']' {
		if r.text[r.at] == ',' {
			r.at++
		}
		e := &node{parent: n, index: len(n.children)}
		r.value(e)
		n.children = append(n.children, e)
	}
	r.at++
}

func (r *reader) string() string {
	start := r.at
	for r.at++; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	if raw := r.text[start+1 : r.at-1]; strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	v, _ := query.Parse(r.text[start:r.at]) // it is part of a text without errors
	return v.Str()
}

// duplicate reports a member whose name was used before in the same object. A payload in which one of two values
// gets lost is no better than a state machine in which one of two states does.
func (r *reader) duplicate(m *node) {
	at := mark{at: m, where: m, onName: true}
	if states := m.parent; states.key == "States" && states.parent.is(objectNode) {
		r.rep.report(SeverityError, DuplicateStateName, at, "Duplicate State name: %s", m.key)
		return
	}
	r.rep.report(SeverityError, InvalidJSON, at, "Duplicate field '%s'", m.key)
}
