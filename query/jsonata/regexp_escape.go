package jsonata

import "unicode/utf16"

// escape reads what begins with a backslash outside classes.
func (p *regexSyntax) escape() (*regexTree, bool, error) {
	p.pos++
	c := p.peek()
	switch {
	case c == -1:
		return nil, false, regexFault(`\ at end of pattern`)
	case c == 'b' || c == 'B':
		p.pos++
		return &regexTree{op: regexBoundary, negative: c == 'B'}, false, nil
	case c == 'k' && p.named:
		p.pos++
		if !p.accept("<") {
			return nil, false, regexFault("Invalid named reference")
		}
		n, err := p.reference()
		return n, true, err
	case '1' <= c && c <= '9':
		at := p.pos
		if n, _ := p.decimal(); n <= p.total {
			return &regexTree{op: regexBackref, group: n}, true, nil
		}
		p.pos = at
	}
	if s, ok := p.classEscape(); ok {
		return &regexTree{set: p.folded(s)}, true, nil
	}
	return p.literal(p.character()), true, nil
}

func (p *regexSyntax) reference() (*regexTree, error) {
	start := p.pos
	for c := p.peek(); c != '>'; c = p.peek() {
		if c == -1 {
			return nil, regexFault("Invalid named reference")
		}
		p.pos++
	}
	name := string(p.src[start:p.pos])
	p.pos++
	return p.namedReference(name)
}

// classEscape reads the letter of \d, \D, \w, \W, \s or \S.
func (p *regexSyntax) classEscape() (runeSet, bool) {
	var s runeSet
	c := p.peek()
	switch c | 0x20 {
	case 'd':
		s = digitRunes
	case 'w':
		s = wordRunes
	case 's':
		s = spaceRunes
	default:
		return nil, false
	}
	p.pos++
	if c&0x20 == 0 {
		return s.negated(), true
	}
	return s, true
}

// controlEscapes are the letters that stand for one control character.
var controlEscapes = map[rune]rune{'t': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r'}

// character reads an escape that stands for one character; the backslash has been read. An unknown letter stands for
// itself.
func (p *regexSyntax) character() rune {
	c := p.peek()
	p.pos++
	if control, ok := controlEscapes[c]; ok {
		return control
	}
	switch {
	case c == 'c':
		if letter := p.peek() | 0x20; 'a' <= letter && letter <= 'z' {
			p.pos++
			return letter - 'a' + 1
		}
		p.pos--
		return '\\'
	case c == 'x':
		if r, ok := p.hex(2); ok {
			return r
		}
	case c == 'u':
		if r, ok := p.codePoint(); ok {
			return r
		}
	case '0' <= c && c <= '7':
		p.pos--
		return p.octal()
	}
	return c
}

// codePoint reads the four digits of \uXXXX, and the low surrogate that may follow a high one.
func (p *regexSyntax) codePoint() (rune, bool) {
	r, ok := p.hex(4)
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	at := p.pos
	if p.accept(`\u`) {
		if low, ok := p.hex(4); ok {
			if pair := utf16.DecodeRune(r, low); pair != 0xfffd {
				return pair, true
			}
		}
	}
	p.pos = at
	return r, true
}

func (p *regexSyntax) hex(digits int) (rune, bool) {
	if len(p.src)-p.pos < digits {
		return 0, false
	}
	var r rune
	for _, c := range p.src[p.pos : p.pos+digits] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | (c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | (c | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	p.pos += digits
	return r, true
}

// octal reads up to three digits that stay below 0400.
func (p *regexSyntax) octal() (r rune) {
	for range 3 {
		c := p.peek()
		if c < '0' || c > '7' || r*8+(c-'0') > 0o377 {
			break
		}
		r = r*8 + (c - '0')
		p.pos++
	}
	return r
}

// class reads […].
func (p *regexSyntax) class() (*regexTree, error) {
	p.pos++
	negative := p.accept("^")
	var ranges []runeRange
	for !p.accept("]") {
		lo, set, err := p.classAtom()
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, set...)
		if set == nil {
			ranges = append(ranges, runeRange{lo, lo})
		}
		if p.peek() != '-' || p.pos+1 >= len(p.src) || p.src[p.pos+1] == ']' {
			continue
		}
		p.pos++
		hi, to, err := p.classAtom()
		switch {
		case err != nil:
			return nil, err
		case set != nil || to != nil: // [\w-a]: the hyphen is a character
			ranges = append(append(ranges, runeRange{'-', '-'}), to...)
			if to == nil {
				ranges = append(ranges, runeRange{hi, hi})
			}
		case hi < lo:
			return nil, regexFault("Range out of order in character class")
		default:
			ranges[len(ranges)-1].hi = hi
		}
	}
	set := p.folded(newRuneSet(ranges))
	if negative {
		set = set.negated()
	}
	return &regexTree{set: set}, nil
}

// classAtom reads one character or class escape inside […].
func (p *regexSyntax) classAtom() (rune, runeSet, error) {
	c := p.peek()
	if c == -1 {
		return 0, nil, regexFault("Unterminated character class")
	}
	p.pos++
	if c != '\\' {
		return c, nil, nil
	}
	if p.peek() == -1 {
		return 0, nil, regexFault(`\ at end of pattern`)
	}
	if p.accept("b") {
		return '\b', nil, nil
	}
	if set, ok := p.classEscape(); ok {
		return 0, set, nil
	}
	return p.character(), nil, nil
}
