package jsonata

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/cogstep/cogstep/query"
)

func serviceScope(t testing.TB) *query.Scope {
	return &query.Scope{
		Input:   query.Trusted(`{"a": {"b": 7}, "items": [1, 2, 3]}`),
		Context: query.Trusted(`{"State": {"Name": "S"}}`),
		Vars:    bindings{"x": parsed(t, `{"y": 1.50}`)},
		Entropy: query.NewEntropy(1),
		Now:     time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func TestServiceExpressionsSeeStatesAndVariables(t *testing.T) {
	for expr, want := range map[string]string{
		`$states.input.a.b`:          `7`,
		`$states.context.State.Name`: `"S"`,
		`$x.y`:                       `1.50`,
		`$keys($states)`:             `["input","context"]`,
		`$states.input.items[$ > 1]`: `[2,3]`,
		`$map($states.input.items, function($v){$v * 2})`: `[2,4,6]`,
		`$partition([1,2,3], 2)`:                          `[[1,2],[3]]`,
		`$range(1, 9, 9)`:                                 `1`,
		`$now()`:                                          `"2026-01-02T03:04:05.000Z"`,
		`1/0`:                                             `"Infinity"`,
		`$count([1..873782])`:                             `873782`,
		`$count($range(1, 360145, 1))`:                    `360145`,
	} {
		e, err := CompileExpr(expr)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		v, err := e.Eval(serviceScope(t))
		if err != nil || v.JSON() != want {
			t.Errorf("%s: %s, %v; want %s", expr, v.JSON(), err, want)
		}
		if e.String() != expr {
			t.Errorf("%s has the source %s", expr, e)
		}
	}
}

func TestServiceFailuresHaveTheirKind(t *testing.T) {
	for _, c := range []struct {
		expr string
		want query.Error
	}{
		{`$nothing`, query.Error{Kind: query.JSONataUndefined}},
		{`$states.result`, query.Error{Kind: query.JSONataUndefined}},
		{`function(){1}`, query.Error{Kind: query.JSONataUnsupported}},
		{`[$sum]`, query.Error{Kind: query.JSONataUnsupported}},
		{`$eval("1")`, query.Error{Kind: query.JSONataFailed, Code: "T1006", Message: "Attempted to invoke a non-function"}},
		{`$randomSeeded(1)`, query.Error{Kind: query.JSONataFailed, Code: "T1006", Message: "Attempted to invoke a non-function"}},
		{`$range(1, 360146, 1)`, query.Error{Kind: query.LimitExceeded, Message: errMemory().Message}},
		{`[1..873783]`, query.Error{Kind: query.LimitExceeded, Message: errMemory().Message}},
		{`($f := function($n){1 + $f($n)}; $f(1))`, query.Error{Kind: query.LimitExceeded, Message: errDepth().Message}},
		{`($f := function($n){$f($n)}; $f(1))`, query.Error{Kind: query.LimitExceeded, Message: errTimeout().Message}},
	} {
		e, err := CompileExpr(c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		_, err = e.Eval(serviceScope(t))
		got, ok := errors.AsType[*query.Error](err)
		c.want.Path = c.expr
		if !ok || *got != c.want {
			t.Errorf("%s: %+v, want %+v", c.expr, err, c.want)
		}
	}
}

func TestServiceRefusesReferencesToADocument(t *testing.T) {
	for expr, want := range map[string]string{
		`foo`:                             "Reference to 'foo' at the top level is not supported.",
		`$sum(foo.bar)`:                   "Reference to 'foo' at the top level is not supported.",
		`{"a": [1, b]}`:                   "Reference to 'b' at the top level is not supported.",
		`$`:                               "Reference to '$' at the top level is not supported.",
		`$x[$$.a = 1]`:                    "Reference to '$$' is not supported.",
		`$x.y`:                            "",
		`$x[y = 1].($.z)`:                 "",
		`$x{a: $}`:                        "",
		`$x^(a)`:                          "",
		`$x ~> |a|{"b": c}|`:              "",
		`$map($x, function($v){$ & foo})`: "",
	} {
		_, err := CompileExpr(expr)
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", expr, err)
			}
			continue
		}
		var u interface{ Unsupported() bool }
		if err == nil || err.Error() != want || !errors.As(err, &u) || !u.Unsupported() {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}
	_, err := CompileExpr(`(1;2]`)
	if err == nil || err.Error() != `Expected ")", got "]"` {
		t.Errorf("syntax: %v", err)
	}
}

func TestServiceExpressionsSayWhichVariablesTheyRead(t *testing.T) {
	e, err := CompileExpr(`($own := $b; $states.input.a + $own + $a + $sum([$b, $partition([1], 1)]) + $count($foo()))`)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Variables(); !slices.Equal(got, []string{"a", "b", "foo"}) {
		t.Error(got)
	}
}

func TestServiceLooksOnlyAtTheFieldsItNeeds(t *testing.T) {
	e, err := CompileExpr(`$states.input.a.b`)
	if err != nil {
		t.Fatal(err)
	}
	s := serviceScope(t)
	s.Context = query.Lazy(func() query.Value {
		t.Error("the context object was made")
		return query.Value{}
	})
	if _, err := e.Eval(s); err != nil {
		t.Error(err)
	}
}
