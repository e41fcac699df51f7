package jsonata

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes expressions that mostly make sense, from a seed.
type generator struct {
	*rand.Rand
}

func newGenerator(seed uint64) *generator { return &generator{Rand: rand.New(rand.NewPCG(seed, 2026))} }

// document returns an input as JSON.
func (g *generator) document() string {
	items := make([]string, g.IntN(5))
	for i := range items {
		items[i] = fmt.Sprintf(`{"sku":%s,"price":%s,"qty":%d,"tags":%s,"sub":{"a":%d,"b":[%d,{"a":%d}]}}`,
			g.jsonText(), g.jsonNumber(), g.IntN(6), g.pick(`[]`, `["x"]`, `["x","y"]`, `"x"`, `null`), g.IntN(9), g.IntN(9), g.IntN(9))
	}
	return fmt.Sprintf(`{"a":%s,"b":%s,"c":{"a":%d,"d":[1,2,[3,4],{"a":5}]},"e":[],"n":null,"t":true,"items":[%s],"nested":[[1,2],[3],[]]}`,
		g.jsonNumber(), g.jsonText(), g.IntN(9), strings.Join(items, ","))
}

func (g *generator) jsonNumber() string {
	return g.pick("0", "1", "-1", "2", "3.5", "-2.5", "10", "0.1", "123456789", "1e3", "2.675", "99.95")
}

func (g *generator) jsonText() string {
	return g.pick(`""`, `"x"`, `"hello world"`, `"Grüße"`, `"😀 ok"`, `"12"`, `"a,b,,c"`, `"2018-03-23T10:33:36.617Z"`, `"  trim\tme "`, `"MMXVIII"`)
}

// pick returns one of its arguments.
func (g *generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// fill replaces each of the letters N, S, A, O, B, V, F, P behind a % by an expression of that type.
func (g *generator) fill(template string, depth int) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] != '%' || i+1 == len(template) || !strings.ContainsRune("NSAOBVFP", rune(template[i+1])) {
			b.WriteByte(template[i])
			continue
		}
		i++
		b.WriteString(g.expr(template[i], depth-1))
	}
	return b.String()
}

// There is no picture with an exponent: zero and negative numbers make the reference loop for ever.

// leaves and templates are the grammar: what an expression of a type can be.
var leaves = map[byte][]string{
	'N': {"0", "1", "2", "-3", "3.5", "0.1", "10", "1e3", "a", "c.a", "1234.5678", "items[0].qty", "$count(items)", "items.qty[0]"},
	'S': {`""`, `"x"`, `"hello"`, `'it'`, "b", `"a-b-c"`, `"12"`, `"😀é"`, "items[0].sku", `"two thousand"`},
	'A': {"[]", "[1,2,3]", "items", "items.price", "nested", "[1..5]", "e", `["b","a","c"]`, "c.d", "items.tags", "[3,1,2]", "[[1],[2]]"},
	'O': {"{}", "c", `{"k": 1}`, "items[0]", "$", `{"x": a, "y": b}`, "items[-1].sub"},
	'B': {"true", "false", "t", "a = 1", "$exists(n)", `"x" in ["x"]`},
	'V': {"a", "b", "n", "nothing", "items", "null", "$", "t", "nothing.more", "function($x){$x}", "items.sub.b", "*", "**.a", "c.*"},
	'F': {"function($v){$v}", "$string", "function($v,$i){$i}", "function($v){$v > 1}", "$boolean", "$uppercase", "function($a,$b){$a & $b}"},
	'P': {`"0"`, `"#,##0.00"`, `"000"`, `"w"`, `"Ww;o"`, `"I"`, `"A"`, `"0;o"`, `"#,##0"`, `"0%"`, `"[Y]-[M01]-[D]"`, `"[H]:[m]"`, `"[FNn] [MNn,*-3]"`, `"[W] [w] [X] [x]"`, `"#0;(#0)"`, `"0.#"`, `"x"`, `"[Z0101t]"`, `"[h] [P]"`, `"##"`, `".00"`},
}

