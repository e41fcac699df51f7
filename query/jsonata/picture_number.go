package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// numberPicture is what a checked sub-picture says. Sizes are counts of digits.
// Source: XPath functions 3.1, 4.7.4.
type numberPicture struct {
	subPicture
	integerGroups, fractionGroups []int // where separators stand, counted from the decimal separator
	groupEvery                    int   // regular distance of integerGroups, else 0
	integerMin                    int
	fractionMin, fractionMax      int
	exponentMin                   int
	scale                         int // digits before the decimal separator of a mantissa
}

// analyse measures a sub-picture.
func (s *decimalSymbols) analyse(p subPicture) *numberPicture {
	n := &numberPicture{
		subPicture:     p,
		integerGroups:  s.groups(p, p.integer, false),
		fractionGroups: s.groups(p, p.fraction, true),
		integerMin:     countRunes(p.integer, s.isDigit),
		fractionMin:    countRunes(p.fraction, s.isDigit),
		fractionMax:    countRunes(p.fraction, s.isPlace),
		exponentMin:    countRunes(p.exponent, s.isDigit),
	}
	n.groupEvery = interval(n.integerGroups)
	n.scale = n.integerMin
	if n.integerMin == 0 && n.fractionMax == 0 {
		if p.hasExponent {
			n.fractionMin, n.fractionMax = 1, 1
		} else {
			n.integerMin = 1
		}
	}
	if p.hasExponent && n.integerMin == 0 && strings.Contains(p.integer, s.digit) {
		n.integerMin = 1
	}
	if n.integerMin == 0 && n.fractionMin == 0 {
		n.fractionMin = 1
	}
	return n
}

// groups returns the number of digits between each separator in part and the decimal separator. The second and further
// separators are looked for in the integer part, whatever part is: so does the reference.
func (s *decimalSymbols) groups(p subPicture, part string, toLeft bool) []int {
	var positions []int
	at := strings.Index(part, s.grouping)
	for at >= 0 {
		side := part[:min(at, len(part))]
		if !toLeft {
			side = part[min(at, len(part)):]
		}
		positions = append(positions, countRunes(side, s.isPlace))
		next := at + 1
		if next > len(p.integer) {
			break
		}
		if at = strings.Index(p.integer[next:], s.grouping); at >= 0 {
			at += next
		}
	}
	return positions
}

// formatNumber writes f as picture shows. Errors: D3080 to D3093; those of the budget.
func formatNumber(f float64, picture string, s *decimalSymbols, budget allowance) (string, error) {
	// Each separator is counted from, and later moves, what stands behind it.
	if err := budget.spend(1 + len(picture)/8 + (1+strings.Count(picture, s.grouping))*len(picture)/16); err != nil {
		return "", err
	}
	pictures := []string{picture}
	if s.pattern != "" {
		pictures = strings.Split(picture, s.pattern)
	}
	if len(pictures) > 2 {
		return "", fail("D3080")
	}
	var subs []subPicture
	for _, p := range pictures {
		sub, err := s.split(p)
		if err != nil {
			return "", err
		}
		subs = append(subs, sub)
	}
	for _, sub := range subs {
		if err := s.check(sub); err != nil {
			return "", err
		}
	}
	n := s.analyse(subs[0])
	if !(f >= 0) {
		if len(subs) == 2 {
			n = s.analyse(subs[1])
		} else {
			n.prefix = s.minus + n.prefix
		}
	}
	if n.fractionMax > fractionMax {
		return "", &Error{Message: "toFixed() digits argument must be between 0 and 100"}
	}
	return n.format(f, s), nil
}

// fractionMax is the largest number of digits behind the decimal separator.
const fractionMax = 100

// format writes f with the symbols s.
func (n *numberPicture) format(f float64, s *decimalSymbols) string {
	switch {
	case strings.Contains(n.whole, s.percent):
		f *= 100
	case strings.Contains(n.whole, s.perMille):
		f *= 1000
	}
	exponent := 0
	if n.exponentMin > 0 {
		f, exponent = scaled(f, n.scale)
	}
	digits := n.digits(f, s)
	out := n.prefix + digits
	if n.exponentMin > 0 {
		out += s.exponent
		if exponent < 0 {
			out += s.minus
		}
		power := s.family(strconv.Itoa(max(exponent, -exponent)))
		out += strings.Repeat(s.zero, max(n.exponentMin-len([]rune(power)), 0)) + power
	}
	return out + n.suffix
}

