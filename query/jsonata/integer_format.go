package jsonata

import (
	"math"
	"strings"
)

// format writes f, rounded down, as p shows. Errors: D3130; D1001 for an infinite number in words, letters or
// roman numerals and for NaN in words, which letters and roman numerals write as ""; those of the budget.
func (p *integerPicture) format(f float64, budget allowance) (string, error) {
	size := math.Abs(math.Floor(f))
	switch {
	case p.numbering == decimalNumbering || p.numbering == sequenceNumbering:
	case math.IsNaN(size) && p.numbering != wordNumbering:
		return "", nil
	case math.IsNaN(size) || math.IsInf(size, 0):
		return "", fail("D1001", number(f))
	}
	var s string
	var err error
	switch p.numbering {
	case letterNumbering:
		s = columnLetters(size)
	case romanNumbering:
		s, err = romanNumerals(size, budget)
	case wordNumbering:
		s, err = numberWords(size, p.ordinal, budget)
	case sequenceNumbering:
		err = fail("D3130", text(p.token))
	default:
		s, err = p.formatDigits(size, budget)
	}
	if err != nil {
		return "", err
	}
	switch {
	case p.numbering == decimalNumbering || p.letters == titleCase:
	case p.letters == upperCase:
		s = strings.ToUpper(s)
	default:
		s = strings.ToLower(s)
	}
	if math.Floor(f) < 0 {
		s = "-" + s
	}
	return s, nil
}

// formatDigits pads, translates to the digit family, groups, and adds the ordinal ending.
func (p *integerPicture) formatDigits(size float64, budget allowance) (string, error) {
	digits := []rune(numberText(size))
	if missing := p.mandatory - float64(len(digits)); missing > 0 {
		if err := budget.reserve(clampInt(missing) * 4); err != nil {
			return "", err
		}
		digits = append([]rune(strings.Repeat("0", int(missing))), digits...)
	}
	for i := range digits {
		digits[i] += p.zero - '0'
	}
	if err := budget.spend(len(p.groups) * (len(digits) + len(p.groups)) / 16); err != nil {
		return "", err // each separator moves the digits and separators behind it
	}
	digits = p.group(digits)
	if p.ordinal {
		digits = append(digits, []rune(ordinalEnding(digits))...)
	}
	return string(digits), nil
}

// group inserts the separators.
func (p *integerPicture) group(digits []rune) []rune {
	if p.regular {
		every := p.groups[0].position
		out := make([]rune, 0, len(digits)+len(digits)/every)
		for i, d := range digits {
			if i > 0 && (len(digits)-i)%every == 0 {
				out = append(out, p.groups[0].char)
			}
			out = append(out, d)
		}
		return out
	}
	for i := len(p.groups) - 1; i >= 0; i-- { // from the left
		// A separator left of all digits: the reference puts it there and keeps the last digits only.
		at := len(digits) - p.groups[i].position
		head, tail := digits[:max(at, 0)], digits[max(at, 0):]
		if at < 0 {
			tail = digits[max(len(digits)+at, 0):]
		}
		next := make([]rune, 0, len(digits)+1)
		next = append(append(next, head...), p.groups[i].char)
		digits = append(next, tail...)
	}
	return digits
}

// ordinalEnding returns st, nd, rd or th. Only the digits 0 to 9 have endings of their own.
func ordinalEnding(digits []rune) string {
	last := digits[len(digits)-1]
	teen := len(digits) > 1 && digits[len(digits)-2] == '1'
	switch {
	case last == '1' && !teen:
		return "st"
	case last == '2' && !teen:
		return "nd"
	case last == '3' && !teen:
		return "rd"
	}
	return "th"
}

// columnLetters names column n (from 1) of a spreadsheet; 0 has no name.
func columnLetters(n float64) string {
	var reversed []byte
	for n > 0 {
		reversed = append(reversed, 'a'+byte(math.Mod(math.Max(n-1, 0), 26)))
		n = math.Floor((n - 1) / 26)
	}
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return string(reversed)
}

var romans = []struct {
	value   float64
	numeral string
}{
	{900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"},
	{4, "iv"}, {1, "i"},
}

// romanNumerals writes n with an m for each thousand: the size of the result grows with n.
func romanNumerals(n float64, budget allowance) (string, error) {
	thousands := clampInt(math.Floor(n / 1000))
	if err := budget.reserve(thousands); err != nil {
		return "", err
	}
	if thousands >= lengthMax {
		return "", fail("D1001", number(n))
	}
	var b strings.Builder
	b.WriteString(strings.Repeat("m", thousands))
	n = math.Mod(n, 1000)
	for _, r := range romans {
		for n >= r.value {
			b.WriteString(r.numeral)
			n -= r.value
		}
	}
	return b.String(), nil
}

// lengthMax bounds what pictures make, whatever the budget.
const lengthMax = 1 << 28

// clampInt converts a count to an int between 0 and lengthMax.
func clampInt(f float64) int {
	if !(f > 0) {
		return 0
	}
	return int(math.Min(f, lengthMax))
}
