package jsonata

import (
	"math"
	"slices"
)

// runSort sorts numbers, strings or, with a function that says whether two items are to be swapped, anything. Errors:
// D3070 if there is no function and the items are neither all numbers nor all strings.
func runSort(c *call, args []value) (value, error) {
	v, fn := arg(args, 0), arg(args, 1)
	items := v.itemsOrSelf()
	if len(items) <= 1 {
		return v, nil
	}
	after := func(a, b value) (bool, error) {
		answer, err := c.apply(fn, a, b)
		return jsTruth(answer), err
	}
	if fn.isUndefined() {
		after = func(a, b value) (bool, error) { return order(a, b) > 0, nil }
		if err := c.sortable(items); err != nil {
			return undefined, err
		}
	}
	if err := c.items(2 * len(items)); err != nil {
		return undefined, err
	}
	sorted := slices.Clone(items)
	err := mergeSort(c.evaluation, sorted, make([]value, len(items)), after)
	return list(sorted...), err
}

func (c *call) sortable(items []value) error {
	numbers, texts := 0, 0
	for _, item := range items {
		switch {
		case item.kind == stringKind:
			texts++
		case item.kind == numberKind && math.IsInf(item.n, 0):
			return fail("D1001", item)
		case item.kind == numberKind && !math.IsNaN(item.n):
			numbers++
		}
	}
	if numbers < len(items) && texts < len(items) {
		return fail("D3070")
	}
	return c.spend(len(items))
}

// jsTruth is JavaScript's own idea of truth, which differs from the language's for arrays and objects: they are true.
func jsTruth(v value) bool {
	switch v.kind {
	case undefinedKind, nullKind:
		return false
	case booleanKind:
		return v.isTrue()
	case numberKind:
		return v.n != 0 && !math.IsNaN(v.n)
	case stringKind:
		return v.s != ""
	}
	return true
}

// mergeSort sorts items in place; room is as long. after says whether a belongs behind b; items that it does not tell
// apart stay in order. It is asked in the same order as by the reference: for the left half, the right half, then
// both.
func mergeSort[T any](e *evaluation, items, room []T, after func(a, b T) (bool, error)) error {
	if len(items) <= 1 {
		return nil
	}
	middle := len(items) / 2
	if err := mergeSort(e, items[:middle], room[:middle], after); err != nil {
		return err
	}
	if err := mergeSort(e, items[middle:], room[middle:], after); err != nil {
		return err
	}
	if err := e.spend(len(items)); err != nil {
		return err
	}
	merged := room[:0]
	left, right := items[:middle], items[middle:]
	for len(left) > 0 && len(right) > 0 {
		swap, err := after(left[0], right[0])
		if err != nil {
			return err
		}
		if swap {
			merged, right = append(merged, right[0]), right[1:]
		} else {
			merged, left = append(merged, left[0]), left[1:]
		}
	}
	copy(items, append(append(merged, left...), right...))
	return nil
}
