package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

// stringFunctions are the built-ins for strings. Those that look for patterns are patternFunctions, and those that
// encode are codecFunctions.
var stringFunctions = []*builtin{
	{name: "string", signature: "<x-b?:s>", run: runString},
	{name: "substring", signature: "<s-nn?:s>", run: runSubstring},
	{name: "substringBefore", signature: "<s-s:s>", run: runSubstringBefore},
	{name: "substringAfter", signature: "<s-s:s>", run: runSubstringAfter},
	{name: "lowercase", signature: "<s-:s>", run: mapped(3, toLowerCase)},
	{name: "uppercase", signature: "<s-:s>", run: mapped(3, toUpperCase)},
	{name: "length", signature: "<s-:n>", run: runLength},
	{name: "trim", signature: "<s-:s>", run: mapped(1, trim)},
	{name: "pad", signature: "<s-ns?:s>", run: runPad},
	{name: "join", signature: "<a<s>s?:s>", run: runJoin},
}

// mapped makes a function of a string whose result is at most growth times as long.
func mapped(growth int, f func(string) string) func(*call, []value) (value, error) {
	return func(c *call, args []value) (value, error) {
		v := arg(args, 0)
		if v.isUndefined() {
			return undefined, nil
		}
		if err := c.spend(len(v.s) / 64); err != nil {
			return undefined, err
		}
		if len(v.s) > c.budget.Bytes/growth {
			return undefined, errMemory()
		}
		if err := c.reserve(len(v.s)); err != nil {
			return undefined, err
		}
		return text(f(v.s)), nil
	}
}

func runString(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.isUndefined() {
		return undefined, nil
	}
	s, err := c.stringOf(v, arg(args, 1) == yes)
	if err != nil {
		return undefined, err
	}
	return text(s), nil
}

func runLength(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.isUndefined() {
		return undefined, nil
	}
	if err := c.spend(len(v.s) / 64); err != nil {
		return undefined, err
	}
	return number(float64(codePoints(v.s))), nil
}

// codePoints counts the code points of s; a lone surrogate is one.
func codePoints(s string) int {
	n := utf8.RuneCountInString(s)
	for i := strings.IndexByte(s, 0xed); i >= 0; {
		if _, lone := loneSurrogate(s[i:]); lone {
			n -= 2 // counted as three bytes that are not UTF-8
		}
		next := strings.IndexByte(s[i+1:], 0xed)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return n
}

// codePointSize returns the number of bytes of the first code point of s.
func codePointSize(s string) int {
	if _, lone := loneSurrogate(s); lone {
		return 3
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// codePointOffset returns the byte offset of code point n, at most the length of s.
func codePointOffset(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		at += codePointSize(s[at:])
	}
	return at
}

func runSubstring(c *call, args []value) (value, error) {
	v, from, length := arg(args, 0), arg(args, 1), arg(args, 2)
	if v.isUndefined() {
		return undefined, nil
	}
	if err := c.spend(len(v.s) / 64); err != nil {
		return undefined, err
	}
	count := codePoints(v.s)
	start := from.n
	if float64(count)+start < 0 {
		start = 0
	}
	end := float64(count)
	if !length.isUndefined() {
		if length.n <= 0 || from.isUndefined() {
			return text(""), nil
		}
		end = start + length.n
		if start < 0 {
			end += float64(count)
		}
	}
	lo, hi := sliceIndex(start, count), sliceIndex(end, count)
	if lo >= hi {
		return text(""), nil
	}
	at := codePointOffset(v.s, lo)
	return text(v.s[at : at+codePointOffset(v.s[at:], hi-lo)]), nil
}

// sliceIndex is how JavaScript's slice understands an index: fractions are dropped and negative ones count from the end.
func sliceIndex(f float64, count int) int {
	switch f = math.Trunc(f); {
	case math.IsNaN(f):
		return 0
	case f < 0:
		return int(max(f+float64(count), 0))
	}
	return int(min(f, float64(count)))
}

func runSubstringBefore(c *call, args []value) (value, error) {
	v, chars := arg(args, 0), arg(args, 1)
	at, err := indexOf(c, v, chars)
	if err != nil || at < 0 {
		return v, err
	}
	return text(v.s[:at]), nil
}

func runSubstringAfter(c *call, args []value) (value, error) {
	v, chars := arg(args, 0), arg(args, 1)
	at, err := indexOf(c, v, chars)
	if err != nil || at < 0 {
		return v, err
	}
	return text(v.s[at+len(chars.s):]), nil
}

// indexOf returns where chars is in v, -1 if it is not there or v is undefined. Undefined chars are looked for by that
// name, as JavaScript does.
func indexOf(c *call, v, chars value) (int, error) {
	if v.isUndefined() {
		return -1, nil
	}
	if chars.isUndefined() {
		return -1, nil
	}
	return strings.Index(v.s, chars.s), c.spend(len(v.s) / 64)
}

// trim makes one blank of each run of white space and removes those at both ends.
func trim(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\r", r) }), " ")
}

func runPad(c *call, args []value) (value, error) {
	v, width, char := arg(args, 0), arg(args, 1), arg(args, 2).s
	if v.isUndefined() {
		return undefined, nil
	}
	if char == "" {
		char = " "
	}
	missing := math.Ceil(math.Abs(width.n)) - float64(codePoints(v.s))
	if missing <= 0 || math.IsNaN(missing) {
		return v, nil
	}
	count := codePoints(char)
	if size := missing/float64(count)*float64(len(char)) + float64(len(v.s)); size > float64(c.budget.Bytes) {
		return undefined, errMemory()
	}
	need := int(missing)
	whole, part := need/count, need%count
	padding := whole*len(char) + codePointOffset(char, part)
	if err := c.reserve(len(v.s) + padding); err != nil {
		return undefined, err
	}
	pad := strings.Repeat(char, whole) + char[:codePointOffset(char, part)]
	if width.n > 0 {
		return text(v.s + pad), nil
	}
	return text(pad + v.s), nil
}

func runJoin(c *call, args []value) (value, error) {
	v, separator := arg(args, 0), arg(args, 1).s
	if v.isUndefined() {
		return undefined, nil
	}
	items := v.itemsOrSelf()
	if err := c.spend(len(items)); err != nil {
		return undefined, err
	}
	size := 0
	for i, item := range items {
		size += len(item.s)
		if i > 0 {
			size += len(separator)
		}
		if size > c.budget.Bytes {
			return undefined, errMemory()
		}
	}
	if err := c.reserve(size); err != nil {
		return undefined, err
	}
	var b strings.Builder
	b.Grow(size)
	for i, item := range items {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(item.s)
	}
	return text(b.String()), nil
}
