package jsonata

import "unicode/utf8"

// patternMatch is what a matcher found: the protocol between $match and its like and the functions that they take as patterns.
// Positions are bytes here; the values that expressions see count UTF-16 code units, as the reference does.
type patternMatch struct {
	text       string // what matched
	start, end int
	groups     []value
	shown      value                         // the object that a lambda gave or gets; made when it is asked for
	next       func() (*patternMatch, error) // nil, nil if there is no further match
}

// regexMatcher returns r as a function of the language: from a string to an object with match, start, end, groups and
// next, or undefined.
func regexMatcher(r *regex) value {
	f := &function{arity: 2, matcher: r} // text and position
	f.native = func(c *call, args []value) (value, error) {
		s, err := subject(c, arg(args, 0))
		if err != nil {
			return undefined, err
		}
		from := arg(args, 1).n // where to start; $map and its like give an index
		if from > float64(utf16Length(s)) {
			return undefined, nil
		}
		m, err := r.from(c, s, utf16Offset(s, from))
		if m == nil || err != nil {
			return undefined, err
		}
		return m.value(s), nil
	}
	return functionValue(f).asClosure()
}

// subject returns the text of what is searched: JavaScript makes a string of anything.
func subject(c *call, v value) (string, error) {
	switch v.kind {
	case undefinedKind:
		return "undefined", nil
	case numberKind:
		return numberText(v.n), nil
	case objectKind:
		return "[object Object]", nil
	}
	return c.stringOf(v, false)
}

// first returns the first match in s.
func (r *regex) first(c *call, s string) (*patternMatch, error) { return r.from(c, s, 0) }

func (r *regex) from(c *call, s string, from int) (*patternMatch, error) {
	at, err := r.find(c, s, from)
	if at == nil || err != nil {
		return nil, err
	}
	m := &patternMatch{text: s[at[0]:at[1]], start: at[0], end: at[1]}
	if r.groups > 0 {
		m.groups = make([]value, r.groups)
	}
	for i := range m.groups {
		if lo, hi := at[2*i+2], at[2*i+3]; lo >= 0 && hi >= 0 {
			m.groups[i] = text(s[lo:hi])
		}
	}
	m.next = func() (*patternMatch, error) {
		if m.end >= len(s) {
			return nil, nil
		}
		next, err := r.from(c, s, m.end)
		if next != nil && next.text == "" {
			return nil, fail("D1004", text(r.source)) // it would never end
		}
		return next, err
	}
	return m, nil
}

// value returns m as the object that expressions see; s is the text that was searched.
func (m *patternMatch) value(s string) value {
	if !m.shown.isUndefined() {
		return m.shown
	}
	o := newObject(5)
	start := utf16Length(s[:m.start])
	o.set("match", text(m.text))
	o.set("start", number(float64(start)))
	o.set("end", number(float64(start+utf16Length(m.text))))
	o.set("groups", list(m.groups...))
	o.set("next", native(0, func(*call, []value) (value, error) {
		next, err := m.next()
		if next == nil || err != nil {
			return undefined, err
		}
		return next.value(s), nil
	}).asClosure())
	m.shown = objectValue(o)
	return m.shown
}

// firstMatch returns the first match that pattern, a function, finds in s. Errors: T1010 if it is no matcher.
func firstMatch(c *call, pattern value, s string) (*patternMatch, error) {
	if r := pattern.function().matcher; r != nil {
		return r.first(c, s)
	}
	v, err := c.apply(pattern, text(s))
	if err != nil {
		return nil, err
	}
	return customMatch(c, v, s)
}

// customMatch reads the object that a function of the user's returned.
func customMatch(c *call, v value, s string) (*patternMatch, error) {
	if v.isUndefined() {
		return nil, nil
	}
	broken := func() (*patternMatch, error) { return nil, fail("T1010") }
	if !jsTruth(v) {
		return &patternMatch{next: broken}, nil // something, so $contains is content with it
	}
	if v.kind != objectKind {
		return broken()
	}
	o := v.object()
	start, _ := o.get("start")
	end, _ := o.get("end")
	groups, _ := o.get("groups")
	next, _ := o.get("next")
	if start.kind != numberKind && groups.kind != arrayKind && next.kind != functionKind {
		return broken()
	}
	matched, _ := o.get("match")
	m := &patternMatch{text: matched.s, start: utf16Offset(s, start.n), end: utf16Offset(s, end.n), groups: groups.itemsOrSelf(), shown: v}
	m.next = func() (*patternMatch, error) {
		if next.kind != functionKind {
			return broken()
		}
		v, err := c.apply(next)
		if err != nil {
			return nil, err
		}
		return customMatch(c, v, s)
	}
	return m, nil
}

// utf16Length returns the number of UTF-16 code units of s.
func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// utf16Offset returns the byte offset of a position in UTF-16 code units, kept within s.
func utf16Offset(s string, units float64) int {
	n := 0.0
	for i, r := range s {
		if n >= units {
			return i
		}
		n += float64(len(string(r))/utf8.UTFMax + 1)
	}
	return len(s)
}
