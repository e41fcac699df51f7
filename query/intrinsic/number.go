package intrinsic

import (
	"math"

	"github.com/cogstep/cogstep/query"
)

// exactMax is the bound below which every integer is exact in a float64.
const exactMax = 1 << 53

// truncated returns the integer part of a number, towards zero.
func truncated(v query.Value) (int64, bool) {
	f := math.Trunc(v.Float())
	if v.Kind() != query.Number || math.Abs(f) >= exactMax {
		return 0, false
	}
	return int64(f), true
}

// rounded returns the integer nearest to a number, the upper one of two, if it has 32 bits.
func rounded(v query.Value) (int64, bool) {
	f := v.Float()
	floor := math.Floor(f)
	if f-floor >= 0.5 {
		floor++
	}
	if v.Kind() != query.Number || !is32Bit(floor) {
		return 0, false
	}
	return int64(floor), true
}

func is32Bit(f float64) bool { return f >= math.MinInt32 && f <= math.MaxInt32 }

// mathAdd rounds each of its arguments before it adds them; they and the sum have 32 bits.
func mathAdd(a []query.Value) (query.Value, bool) {
	x, ok1 := rounded(a[0])
	y, ok2 := rounded(a[1])
	if !ok1 || !ok2 || !is32Bit(float64(x+y)) {
		return refused()
	}
	return query.IntValue(x + y), true
}

// mathRandom draws from [start, end). The same seed always gives the same number.
func mathRandom(a []query.Value, e *query.Entropy) (query.Value, bool) {
	start, ok1 := truncated(a[0])
	end, ok2 := truncated(a[1])
	if !ok1 || !ok2 || start >= end {
		return refused()
	}
	if len(a) == 3 {
		seed, ok := a[2].Int()
		if !ok {
			return refused()
		}
		e = query.Seeded(seed)
	}
	if e == nil {
		return refused()
	}
	return query.IntValue(start + e.IntN(end-start)), true
}

func uuid(_ []query.Value, e *query.Entropy) (query.Value, bool) {
	if e == nil {
		return refused()
	}
	return query.StringValue(e.UUID()), true
}
