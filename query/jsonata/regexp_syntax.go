package jsonata

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of regular expressions.
const (
	regexDepthMax  = 200    // nested groups
	regexRepeatMax = 20_000 // a bound in braces that is higher than that refuses the expression
)

// regexOp says what a node of a regular expression matches.
type regexOp uint8

const (
	regexSet       regexOp = iota // one code point of set
	regexConcat                   // subs one after the other; none: the empty string
	regexAlternate                // the first of subs that leads to a match
	regexRepeat                   // subs[0], min to max times
	regexCapture                  // subs[0], remembered as group
	regexLook                     // subs[0] matches here; consumes nothing
	regexBackref                  // what group matched
	regexStart                    // ^
	regexEnd                      // $
	regexBoundary                 // \b
)

// regexTree is a node of a parsed regular expression.
type regexTree struct {
	op       regexOp
	set      runeSet
	subs     []*regexTree
	min, max int  // of repeat; max is -1 for any number
	group    int  // of capture and backref; groups are counted from 1
	lazy     bool // of repeat
	negative bool // of look and boundary
	behind   bool // of look
}

// regexSyntax parses JavaScript's regular expressions without the flag u, with the concessions to old programs that
// engines make. Source: ECMA-262, Patterns and annex B.1.2. Strings are sequences of code points here, so a class may
// hold what JavaScript would take for two code units.
type regexSyntax struct {
	src    []rune
	pos    int
	fold   bool // flag i
	depth  int
	groups int      // opened so far
	total  int      // groups in the whole source
	names  []string // of the groups that have one, in order
	named  bool     // whether the source has named groups, which makes \k an escape of its own
}

// regexFault is a reason why a text is not a regular expression, in V8's words.
type regexFault string

func (f regexFault) Error() string { return string(f) }

// parseRegex returns the tree and the number of groups. The error is a regexFault.
func parseRegex(src string, fold bool) (*regexTree, int, error) {
	p := &regexSyntax{src: []rune(src), fold: fold}
	p.countGroups()
	node, err := p.alternatives()
	if err == nil && p.pos < len(p.src) {
		err = regexFault("Unmatched ')'")
	}
	return node, p.groups, err
}

// countGroups looks ahead, since a back-reference may come before its group.
func (p *regexSyntax) countGroups() {
	class := false
	for i := 0; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '(' && !class:
			rest := string(p.src[i+1 : min(i+4, len(p.src))])
			named := strings.HasPrefix(rest, "?<") && rest != "?<=" && rest != "?<!"
			p.named = p.named || named
			if named || !strings.HasPrefix(rest, "?") {
				p.total++
			}
		}
	}
}

func (p *regexSyntax) peek() rune {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return -1
}

// accept steps over text if it comes next.
func (p *regexSyntax) accept(text string) bool {
	want := []rune(text)
	if len(p.src)-p.pos < len(want) || !slices.Equal(p.src[p.pos:p.pos+len(want)], want) {
		return false
	}
	p.pos += len(want)
	return true
}

func (p *regexSyntax) alternatives() (*regexTree, error) {
	if p.depth++; p.depth > regexDepthMax {
		return nil, regexFault("Regular expression too large")
	}
	defer func() { p.depth-- }()
	var subs []*regexTree
	for {
		sub, err := p.sequence()
		if err != nil {
			return nil, err
		}
		subs = append(subs, sub)
		if !p.accept("|") {
			break
		}
	}
	if len(subs) == 1 {
		return subs[0], nil
	}
	return &regexTree{op: regexAlternate, subs: subs}, nil
}

func (p *regexSyntax) sequence() (*regexTree, error) {
	n := &regexTree{op: regexConcat}
	for c := p.peek(); c != -1 && c != '|' && c != ')'; c = p.peek() {
		atom, quantifiable, err := p.atom()
		if err != nil {
			return nil, err
		}
		if atom, err = p.quantified(atom, quantifiable); err != nil {
			return nil, err
		}
		n.subs = append(n.subs, atom)
	}
	return n, nil
}

// quantified reads the quantifier that may follow atom.
func (p *regexSyntax) quantified(atom *regexTree, quantifiable bool) (*regexTree, error) {
	lo, hi, ok := p.quantifier()
	if !ok {
		return atom, nil
	}
	switch {
	case !quantifiable && atom.behind:
		return nil, regexFault("Invalid quantifier")
	case !quantifiable:
		return nil, regexFault("Nothing to repeat")
	case hi >= 0 && lo > hi:
		return nil, regexFault("numbers out of order in {} quantifier")
	case max(lo, hi) > regexRepeatMax:
		return nil, regexFault("Regular expression too large")
	}
	return &regexTree{op: regexRepeat, subs: []*regexTree{atom}, min: lo, max: hi, lazy: p.accept("?")}, nil
}

