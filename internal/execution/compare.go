package execution

import (
	"cmp"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// test evaluates a Choice rule. And and Or stop at the first test that decides, so that a path may be guarded by
// IsPresent. Errors: a path that leads nowhere.
func test(t asl.Test, sc *query.Scope) (bool, error) {
	switch t := t.(type) {
	case *asl.And:
		for _, u := range t.Tests {
			if ok, err := test(u, sc); !ok || err != nil {
				return false, err
			}
		}
		return true, nil
	case *asl.Or:
		for _, u := range t.Tests {
			if ok, err := test(u, sc); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	case *asl.Not:
		ok, err := test(t.Test, sc)
		return !ok && err == nil, err
	case *asl.Compare:
		return compare(t, sc)
	}
	return false, nil
}

func compare(c *asl.Compare, sc *query.Scope) (bool, error) {
	left, err := c.Variable.Eval(sc)
	if c.Operator.Kind == asl.IsPresent {
		return (err == nil) == c.Constant.Bool(), nil
	}
	if err != nil {
		return false, err
	}
	if is, ok := isType(c.Operator.Kind, left); ok {
		return is == c.Constant.Bool(), nil
	}
	right := c.Constant
	if c.Operand != nil {
		if right, err = c.Operand.Eval(sc); err != nil {
			return false, err
		}
	}
	order, ok := order(c.Operator, left, right)
	return ok && holds(c.Operator.Relation, order), nil
}

// isType answers the Is… operators; ok is false for the others.
func isType(k asl.OperandKind, v query.Value) (is, ok bool) {
	switch k {
	case asl.IsNull:
		return v.Kind() == query.Null, true
	case asl.IsNumeric:
		return v.Kind() == query.Number, true
	case asl.IsString:
		return v.Kind() == query.String, true
	case asl.IsBoolean:
		return v.Kind() == query.Boolean, true
	case asl.IsTimestamp:
		if v.Kind() != query.String {
			return false, true
		}
		_, is := parseTimestamp(v.Str())
		return is, true
	}
	return false, false
}

// order compares two values as the operator's kind; ok is false if one of them is of another type, and then no
// relation holds.
func order(op asl.Operator, a, b query.Value) (int, bool) {
	switch op.Kind {
	case asl.StringOperand:
		if a.Kind() != query.String || b.Kind() != query.String {
			return 0, false
		}
		if op.Relation == asl.Matches {
			return 0, matchesWildcard(b.Str(), a.Str())
		}
		return strings.Compare(a.Str(), b.Str()), true
	case asl.NumericOperand:
		if a.Kind() != query.Number || b.Kind() != query.Number {
			return 0, false
		}
		return cmp.Compare(a.Float(), b.Float()), true
	case asl.BooleanOperand:
		if a.Kind() != query.Boolean || b.Kind() != query.Boolean {
			return 0, false
		}
		if a.Bool() == b.Bool() {
			return 0, true
		}
		return 1, true
	case asl.TimestampOperand:
		if a.Kind() != query.String || b.Kind() != query.String {
			return 0, false
		}
		at, ok := parseTimestamp(a.Str())
		bt, ok2 := parseTimestamp(b.Str())
		return at.Compare(bt), ok && ok2
	}
	return 0, false
}

func holds(r asl.Relation, order int) bool {
	switch r {
	case asl.Equals, asl.Matches:
		return order == 0
	case asl.LessThan:
		return order < 0
	case asl.GreaterThan:
		return order > 0
	case asl.LessThanEquals:
		return order <= 0
	case asl.GreaterThanEquals:
		return order >= 0
	}
	return false
}

// matchesWildcard matches StringMatches patterns: '*' stands for any text, `\*` and `\\` for themselves. It takes
// time proportional to the product of the lengths at worst and no memory.
func matchesWildcard(pattern, s string) bool {
	p, i := 0, 0
	star, mark := -1, 0
	for i < len(s) {
		if p < len(pattern) && pattern[p] == '*' {
			star, mark = p, i
			p++
			continue
		}
		if c, n := literal(pattern, p); n > 0 && c == s[i] {
			p += n
			i++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		p, i = star+1, mark
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// literal returns the byte that pattern[p:] begins with and the length of its spelling; 0 at the end.
func literal(pattern string, p int) (byte, int) {
	switch {
	case p >= len(pattern):
		return 0, 0
	case pattern[p] == '\\' && p+1 < len(pattern):
		return pattern[p+1], 2
	}
	return pattern[p], 1
}
