package jsonata

import "strings"

// decimalSymbols are the characters that a picture of a decimal number is made of. All but the digits may be longer than
// one character, if somebody wants that.
type decimalSymbols struct {
	decimal, grouping, exponent, minus string
	percent, perMille                  string
	zero, digit, pattern               string
}

func defaultSymbols() *decimalSymbols {
	return &decimalSymbols{
		decimal: ".", grouping: ",", exponent: "e", minus: "-", percent: "%", perMille: "\u2030",
		zero: "0", digit: "#", pattern: ";",
	}
}

// set changes the symbol that the option called name stands for. Names that mean nothing are ignored, as are infinity
// and NaN: there are no such numbers.
func (s *decimalSymbols) set(name, symbol string) {
	options := map[string]*string{
		"decimal-separator": &s.decimal, "grouping-separator": &s.grouping, "exponent-separator": &s.exponent,
		"minus-sign": &s.minus, "percent": &s.percent, "per-mille": &s.perMille,
		"zero-digit": &s.zero, "digit": &s.digit, "pattern-separator": &s.pattern,
	}
	if field := options[name]; field != nil {
		*field = symbol
	}
}

// zeroRune is the first digit of the family.
func (s *decimalSymbols) zeroRune() rune {
	for _, r := range s.zero {
		return r
	}
	return '0'
}

// isDigit reports whether r belongs to the digit family.
func (s *decimalSymbols) isDigit(r rune) bool {
	zero := s.zeroRune()
	return r >= zero && r <= zero+9
}

// isPlace reports whether r stands for a digit, needed or not.
func (s *decimalSymbols) isPlace(r rune) bool { return s.isDigit(r) || string(r) == s.digit }

// isActive reports whether r means something in a picture.
func (s *decimalSymbols) isActive(r rune) bool {
	switch c := string(r); c {
	case s.decimal, s.exponent, s.grouping, s.digit, s.pattern:
		return true
	}
	return s.isDigit(r)
}

// countRunes returns how many characters of part satisfy test.
func countRunes(part string, test func(rune) bool) int {
	n := 0
	for _, r := range part {
		if test(r) {
			n++
		}
	}
	return n
}

// subPicture is one side of the pattern separator, taken apart.
type subPicture struct {
	whole, prefix, suffix, active string
	mantissa, integer, fraction   string
	exponent                      string
	hasExponent                   bool
}

// split takes a sub-picture apart. Errors: D3085 if nothing in it is active.
func (s *decimalSymbols) split(picture string) (subPicture, error) {
	isEdge := func(r rune) bool { return s.isActive(r) && string(r) != s.exponent }
	first, last := strings.IndexFunc(picture, isEdge), strings.LastIndexFunc(picture, isEdge)
	if first < 0 {
		return subPicture{}, fail("D3085")
	}
	end := last + 1
	for end < len(picture) && picture[end]&0xC0 == 0x80 {
		end++
	}
	p := subPicture{whole: picture, prefix: picture[:first], suffix: picture[end:], active: picture[first:end]}
	p.mantissa = p.active
	if at := strings.Index(picture[first:], s.exponent); at >= 0 && first+at <= end {
		// The reference counts this position from the beginning of the sub-picture, prefix included.
		at = min(first+at, len(p.active))
		p.mantissa, p.hasExponent = p.active[:at], true
		p.exponent = p.active[min(at+len(s.exponent), len(p.active)):]
	}
	if integer, fraction, found := strings.Cut(p.mantissa, s.decimal); found {
		p.integer, p.fraction = integer, fraction
	} else {
		p.integer, p.fraction = p.mantissa, p.suffix
	}
	return p, nil
}

// check returns the error in a sub-picture; of several, that of the last rule.
// Source: XPath functions 3.1, 4.7.3.
func (s *decimalSymbols) check(p subPicture) error {
	code := ""
	rule := func(broken bool, c string) {
		if broken {
			code = c
		}
	}
	percent, perMille := strings.Contains(p.whole, s.percent), strings.Contains(p.whole, s.perMille)
	rule(repeated(p.whole, s.decimal), "D3081")
	rule(repeated(p.whole, s.percent), "D3082")
	rule(repeated(p.whole, s.perMille), "D3083")
	rule(percent && perMille, "D3084")
	rule(!strings.ContainsFunc(p.mantissa, s.isPlace), "D3085")
	rule(strings.ContainsFunc(p.active, func(r rune) bool { return !s.isActive(r) }), "D3086")
	if before, after, found := strings.Cut(p.whole, s.decimal); found {
		rule(strings.HasSuffix(before, s.grouping) || strings.HasPrefix(after, s.grouping), "D3087")
	} else {
		rule(strings.HasSuffix(p.integer, s.grouping), "D3088")
	}
	rule(strings.Contains(p.whole, s.grouping+s.grouping), "D3089")
	if at := strings.Index(p.integer, s.digit); at >= 0 {
		rule(strings.ContainsFunc(p.integer[:at], s.isDigit), "D3090")
	}
	if at := strings.LastIndex(p.fraction, s.digit); at >= 0 {
		rule(strings.ContainsFunc(p.fraction[at:], s.isDigit), "D3091")
	}
	if p.hasExponent {
		rule(p.exponent != "" && (percent || perMille), "D3092")
		isOther := func(r rune) bool { return !s.isDigit(r) }
		rule(p.exponent == "" || strings.ContainsFunc(p.exponent, isOther), "D3093")
	}
	if code != "" {
		return fail(code)
	}
	return nil
}

func repeated(s, part string) bool { return strings.Index(s, part) != strings.LastIndex(s, part) }
