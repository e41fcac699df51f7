package jsonata

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// runeRange is the code points from lo to hi, both included.
type runeRange struct{ lo, hi rune }

// runeSet is a set of code points: ranges in ascending order that neither overlap nor touch.
type runeSet []runeRange

// lineTerminators are the characters that "." does not match and that end lines for "^" and "$" with the flag m.
// Source: ECMA-262, LineTerminator.
var lineTerminators = runeSet{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}

// The sets behind \d, \w and \s. Source: ECMA-262, CharacterClassEscape; without the flags i and u together, \w is
// ASCII.
var (
	digitRunes = runeSet{{'0', '9'}}
	wordRunes  = runeSet{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaceRunes = runeSet{{'\t', '\r'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a},
		{0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}}
)

// newRuneSet returns the union of ranges.
func newRuneSet(ranges []runeRange) runeSet {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b runeRange) int { return int(a.lo) - int(b.lo) })
	var s runeSet
	for _, r := range sorted {
		if n := len(s); n > 0 && r.lo <= s[n-1].hi+1 {
			s[n-1].hi = max(s[n-1].hi, r.hi)
			continue
		}
		s = append(s, r)
	}
	return s
}

// negated returns all other code points.
func (s runeSet) negated() runeSet {
	var out runeSet
	next := rune(0)
	for _, r := range s {
		if r.lo > next {
			out = append(out, runeRange{next, r.lo - 1})
		}
		next = r.hi + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, runeRange{next, unicode.MaxRune})
	}
	return out
}

// has reports whether r is in the set.
func (s runeSet) has(r rune) bool {
	lo, hi := 0, len(s)
	for lo < hi {
		m := (lo + hi) / 2
		switch {
		case r < s[m].lo:
			hi = m
		case r > s[m].hi:
			lo = m + 1
		default:
			return true
		}
	}
	return false
}

// folded adds every code point that the flag i makes equal to one of the set.
func (s runeSet) folded() runeSet {
	out := slices.Clone(s)
	for _, cased := range unicode.CaseRanges {
		for _, r := range s {
			for c := max(r.lo, rune(cased.Lo)); c <= min(r.hi, rune(cased.Hi)); c++ {
				for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
					if canonicalRune(f) == canonicalRune(c) {
						out = append(out, runeRange{f, f})
					}
				}
			}
		}
	}
	return newRuneSet(out)
}

// canonicalRune maps code points that the flag i makes equal to one of them: the upper case, unless that would make an
// ASCII letter of something else. Source: ECMA-262, Canonicalize without the flag u.
func canonicalRune(r rune) rune {
	upper := unicode.ToUpper(r)
	if r >= 0x80 && upper < 0x80 {
		return r
	}
	return upper
}

// re2 writes the set as a class in Go's syntax.
func (s runeSet) re2(b *strings.Builder) {
	if len(s) == 0 {
		b.WriteString(`[^\x{0}-\x{10FFFF}]`)
		return
	}
	b.WriteByte('[')
	for _, r := range s {
		fmt.Fprintf(b, `\x{%X}-\x{%X}`, r.lo, r.hi)
	}
	b.WriteByte(']')
}
