package asl

import (
	"errors"
	"strings"

	"github.com/cogstep/cogstep/query"
	"github.com/cogstep/cogstep/query/jsonata"
)

const notAnExpression = "JSONata string must start with {% and end with %}"

// expressionText returns what stands between {% and %}. Nothing may stand outside, not even white space.
func expressionText(s string) (expr string, ok bool) {
	if !strings.HasPrefix(s, "{%") || !strings.HasSuffix(s, "%}") || len(s) < len("{%%}") {
		return "", false
	}
	return s[len("{%") : len(s)-len("%}")], true
}

// statesFields says which fields $states has besides input and context in the place of an expression.
type statesFields uint8

const (
	hasResult statesFields = 1 << iota
	hasErrorOutput
)

// has reports whether $states has the field.
func (f statesFields) has(name string) bool {
	switch name {
	case "input", "context":
		return true
	case "result":
		return f&hasResult != 0
	case "errorOutput":
		return f&hasErrorOutput != 0
	}
	return false
}

// expression compiles the text of n, which may hold an expression or a literal. It returns nil if there is an
// error, or if n is a literal.
func (s *scope) expression(n *node, fields statesFields) query.Expr {
	src, ok := expressionText(n.text)
	if !ok {
		if strings.HasPrefix(n.text, "{%") {
			s.rep.schema(n, "%s", notAnExpression)
		}
		return nil
	}
	for _, name := range statesReferences(src) {
		if !fields.has(name) {
			s.rep.fail(n, UnsupportedJSONata, "Field '$states.%s' does not exist.", name)
			return nil
		}
	}
	e, err := jsonata.CompileExpr(strings.TrimSpace(src))
	if err != nil {
		code := InvalidJSONata
		var u interface{ Unsupported() bool }
		if errors.As(err, &u) && u.Unsupported() {
			code = UnsupportedJSONata
		}
		s.rep.fail(n, code, "%s", err)
		return nil
	}
	return s.reads(n, e)
}

// statesReferences returns the names that an expression takes from $states directly, as in $states.input. It knows
// just enough of the grammar to tell code from strings, quoted names and comments.
func statesReferences(src string) []string {
	var names []string
	for i := 0; i < len(src); {
		switch {
		case strings.HasPrefix(src[i:], "/*"):
			i = skip(src, i+2, "*/", false)
		case src[i] == '"' || src[i] == '\'':
			i = skip(src, i+1, src[i:i+1], true)
		case src[i] == '`':
			i = skip(src, i+1, "`", false)
		case src[i] == '$':
			var name string
			if name, i = word(src, i+1); name != "states" {
				continue
			}
			if rest := strings.TrimLeft(src[i:], " \t\r\n"); strings.HasPrefix(rest, ".") {
				rest = strings.TrimLeft(rest[1:], " \t\r\n")
				if name, _ = word(rest, 0); name != "" {
					names = append(names, name)
				}
			}
		default:
			i++
		}
	}
	return names
}

// skip returns the offset behind the next end in s.
func skip(s string, i int, end string, escapes bool) int {
	for ; i < len(s); i++ {
		if escapes && s[i] == '\\' {
			i++
			continue
		}
		if strings.HasPrefix(s[i:], end) {
			return i + len(end)
		}
	}
	return len(s)
}

// word returns the ASCII name at an offset of s and the offset behind it.
func word(s string, i int) (string, int) {
	start := i
	for i < len(s) && (s[i] == '_' || '0' <= s[i] && s[i] <= '9' || 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z') {
		i++
	}
	return s[start:i], i
}
