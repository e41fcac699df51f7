package jsonpath

import (
	"regexp"

	"github.com/cogstep/cogstep/query"
)

// condition is what a filter asks of a value, '@'.
type condition interface {
	holds(current query.Value, e *evaluation) bool
}

type (
	both   struct{ left, right condition } // &&
	either struct{ left, right condition } // ||
	not    struct{ inner condition }
	exists struct{ path *Path } // a path alone; null and false exist
	always bool                 // true or false alone

	comparison struct {
		operator    operator
		left, right operand
	}
)

func (c both) holds(v query.Value, e *evaluation) bool {
	return c.left.holds(v, e) && c.right.holds(v, e)
}

func (c either) holds(v query.Value, e *evaluation) bool {
	return c.left.holds(v, e) || c.right.holds(v, e)
}

func (c not) holds(v query.Value, e *evaluation) bool { return !c.inner.holds(v, e) }
func (c always) holds(query.Value, *evaluation) bool  { return bool(c) }
func (c exists) holds(v query.Value, e *evaluation) bool {
	return !place(c).value(v, e).IsUndefined()
}

func (c comparison) holds(v query.Value, e *evaluation) bool {
	if p, ok := c.right.(pattern); ok {
		return p.matches(c.left.value(v, e), e)
	}
	if p, ok := c.left.(pattern); ok {
		return p.matches(c.right.value(v, e), e)
	}
	return c.operator(c.left.value(v, e), c.right.value(v, e), e)
}

// operand is one side of a comparison. Its value is undefined if it leads nowhere.
type operand interface {
	value(current query.Value, e *evaluation) query.Value
}

type (
	place   struct{ path *Path } // @… or $…
	literal struct{ constant query.Value }
	pattern struct{ expression *regexp.Regexp }
)

func (o place) value(current query.Value, e *evaluation) query.Value {
	if o.path.root == "$" {
		current = e.root
	}
	if !e.spend(1) {
		return query.Value{}
	}
	v, failed := o.path.find(current, e)
	if failed != nil {
		return query.Value{}
	}
	return v
}

func (o literal) value(query.Value, *evaluation) query.Value { return o.constant }
func (o pattern) value(query.Value, *evaluation) query.Value { return query.Value{} }

// matches reports whether the whole text of v matches; of an array, whether that of any element does.
func (o pattern) matches(v query.Value, e *evaluation) bool {
	if v.Kind() == query.Array {
		for _, element := range v.Elements() {
			if element.Kind() != query.Array && o.matches(element, e) {
				return true
			}
		}
		return false
	}
	text, ok := scalarText(v)
	return ok && e.spend(1+len(text)/bytesPerVisit) && o.expression.MatchString(text)
}

// bytesPerVisit is how many bytes of text count as one visited value.
const bytesPerVisit = 16

// scalarText returns the text of a string, number or boolean.
func scalarText(v query.Value) (string, bool) {
	switch v.Kind() {
	case query.String:
		return v.Str(), true
	case query.Number, query.Boolean:
		return v.JSON(), true
	}
	return "", false
}
