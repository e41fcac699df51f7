package jsonata

import "math"

// arrayFunctions are the built-ins for arrays that call no functions of the user's.
var arrayFunctions = []*builtin{
	{name: "count", signature: "<a:n>", run: func(_ *call, args []value) (value, error) {
		return number(float64(arg(args, 0).size())), nil
	}},
	{name: "append", signature: "<xx:a>", run: runAppend},
	{name: "reverse", signature: "<a:a>", run: runReverse},
	{name: "shuffle", signature: "<a:a>", run: runShuffle},
	{name: "distinct", signature: "<x:x>", run: runDistinct},
	{name: "zip", signature: "<a+>", run: runZip},
}

func runAppend(c *call, args []value) (value, error) {
	a, b := arg(args, 0), arg(args, 1)
	if a.isUndefined() {
		return b, nil
	}
	if b.isUndefined() {
		return a, nil
	}
	return c.appended(a, b)
}

// appended returns the items of a and b in a new plain array.
func (e *evaluation) appended(a, b value) (value, error) {
	first, second := a.itemsOrSelf(), b.itemsOrSelf()
	if err := e.items(len(first) + len(second)); err != nil {
		return undefined, err
	}
	items := make([]value, 0, len(first)+len(second))
	return list(append(append(items, first...), second...)...), nil
}

func runReverse(c *call, args []value) (value, error) {
	v := arg(args, 0)
	items := v.itemsOrSelf()
	if len(items) <= 1 {
		return v, nil
	}
	if err := c.items(len(items)); err != nil {
		return undefined, err
	}
	reversed := make([]value, len(items))
	for i, item := range items {
		reversed[len(items)-1-i] = item
	}
	return list(reversed...), nil
}

// runShuffle is the inside-out variant of the Fisher-Yates algorithm.
func runShuffle(c *call, args []value) (value, error) {
	v := arg(args, 0)
	items := v.itemsOrSelf()
	if len(items) <= 1 {
		return v, nil
	}
	if err := c.items(len(items)); err != nil {
		return undefined, err
	}
	shuffled := make([]value, len(items))
	for i, item := range items {
		k := c.entropy().IntN(int64(i) + 1)
		shuffled[i] = shuffled[k]
		shuffled[k] = item
	}
	return list(shuffled...), nil
}

// runDistinct keeps the first of equal items. Scalars are found by a map, so that only arrays and objects are compared
// with each other.
func runDistinct(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.kind != arrayKind || len(v.array().items) <= 1 {
		return v, nil
	}
	items := v.array().items
	if err := c.items(len(items)); err != nil {
		return undefined, err
	}
	seen := map[value]bool{}
	var kept, containers []value
	for _, item := range items {
		if item.kind == arrayKind || item.kind == objectKind {
			known, err := c.oneOf(item, containers)
			if err != nil {
				return undefined, err
			}
			if !known {
				containers, kept = append(containers, item), append(kept, item)
			}
			continue
		}
		key := item
		if item.kind == numberKind {
			key = number(item.n) // whatever its text
		}
		if !seen[key] {
			seen[key], kept = true, append(kept, item)
		}
	}
	return value{kind: arrayKind, ref: &array{items: kept, sequence: v.array().sequence}}, nil
}

func (e *evaluation) oneOf(v value, others []value) (bool, error) {
	for _, other := range others {
		if same, err := e.equal(v, other); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// runZip makes an array of arrays: of the first items, of the second items and so on, as far as the shortest goes.
func runZip(c *call, args []value) (value, error) {
	length := math.MaxInt
	for _, v := range args {
		n := 0
		if v.kind == arrayKind {
			n = len(v.array().items)
		}
		length = min(length, n)
	}
	if len(args) == 0 {
		return list(), nil
	}
	if err := c.items(length * (1 + len(args))); err != nil {
		return undefined, err
	}
	zipped := make([]value, length)
	for i := range zipped {
		tuple := make([]value, len(args))
		for k, v := range args {
			tuple[k] = v.array().items[i]
		}
		zipped[i] = list(tuple...)
	}
	return list(zipped...), nil
}
