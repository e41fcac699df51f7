package model

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/cogstep/cogstep/query"
)

// TypeError says that a member has a JSON type that the model does not allow there; the service answers with a
// SerializationException.
type TypeError struct{ Path, Want string }

func (e *TypeError) Error() string {
	if e.Path == "" {
		return "the request must be a JSON " + e.Want
	}
	return fmt.Sprintf("member %s must be a JSON %s", e.Path, e.Want)
}

// Check holds a request's body against the input shape of an operation and returns the service's text for all
// violated constraints together, "" if there are none. Unknown members and nulls are ignored, as the service does.
//
// Errors: *TypeError.
func (s *Service) Check(op *Operation, body query.Value) (violations string, err error) {
	c := checker{service: s}
	c.value(s.Shapes[op.Input.Shape], "", body)
	if c.err != nil {
		return "", c.err
	}
	switch n := len(c.found); n {
	case 0:
		return "", nil
	case 1:
		return "1 validation error detected: " + c.found[0], nil
	default:
		return fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(c.found, "; ")), nil
	}
}

// redacted stands for what must not be shown.
const redacted = "***Sensitive Data Redacted***"

type checker struct {
	service *Service
	found   []string
	err     error
}

func (c *checker) value(shape *Shape, path string, v query.Value) {
	switch shape.Type {
	case "structure":
		if c.is(v, query.Object, path, "object") {
			c.structure(shape, path, v)
		}
	case "list":
		if c.is(v, query.Array, path, "array") {
			c.list(shape, path, v)
		}
	case "string":
		if c.is(v, query.String, path, "string") {
			c.text(shape, path, v.Str())
		}
	case "integer", "long", "float", "double":
		if c.is(v, query.Number, path, "number") {
			c.number(shape, path, v)
		}
	case "boolean":
		c.is(v, query.Boolean, path, "boolean")
	}
}

func (c *checker) is(v query.Value, k query.Kind, path, want string) bool {
	if v.Kind() != k && c.err == nil {
		c.err = &TypeError{path, want}
	}
	return v.Kind() == k
}

func (c *checker) structure(shape *Shape, path string, v query.Value) {
	for _, name := range slices.Sorted(maps.Keys(shape.Members)) {
		member, ok := v.Get(name)
		at := join(path, name)
		if !ok || member.Kind() == query.Null {
			if slices.Contains(shape.Required, name) {
				c.violation("null", at, "not be null")
			}
			continue
		}
		c.value(c.service.Shapes[shape.Members[name].Shape], at, member)
	}
}

func (c *checker) list(shape *Shape, path string, v query.Value) {
	n := float64(v.Len())
	short, long := shape.Min != nil && n < *shape.Min, shape.Max != nil && n > *shape.Max
	if short || long {
		var items []string
		for _, e := range v.Elements() {
			items = append(items, c.shown(shape.Member.Shape, e))
		}
		all := "'[" + strings.Join(items, ", ") + "]'"
		if short {
			c.violation(all, path, fmt.Sprintf("have length greater than or equal to %g", *shape.Min))
		} else {
			c.violation(all, path, fmt.Sprintf("have length less than or equal to %g", *shape.Max))
		}
	}
	for i, e := range v.Elements() {
		c.value(c.service.Shapes[shape.Member.Shape], join(path, fmt.Sprintf("%d.member", i+1)), e)
	}
}

// shown spells a value of a named shape as the service does in its messages: [Shape(member=value, other=null)].
func (c *checker) shown(name string, v query.Value) string {
	shape := c.service.Shapes[name]
	switch {
	case v.IsUndefined() || v.Kind() == query.Null:
		return "null"
	case shape.Sensitive:
		return redacted
	case shape.Type == "structure":
		var members []string
		for _, m := range slices.Sorted(maps.Keys(shape.Members)) {
			member, _ := v.Get(m)
			members = append(members, m+"="+c.shown(shape.Members[m].Shape, member))
		}
		return name + "(" + strings.Join(members, ", ") + ")"
	case v.Kind() == query.String:
		return v.Str()
	}
	return v.Compact()
}

func (c *checker) text(shape *Shape, path, s string) {
	n := float64(utf8.RuneCountInString(s))
	shown := "'" + s + "'"
	if shape.Sensitive {
		shown = "'" + redacted + "'"
	}
	if shape.Max != nil && n > *shape.Max {
		c.violation(shown, path, fmt.Sprintf("have length less than or equal to %.0f", *shape.Max))
	}
	if shape.Min != nil && n < *shape.Min {
		c.violation(shown, path, fmt.Sprintf("have length greater than or equal to %.0f", *shape.Min))
	}
	if len(shape.Enum) > 0 && !slices.Contains(shape.Enum, s) {
		c.violation(shown, path, "satisfy enum value set: ["+strings.Join(enumOrder(shape.Enum), ", ")+"]")
	}
	if shape.Pattern != "" && !matches(shape.Pattern, s) {
		c.violation(shown, path, "satisfy regular expression pattern: "+shape.Pattern)
	}
}

func (c *checker) number(shape *Shape, path string, v query.Value) {
	if shape.Max != nil && v.Float() > *shape.Max {
		c.violation("'"+v.NumberText()+"'", path, fmt.Sprintf("have value less than or equal to %g", *shape.Max))
	}
	if shape.Min != nil && v.Float() < *shape.Min {
		c.violation("'"+v.NumberText()+"'", path, fmt.Sprintf("have value greater than or equal to %g", *shape.Min))
	}
}

func (c *checker) violation(shown, path, rule string) {
	c.found = append(c.found, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: Member must %s", shown, path, rule))
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// recordedOrders are the enums whose order in messages was seen; it follows no rule of the model.
var recordedOrders = map[string][]string{
	"RUNNING": {"SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"},
}

func enumOrder(enum []string) []string {
	if order := recordedOrders[enum[0]]; len(order) == len(enum) {
		return order
	}
	return enum
}

// patterns are the model's regular expressions in Go's syntax, where the two differ.
var patterns = map[string]string{
	`^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`: `^[0-9]*[a-zA-Z_\-.][a-zA-Z0-9_\-.]*$`,
	`\p{ASCII}*`:                             `^[\x00-\x7f]*$`,
}

var compiled sync.Map // pattern → *regexp.Regexp

func matches(pattern, s string) bool {
	re, ok := compiled.Load(pattern)
	if !ok {
		src := pattern
		if ours := patterns[pattern]; ours != "" {
			src = ours
		}
		re, _ = compiled.LoadOrStore(pattern, regexp.MustCompile(`^(?:`+src+`)$`))
	}
	return re.(*regexp.Regexp).MatchString(s)
}
