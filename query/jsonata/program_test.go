package jsonata

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cogstep/cogstep/query"
)

func parsed(t testing.TB, text string) query.Value {
	t.Helper()
	v, err := query.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// evaluated returns the result as JSON, "undefined", or the code and the message of the error.
func evaluated(t testing.TB, expr, data string, budget Budget) string {
	t.Helper()
	p, err := Compile(expr)
	if err != nil {
		return err.Error()
	}
	in := Input{Budget: budget}
	if data != "" {
		in.Data = parsed(t, data)
	}
	v, err := p.Eval(context.Background(), in)
	switch {
	case err != nil:
		return err.Error()
	case v.IsUndefined():
		return "undefined"
	}
	return v.JSON()
}

func TestExpressionsFollowTheReference(t *testing.T) {
	const orders = `{"orders":[{"id":"a","lines":[{"sku":"x","n":1},{"sku":"y","n":2}]},{"id":"b","lines":[{"sku":"x","n":3}]}]}`
	for _, c := range []struct{ name, expr, data, want string }{
		{"a sequence of one is its item", `orders[id="b"].lines.sku`, orders, `"x"`},
		{"unless it is kept", `orders[id="b"].lines.sku[]`, orders, `["x"]`},
		{"a sequence of none is undefined", `orders.nothing`, orders, `undefined`},
		{"undefined is not null", `[nothing, null]`, `{}`, `[null]`},
		{"an input array is one item", `$count($)`, `[1,2,3]`, `3`},
		{"predicates count from the end", `orders.lines[-1].n`, orders, `[2,3]`},
		{"predicates on parentheses count all", `(orders.lines)[-1].n`, orders, `3`},
		{"focus joins", `orders@$o.$o.lines.($o.id & sku)`, orders, `["ax","ay","bx"]`},
		{"index counts", `orders#$i.lines.($string($i) & sku)`, orders, `["0x","0y","1x"]`},
		{"parent looks back", `orders.lines.{"of": %.id, "n": n}`, orders, `[{"of":"a","n":1},{"of":"a","n":2},{"of":"b","n":3}]`},
		{"groups reduce", `orders.lines{sku: $sum(n)}`, orders, `{"x":4,"y":2}`},
		{"orders are stable", `orders.lines^(>sku).n`, orders, `[2,1,3]`},
		{"constructors in paths are not flattened", `orders.[id]`, orders, `[["a"],["b"]]`},
		{"closures see where they were made", `($a := 1; $f := function(){$a}; ($a := 2; $f()))`, ``, `1`},
		{"calls in tail position do not nest", `($f := function($n){$n = 0 ? "done" : $f($n - 1)}; $f(20000))`, ``, `"done"`},
		{"open arguments make functions", `($add := function($a, $b){$a + $b}; $map([1,2], $add(?, 10)))`, ``, `[11,12]`},
		{"functions chain", `($f := $uppercase ~> $length; $f("ab"))`, ``, `2`},
		{"transforms copy", `($ ~> |orders|{"open": true}, ["lines"]|).orders[0]`, orders, `{"id":"a","open":true}`},
		{"transforms leave the input alone", `($x := $ ~> |orders|{}, ["lines","id"]|; [$x.orders[0], orders[0].id])`, orders, `[{},"a"]`},
		{"transforms cannot close a circle", `{"a":{"b":1}} ~> |a|{"self": $}|`, ``, `{"a":{"b":1,"self":{"b":1}}}`},
		{"untouched numbers keep their text", `{"a": n, "b": n + 0}`, `{"n":12345678901234567890.10}`, `{"a":12345678901234567890.10,"b":12345678901234567000}`},
		{"keys keep their order", `{"z": 1, "a": $merge([{"y": 1}, {"b": 2, "y": 3}])}`, ``, `{"z":1,"a":{"y":3,"b":2}}`},
		{"strings compare by UTF-16", `"\uE000" < "\uD83D\uDE00"`, ``, `false`},
		{"ranges that are counted are not made", `$count([1..10000000])`, ``, `10000000`},
		{"reference quirk: a predicated constructor at the start ends the path", `[{"x":1}][0].x`, ``, `undefined`},
		{"T1003", `{1: 2}`, ``, `T1003: Key in object structure must evaluate to a string; got: 1`},
		{"D1009", `{"a": 1, "a": 2}`, ``, `D1009: Multiple key definitions evaluate to same key: "a"`},
		{"T1005", `sum(1)`, `{}`, `T1005: Attempted to invoke a non-function. Did you mean $sum?`},
		{"T2001", `"a" + 1`, ``, `T2001: The left side of the "+" operator must evaluate to a number`},
		{"T2006", `1 ~> 2`, ``, `T2006: The right side of the function application operator ~> must be a function`},
		{"T2007", `[{"a":1},{"a":"x"}]^(a)`, ``, `T2007: Type mismatch when comparing values 1 and "x" in order-by clause`},
		{"T2009", `1 < "a"`, ``, `T2009: The values 1 and "a" either side of operator "<" must be of the same data type`},
		{"T2011", `{"a":{}} ~> |a|5|`, ``, `T2011: The insert/update clause of the transform expression must evaluate to an object: 5`},
		{"T0410", `$length(1, 2)`, ``, `T0410: Argument 1 of function "length" does not match function signature`},
		{"T0412", `$sum(["a"])`, ``, `T0412: Argument 1 of function "sum" must be an array of "numbers"`},
		{"infinities do not leave", `1e308 * 10`, ``, `D1001: Number out of range: null`},
	} {
		if got := evaluated(t, c.expr, c.data, Budget{}); got != c.want {
			t.Errorf("%s: %s\n\tgot  %s\n\twant %s", c.name, c.expr, got, c.want)
		}
	}
}

func TestSyntaxErrorsHaveCodePositionAndToken(t *testing.T) {
	for _, c := range []struct {
		expr, code string
		position   int
		token      string
	}{
		{`"abc`, "S0101", 4, ""},
		{`1e999`, "S0102", 0, "1e999"},
		{`"\y"`, "S0103", 2, "y"},
		{`"\u12"`, "S0104", 2, ""},
		{"a.`b", "S0105", 4, ""},
		{`1 /* 2`, "S0106", 2, ""},
		{`1 2`, "S0201", 3, "2"},
		{`(1;2]`, "S0202", 5, "]"},
		{`(1`, "S0203", 2, "(end)"},
		{`a ! b`, "S0204", 3, "!"},
		{`1 +`, "S0207", 3, "(end)"},
		{`function(a){1}`, "S0208", 10, "a"},
		{`$a{b:c}[0]`, "S0209", 8, ""},
		{`a{b:c}{d:e}`, "S0210", 7, ""},
		{`+ 1`, "S0211", 1, "+"},
		{`a := 1`, "S0212", 1, "a"},
		{`a.1`, "S0213", 3, ""},
		{`a@b`, "S0214", 3, "@"},
		{`a[0]@$b`, "S0215", 5, ""},
		{`a^(b)@$c`, "S0216", 6, ""},
		{`%`, "S0217", 1, "parent"},
		{`//`, "S0301", 1, ""},
		{`/a`, "S0302", 2, ""},
		{`function($a)<s<n>>{1}`, "S0401", 15, ""},
		{`function($a)<(sa<n>)>{1}`, "S0402", 14, ""},
		{`"😀" 2`, "S0201", 6, "2"},
	} {
		_, err := Compile(c.expr)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		if e.Code != c.code || e.Position != c.position || e.Token != c.token || e.Message == "" {
			t.Errorf("%s: %s at %d about %q (%s), want %s at %d about %q", c.expr, e.Code, e.Position, e.Token, e.Message, c.code, c.position, c.token)
		}
	}
}

func TestBudgetsEndEvaluations(t *testing.T) {
	for _, c := range []struct {
		expr, code string
		budget     Budget
	}{
		{`[1..1000]`, "U1001", Budget{Steps: 100}},
		{`((((((1))))))`, "U1001", Budget{Depth: 5}},
		{`($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(20))`, "U1001", Budget{Calls: 20}},
		{`[1..1000]`, "U1002", Budget{Bytes: 7999}},
		{`[1..1000]`, "U1002", Budget{Items: 999}},
		{`[1..1000][0] + [1..1000][0]`, "U1002", Budget{Total: 1500 * valueBytes}},
		{`"aaaaaaaa" & "b"`, "U1002", Budget{Bytes: 8}},
	} {
		got := evaluated(t, c.expr, "", c.budget)
		if !strings.HasPrefix(got, c.code) {
			t.Errorf("%s with %+v: %s, want %s", c.expr, c.budget, got, c.code)
		}
		if got := evaluated(t, c.expr, "", Budget{}); strings.HasPrefix(got, "U") {
			t.Errorf("%s with the default: %s", c.expr, got)
		}
	}
}

func TestTheEndOfTheContextEndsEvaluations(t *testing.T) {
	p, err := Compile(`($f := function(){$f()}; $f())`)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Eval(ctx, Input{}); err == nil || !strings.HasPrefix(err.Error(), "U1001") {
		t.Error(err)
	}
}

func TestProgramsMayBeSharedByGoroutines(t *testing.T) {
	p, err := Compile(`orders.lines^(>n){sku: $map($, function($l){$l.n}) ~> $sum}`)
	if err != nil {
		t.Fatal(err)
	}
	data := parsed(t, `{"orders":[{"lines":[{"sku":"x","n":1},{"sku":"y","n":2}]},{"lines":[{"sku":"x","n":3}]}]}`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if v, err := p.Eval(context.Background(), Input{Data: data}); err != nil || v.JSON() != `{"x":4,"y":2}` {
					t.Errorf("%s, %v", v.JSON(), err)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestFreeVariablesAreThoseThatTheProgramDoesNotBind(t *testing.T) {
	for expr, want := range map[string]string{
		`$a.b + $b`:                 "a b",
		`($a := $b; $a)`:            "b",
		`(($a := 1); $a)`:           "a",
		`function($x){$x + $y}($z)`: "y z",
		`x@$i.y#$k[$i = $k]`:        "",
		`$map($items, function($v){$$.x & $v}) ~> $f`: "map items $ f",
	} {
		p, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range p.FreeVariables() {
			names = append(names, r.Name)
		}
		slices.Sort(names)
		wanted := strings.Fields(want)
		slices.Sort(wanted)
		if !slices.Equal(names, wanted) {
			t.Errorf("%s: %v, want %v", expr, names, wanted)
		}
	}
}

func FuzzNoExpressionPanics(f *testing.F) {
	for _, expr := range []string{
		`a.b[c=1]{d: $sum(e)}^(<f)`, `x@$a#$b.%.y`, `$ ~> |a|{"b":1},["c"]|`, `function($x)<s-:s>{$x}(?)`, `/a+(?=b)/i`, `"\ud83d"`,
		`[1..3].($*2)`, `$map(?, $string)`, `(a;b)`, `**.*`, "`a b`[-1][]",
	} {
		f.Add(expr, `{"a":[{"b":1},2,null]}`)
	}
	f.Fuzz(func(t *testing.T, expr, data string) {
		p, err := Compile(expr)
		if err != nil {
			return
		}
		v, _ := query.Parse(data)
		out, err := p.Eval(context.Background(), Input{Data: v, Budget: Budget{Steps: 1e5, Total: 16 << 20}})
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("%q: an error of type %T: %v", expr, err, err)
			}
			return
		}
		if _, err := query.Parse(out.JSON()); err != nil && !out.IsUndefined() {
			t.Errorf("%q: the result is no JSON: %v", expr, err)
		}
	})
}
