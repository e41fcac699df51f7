package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cogstep/cogstep/query"
)

// operator compares two operands, either of which may be undefined.
type operator func(left, right query.Value, e *evaluation) bool

// signs are the operators that are not words, longer ones before their beginnings; =~ is not among them, since it
// is the pattern that compares.
var signs = []struct {
	text    string
	compare operator
}{
	{"==", equal},
	{"!=", func(l, r query.Value, e *evaluation) bool { return !equal(l, r, e) }},
	{"<=", ordered(func(c int) bool { return c <= 0 })},
	{">=", ordered(func(c int) bool { return c >= 0 })},
	{"<", ordered(func(c int) bool { return c < 0 })},
	{">", ordered(func(c int) bool { return c > 0 })},
}

// words are the operators that are words, in lower case.
var words = map[string]operator{
	"in":       func(l, r query.Value, e *evaluation) bool { return has(r, l, e) },
	"nin":      func(l, r query.Value, e *evaluation) bool { return !has(r, l, e) },
	"contains": contains,
	"subsetof": func(l, r query.Value, e *evaluation) bool {
		return l.Kind() == query.Array && countIn(l, r, e) == l.Len()
	},
	"anyof":  func(l, r query.Value, e *evaluation) bool { return countIn(l, r, e) > 0 },
	"noneof": func(l, r query.Value, e *evaluation) bool { return countIn(l, r, e) == 0 },
	"all": func(l, r query.Value, e *evaluation) bool {
		return r.Kind() == query.Array && countIn(r, l, e) == r.Len()
	},
	"size":  func(l, r query.Value, _ *evaluation) bool { n, ok := size(l); return ok && float64(n) == r.Float() },
	"empty": func(l, r query.Value, _ *evaluation) bool { n, ok := size(l); return ok && (n == 0) == r.Bool() },
}

// equal compares a number with a string as texts of numbers: 42 equals "42".
func equal(l, r query.Value, e *evaluation) bool {
	switch {
	case l.IsUndefined() || r.IsUndefined():
		return false
	case l.Kind() == query.Number && r.Kind() == query.String:
		return numericText(r.Str(), l)
	case l.Kind() == query.String && r.Kind() == query.Number:
		return numericText(l.Str(), r)
	case l.Kind() != r.Kind():
		return false
	case l.Kind() == query.Array || l.Kind() == query.Object:
		if l.Len() != r.Len() || !e.spend(len(l.JSON())/bytesPerVisit) {
			return false
		}
	}
	return query.Equal(l, r)
}

func numericText(text string, number query.Value) bool {
	f, err := strconv.ParseFloat(text, 64)
	return err == nil && f == number.Float()
}

// ordered makes an operator for two numbers or two strings; other operands are not in any order.
func ordered(holds func(order int) bool) operator {
	return func(l, r query.Value, _ *evaluation) bool {
		switch {
		case l.Kind() == query.Number && r.Kind() == query.Number:
			return holds(compareNumbers(l, r))
		case l.Kind() == query.String && r.Kind() == query.String:
			return holds(strings.Compare(l.Str(), r.Str()))
		}
		return false
	}
}

func compareNumbers(l, r query.Value) int {
	switch {
	case query.Equal(l, r):
		return 0
	case l.Float() < r.Float():
		return -1
	}
	return 1
}

// has reports whether an element of list equals v.
func has(list, v query.Value, e *evaluation) bool {
	for _, element := range list.Elements() {
		if !e.spend(1) {
			return false
		}
		if equal(element, v, e) {
			return true
		}
	}
	return false
}

// countIn returns how many elements of the array l are in the array r; -1 if one of them is no array.
func countIn(l, r query.Value, e *evaluation) (n int) {
	if l.Kind() != query.Array || r.Kind() != query.Array {
		return -1
	}
	for _, element := range l.Elements() {
		if has(r, element, e) {
			n++
		}
	}
	return n
}

func contains(l, r query.Value, e *evaluation) bool {
	if l.Kind() == query.String {
		return r.Kind() == query.String && strings.Contains(l.Str(), r.Str())
	}
	return has(l, r, e)
}

// size returns the length of an array or string.
func size(v query.Value) (int, bool) {
	switch v.Kind() {
	case query.Array:
		return v.Len(), true
	case query.String:
		return utf8.RuneCountInString(v.Str()), true
	}
	return 0, false
}
