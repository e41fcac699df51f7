package jsonata

// higherFunctions are the built-ins that take functions.
var higherFunctions = []*builtin{
	{name: "map", signature: "<af>", run: runMap},
	{name: "filter", signature: "<af>", run: runFilter},
	{name: "single", signature: "<af?>", run: runSingle},
	{name: "reduce", signature: "<afj?:j>", run: runReduce},
	{name: "sift", signature: "<o-f?:o>", run: runSift},
	{name: "each", signature: "<o-f:a>", run: runEach},
	{name: "sort", signature: "<af?:a>", run: runSort},
}

// visit calls fn with an item, its index or key and all of them: as many of these as it takes.
func (c *call) visit(fn, item, at, all value) (value, error) {
	if err := c.spend(1); err != nil {
		return undefined, err
	}
	switch n := c.arity(fn); {
	case n >= 3:
		return c.apply(fn, item, at, all)
	case n == 2:
		return c.apply(fn, item, at)
	}
	return c.apply(fn, item)
}

// tests is visit for functions whose result is cast to a boolean.
func (c *call) tests(fn, item, at, all value) (bool, error) {
	v, err := c.visit(fn, item, at, all)
	if err != nil {
		return false, err
	}
	return c.truthy(v)
}

func runMap(c *call, args []value) (value, error) {
	v, fn := arg(args, 0), arg(args, 1)
	if v.isUndefined() {
		return undefined, nil
	}
	items := v.itemsOrSelf()
	if err := c.items(len(items)); err != nil {
		return undefined, err
	}
	mapped := make([]value, 0, len(items))
	for i, item := range items {
		result, err := c.visit(fn, item, number(float64(i)), v)
		if err != nil {
			return undefined, err
		}
		if !result.isUndefined() {
			mapped = append(mapped, result)
		}
	}
	return sequence(mapped...), nil
}

func runFilter(c *call, args []value) (value, error) {
	v, fn := arg(args, 0), arg(args, 1)
	if v.isUndefined() {
		return undefined, nil
	}
	kept := &array{sequence: true}
	for i, item := range v.itemsOrSelf() {
		ok, err := c.tests(fn, item, number(float64(i)), v)
		if err != nil {
			return undefined, err
		}
		if !ok {
			continue
		}
		if err := c.push(kept, item); err != nil {
			return undefined, err
		}
	}
	return value{kind: arrayKind, ref: kept}, nil
}

// runSingle returns the one item that fn accepts. Errors: D3138 if it accepts more, D3139 if it accepts none.
func runSingle(c *call, args []value) (value, error) {
	v, fn := arg(args, 0), arg(args, 1)
	if v.isUndefined() {
		return undefined, nil
	}
	found := 0
	single := undefined
	for i, item := range v.itemsOrSelf() {
		ok := true
		if !fn.isUndefined() {
			var err error
			if ok, err = c.tests(fn, item, number(float64(i)), v); err != nil {
				return undefined, err
			}
		}
		if !ok {
			continue
		}
		if found++; found > 1 {
			return undefined, fail("D3138")
		}
		single = item
	}
	if found == 0 {
		return undefined, fail("D3139")
	}
	return single, nil
}

func runReduce(c *call, args []value) (value, error) {
	v, fn, result := arg(args, 0), arg(args, 1), arg(args, 2)
	if v.isUndefined() {
		return undefined, nil
	}
	arity := c.arity(fn)
	if arity < 2 {
		return undefined, fail("D3050")
	}
	items, start := v.itemsOrSelf(), 0
	if result.isUndefined() && len(items) > 0 {
		result, start = items[0], 1
	}
	for i := start; i < len(items); i++ {
		if err := c.spend(1); err != nil {
			return undefined, err
		}
		step := []value{result, items[i], number(float64(i)), v}
		var err error
		if result, err = c.apply(fn, step[:min(arity, len(step))]...); err != nil {
			return undefined, err
		}
	}
	return result, nil
}

// runSift returns an object of the members that fn accepts, undefined if there is none.
func runSift(c *call, args []value) (value, error) {
	v, fn := arg(args, 0), arg(args, 1)
	if v.kind != objectKind {
		return undefined, nil
	}
	kept := newObject(0)
	for key, member := range v.object().all() {
		ok, err := c.tests(fn, member, text(key), v)
		if err != nil {
			return undefined, err
		}
		if ok {
			if err := c.items(1); err != nil {
				return undefined, err
			}
			kept.set(key, member)
		}
	}
	if kept.len() == 0 {
		return undefined, nil
	}
	return objectValue(kept), nil
}

func runEach(c *call, args []value) (value, error) {
	v, fn := arg(args, 0), arg(args, 1)
	if v.kind != objectKind {
		return sequence(), nil
	}
	results := &array{sequence: true}
	for key, member := range v.object().all() {
		result, err := c.visit(fn, member, text(key), v)
		if err != nil {
			return undefined, err
		}
		if result.isUndefined() {
			continue
		}
		if err := c.push(results, result); err != nil {
			return undefined, err
		}
	}
	return value{kind: arrayKind, ref: results}, nil
}
