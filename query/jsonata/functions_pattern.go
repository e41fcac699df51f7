package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// patternFunctions are the built-ins that look for strings, regular expressions or what a function of the user's finds.
var patternFunctions = []*builtin{
	{name: "contains", signature: "<s-(sf):b>", run: runContains},
	{name: "match", signature: "<s-f<s:o>n?:a<o>>", run: runMatch},
	{name: "split", signature: "<s-(sf)n?:a<s>>", run: runSplit},
	{name: "replace", signature: "<s-(sf)(sf)n?:s>", run: runReplace},
}

// limitOf returns how many matches are wanted at most; a limit that is undefined is none, and NaN is 0. Errors: code for
// a negative one.
func limitOf(v value, code string) (float64, error) {
	switch {
	case v.isUndefined():
		return math.Inf(1), nil
	case v.n < 0:
		return 0, fail(code, v)
	case math.IsNaN(v.n):
		return 0, nil
	}
	return v.n, nil
}

// eachMatch calls f for the matches of pattern in s, limit at most.
func eachMatch(c *call, pattern value, s string, limit float64, f func(m *patternMatch) error) error {
	if limit <= 0 {
		return nil
	}
	m, err := firstMatch(c, pattern, s)
	for count := 0.0; m != nil && err == nil && count < limit; count++ {
		if err = c.spend(1); err != nil {
			return err
		}
		if err = f(m); err == nil {
			m, err = m.next()
		}
	}
	return err
}

func runContains(c *call, args []value) (value, error) {
	v, pattern := arg(args, 0), arg(args, 1)
	if v.isUndefined() {
		return undefined, nil
	}
	if pattern.kind != functionKind {
		at, err := indexOf(c, v, pattern)
		return boolean(at >= 0), err
	}
	m, err := firstMatch(c, pattern, v.s)
	return boolean(m != nil), err
}

func runMatch(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.isUndefined() {
		return undefined, nil
	}
	limit, err := limitOf(arg(args, 2), "D3040")
	if err != nil {
		return undefined, err
	}
	found := &array{sequence: true}
	counted := unitCounter{text: v.s}
	err = eachMatch(c, arg(args, 1), v.s, limit, func(m *patternMatch) error {
		o := newObject(3)
		o.set("match", text(m.text))
		o.set("index", number(float64(counted.at(m.start))))
		o.set("groups", list(m.groups...))
		return c.push(found, objectValue(o))
	})
	return value{kind: arrayKind, ref: found}, err
}

// unitCounter turns ascending byte offsets into offsets in UTF-16 code units.
type unitCounter struct {
	text         string
	bytes, units int
}

func (u *unitCounter) at(offset int) int {
	if offset < u.bytes {
		u.bytes, u.units = 0, 0 // a matcher of the user's that goes back
	}
	u.units += utf16Length(u.text[u.bytes:offset])
	u.bytes = offset
	return u.units
}

func runSplit(c *call, args []value) (value, error) {
	v, pattern := arg(args, 0), arg(args, 1)
	if v.isUndefined() {
		return undefined, nil
	}
	limit, err := limitOf(arg(args, 2), "D3020")
	if err != nil || limit == 0 {
		return list(), err
	}
	if pattern.kind != functionKind {
		return splitText(c, v.s, pattern, splitLimit(arg(args, 2)))
	}
	pieces := &array{}
	start := 0
	err = eachMatch(c, pattern, v.s, limit, func(m *patternMatch) error {
		piece := text(between(v.s, start, m.start))
		start = m.end
		return c.push(pieces, piece)
	})
	if err == nil && float64(len(pieces.items)) < limit {
		err = c.push(pieces, text(v.s[start:]))
	}
	return value{kind: arrayKind, ref: pieces}, err
}

// between is JavaScript's substring: the bounds may come in any order.
func between(s string, a, b int) string { return s[min(a, b):max(a, b)] }

// splitLimit is how JavaScript's split understands a limit: as an unsigned number of 32 bits.
func splitLimit(limit value) float64 {
	switch {
	case limit.isUndefined():
		return math.Inf(1)
	case math.IsInf(limit.n, 0):
		return 0
	}
	return math.Mod(math.Trunc(limit.n), 1<<32)
}

