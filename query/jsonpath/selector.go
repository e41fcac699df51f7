package jsonpath

import (
	"strconv"
	"strings"

	"github.com/cogstep/cogstep/query"
)

// selector is one step of a path.
type selector interface {
	// appendTo appends what the step selects from v, in order.
	appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value

	// scans reports whether '..' applies the step to v, an array or object that it passes.
	scans(v query.Value, e *evaluation) bool
}

// picker is a definite step: it selects at most one value.
type picker interface {
	selector
	pick(v query.Value) (query.Value, bool)

	// fragment returns the step as Jayway writes it in messages.
	fragment() string

	// reason says in Jayway's words why the step found nothing in v, which is at path at. leaf: the step is the last.
	reason(at string, v query.Value, leaf bool) string
}

type (
	name     string                   // .a ['a']
	index    int                      // [0], [-1] counts from the end
	merge    []string                 // ['a','b'] at the end of a path: an object of those members that are there
	names    []string                 // ['a','b'] elsewhere
	indexes  []int                    // [0,1]
	wildcard struct{}                 // .* [*]
	slice    struct{ from, to bound } // [from:to]
	descend  struct{ step selector }  // ..step
	filter   struct{ test condition }
)

func (n name) pick(v query.Value) (query.Value, bool) { return v.Get(string(n)) }

func (n name) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	return appendPick(dst, n, v, e)
}

func (n name) scans(v query.Value, _ *evaluation) bool {
	_, ok := v.Get(string(n))
	return ok
}

func (n name) fragment() string { return "['" + string(n) + "']" }

func (n name) reason(at string, v query.Value, leaf bool) string {
	switch {
	case v.Kind() != query.Object:
		return "Property " + n.fragment() + " not found in path " + at
	case leaf:
		return "No results for path: " + at + n.fragment()
	}
	return "Missing property in path " + at + n.fragment()
}

func (i index) pick(v query.Value) (query.Value, bool) {
	at := int(i)
	if at < 0 {
		at += v.Len()
	}
	element := v.At(at)
	return element, !element.IsUndefined()
}

func (i index) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	return appendPick(dst, i, v, e)
}

func (i index) scans(v query.Value, _ *evaluation) bool { return v.Kind() == query.Array }
func (i index) fragment() string                        { return "[" + strconv.Itoa(int(i)) + "]" }

func (i index) reason(at string, v query.Value, _ bool) string {
	switch v.Kind() {
	case query.Array:
		return "Index out of bounds when evaluating path " + at + i.fragment()
	case query.Null:
		return "The path " + at + " is null"
	}
	return "Filter: " + i.fragment() + " can only be applied to arrays. Current context is: " + at
}

func (m merge) pick(v query.Value) (query.Value, bool) {
	if v.Kind() != query.Object {
		return query.Value{}, false
	}
	object := query.NewObjectBuilder(len(m))
	for _, key := range m {
		if member, ok := v.Get(key); ok {
			object.Set(key, member)
		}
	}
	return object.Build(), true
}

func (m merge) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	return appendPick(dst, m, v, e)
}

func (m merge) scans(v query.Value, _ *evaluation) bool {
	for _, key := range m {
		if _, ok := v.Get(key); !ok {
			return false
		}
	}
	return true
}

func (m merge) fragment() string { return "['" + strings.Join(m, "', '") + "']" }

func (m merge) reason(at string, _ query.Value, _ bool) string {
	return "Property " + m.fragment() + " not found in path " + at
}

func appendPick(dst []query.Value, p picker, v query.Value, e *evaluation) []query.Value {
	if picked, ok := p.pick(v); ok && e.spend(1) {
		return append(dst, picked)
	}
	return dst
}

func (n names) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	for _, key := range n {
		dst = appendPick(dst, name(key), v, e)
	}
	return dst
}

func (n names) scans(v query.Value, _ *evaluation) bool { return v.Kind() == query.Object }

func (x indexes) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	for _, i := range x {
		dst = appendPick(dst, index(i), v, e)
	}
	return dst
}

func (x indexes) scans(v query.Value, _ *evaluation) bool { return v.Kind() == query.Array }

// appendTo has Jayway's rules: [a:] and [:b] count negative bounds from the end; in [a:b] a negative a selects
// single elements counted from the end, and a negative b selects nothing below a.
func (s slice) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	if v.Kind() != query.Array {
		return dst
	}
	n := v.Len()
	from, to := s.bounds(n)
	for i := max(from, -n); i < min(to, n); i++ {
		dst = appendPick(dst, index(i), v, e)
	}
	return dst
}

func (s slice) bounds(n int) (from, to int) {
	switch {
	case !s.to.given:
		return s.from.fromStart(n), n
	case !s.from.given:
		return 0, s.to.fromStart(n)
	}
	return s.from.at, s.to.at
}

// bound is one end of a slice.
type bound struct {
	at    int
	given bool
}

// fromStart counts a negative bound from the end of n elements; what lies before the first is the first.
func (b bound) fromStart(n int) int {
	if b.at < 0 {
		return max(0, n+b.at)
	}
	return b.at
}

func (s slice) scans(v query.Value, _ *evaluation) bool { return v.Kind() == query.Array }

func (wildcard) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	if !e.spend(v.Len()) {
		return dst
	}
	for _, element := range v.Elements() {
		dst = append(dst, element)
	}
	for _, member := range v.Members() {
		dst = append(dst, member)
	}
	return dst
}

func (wildcard) scans(query.Value, *evaluation) bool { return true }

// appendTo visits v and everything below it, parents first.
func (d descend) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	if kind := v.Kind(); kind != query.Array && kind != query.Object || !e.spend(1) {
		return dst
	}
	if d.step.scans(v, e) {
		dst = d.step.appendTo(dst, v, e)
	}
	for _, element := range v.Elements() {
		dst = d.appendTo(dst, element, e)
	}
	for _, member := range v.Members() {
		dst = d.appendTo(dst, member, e)
	}
	return dst
}

func (d descend) scans(query.Value, *evaluation) bool { return true }

// appendTo selects the elements of an array that pass the test, or an object itself if it does.
func (f filter) appendTo(dst []query.Value, v query.Value, e *evaluation) []query.Value {
	if v.Kind() == query.Object && f.scans(v, e) {
		return append(dst, v)
	}
	for _, element := range v.Elements() {
		if f.scans(element, e) {
			dst = append(dst, element)
		}
	}
	return dst
}

func (f filter) scans(v query.Value, e *evaluation) bool { return e.spend(1) && f.test.holds(v, e) }
