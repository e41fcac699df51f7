package jsonpath

import (
	"errors"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/query"
)

const shop = `{"items": [
	{"id": 1, "sku": "a", "price": 5, "tags": ["x","y"]},
	{"id": 2, "sku": "b", "price": 50, "key": 42, "tags": []},
	{"id": 3, "sku": "c", "key": "42", "gone": null}],
	"a": {"b": "text", "c": [1,2,3], "d e": {"deep": true}, "n": null},
	"limit": 10, "empty": {}}`

func evaluate(t testing.TB, path, input string) (string, error) {
	t.Helper()
	compiled, err := Compile(path)
	if err != nil {
		t.Fatalf("Compile(%s): %v", path, err)
	}
	document, err := query.NewDocument(input)
	if err != nil {
		t.Fatal(err)
	}
	v, err := compiled.Eval(&query.Scope{Input: document})
	return v.Compact(), err
}

func TestPathsSelectAsJaywayDoes(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{`$.a.b`, `"text"`},
		{`$['a']["b"]`, `"text"`},
		{`$.a['d e'].deep`, `true`},
		{`$.a.n`, `null`},
		{`$.a.c[0]`, `1`},
		{`$.a.c[-1]`, `3`},
		{`$.a.c[(@.length-1)]`, `3`},
		{`$.a.c[0,2]`, `[1,3]`},
		{`$.a.c[0,7]`, `[1]`},
		{`$.a.c[1:]`, `[2,3]`},
		{`$.a.c[:1]`, `[1]`},
		{`$.a.c[-2:]`, `[2,3]`},
		{`$.a.c[:-1]`, `[1,2]`},
		{`$.a.c[0:-1]`, `[]`},
		{`$.a.c[0:3:2]`, `[1,2,3]`},
		{`$.a.c[*]`, `[1,2,3]`},
		{`$.a['b','n','zz']`, `{"b":"text","n":null}`},
		{`$['a','empty'].b`, `["text"]`},
		{`$.items[*].sku`, `["a","b","c"]`},
		{`$.items.*.sku`, `["a","b","c"]`},
		{`$.items[0:1].price`, `[5]`},
		{`$..price`, `[5,50]`},
		{`$..c[0]`, `[1]`},
		{`$..zz`, `[]`},
		{`$.zz[*]`, `[]`},
		{`$.zz..p`, `[]`},
		{`$.limit[*]`, `[]`},
		{`$.items[?(@.price > 10)].sku`, `["b"]`},
		{`$.items[?(@.price<=$.limit)].sku`, `["a"]`},
		{`$.items[?(@.key==42)].id`, `[2,3]`},
		{`$.items[?(@.key=='42')].id`, `[2,3]`},
		{`$.items[?(@.key)].id`, `[2,3]`},
		{`$.items[?(!@.key)].id`, `[1]`},
		{`$.items[?(@.gone)].id`, `[3]`},
		{`$.items[?(@.gone == null)].id`, `[3]`},
		{`$.items[?(@.price > 1 && @.price < 10 || @.id == 3)].id`, `[1,3]`},
		{`$.items[?(@.id == 1 && (@.price == 5 || @.price == 6))].id`, `[1]`},
		{`$.items[?(@.sku in ['a', "c"])].id`, `[1,3]`},
		{`$.items[?(@.sku == b)].id`, `[2]`},
		{"$.limit \n", `10`},
		{`$.items[?(@.sku nin ['a'])].id`, `[2,3]`},
		{`$.items[?(@.tags contains 'x')].id`, `[1]`},
		{`$.items[?(@.tags size 2)].id`, `[1]`},
		{`$.items[?(@.tags empty true)].id`, `[2]`},
		{`$.items[?(@.tags subsetof ['x','y','z'])].id`, `[1,2]`},
		{`$.items[?(@.tags == ["x","y"])].id`, `[1]`},
		{`$.items[?(@.tags.length() == 2)].id`, `[1]`},
		{`$.items[?(@.sku =~ /[A-B]/i)].id`, `[1,2]`},
		{`$.a[?(@.b =~ /tex/)]`, `[]`},
		{`$.a[?(@.b =~ /tex./)].b`, `["text"]`},
		{`$..[?(@.id == 2)].sku`, `["b"]`},
		{`$.items.length()`, `3`},
		{`$.a.c.sum()`, `6`},
		{`$.a.c.max()`, `3`},
		{`$.a.c.avg()`, `2`},
		{`$.items[*].price.sum()`, `55`},
		{`$.a.keys()`, `["b","c","d e","n"]`},
		{`$.a.c.first()`, `1`},
		{`$.a.c.last()`, `3`},
		{`$.a.c.index(1)`, `2`},
		{`$.a.c.append(4, $.limit)`, `[1,2,3,4,10]`},
		{`$.items[0].tags.concat('-', "z")`, `"xy-z"`},
	} {
		got, err := evaluate(t, c.path, shop)
		if err != nil || got != c.want {
			t.Errorf("%s = %s, %v; want %s", c.path, got, err, c.want)
		}
	}
}