// scaled returns mantissa and exponent of f, the mantissa with so many digits before the decimal separator. Unlike the
// reference, which loops for ever, it has an answer for zero and for negative numbers.
func scaled(f float64, digits int) (mantissa float64, exponent int) {
	if f == 0 || math.IsInf(f, 0) || math.IsNaN(f) {
		return f, 0
	}
	smallest, largest := math.Pow(10, float64(digits-1)), math.Pow(10, float64(digits))
	sign := math.Copysign(1, f)
	for f = math.Abs(f); f < smallest && !math.IsInf(f, 0); f *= 10 {
		exponent--
	}
	for ; f > largest && f > 0; f /= 10 {
		exponent++
	}
	return sign * f, exponent
}

// digits writes the mantissa: rounded, padded, grouped.
func (n *numberPicture) digits(f float64, s *decimalSymbols) string {
	rounded := math.Abs(roundDecimal(f, n.fractionMax))
	plain := numberText(rounded)
	if rounded < 1e21 { // JavaScript's toFixed
		plain = strconv.FormatFloat(rounded, 'f', n.fractionMax, 64)
	}
	integer, fraction, _ := strings.Cut(plain, ".")
	integer, fraction = strings.TrimLeft(integer, "0"), strings.TrimRight(fraction, "0")
	integer = s.family(strings.Repeat("0", max(n.integerMin-len(integer), 0)) + integer)
	fraction = s.family(fraction + strings.Repeat("0", max(n.fractionMin-len(fraction), 0)))

	out := []rune(integer + s.decimal + fraction)
	point := len([]rune(integer))
	out, point = n.groupInteger(out, point, []rune(s.grouping))
	for _, position := range n.fractionGroups {
		out = insert(out, point+1+position, []rune(s.grouping))
	}
	if !strings.Contains(n.whole, s.decimal) || point == len(out)-1 {
		out = out[:len(out)-1]
	}
	return string(out)
}

// groupInteger inserts the separators left of the decimal separator at point, which moves.
func (n *numberPicture) groupInteger(out []rune, point int, separator []rune) ([]rune, int) {
	if n.groupEvery > 0 {
		groups := (point - 1) / n.groupEvery
		for g := 1; g <= groups; g++ {
			out = insert(out, point-g*n.groupEvery, separator)
		}
		return out, point + max(groups, 0)*len(separator)
	}
	for _, position := range n.integerGroups {
		out = insert(out, point-position, separator)
		point++
	}
	return out, point
}

// insert puts part before the character at a position. A negative one counts from the end, as JavaScript's slice does.
func insert(s []rune, at int, part []rune) []rune {
	if at < 0 {
		at += len(s)
	}
	at = min(max(at, 0), len(s))
	out := make([]rune, 0, len(s)+len(part))
	return append(append(append(out, s[:at]...), part...), s[at:]...)
}

// family translates the digits in s to the digit family.
func (s *decimalSymbols) family(digits string) string {
	zero := s.zeroRune()
	if zero == '0' {
		return digits
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, digits)
}

// roundDecimal rounds f to a number of decimal places, half to even, in decimal arithmetic: 2.675 is a tie.
func roundDecimal(f float64, places int) float64 {
	shifted := shiftDecimal(f, places)
	return shiftDecimal(math.RoundToEven(shifted), -places)
}

// shiftDecimal returns f·10^places, exact in decimal.
func shiftDecimal(f float64, places int) float64 {
	if places == 0 || math.IsInf(f, 0) || math.IsNaN(f) {
		return f
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	e, err := strconv.Atoi(exponent)
	if err != nil {
		return f
	}
	shifted, err := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(e+places), 64)
	if err != nil && !math.IsInf(shifted, 0) {
		return f
	}
	return shifted
}
