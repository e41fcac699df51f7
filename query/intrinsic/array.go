package intrinsic

import (
	"slices"
	"strconv"

	"github.com/cogstep/cogstep/query"
)

// rangeLengthMax is the largest array that States.ArrayRange makes.
const rangeLengthMax = 1000

func array(a []query.Value) (query.Value, bool) { return query.ArrayValue(a), true }

// arrayPartition cuts an array into arrays of n elements; the last may be shorter.
func arrayPartition(a []query.Value) (query.Value, bool) {
	n, ok := truncated(a[1])
	if !ok || n < 1 || a[0].Kind() != query.Array {
		return refused()
	}
	var parts []query.Value
	for part := range slices.Chunk(elements(a[0]), int(min(n, int64(a[0].Len()+1)))) {
		parts = append(parts, query.ArrayValue(part))
	}
	return query.ArrayValue(parts), true
}

func arrayContains(a []query.Value) (query.Value, bool) {
	if a[0].Kind() != query.Array {
		return refused()
	}
	for _, element := range a[0].Elements() {
		if query.Equal(element, a[1]) {
			return query.BoolValue(true), true
		}
	}
	return query.BoolValue(false), true
}

// arrayRange includes its end. A step in the wrong direction gives an empty array.
func arrayRange(a []query.Value) (query.Value, bool) {
	first, ok1 := truncated(a[0])
	last, ok2 := truncated(a[1])
	step, ok3 := truncated(a[2])
	if !ok1 || !ok2 || !ok3 || step == 0 {
		return refused()
	}
	if last != first && (last > first) != (step > 0) {
		return query.ArrayValue(nil), true
	}
	length := (last-first)/step + 1
	if length > rangeLengthMax {
		return refused()
	}
	numbers := make([]query.Value, length)
	for i := range numbers {
		numbers[i] = query.IntValue(first + int64(i)*step)
	}
	return query.ArrayValue(numbers), true
}

func arrayGetItem(a []query.Value) (query.Value, bool) {
	i, ok := a[1].Int()
	if !ok || i < 0 || i >= int64(a[0].Len()) {
		return refused()
	}
	element := a[0].At(int(i))
	return element, !element.IsUndefined()
}

func arrayLength(a []query.Value) (query.Value, bool) {
	return query.IntValue(int64(a[0].Len())), a[0].Kind() == query.Array
}

// arrayUnique keeps the first of equal elements.
func arrayUnique(a []query.Value) (query.Value, bool) {
	if a[0].Kind() != query.Array {
		return refused()
	}
	seen := map[string]bool{}
	var kept []query.Value
	var key []byte
	for _, element := range a[0].Elements() {
		key = appendCanonical(key[:0], element)
		if !seen[string(key)] {
			seen[string(key)] = true
			kept = append(kept, element)
		}
	}
	return query.ArrayValue(kept), true
}

func elements(v query.Value) []query.Value {
	all := make([]query.Value, 0, v.Len())
	for _, element := range v.Elements() {
		all = append(all, element)
	}
	return all
}

// appendCanonical appends a text that is the same for equal values: numbers by value, members sorted by key.
func appendCanonical(dst []byte, v query.Value) []byte {
	switch v.Kind() {
	case query.Number:
		if i, ok := v.Int(); ok {
			return strconv.AppendInt(dst, i, 10)
		}
		return strconv.AppendFloat(dst, v.Float(), 'g', -1, 64)
	case query.Array:
		dst = append(dst, '[')
		for _, element := range v.Elements() {
			dst = append(appendCanonical(dst, element), ',')
		}
		return append(dst, ']')
	case query.Object:
		keys := make([]string, 0, v.Len())
		for key := range v.Members() {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		dst = append(dst, '{')
		for _, key := range keys {
			member, _ := v.Get(key)
			dst = append(query.AppendString(dst, key), ':')
			dst = append(appendCanonical(dst, member), ',')
		}
		return append(dst, '}')
	}
	return v.AppendCompact(dst)
}
