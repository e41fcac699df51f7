package query

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func parse(t testing.TB, text string) Value {
	t.Helper()
	v, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return v
}

func TestParsedValuesAreWrittenByteForByte(t *testing.T) {
	for _, text := range []string{
		`null`, `0.0`, `-0`, `1e10`, `12345678901234567890`, `"a\u0041\/ü"`, "[ 1 ,\n 2 ]", `{ "a" : {"b" :[]}, "c":"" }`, `"\ud800"`,
	} {
		if got := parse(t, text).JSON(); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
	if got := parse(t, " [1, 2]\n").JSON(); got != "[1, 2]" {
		t.Errorf("white space around the root: %q", got)
	}
}

func TestBuiltValuesAreCompactAndKeepTheTextOfTheirParts(t *testing.T) {
	o := NewObjectBuilder(2)
	o.Set("a<>&", parse(t, `[1,  2.0]`))
	o.Set("b", StringValue("\"\\\n\x01/<é\xff"))
	o.Set("a<>&", parse(t, `{ "x": 1 }`))
	const want = `{"a<>&":{ "x": 1 },"b":"\"\\\n\u0001/<é` + "\uFFFD" + `"}`
	v := o.Build()
	if got := v.JSON(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := v.Compact(); got != strings.Replace(want, `{ "x": 1 }`, `{"x":1}`, 1) {
		t.Errorf("compact: %s", got)
	}
	for max := range len(want) + 2 {
		if v.Exceeds(max) != (len(want) > max) {
			t.Errorf("Exceeds(%d) = %v for %d bytes", max, v.Exceeds(max), len(want))
		}
	}
	if got := ArrayValue(nil).JSON() + new(ObjectBuilder).Build().JSON(); got != `[]{}` {
		t.Errorf("empty: %s", got)
	}
}

func TestStringsDecode(t *testing.T) {
	for text, want := range map[string]string{
		`""`: "", `"a"`: "a", `"\"\\\/\b\f\n\r\t"`: "\"\\/\b\f\n\r\t", `"x\u00e9y"`: "xéy", `"\ud83d\ude00!"`: "😀!",
		`"\ud83d"`: "\uFFFD", `"\ud83d\u0041"`: "\uFFFDA", `"\ude00\ud83d"`: "\uFFFD\uFFFD",
	} {
		if got := parse(t, text).Str(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := parse(t, `"\u0041\/\u0001"`).Compact(); got != `"A/\u0001"` {
		t.Errorf("compact: %s", got)
	}
}

func TestOfEqualKeysTheLastWinsInTheFirstPlace(t *testing.T) {
	many := `{"a":0,`
	for i := range 30 {
		many += fmt.Sprintf(`"k%d":%d,`, i, i)
	}
	for _, text := range []string{`{"a":1,"b":2,"\u0061":3}`, many + `"b":2,"a":3}`} {
		v := parse(t, text)
		a, _ := v.Get("a")
		b, _ := v.Get("b")
		if _, ok := v.Get("zz"); ok || a.JSON() != "3" || b.JSON() != "2" {
			t.Errorf("a = %s, b = %s, zz %v", a.JSON(), b.JSON(), ok)
		}
		for key := range v.Members() {
			if key != "a" {
				t.Errorf("first key %s", key)
			}
			break
		}
	}
}

func TestChangedCopiesLeaveTheOriginalAlone(t *testing.T) {
	o := new(ObjectBuilder)
	for i := range indexedKeysMin - 1 {
		o.Set(fmt.Sprint("k", i), IntValue(int64(i)))
	}
	small := o.Build()
	before := small.JSON()
	one, two := small.With("new", IntValue(1)), small.With("new", IntValue(2))
	replaced := small.With("k0", NullValue())
	if v, _ := one.Get("new"); v.JSON() != "1" || one.Len() != indexedKeysMin {
		t.Errorf("one: %s", one.JSON())
	}
	if v, _ := two.Get("new"); v.JSON() != "2" {
		t.Errorf("two: %s", two.JSON())
	}
	if v, _ := replaced.Get("k0"); v.Kind() != Null || small.JSON() != before {
		t.Errorf("replaced: %s; original: %s", replaced.JSON(), small.JSON())
	}
	list := parse(t, `[1, 2]`)
	if got := list.WithAt(1, BoolValue(true)).JSON() + list.JSON(); got != `[1,true][1, 2]` {
		t.Error(got)
	}
	if !list.WithAt(2, NullValue()).IsUndefined() || !list.With("a", NullValue()).IsUndefined() {
		t.Error("impossible changes gave values")
	}
}

func TestNumbersPrintAsInJavaScript(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", 0.1: "0.1", 1e20: "100000000000000000000", 1e21: "1e+21", -1.5e300: "-1.5e+300",
		1e-6: "0.000001", 1.5e-7: "1.5e-7", math.Inf(1): "null", math.NaN(): "null", 123456789.25: "123456789.25",
	} {
		if got := FloatValue(f).JSON(); got != want {
			t.Errorf("%v: %s, want %s", f, got, want)
		}
	}
}

func TestIntegersAreExactOrRefused(t *testing.T) {
	for text, want := range map[string]int64{`1`: 1, `3.0`: 3, `1e3`: 1000, `-9223372036854775808`: math.MinInt64, `-0`: 0} {
		if got, ok := RawNumber(text).Int(); !ok || got != want {
			t.Errorf("%s: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{`1.5`, `9223372036854775808`, `1e19`, `1e999`} {
		if got, ok := RawNumber(text).Int(); ok {
			t.Errorf("%s: %d", text, got)
		}
	}
	for _, text := range []string{``, `a`, `1 `, `01`, `1.`, `-`, `+1`} {
		if !RawNumber(text).IsUndefined() {
			t.Errorf("%q is taken for a number", text)
		}
	}
}

func TestEqualityIsThatOfJSON(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`1`, `1.0`, true}, {`1`, `2`, false}, {`0`, `-0`, true}, {`1e2`, `100`, true}, {`12345678901234567890`, `12345678901234567891`, false},
		{`"a"`, `"\u0061"`, true}, {`"1"`, `1`, false}, {`null`, `false`, false}, {`true`, `false`, false}, {`[1,2]`, `[ 1, 2 ]`, true},
		{`[1,2]`, `[2,1]`, false}, {`[1]`, `[1,1]`, false}, {`{"a":1,"b":[]}`, `{"b":[],"a":1.0}`, true}, {`{"a":1}`, `{"b":1}`, false}, {`{}`, `{"b":1}`, false},
	} {
		if got := Equal(parse(t, c.a), parse(t, c.b)); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
	if Equal(Value{}, NullValue()) || !Equal(Value{}, Value{}) {
		t.Error("undefined is not itself")
	}
}

func TestForeignKindsAnswerWithZero(t *testing.T) {
	for _, v := range []Value{{}, NullValue(), BoolValue(false), IntValue(0), StringValue(""), ArrayValue(nil), new(ObjectBuilder).Build()} {
		_, isInt := v.Int()
		if v.Bool() || v.Str() != "" || v.Float() != 0 || isInt != (v.Kind() == Number) || v.Len() != 0 || !v.At(0).IsUndefined() {
			t.Errorf("%v answers for another kind", v.Kind())
		}
	}
}