// Recorded from the service: an indefinite path over an empty input gives an empty list.
func TestIndefinitePathsBelowNothingGiveAnEmptyList(t *testing.T) {
	for _, path := range []string{`$.items[*]`, `$.items[1:]`, `$.items[:1]`, `$.item.items[*]`, `$.items[*].itemValue`} {
		if got, err := evaluate(t, path, `{}`); err != nil || got != `[]` {
			t.Errorf("%s = %s, %v; want []", path, got, err)
		}
	}
}

func TestDefinitePathsThatLeadNowhereSayWhyInJaywaysWords(t *testing.T) {
	for _, c := range []struct{ path, reason string }{
		{`$.zz`, `No results for path: $['zz']`},
		{`$.a.zz`, `No results for path: $['a']['zz']`},
		{`$.zz.yy`, `Missing property in path $['zz']`},
		{`$.zz[0]`, `Missing property in path $['zz']`},
		{`$.a.b.c`, `Property ['c'] not found in path $['a']['b']`},
		{`$.items.p`, `Property ['p'] not found in path $['items']`},
		{`$.a.c[5]`, `Index out of bounds when evaluating path $['a']['c'][5]`},
		{`$.a.n[0]`, `The path $['a']['n'] is null`},
		{`$.a[0]`, `Filter: [0] can only be applied to arrays. Current context is: $['a']`},
		{`$.zz.length()`, `Missing property in path $['zz']`},
		{`$.items[9:].sum()`, `Aggregation function attempted to calculate value using empty array`},
	} {
		_, err := evaluate(t, c.path, shop)
		var e *query.Error
		if !errors.As(err, &e) || e.Kind != query.PathNotFound || e.Path != c.path || e.Message != c.reason {
			t.Errorf("%s: %v; want %s", c.path, err, c.reason)
		}
	}
}

func TestTextsThatAreNoPathsAreRefused(t *testing.T) {
	for _, path := range []string{
		``, `a`, `.a`, `$.`, `$..`, `$a-b`, `$1`, `$$$`, `$x y`, `$.a b`, `$.a[`, `$.a[]`, `$.a['b`, `$.a[b]`, `$[:]`, `$[::2]`,
		`$[0,]`, `$[0:1,2]`, `$['a',]`, `$['a' 'b']`, `$[99999999999]`, `$.a.nope()`, `$.a.length().b`, `$[?(@.a ==)]`, `$[?(@.a ~ 1)]`,
		`$[?(@.a == 1]`, `$[?()]`, `$[?(1)]`, `$[?(@.a =~ /(/)]`, `$[?(@.a =~ /a/q)]`, `$...a`, `$.a.*b`,
		`$[?(` + strings.Repeat(`(`, 100_000), `$[?(` + strings.Repeat(`!`, 60_000), `$[?(@ in ` + strings.Repeat(`[`, 60_000),
	} {
		if p, err := Compile(path); err == nil {
			t.Errorf("Compile(%.40s) = %v; want an error", path, p)
		}
	}
}

func TestRootsAreInputContextAndVariables(t *testing.T) {
	scope := &query.Scope{Input: query.Trusted(`{"a":1}`), Context: query.Trusted(`{"a":2}`), Vars: variables{"x": query.IntValue(3)}}
	for _, c := range []struct {
		path, root, want, variables string
	}{
		{`$.a`, `$`, `1`, ``}, {`$$.a`, `$$`, `2`, ``}, {`$x`, `$x`, `3`, `x`}, {`$`, `$`, `{"a":1}`, ``},
	} {
		p, err := Compile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		v, err := p.Eval(scope)
		if err != nil || v.JSON() != c.want || p.Root() != c.root || strings.Join(p.Variables(), ",") != c.variables {
			t.Errorf("%s = %s, %v, root %s, variables %v", c.path, v.JSON(), err, p.Root(), p.Variables())
		}
	}
	p, _ := Compile(`$nobody.x`)
	_, err := p.Eval(scope)
	var e *query.Error
	if !errors.As(err, &e) || e.Kind != query.VariableNotFound {
		t.Errorf("$nobody.x: %v", err)
	}
	p, _ = Compile(`$.a`)
	if _, err := p.Eval(&query.Scope{}); !errors.As(err, &e) || e.Kind != query.PathNotFound {
		t.Errorf("no input: %v", err)
	}
}

