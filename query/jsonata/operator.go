package jsonata

import "math"

func (e *evaluation) binary(n *node, input value, f *frame) (value, error) {
	lhs, err := e.eval(n.lhs, input, f)
	if err != nil {
		return undefined, err
	}
	if n.text == "and" || n.text == "or" {
		v, err := e.logic(n, lhs, input, f)
		if problem, ok := err.(*Error); ok {
			problem.Position, problem.Token = n.position, n.text // also for errors of the right side
		}
		return v, err
	}
	rhs, err := e.eval(n.rhs, input, f)
	if err != nil {
		return undefined, err
	}
	v, err := e.operate(n.text, lhs, rhs)
	if problem, ok := err.(*Error); ok {
		problem.Position, problem.Token = n.position, n.text
	}
	return v, err
}

// logic evaluates the right side only if the left side does not decide.
func (e *evaluation) logic(n *node, lhs, input value, f *frame) (value, error) {
	truth, err := e.truthy(lhs)
	if err != nil || truth == (n.text == "or") {
		return boolean(truth), err
	}
	rhs, err := e.eval(n.rhs, input, f)
	if err != nil {
		return undefined, err
	}
	truth, err = e.truthy(rhs)
	return boolean(truth), err
}

func (e *evaluation) operate(op string, lhs, rhs value) (value, error) {
	switch op {
	case "+", "-", "*", "/", "%":
		return arithmetic(op, lhs, rhs)
	case "=", "!=":
		if lhs.isUndefined() || rhs.isUndefined() {
			return no, nil
		}
		same, err := e.equal(lhs, rhs)
		return boolean(same == (op == "=")), err
	case "<", "<=", ">", ">=":
		return compare(op, lhs, rhs)
	case "&":
		return e.concatenate(lhs, rhs)
	case "..":
		return e.rangeOf(lhs, rhs)
	case "in":
		return e.in(lhs, rhs)
	}
	return undefined, nil
}

func arithmetic(op string, lhs, rhs value) (value, error) {
	for i, v := range []value{lhs, rhs} {
		ok, err := isNumeric(v)
		if err != nil {
			return undefined, err
		}
		if !ok && !v.isUndefined() {
			return undefined, fail([]string{"T2001", "T2002"}[i], v)
		}
	}
	if lhs.isUndefined() || rhs.isUndefined() {
		return undefined, nil
	}
	switch op {
	case "+":
		return number(lhs.n + rhs.n), nil
	case "-":
		return number(lhs.n - rhs.n), nil
	case "*":
		return number(lhs.n * rhs.n), nil
	case "/":
		return number(lhs.n / rhs.n), nil
	}
	return number(math.Mod(lhs.n, rhs.n)), nil
}

func comparable(v value) bool { return v.kind == stringKind || v.kind == numberKind }

// compare orders two numbers or two strings. Errors: T2009, T2010.
func compare(op string, lhs, rhs value) (value, error) {
	for _, v := range []value{lhs, rhs} {
		if !comparable(v) && !v.isUndefined() {
			return undefined, fail("T2010", v)
		}
	}
	if lhs.isUndefined() || rhs.isUndefined() {
		return undefined, nil
	}
	if lhs.kind != rhs.kind {
		return undefined, fail("T2009", lhs, rhs)
	}
	if lhs.kind == numberKind && (math.IsNaN(lhs.n) || math.IsNaN(rhs.n)) {
		return no, nil
	}
	c := order(lhs, rhs)
	switch op {
	case "<":
		return boolean(c < 0), nil
	case "<=":
		return boolean(c <= 0), nil
	case ">":
		return boolean(c > 0), nil
	}
	return boolean(c >= 0), nil
}

// order returns a number below, equal to or above 0 as a comes before, is or comes after b. They must be two numbers
// or two strings.
func order(a, b value) int {
	if a.kind == stringKind {
		return orderStrings(a.s, b.s)
	}
	switch {
	case a.n < b.n:
		return -1
	case a.n > b.n:
		return 1
	}
	return 0
}

