package jsonata

import (
	"regexp"
	"strconv"
	"strings"
)

// re2RepeatMax is the highest bound in braces that Go's regexp accepts.
const re2RepeatMax = 1000

// compileRE2 returns n in Go's regular expressions, if Go finds the same matches and the same groups, in linear time. It
// does not for look-around and back-references, for "^" and "$" on lines (JavaScript has more line ends), and where
// repetitions differ: JavaScript forgets the groups of the last round and refuses rounds that match nothing.
//
// start is for searches from the start of a text. If matches depend on what comes before them, resume is for searches
// that begin with the character before, with the match as its first group; else it is start. Both are nil if RE2 is not
// for n.
func compileRE2(n *regexTree, multiline bool) (start, resume *regexp.Regexp) {
	w := re2Writer{multiline: multiline}
	if !w.write(n) {
		return nil, nil
	}
	start, err := regexp.Compile(w.b.String())
	if err != nil {
		return nil, nil // too large for it
	}
	if !w.contextual {
		return start, start
	}
	resume, err = regexp.Compile(`\A(?s:.)(?s:.*?)(` + w.b.String() + `)`)
	if err != nil {
		return nil, nil
	}
	return start, resume
}

type re2Writer struct {
	b          strings.Builder
	multiline  bool
	contextual bool // "^" or "\b" was written
}

// write reports whether n can be written.
func (w *re2Writer) write(n *regexTree) bool {
	switch n.op {
	case regexSet:
		w.set(n.set)
	case regexConcat:
		for _, sub := range n.subs {
			if !w.write(sub) {
				return false
			}
		}
	case regexAlternate:
		return w.alternate(n)
	case regexRepeat:
		return w.repeat(n)
	case regexCapture:
		return w.wrap("(", n.subs[0])
	case regexStart:
		w.contextual = true
		w.b.WriteString(`\A`)
		return !w.multiline
	case regexEnd:
		w.b.WriteString(`\z`)
		return !w.multiline
	case regexBoundary:
		w.contextual = true
		if n.negative {
			w.b.WriteString(`\B`)
		} else {
			w.b.WriteString(`\b`)
		}
	default:
		return false
	}
	return true
}

func (w *re2Writer) set(s runeSet) {
	if len(s) == 1 && s[0].lo == s[0].hi {
		w.b.WriteString(regexp.QuoteMeta(string(s[0].lo)))
		return
	}
	s.re2(&w.b)
}

func (w *re2Writer) wrap(open string, n *regexTree) bool {
	w.b.WriteString(open)
	ok := w.write(n)
	w.b.WriteByte(')')
	return ok
}

func (w *re2Writer) alternate(n *regexTree) bool {
	w.b.WriteString("(?:")
	for i, sub := range n.subs {
		if i > 0 {
			w.b.WriteByte('|')
		}
		if !w.write(sub) {
			return false
		}
	}
	w.b.WriteByte(')')
	return true
}

func (w *re2Writer) repeat(n *regexTree) bool {
	body := n.subs[0]
	once := n.max == 0 || n.max == 1
	if max(n.min, n.max) > re2RepeatMax || body.nullable() || !once && body.capturesMaybe(true) {
		return false
	}
	if !w.wrap("(?:", body) {
		return false
	}
	w.b.WriteByte('{')
	w.b.WriteString(strconv.Itoa(n.min))
	w.b.WriteByte(',')
	if n.max >= 0 {
		w.b.WriteString(strconv.Itoa(n.max))
	}
	w.b.WriteByte('}')
	if n.lazy {
		w.b.WriteByte('?')
	}
	return true
}

// nullable reports whether n may match the empty string.
func (n *regexTree) nullable() bool {
	switch n.op {
	case regexSet:
		return false
	case regexAlternate:
		for _, sub := range n.subs {
			if sub.nullable() {
				return true
			}
		}
		return false
	case regexConcat:
		for _, sub := range n.subs {
			if !sub.nullable() {
				return false
			}
		}
		return true
	case regexRepeat:
		return n.min == 0 || n.subs[0].nullable()
	case regexCapture:
		return n.subs[0].nullable()
	}
	return true
}

// capturesMaybe reports whether n has a group that some matches of n leave out. certain says that n itself is never
// left out.
func (n *regexTree) capturesMaybe(certain bool) bool {
	if n.op == regexCapture && !certain {
		return true
	}
	certain = certain && n.op != regexAlternate && (n.op != regexRepeat || n.min > 0)
	return anySub(n, func(sub *regexTree) bool { return sub.capturesMaybe(certain) })
}

func anySub(n *regexTree, is func(*regexTree) bool) bool {
	for _, sub := range n.subs {
		if is(sub) {
			return true
		}
	}
	return false
}
