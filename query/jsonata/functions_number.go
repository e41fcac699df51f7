package jsonata

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// numberFunctions are the built-ins for numbers and for arrays of them.
var numberFunctions = []*builtin{
	{name: "sum", signature: "<a<n>:n>", run: aggregate(number(0), func(ns []value) float64 { return total(ns) })},
	{name: "max", signature: "<a<n>:n>", run: aggregate(undefined, greatest)},
	{name: "min", signature: "<a<n>:n>", run: aggregate(undefined, least)},
	{name: "average", signature: "<a<n>:n>", run: aggregate(undefined, func(ns []value) float64 {
		return total(ns) / float64(len(ns))
	})},
	{name: "number", signature: "<(nsb)-:n>", run: func(c *call, args []value) (value, error) {
		return toNumber(c, arg(args, 0))
	}},
	{name: "floor", signature: "<n-:n>", run: unary(math.Floor)},
	{name: "ceil", signature: "<n-:n>", run: unary(math.Ceil)},
	{name: "abs", signature: "<n-:n>", run: unary(math.Abs)},
	{name: "round", signature: "<n-n?:n>", run: runRound},
	{name: "sqrt", signature: "<n-:n>", run: runSqrt},
	{name: "power", signature: "<n-n:n>", run: runPower},
	{name: "random", signature: "<:n>", run: func(c *call, _ []value) (value, error) {
		return number(c.entropy().Float64()), nil
	}},
	{name: "formatBase", signature: "<n-n?:s>", run: runFormatBase},
}

// aggregate makes a function of an array of numbers. For an empty array it returns empty.
func aggregate(empty value, f func(ns []value) float64) func(*call, []value) (value, error) {
	return func(c *call, args []value) (value, error) {
		v := arg(args, 0)
		if v.isUndefined() {
			return undefined, nil
		}
		items := v.itemsOrSelf()
		if len(items) == 0 {
			return empty, nil
		}
		if err := c.spend(len(items)); err != nil {
			return undefined, err
		}
		return number(f(items)), nil
	}
}

func total(ns []value) (sum float64) {
	for _, n := range ns {
		sum += n.n
	}
	return sum
}

func greatest(ns []value) float64 {
	f := ns[0].n
	for _, n := range ns[1:] {
		f = math.Max(f, n.n)
	}
	return f
}

func least(ns []value) float64 {
	f := ns[0].n
	for _, n := range ns[1:] {
		f = math.Min(f, n.n)
	}
	return f
}

func unary(f func(float64) float64) func(*call, []value) (value, error) {
	return func(_ *call, args []value) (value, error) {
		if v := arg(args, 0); !v.isUndefined() {
			return number(f(v.n)), nil
		}
		return undefined, nil
	}
}

// The texts that $number accepts. The second pattern is the reference's, word for word: its alternatives are not grouped,
// so what is wrong before or behind is found only when it is converted.
var (
	decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)
	radixText   = regexp.MustCompile(`^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$`)
)

// toNumber casts a string or a boolean to a number. Errors: D3030.
func toNumber(c *call, v value) (value, error) {
	switch v.kind {
	case undefinedKind, numberKind:
		return v, nil
	case booleanKind:
		return number(v.n), nil
	case stringKind:
		if err := c.spend(1 + len(v.s)/64); err != nil {
			return undefined, err
		}
		if decimalText.MatchString(v.s) {
			if f, err := strconv.ParseFloat(v.s, 64); err == nil {
				return number(f), nil
			}
		} else if radixText.MatchString(v.s) {
			return number(radixNumber(v.s)), nil
		}
	}
	return undefined, fail("D3030", v)
}

// radixNumber converts 0x…, 0o… and 0b… as JavaScript's Number: NaN if there is anything else.
func radixNumber(s string) float64 {
	s = strings.TrimSpace(s)
	if len(s) < 3 || s[0] != '0' {
		return math.NaN()
	}
	base := map[byte]float64{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]
	if exact, err := strconv.ParseUint(s[2:], max(int(base), 2), 64); err == nil && base > 0 {
		return float64(exact)
	}
	f := 0.0
	for _, digit := range []byte(strings.ToLower(s[2:])) {
		d := float64(strings.IndexByte(lowerHex, digit))
		if d < 0 || d >= base {
			return math.NaN()
		}
		f = f*base + d
	}
	return f
}

