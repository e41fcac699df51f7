package jsonata

import "math"

// numbering is a way to write integers.
type numbering uint8

const (
	decimalNumbering numbering = iota
	letterNumbering            // spreadsheet columns: a, b, …, z, aa
	romanNumbering
	wordNumbering
	sequenceNumbering // any other first item of a sequence; the reference supports none
)

// letterCase is how letters and words are written.
type letterCase uint8

const (
	lowerCase letterCase = iota
	upperCase
	titleCase
)

// integerPicture is a compiled picture of an integer.
// Source: XPath functions 3.1, "fn:format-integer", as the reference reads it.
type integerPicture struct {
	numbering numbering
	letters   letterCase
	ordinal   bool
	token     string // of a sequence: what it would begin with

	// Of decimal numbering. mandatory is NaN for the others; it can be large: widths of date pictures set it.
	mandatory, optional float64
	zero                rune // the digit 0 of the family
	regular             bool // groups has one separator, which repeats
	groups              []groupSeparator
}

// groupSeparator stands left of a number of digits.
type groupSeparator struct {
	position int
	char     rune
}

// digitZeros are the zeros of the decimal digit families that pictures know, in ascending order.
var digitZeros = []rune{
	0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
	0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
	0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
}

// digitZero returns the zero of r's digit family; ok is false if r is no digit.
func digitZero(r rune) (zero rune, ok bool) {
	for _, zero := range digitZeros {
		if r >= zero && r <= zero+9 {
			return zero, true
		}
	}
	return 0, false
}

// compileIntegerPicture reads a picture. Errors: D3131.
func compileIntegerPicture(picture string) (*integerPicture, error) {
	p := &integerPicture{mandatory: math.NaN(), optional: math.NaN()}
	primary := []rune(picture)
	for i := len(primary) - 1; i >= 0; i-- {
		if primary[i] == ';' {
			p.ordinal = i+1 < len(primary) && primary[i+1] == 'o'
			primary = primary[:i]
			break
		}
	}
	switch string(primary) {
	case "A":
		p.numbering, p.letters = letterNumbering, upperCase
	case "a":
		p.numbering = letterNumbering
	case "I":
		p.numbering, p.letters = romanNumbering, upperCase
	case "i":
		p.numbering = romanNumbering
	case "W":
		p.numbering, p.letters = wordNumbering, upperCase
	case "Ww":
		p.numbering, p.letters = wordNumbering, titleCase
	case "w":
		p.numbering = wordNumbering
	default:
		return p, p.readDigits(primary)
	}
	return p, nil
}

// readDigits reads a decimal digit pattern; without any digit it is a sequence.
func (p *integerPicture) readDigits(primary []rune) error {
	var separators []groupSeparator
	var mandatory, optional int
	for i := len(primary) - 1; i >= 0; i-- {
		r := primary[i]
		zero, digit := digitZero(r)
		switch {
		case digit && mandatory > 0 && zero != p.zero:
			return fail("D3131")
		case digit:
			p.zero = zero
			mandatory++
		case r == '#':
			optional++
		default:
			separators = append(separators, groupSeparator{position: mandatory + optional, char: r})
		}
	}
	if mandatory == 0 {
		p.numbering, p.token = sequenceNumbering, string(primary)
		return nil
	}
	p.mandatory, p.optional = float64(mandatory), float64(optional)
	p.groups = separators
	if interval := sharedInterval(separators); interval > 0 {
		p.regular = true
		p.groups = []groupSeparator{{position: interval, char: separators[0].char}}
	}
	return nil
}

// sharedInterval returns the distance at which the same separator stands again and again, 0 if there is none.
func sharedInterval(separators []groupSeparator) int {
	positions := make([]int, len(separators))
	for i, s := range separators {
		if s.char != separators[0].char {
			return 0
		}
		positions[i] = s.position
	}
	return interval(positions)
}

// interval returns the d for which positions are d, 2d, … nd in any order, 0 if there is none.
func interval(positions []int) int {
	if len(positions) == 0 {
		return 0
	}
	d := 0
	seen := make(map[int]bool, len(positions))
	for _, p := range positions {
		seen[p] = true
		for a, b := d, p; ; a, b = b, a%b {
			if b == 0 {
				d = a
				break
			}
		}
	}
	for i := 1; i <= len(positions); i++ {
		if !seen[i*d] {
			return 0
		}
	}
	return d
}