// splitText splits at a separator; at an empty one, into characters.
func splitText(c *call, s string, separator value, limit float64) (value, error) {
	if separator.isUndefined() {
		return list(text(s)), nil
	}
	count := strings.Count(s, separator.s) + 1
	if separator.s == "" {
		count = utf8.RuneCountInString(s)
	}
	if limit < float64(count) {
		count = int(limit)
	}
	if err := c.spend(len(s) / 64); err != nil {
		return undefined, err
	}
	if err := c.items(count); err != nil {
		return undefined, err
	}
	pieces := make([]value, 0, count)
	for len(pieces) < count {
		end := strings.Index(s, separator.s)
		if separator.s == "" {
			end = codePointSize(s)
		}
		if end < 0 {
			pieces = append(pieces, text(s))
			break
		}
		pieces = append(pieces, text(s[:end]))
		s = s[end+len(separator.s):]
	}
	return list(pieces...), nil
}

func runReplace(c *call, args []value) (value, error) {
	v, pattern, replacement := arg(args, 0), arg(args, 1), arg(args, 2)
	if v.isUndefined() {
		return undefined, nil
	}
	if pattern.kind == stringKind && pattern.s == "" {
		return undefined, fail("D3010", pattern)
	}
	limit, err := limitOf(arg(args, 3), "D3011")
	if err != nil || limit == 0 {
		return v, err
	}
	b := textBuilder{evaluation: c.evaluation}
	position := 0
	if pattern.kind != functionKind {
		err = replaceText(c, &b, v.s, pattern, replacement, limit)
		return text(string(b.b)), err
	}
	err = eachMatch(c, pattern, v.s, limit, func(m *patternMatch) error {
		if err := b.write(between(v.s, position, m.start)); err != nil {
			return err
		}
		position = min(m.start+len(m.text), len(v.s))
		substitute, err := substituteFor(c, m, v.s, replacement)
		if err != nil {
			return err
		}
		return b.write(substitute)
	})
	if err == nil {
		err = b.write(v.s[position:])
	}
	return text(string(b.b)), err
}

// replaceText replaces occurrences of a string, with nothing special in the replacement.
func replaceText(c *call, b *textBuilder, s string, pattern, replacement value, limit float64) error {
	if pattern.isUndefined() {
		return b.write(s)
	}
	substitute := "undefined" // what JavaScript makes of an argument that is not there
	if !replacement.isUndefined() {
		var err error
		if substitute, err = c.stringOf(replacement, false); err != nil {
			return err
		}
	}
	for count := 0.0; count < limit; count++ {
		at := strings.Index(s, pattern.s)
		if at < 0 {
			break
		}
		if err := b.write(s[:at]); err != nil {
			return err
		}
		if err := b.write(substitute); err != nil {
			return err
		}
		s = s[at+len(pattern.s):]
	}
	return b.write(s)
}

// substituteFor returns what m is replaced by. Errors: D3012 if a function does not return a string.
func substituteFor(c *call, m *patternMatch, s string, replacement value) (string, error) {
	if replacement.kind != functionKind {
		return withGroups(c, replacement.s, m)
	}
	v, err := c.apply(replacement, m.value(s))
	if err != nil {
		return "", err
	}
	if v.kind != stringKind {
		return "", fail("D3012", v)
	}
	return v.s, nil
}

// withGroups fills a replacement: $0 is the match, $1 and so on are the groups, $$ is a dollar sign. As many digits are
// read as the number of groups has; the last one is text if there is no such group. A dollar sign before anything else
// is text.
func withGroups(c *call, replacement string, m *patternMatch) (string, error) {
	b := textBuilder{evaluation: c.evaluation}
	for {
		before, rest, found := strings.Cut(replacement, "$")
		if err := b.write(before); err != nil || !found {
			return string(b.b), err
		}
		piece, used := "$", 0
		switch number, digits := groupNumber(rest, len(m.groups)); {
		case strings.HasPrefix(rest, "$"):
			used = 1
		case strings.HasPrefix(rest, "0"):
			piece, used = m.text, 1
		case digits > 0:
			piece, used = "", digits
			if number <= len(m.groups) && number > 0 {
				piece = m.groups[number-1].s
			}
		}
		if err := b.write(piece); err != nil {
			return "", err
		}
		replacement = rest[used:]
	}
}

// groupNumber reads the number of a group at the start of s and returns how many digits it has, 0 if there is none.
func groupNumber(s string, groups int) (number, digits int) {
	most := len(strconv.Itoa(max(groups, 1)))
	for digits < min(most, len(s)) && '0' <= s[digits] && s[digits] <= '9' {
		number = number*10 + int(s[digits]-'0')
		digits++
	}
	if most > 1 && number > groups && digits == most {
		number, digits = number/10, digits-1
	}
	return number, digits
}