func runRound(_ *call, args []value) (value, error) {
	v, precision := arg(args, 0), arg(args, 1)
	if v.isUndefined() {
		return undefined, nil
	}
	return number(round(v.n, precision.n)), nil
}

// round rounds to precision decimal places (negative: before the point; NaN: as 0), halves to the even neighbour. The
// point is moved in decimal text, since multiplying by a power of ten would not be exact.
func round(f, precision float64) float64 {
	if math.IsNaN(precision) {
		precision = 0
	}
	if precision != 0 {
		f = shifted(f, precision)
	}
	rounded := math.Floor(f + 0.5)
	if math.Abs(f) >= 1<<52 || f == math.Trunc(f) {
		rounded = f // adding a half might round
	} else if f-math.Trunc(f) == 0.49999999999999994 {
		rounded = math.Trunc(f)
	}
	if math.Abs(rounded-f) == 0.5 && math.Abs(math.Mod(rounded, 2)) == 1 {
		rounded--
	}
	if precision != 0 {
		rounded = shifted(rounded, -precision)
	}
	if rounded == 0 {
		return 0 // not -0
	}
	return rounded
}

// shifted moves the decimal point by places; NaN if places is not an integer.
func shifted(f, places float64) float64 {
	mantissa, exponent, _ := strings.Cut(numberText(f), "e")
	if exponent != "" {
		e, _ := strconv.Atoi(exponent) // numberText's own
		places += float64(e)
	}
	shifted, err := strconv.ParseFloat(mantissa+"e"+strings.TrimPrefix(numberText(places), "+"), 64)
	if err != nil && !math.IsInf(shifted, 0) {
		return math.NaN()
	}
	return shifted
}

func runSqrt(_ *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.isUndefined() {
		return undefined, nil
	}
	if v.n < 0 {
		return undefined, fail("D3060", v)
	}
	return number(math.Sqrt(v.n)), nil
}

func runPower(_ *call, args []value) (value, error) {
	base, exponent := arg(args, 0), arg(args, 1)
	if base.isUndefined() {
		return undefined, nil
	}
	result := math.NaN()
	switch size := math.Abs(base.n); {
	case exponent.isUndefined(): // stays NaN
	case size == 1 && math.IsInf(exponent.n, 0): // NaN in JavaScript, 1 in Go
	default:
		result = power(base.n, exponent.n)
	}
	if math.IsInf(result, 0) || math.IsNaN(result) {
		return undefined, fail("D3061", base).with("exp", shownValue(exponent))
	}
	return number(result), nil
}

func runFormatBase(_ *call, args []value) (value, error) {
	v, radix := arg(args, 0), arg(args, 1)
	if v.isUndefined() {
		return undefined, nil
	}
	base := 10.0
	if !radix.isUndefined() {
		base = round(radix.n, 0)
	}
	if !(base >= 2 && base <= 36) { // NaN neither
		return undefined, fail("D3100", number(base))
	}
	return text(integerText(round(v.n, 0), int(base))), nil
}

// integerText writes an integral number in a base from 2 to 36.
func integerText(f float64, base int) string {
	switch size := math.Abs(f); {
	case base == 10 || math.IsInf(f, 0) || math.IsNaN(f):
		return numberText(f)
	case size < 1<<53:
		return strconv.FormatInt(int64(f), base)
	default:
		return largeIntegerText(f, base)
	}
}

// largeIntegerText takes digits from the low end, as V8 does: a zero for each division that leaves a number where float64
// does not count in ones.
func largeIntegerText(f float64, base int) string {
	rest, b := math.Abs(f), float64(base)
	var digits []byte
	for ; rest/b >= 1<<53; rest /= b {
		digits = append(digits, '0')
	}
	for rest > 0 {
		digit := math.Mod(rest, b)
		digits = strconv.AppendInt(digits, int64(digit), base)
		rest = (rest - digit) / b
	}
	if f < 0 {
		digits = append(digits, '-')
	}
	slices.Reverse(digits)
	return string(digits)
}