// orderStrings compares by UTF-16 code units, as JavaScript does. UTF-8 has the same order, but for characters that
// take two units: these come before U+E000.
func orderStrings(a, b string) int {
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		switch {
		case x == y:
			continue
		case x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0):
			x, y = y, x
		}
		return int(x) - int(y)
	}
	return len(a) - len(b)
}

// identical is JavaScript's ===.
func identical(a, b value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case numberKind, booleanKind:
		return a.n == b.n
	case stringKind:
		return a.s == b.s
	}
	return a.ref == b.ref
}

// equal reports whether two values are deeply equal. The order of members does not matter.
func (e *evaluation) equal(a, b value) (same bool, err error) {
	if err := e.spend(1); err != nil {
		return false, err
	}
	if identical(a, b) {
		return true, nil
	}
	if a.kind != b.kind || a.kind != arrayKind && a.kind != objectKind {
		return false, nil
	}
	err = e.deeper(func() error {
		if a.kind == arrayKind {
			same, err = e.equalItems(a.array().items, b.array().items)
		} else {
			same, err = e.equalMembers(a.object(), b.object())
		}
		return err
	})
	return same, err
}

func (e *evaluation) equalItems(a, b []value) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := e.equal(a[i], b[i]); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (e *evaluation) equalMembers(a, b *object) (bool, error) {
	if a.len() != b.len() {
		return false, nil
	}
	for key, v := range a.all() {
		other, ok := b.get(key)
		if !ok {
			return false, nil
		}
		if same, err := e.equal(v, other); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (e *evaluation) in(lhs, rhs value) (value, error) {
	if lhs.isUndefined() {
		return no, nil
	}
	items := rhs.itemsOrSelf()
	if err := e.spend(len(items)); err != nil {
		return undefined, err
	}
	for _, item := range items {
		if identical(item, lhs) {
			return yes, nil
		}
	}
	return no, nil
}

func (e *evaluation) concatenate(lhs, rhs value) (value, error) {
	var parts [2]string
	for i, v := range []value{lhs, rhs} {
		if v.isUndefined() {
			continue
		}
		s, err := e.stringOf(v, false)
		if err != nil {
			return undefined, err
		}
		parts[i] = s
	}
	if err := e.reserve(len(parts[0]) + len(parts[1])); err != nil {
		return undefined, err
	}
	return text(parts[0] + parts[1]), nil
}

// rangeMax is the greatest number of integers in a range.
const rangeMax = 1e7

// rangeSize returns the number of integers from lhs to rhs; 0 if there is none or a side is undefined. Errors:
// T2003, T2004, D2014.
func rangeSize(lhs, rhs value) (int, error) {
	for i, v := range []value{lhs, rhs} {
		integer := v.kind == numberKind && v.n == math.Trunc(v.n) && !math.IsInf(v.n, 0)
		if !integer && !v.isUndefined() {
			return 0, fail([]string{"T2003", "T2004"}[i], v)
		}
	}
	if lhs.isUndefined() || rhs.isUndefined() || lhs.n > rhs.n {
		return 0, nil
	}
	size := rhs.n - lhs.n + 1
	if size > rangeMax {
		return 0, fail("D2014", number(size))
	}
	return int(size), nil
}

func (e *evaluation) rangeOf(lhs, rhs value) (value, error) {
	size, err := rangeSize(lhs, rhs)
	if size == 0 || err != nil {
		return undefined, err
	}
	if err := e.items(size); err != nil {
		return undefined, err
	}
	items := make([]value, size)
	for i := range items {
		items[i] = number(lhs.n + float64(i))
	}
	return sequence(items...), nil
}

// countRange evaluates $count([a..b]) without making the range.
func (e *evaluation) countRange(n *node, input value, f *frame) (value, error) {
	r := n.list[0]
	lhs, err := e.eval(r.lhs, input, f)
	if err != nil {
		return undefined, err
	}
	rhs, err := e.eval(r.rhs, input, f)
	if err != nil {
		return undefined, err
	}
	size, err := rangeSize(lhs, rhs)
	if problem, ok := err.(*Error); ok {
		problem.Position, problem.Token = r.position, r.text
	}
	return number(float64(size)), err
}