var templates = map[byte][]string{
	'N': {
		"%N + %N", "%N - %N", "%N * %N", "%N / %N", "%N % %N", "-%N", "(%N)", "%B ? %N : %N", "$sum(%A)", "$count(%A)", "$max(%A)",
		"$min(%A)", "$average(%A)", "$length(%S)", "$abs(%N)", "$floor(%N)", "$ceil(%N)", "$round(%N)", "$round(%N, %N)", "$power(%N, 2)",
		"$sqrt(%N)", "$number(%S)", "$number(%B)", "$parseInteger(%S, %P)", "$toMillis(%S)", "$toMillis(%S, %P)", "$millis()",
		"$reduce(%A, function($p, $q){$p + $q})", "%A[%N]", "%V", "items.(price * qty)", "$sum(items.(price * qty))", "(%N; %N)",
		"($z := %N; $z * 2)", "function($n){$n + 1}(%N)", "%N ~> $abs", "$lookup(%O, %S)", "$number(%V)",
	},
	'S': {
		"%S & %S", "%N & %S", "$string(%V)", "$string(%N)", "$string(%V, true)", "$substring(%S, %N)", "$substring(%S, %N, %N)",
		"$substringBefore(%S, %S)", "$substringAfter(%S, %S)", "$uppercase(%S)", "$lowercase(%S)", "$trim(%S)", "$pad(%S, %N)",
		"$pad(%S, 8, %S)", "$join(%A)", "$join(%A, %S)", "$replace(%S, %S, %S)", "$replace(%S, %S, %S, %N)",
		"$replace(%S, /[a-l]/, %S)", `$replace(%S, /(l+)(o?)/i, "<$1|$2|$0|$$>")`, "$replace(%S, /o/, function($m){$m.match & %S})",
		"$formatNumber(%N, %P)", "$formatInteger(%N, %P)", "$formatBase(%N, %N)", "$fromMillis(%N, %P)", "$fromMillis(%N)",
		"$fromMillis(1521801216617, %P, \"+0530\")", "$now()", "$now(%P)", "$type(%V)", "$base64encode(%S)", "$base64decode(%S)",
		"$encodeUrlComponent(%S)", "$encodeUrl(%S)", "$decodeUrl(%S)", "%B ? %S : %S", "%V", "%S ~> $uppercase", "$sort(%A)[0]",
	},
	'A': {
		"[%V, %V]", "[%A]", "[%N..%N]", "%A[%B]", "%A.(%V)", "%A[]", "$append(%A, %A)", "$reverse(%A)", "$sort(%A)", "$distinct(%A)",
		"$sort(%A, function($l, $r){$l > $r})", "$map(%A, %F)", "$filter(%A, %F)", "$zip(%A, %A)", "$keys(%O)", "$spread(%O)",
		"$split(%S, %S)", "$split(%S, /[,l ]/)", "$split(%S, %S, %N)", "$match(%S, /([a-m])(.)/)", "$each(%O, %F)", "%A^(%V)", "%A^(>$)",
		"items^(price, >qty)", "items^(<sku)", "items.sub.b", "items[qty > %N]", "items.tags", "items#$i.($i)", "items@$x.($x.sku)",
		"items.sub.%.sku", `items{"k" & sku: price}`, `items.sub{"k" & %S: a}`, "nested[0]", "nested.$", "c.d[%N]", "%O.*", "**", "$single(%A, %F)",
		"%A ~> $map(%F)", "items[%N].sub", "items[[0,1]]", "$reduce(%A, %F)", "$shuffle([1])", "(%A)[%N]", "%A[-1]", "%V",
	},
	'O': {
		`{"k": %V, "l": %V}`, `{"k" & %S: %V}`, "{%V: %V}", "$merge([%O, %O])", "$merge(%A)", "$sift(%O, %F)", `items{"k" & sku: $sum(price)}`, "%B ? %O : %O",
		`%O ~> |$|{"new": %N}|`, `$ ~> |items|{"p": price + 1}, ["qty"]|`, `$ ~> |c|{}, "a"|`, `%A{"k" & $string($): $count($)}`, "items[%N]", "%V",
	},
	'B': {
		"%N = %N", "%S = %S", "%A = %A", "%O = %O", "%V != %V", "%N < %N", "%S <= %S", "%N >= %N", "%V > %V", "%B and %B", "%B or %B",
		"$not(%V)", "$boolean(%V)", "$exists(%V)", "$contains(%S, %S)", "$contains(%S, /h.l/)", "%V in %A", "$assert(%B, %S)", "%V",
	},
	'V': {"%N", "%S", "%A", "%O", "%B", "(%V)", "($v := %V; [$v, $v])", "%O.%V", "$lookup(%O, %S)", "$error(%S)", "$eval(%S)", "%V ~> %F", "%F(%V)", "$.%V", "$$.%V", "%V.$type($)", "/ab+/", "$string(%F)"},
	'F': {"function($v){%V}", "function($v, $i, $w){%V}", "$append(?, %A)", "$substring(?, %N)", "%F ~> $string", "function($x)<n:n>{$x + 1}", "function($x)<s-:s>{$x}", "function($f){$f(%V)}"},
	'P': {`"%S"`, "%S"},
}

// expr returns an expression of a type; one in twelve is of another.
func (g *generator) expr(kind byte, depth int) string {
	if g.IntN(12) == 0 {
		kind = "NSAOBVFP"[g.IntN(8)]
	}
	if kind == 'P' && g.IntN(8) > 0 || depth <= 0 {
		return g.pick(leaves[kind]...)
	}
	if g.IntN(5) == 0 {
		return g.pick(leaves[kind]...)
	}
	return g.fill(g.pick(templates[kind]...), depth)
}

// expression returns an expression of any type; one in twenty loses or doubles a character, so that the parser is asked.
func (g *generator) expression() string {
	source := g.expr("NSAOBV"[g.IntN(6)], 1+g.IntN(3))
	if g.IntN(20) > 0 {
		return source
	}
	runes := []rune(source)
	i := g.IntN(len(runes))
	if g.IntN(2) == 0 {
		return string(runes[:i]) + string(runes[i+1:])
	}
	return string(runes[:i+1]) + string(runes[i:])
}
