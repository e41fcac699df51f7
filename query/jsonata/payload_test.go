package jsonata

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/query"
)

// TestPayloadsAnswerAsWhatIsBuiltOfThem evaluates expressions for a payload, which is converted as far as they look, and
// for the same data built by an expression, where nothing is left to convert.
func TestPayloadsAnswerAsWhatIsBuiltOfThem(t *testing.T) {
	long := strings.Repeat("long\\n", 20)
	digits := strings.Repeat("123456789", 10)
	data := `{"items":[{"sku":"a","price":1.50,"tags":["x","y"],"of":{"id":1},"note":"` + long + `"},
		{"sku":"b","tags":[],"of":{"id":2}},{"price":2,"of":{"id":3},"big":` + digits + `},7,null,"s"],
		"few":[{"sku":"c","price":3,"of":{"id":4}}],"mixed":[{"n":1},[{"n":2},[{"n":3}]],{"n":{"n":4}},{"n":[5,6]}],
		"none":[],"scalars":[{"n":1},{"n":"two"},{"n":null},{},{"n":true}],
		"deep":{"a":{"b":{"c":"leaf","d":[1],"e":"` + long + `"}},"s":"text"}}`
	for _, expr := range []string{
		`items`, `items.sku`, `items.price`, `items.price[]`, `items.tags`, `items.of`, `items.of.id`, `items.note`, `items.big`,
		`items.nothing`, `items[0]`, `items[-1]`, `items[1].sku`, `items[9]`, `items[price > 1].sku`, `items.price[0]`,
		`items[[0,2]].price`, `items^(>of.id).sku`, `items{sku: price}`, `items.{"s": sku, "p": $sum(price)}`, `items.*`, `items.**.id`,
		`few`, `few.price`, `few.price[]`, `few.of`, `few[0]`, `few[]`, `few.sku.nothing`, `mixed.n`, `mixed.n.n`, `mixed[1]`, `mixed[1].n`,
		`none`, `none.n`, `none[0]`, `none[]`, `none.n[]`, `scalars.n`, `scalars.n[1]`, `scalars.n.m`, `scalars.n{"all": $}`,
		`deep.a.b.c`, `deep.a.b.d`, `deep.a.b.e`, `deep.a.b`, `deep.s.t.u`, `deep.a.x.y`, `deep.a.b.c[0]`, `deep.a.b.d.e`, `deep.a.b[0].c`,
		`$count(items)`, `$count(none)`, `$count(few)`, `$sum(scalars[$type(n) = "number"].n)`, `$reverse(items).sku`, `$exists(none)`,
		`$boolean(none)`, `$string(items)`, `$keys(items)`, `$map(items, function($i, $n, $a){$count($a) & $i.sku})`, `$sort(items.sku)`,
		`items@$i.few@$f[$f.price > $i.price].[$i.sku, $f.sku]`, `items#$n.of.($n + id)`, `items.of.(%.sku & id)`, `items ~> |of|{"id": 0}|`,
		`items[0].of in items.of`, `few[0] in few`, `items[0] = items[sku = "a"]`, `mixed[1][1] in [mixed[1]]`,
		`(items[0]; items.sku)`, `(items[1].of; items.of.id)`, `(items.sku; items[0].of in items.of)`, `[deep.a.b.e, deep.a.b.e, deep.a.b.c]`,
	} {
		if got, want := evaluated(t, expr, data, Budget{}), ofBuilt(t, expr, data); compact(got) != compact(want) {
			t.Errorf("%s\n\tgot  %s\n\twant %s", expr, got, want)
		}
	}
}

// ofBuilt is evaluated for a copy of the data that is built.
func ofBuilt(t *testing.T, expr, data string) string {
	p, err := Compile(expr)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	e := newEvaluation(context.Background(), Input{}, standard)
	input, err := e.clone(e.fromQuery(parsed(t, data)))
	if err != nil {
		t.Fatal(err)
	}
	e.root.bind("$", input)
	v, err := e.eval(p.root, input, e.root)
	if err != nil {
		return outward(err).Error()
	}
	w := writer{room: e.items}
	out, err := w.convert(v)
	if err != nil {
		return outward(err).Error()
	}
	if out.IsUndefined() {
		return "undefined"
	}
	return out.JSON()
}

// compact returns a result as it is compared: built and parsed values differ in white space and escapes.
func compact(result string) string {
	v, err := query.Parse(result)
	if err != nil {
		return result
	}
	return v.Compact()
}

func TestConversionIsPaidForWhenSomebodyLooks(t *testing.T) {
	data := `{"items":[` + strings.Repeat(`{"n":1,"of":{}},`, 999) + `{"n":1,"of":{}}]}`
	small := Budget{Total: 500 * valueBytes}
	for _, c := range []struct {
		expr   string
		budget Budget
		want   string
	}{
		{`$count(items)`, small, `1000`},
		{`items[0].n + 1`, small, `U1002`},
		{`$count(items.n)`, small, `U1002`},
		{`items[0].n + 1`, Budget{Total: 1100 * valueBytes}, `2`},
		{`[$count(items[n > 0])]`, Budget{Total: 3000 * valueBytes}, `U1002`},
		{`$count(items.of)`, Budget{Total: 6000 * valueBytes}, `U1002`},
		{`$count(items)`, Budget{Steps: 100}, `1000`},
		{`(items[0]; 1)`, Budget{Steps: 100}, `U1001`},
	} {
		if got := evaluated(t, c.expr, data, c.budget); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s with %+v: %s, want %s", c.expr, c.budget, got, c.want)
		}
	}
}

// TestLongTextIsDecodedOnce guards the memory of the process: a copy of a text each time somebody looks at it is in no
// budget.
func TestLongTextIsDecodedOnce(t *testing.T) {
	long := `"` + strings.Repeat(`\n`, 100_000) + `"`
	data := `{"long":` + long + `,"in":{"deep":{"long":` + long + `}},"all":[{"long":` + long + `}]}`
	for _, expr := range []string{`$$.long`, `$$.in.deep.long`, `$$.all.long`, `$$.all[0].long`} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if got := evaluated(t, `$count([1..1000].(`+expr+`))`, data, Budget{}); got != `1000` {
			t.Errorf("%s: %s", expr, got)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 10<<20 {
			t.Errorf("%s: %d bytes", expr, used)
		}
	}
}

func TestLongTextInAResultIsPaidFor(t *testing.T) {
	data := `{"long":"` + strings.Repeat("x", 100_000) + `","digits":` + strings.Repeat("1", 100_000) + `}`
	for _, expr := range []string{`[1..2000].($$.long)`, `[1..2000].($$.digits)`} {
		if got := evaluated(t, expr, data, Budget{}); !strings.HasPrefix(got, "U1002") {
			t.Errorf("%s: %.100s", expr, got)
		}
	}
}
