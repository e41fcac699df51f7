package query

import "unicode/utf8"

// string reads a string and says whether it holds escapes. eof is the message for a string without an end.
func (p *parser) string(eof string) (form, *SyntaxError) {
	f := quoted
	for i := p.pos + 1; i < len(p.text); {
		switch c := p.text[i]; {
		case c == '"':
			p.pos = i + 1
			return f, nil
		case c == '\\':
			f = escaped
			n, err := p.escape(i, eof)
			if err != nil {
				return f, err
			}
			i += n
		case c < ' ':
			return f, p.fail(i+1, "Illegal unquoted character (%s): "+
				"has to be escaped using backslash to be included in string value", describe(rune(c)))
		default:
			i++
		}
	}
	return f, p.fail(len(p.text), "%s", eof)
}

// escape checks the escape at offset i and returns its length.
func (p *parser) escape(i int, eof string) (int, *SyntaxError) {
	if i+1 >= len(p.text) {
		return 0, p.fail(len(p.text), "%s", eof)
	}
	switch p.text[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, nil
	case 'u':
	default:
		r, size := utf8.DecodeRuneInString(p.text[i+1:])
		return 0, p.fail(i+1+size, "Unrecognized character escape %s", describe(r))
	}
	for k := i + 2; k < i+6; k++ {
		if k >= len(p.text) {
			return 0, p.fail(len(p.text), "Unexpected end-of-input in character escape sequence")
		}
		if hexDigit(p.text[k]) > 15 {
			p.pos = k
			return 0, p.unexpected("expected a hex-digit for character escape sequence")
		}
	}
	return 6, nil
}

// number reads a number.
func (p *parser) number() *SyntaxError {
	if p.text[p.pos] == '-' {
		p.pos++
		if err := p.digitsHere("expected digit (0-9) to follow minus sign, for valid numeric value"); err != nil {
			return err
		}
	}
	first := p.pos
	if p.digits() == 0 {
		return p.unexpected(expectsValue)
	}
	if p.text[first] == '0' && p.pos > first+1 {
		return p.fail(first+1, "Invalid numeric value: Leading zeroes not allowed")
	}
	if p.at('.') {
		p.pos++
		if err := p.digitsHere("Decimal point not followed by a digit"); err != nil {
			return err
		}
		p.digits()
	}
	if p.at('e') || p.at('E') {
		p.pos++
		if p.at('+') || p.at('-') {
			p.pos++
		}
		if err := p.digitsHere("Exponent indicator not followed by a digit"); err != nil {
			return err
		}
		p.digits()
	}
	return nil
}

func (p *parser) at(c byte) bool { return p.pos < len(p.text) && p.text[p.pos] == c }

// digits skips digits and returns how many there were.
func (p *parser) digits() int {
	start := p.pos
	for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
		p.pos++
	}
	return p.pos - start
}

// digitsHere checks that a digit stands at the parser's position.
func (p *parser) digitsHere(otherwise string) *SyntaxError {
	if p.pos >= len(p.text) {
		return p.fail(p.pos, "Unexpected end-of-input in a Number value")
	}
	if c := p.text[p.pos]; c < '0' || c > '9' {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		return p.fail(p.pos+size, "Unexpected character (%s) in numeric value: %s", describe(r), otherwise)
	}
	return nil
}