func (p *regexSyntax) quantifier() (lo, hi int, ok bool) {
	switch {
	case p.accept("*"):
		return 0, -1, true
	case p.accept("+"):
		return 1, -1, true
	case p.accept("?"):
		return 0, 1, true
	}
	return p.braces()
}

// braces reads {n}, {n,} or {n,m}; anything else in braces is text.
func (p *regexSyntax) braces() (lo, hi int, ok bool) {
	at := p.pos
	if !p.accept("{") {
		return 0, 0, false
	}
	lo, ok = p.decimal()
	hi = lo
	if ok && p.accept(",") {
		if hi, ok = p.decimal(); !ok {
			hi, ok = -1, true
		}
	}
	if !ok || !p.accept("}") {
		p.pos = at
		return 0, 0, false
	}
	return lo, hi, true
}

// decimal reads digits. Numbers beyond what is allowed anywhere stay just beyond it.
func (p *regexSyntax) decimal() (n int, ok bool) {
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		n, ok = min(n*10+int(c-'0'), regexRepeatMax+1), true
		p.pos++
	}
	return n, ok
}

// atom reads one term and reports whether a quantifier may follow.
func (p *regexSyntax) atom() (*regexTree, bool, error) {
	c := p.src[p.pos]
	switch c {
	case '(':
		return p.group()
	case '*', '+', '?':
		return nil, false, regexFault("Nothing to repeat")
	case '{':
		if _, _, ok := p.braces(); ok {
			return nil, false, regexFault("Nothing to repeat")
		}
	case '[':
		n, err := p.class()
		return n, true, err
	case '\\':
		return p.escape()
	}
	p.pos++
	switch c {
	case '^':
		return &regexTree{op: regexStart}, false, nil
	case '$':
		return &regexTree{op: regexEnd}, false, nil
	case '.':
		return &regexTree{set: lineTerminators.negated()}, true, nil
	}
	return p.literal(c), true, nil
}

func (p *regexSyntax) literal(c rune) *regexTree {
	return &regexTree{set: p.folded(runeSet{{c, c}})}
}

func (p *regexSyntax) folded(s runeSet) runeSet {
	if p.fold {
		return s.folded()
	}
	return s
}

func (p *regexSyntax) group() (*regexTree, bool, error) {
	var n *regexTree
	quantifiable := true
	switch {
	case p.accept("(?:"):
	case p.accept("(?="):
		n = &regexTree{op: regexLook}
	case p.accept("(?!"):
		n = &regexTree{op: regexLook, negative: true}
	case p.accept("(?<="):
		n, quantifiable = &regexTree{op: regexLook, behind: true}, false
	case p.accept("(?<!"):
		n, quantifiable = &regexTree{op: regexLook, behind: true, negative: true}, false
	case p.accept("(?<"):
		name, err := p.groupName()
		if err != nil {
			return nil, false, err
		}
		n = p.capture(name)
	case p.accept("(?"):
		return nil, false, regexFault("Invalid group")
	default:
		p.pos++
		n = p.capture("")
	}
	body, err := p.alternatives()
	if err != nil {
		return nil, false, err
	}
	if !p.accept(")") {
		return nil, false, regexFault("Unterminated group")
	}
	if n == nil {
		return body, true, nil
	}
	n.subs = []*regexTree{body}
	return n, quantifiable, nil
}

func (p *regexSyntax) capture(name string) *regexTree {
	p.groups++
	for len(p.names) < p.groups {
		p.names = append(p.names, "")
	}
	p.names[p.groups-1] = name
	return &regexTree{op: regexCapture, group: p.groups}
}

// groupName reads a name and the ">" behind it.
func (p *regexSyntax) groupName() (string, error) {
	end := slices.Index(p.src[p.pos:], '>')
	if end < 1 {
		return "", regexFault("Invalid capture group name")
	}
	name := string(p.src[p.pos : p.pos+end])
	p.pos += end + 1
	for i, c := range name {
		letter := wordRunes.has(c) || c == '$' || c >= utf8.RuneSelf
		if !letter || i == 0 && digitRunes.has(c) {
			return "", regexFault("Invalid capture group name")
		}
	}
	if slices.Contains(p.names, name) {
		return "", regexFault("Duplicate capture group name")
	}
	return name, nil
}

// namedReference returns a back-reference to the group called name, wherever it stands.
func (p *regexSyntax) namedReference(name string) (*regexTree, error) {
	ahead := &regexSyntax{src: p.src}
	number := 0
	for i := 0; i < len(p.src); i++ {
		ahead.pos = i
		switch {
		case p.src[i] == '\\':
			i++
		case ahead.accept("(?<" + name + ">"):
			return &regexTree{op: regexBackref, group: number + 1}, nil
		case p.src[i] == '(' && !ahead.accept("(?:") && !ahead.accept("(?=") && !ahead.accept("(?!") &&
			!ahead.accept("(?<=") && !ahead.accept("(?<!"):
			number++
		}
	}
	return nil, regexFault("Invalid named capture referenced")
}