type variables map[string]query.Value

func (v variables) Lookup(name string) (query.Value, bool) { found, ok := v[name]; return found, ok }

func TestDefinitenessIsKnownWhenCompiled(t *testing.T) {
	for path, want := range map[string]bool{
		`$`: true, `$.a[0]['b']`: true, `$['a','b']`: true, `$[-1]`: true, `$.a.length()`: true, `$[*].a.sum()`: true,
		`$.*`: false, `$..a`: false, `$[0:1]`: false, `$[0,1]`: false, `$[?(@.a)]`: false, `$['a','b'].c`: false,
	} {
		if p, err := Compile(path); err != nil || p.Definite() != want {
			t.Errorf("%s: definite %v, %v", path, p.Definite(), err)
		}
	}
}

// Recorded from the service for \" in single quotes.
func TestBackslashesInQuotedNamesEscapeOnlyTheQuoteAndThemselves(t *testing.T) {
	const input = `{"Test\\\"x": 1, "it's": 2, "a\\b": 3, "a\\n": 4, "l": [{"t": "a\n'"}]}`
	for path, want := range map[string]string{
		`$['Test\"x']`: `1`, `$['it\'s']`: `2`, `$["it's"]`: `2`, `$['a\\b']`: `3`, `$['a\n']`: `4`, `$.l[?(@.t == 'a\n\'')].t`: `["a\n'"]`,
	} {
		if got, err := evaluate(t, path, input); err != nil || got != want {
			t.Errorf("%s = %s, %v; want %s", path, got, err, want)
		}
	}
}

func TestWorkIsBounded(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 900) + `1` + strings.Repeat(`}`, 900)
	wide := `{"x":[` + strings.Repeat(`1,`, 20_000) + `1]}`
	for path, input := range map[string]string{`$..*..*..*`: deep, `$.x[?($.x == $.x)]`: wide, `$.x[?(@ in $.x && 2 in $.x)]`: wide} {
		_, err := evaluate(t, path, input)
		var e *query.Error
		if !errors.As(err, &e) || e.Kind != query.LimitExceeded {
			t.Errorf("%s: %v; want LimitExceeded", path, err)
		}
	}
}

func TestDefinitePathsDoNotAllocate(t *testing.T) {
	p, _ := Compile(`$.items[1].price`)
	scope := &query.Scope{Input: query.Trusted(shop)}
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := p.Eval(scope); err != nil {
			t.Fatal(err)
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

func FuzzCompileAndEval(f *testing.F) {
	for _, path := range []string{`$.a['b','c'][0:1]`, `$..[?(@.a =~ /x/i && @.b in ['c'])]`, `$$.x.length()`, `$v[(@.length-1)]`, `$.a[-1,2].sum(1, $.b)`} {
		f.Add(path, shop)
	}
	f.Fuzz(func(t *testing.T, path, input string) {
		p, err := Compile(path)
		if err != nil {
			return
		}
		if p.String() != path {
			t.Fatalf("String() = %q, not %q", p.String(), path)
		}
		document, err := query.NewDocument(input)
		if err != nil {
			return
		}
		v, err := p.Eval(&query.Scope{Input: document, Context: document})
		if err == nil && v.IsUndefined() {
			t.Fatal("undefined without an error")
		}
		if err == nil && !p.Definite() && v.Kind() != query.Array {
			t.Fatal("an indefinite path gave no array")
		}
		if r, err := CompileReference(path); err == nil {
			if set, err := r.Set(document.Value(), query.BoolValue(true)); err == nil {
				if got, err := r.Eval(&query.Scope{Input: query.FromValue(set), Context: query.FromValue(set)}); r.path.variable() == "" && (err != nil || !got.Bool()) {
					t.Fatalf("what was set is not found: %v", err)
				}
			}
		}
	})
}

func BenchmarkDefinitePath(b *testing.B) {
	p, _ := Compile(`$.items[1].price`)
	scope := &query.Scope{Input: query.Trusted(shop)}
	for b.Loop() {
		if _, err := p.Eval(scope); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWildcardPath(b *testing.B) {
	p, _ := Compile(`$.items[*].price`)
	scope := &query.Scope{Input: query.Trusted(shop)}
	for b.Loop() {
		if _, err := p.Eval(scope); err != nil {
			b.Fatal(err)
		}
	}
}
