package jsonata

import "math"

// power is math.Pow, but right to the last digit: squares, for the bits of the exponent before the point, and square
// roots, for those behind it, carry along what rounding loses. (V8 is off by one in the last digit now and then.)
func power(base, exponent float64) float64 {
	rough := math.Pow(base, exponent)
	whole, fraction := math.Modf(math.Abs(exponent))
	if whole > powerWholeMax || rough == 0 || rough == 1 || math.IsInf(rough, 0) || math.IsNaN(rough) {
		return rough
	}
	result, square, root := double{1, 0}, double{base, 0}, double{base, 0}
	for n := int(whole); n > 0; n >>= 1 {
		if n&1 == 1 {
			result = result.times(square)
		}
		square = square.times(square)
	}
	for i := 0; fraction > 0 && i < powerRootsMax; i++ {
		root = root.root()
		if fraction *= 2; fraction >= 1 {
			result = result.times(root)
			fraction--
		}
	}
	exact := result.high + result.low
	if exponent < 0 {
		quotient := 1 / result.high
		exact = quotient + quotient*(math.FMA(-quotient, result.high, 1)-quotient*result.low)
	}
	if math.IsInf(exact, 0) || math.IsNaN(exact) || math.Abs(exact) < 0x1p-1000 {
		return rough // beyond what two numbers can carry
	}
	return exact
}

const (
	powerWholeMax = 1024 // the greatest exponent that leaves a number other than those next to 1 within range
	powerRootsMax = 110  // bits behind the point: more do not change the result
)

// double is the sum of two float64, of which the second is what the first cannot hold.
type double struct{ high, low float64 }

func (a double) times(b double) double {
	high := a.high * b.high
	low := math.FMA(a.high, b.high, -high) + (a.high*b.low + a.low*b.high)
	sum := high + low
	return double{sum, low - (sum - high)}
}

func (a double) root() double {
	high := math.Sqrt(a.high)
	return double{high, (math.FMA(-high, high, a.high) + a.low) / (2 * high)}
}
