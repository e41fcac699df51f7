package intrinsic

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/query"
)

const input = `{"s": "Hello", "n": 1.50, "t": true, "z": null, "o": {"Arg1": 1, "Arg2": [], "in": {"k": "v"}},
	"l": [1, 2, 3], "dup": [1, 1.0, {"a":1,"b":2}, {"b":2,"a":1}, "1", null, null], "empty": [],
	"long": "` + longText + `", "json": "{\"a\": [1, 2.50]}", "idx": 1}`

var longText10001 = strings.Repeat("x", 10_001)

const longText = "LONG" // replaced by a text one character over the limit

func scope(t testing.TB) *query.Scope {
	t.Helper()
	document, err := query.NewDocument(strings.Replace(input, longText, longText10001, 1))
	if err != nil {
		t.Fatal(err)
	}
	return &query.Scope{
		Input:   document,
		Context: query.Trusted(`{"Map": {"Item": {"Value": {"Id": 1, "Name": "n"}}}}`),
		Vars:    variables{"v": query.StringValue("var")},
		Entropy: query.NewEntropy(1),
	}
}

type variables map[string]query.Value

func (v variables) Lookup(name string) (query.Value, bool) { found, ok := v[name]; return found, ok }

func TestFunctionsAnswerAsTheServiceDoes(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{`States.Format('{} {}!', $.s, $.n)`, `"Hello 1.50!"`},
		{`States.Format('{}{}{}', $.t, $.z, $v)`, `"truenullvar"`},
		{`States.Format('{}', $.o)`, `"{Arg1=1, Arg2=[], in={k=v}}"`},
		{`States.Format('{}', $$.Map.Item.Value)`, `"{Id=1, Name=n}"`},
		{`States.Format('{}', $.l)`, `"[1, 2, 3]"`},
		{`States.Format('{}', $.json)`, `"{\"a\": [1, 2.50]}"`},
		{`States.Format('it\'s \{\} \\')`, `"it's {} \\"`},
		{`States.Format($v)`, `"var"`},
		{`States.Format('{}', States.Format('<{}>', 'x'))`, `"<x>"`},
		{`States.StringToJson($.json)`, `{"a":[1,2.50]}`},
		{`States.StringToJson('{"a": "\'b\'"}')`, `{"a":"'b'"}`},
		{`States.StringToJson('')`, `null`},
		{`States.StringToJson('  ')`, `null`},
		{`States.StringToJson('-0')`, `0`},
		{`States.StringToJson(' 12 ')`, `12`},
		{`States.JsonToString($.o)`, `"{\"Arg1\":1,\"Arg2\":[],\"in\":{\"k\":\"v\"}}"`},
		{`States.JsonToString($.s)`, `"\"Hello\""`},
		{`States.JsonToString(null)`, `"null"`},
		{`States.Array()`, `[]`},
		{`States.Array( 'a' , 1.0,true ,null, $.o.Arg2)`, `["a",1.0,true,null,[]]`},
		{`States.ArrayPartition($.l, 2)`, `[[1,2],[3]]`},
		{`States.ArrayPartition($.empty, 2)`, `[]`},
		{`States.ArrayContains($.dup, $.dup[3])`, `true`},
		{`States.ArrayContains($.l, null)`, `false`},
		{`States.ArrayRange(0, 10, 3)`, `[0,3,6,9]`},
		{`States.ArrayRange(1, 9, 9)`, `[1]`},
		{`States.ArrayRange(1.4, 5.6, 2.2)`, `[1,3,5]`},
		{`States.ArrayRange(5.4, -0.6, -2.4)`, `[5,3,1]`},
		{`States.ArrayRange(1.6, 1.4, 1)`, `[1]`},
		{`States.ArrayRange(1, 5, -1)`, `[]`},
		{`States.ArrayLength(States.ArrayRange(1, 1000, 1))`, `1000`},
		{`States.ArrayGetItem($.l, $.idx)`, `2`},
		{`States.ArrayLength($.empty)`, `0`},
		{`States.ArrayUnique($.dup)`, `[1,{"a":1,"b":2},"1",null]`},
		{`States.Base64Encode('Data to encode')`, `"RGF0YSB0byBlbmNvZGU="`},
		{`States.Base64Encode('')`, `""`},
		{`States.Base64Decode('RGF0YSB0byBlbmNvZGU=')`, `"Data to encode"`},
		{`States.Base64Decode(' RGF0Y SB0*byBlbmNvZGU')`, `"Data to encode"`},
		{`States.Base64Decode('')`, `""`},
		{`States.Hash('input data', 'SHA-1')`, `"aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		{`States.Hash(1, 'MD5')`, `"c4ca4238a0b923820dcc509a6f75849b"`},
		{`States.JsonMerge($.o, States.StringToJson('{"Arg1":2}'), false)`, `{"Arg2":[],"Arg1":2,"in":{"k":"v"}}`},
		{`States.MathAdd(1.49, 1.5)`, `3`},
		{`States.MathAdd(-1.49, -1.5)`, `-2`},
		{`States.MathAdd(1.5, 0)`, `2`},
		{`States.MathAdd(-1.51, 0)`, `-2`},
		{`States.MathAdd(2.5, -0.5)`, `3`},
		{`States.MathRandom(1.6, 2.4)`, `1`},
		{`States.StringSplit(', , ,', ',')`, `[" "," "]`},
		{`States.StringSplit(',,,,', ',')`, `[]`},
		{`States.StringSplit('', ',')`, `[]`},
		{`States.StringSplit('This.is+a,test=string', '.+,=')`, `["This","is","a","test","string"]`},
		{`States.Array($.dup[?(@.a == 1 && (@.b == 2))], $['s'], $.l.length())`, `[[{"a":1,"b":2},{"b":2,"a":1}],"Hello",3]`},
	} {
		e, err := Compile(c.call)
		if err != nil {
			t.Errorf("%s: %v", c.call, err)
			continue
		}
		v, err := e.Eval(scope(t))
		if err != nil || v.Compact() != c.want || e.String() != c.call {
			t.Errorf("%s = %s, %v; want %s", c.call, v.Compact(), err, c.want)
		}
	}
}

func TestFunctionsRefuseBadArguments(t *testing.T) {
	for _, call := range []string{
		`States.Format(1)`, `States.Format('{}')`, `States.Format('x', 1)`, `States.Format('{')`, `States.Format('}{}', 1)`, `States.Format('{ }', 1)`,
		`States.StringToJson('{')`, `States.StringToJson($.o)`, `States.ArrayPartition($.l, 0)`, `States.ArrayPartition($.s, 1)`, `States.ArrayPartition($.l, 'a')`,
		`States.ArrayContains($.s, 'H')`, `States.ArrayRange(0, 1, 0)`, `States.ArrayRange(0, 1000, 1)`, `States.ArrayRange('0', 1, 1)`,
		`States.ArrayRange(-9e15, 9e15, 1)`, `States.ArrayGetItem($.l, 3)`, `States.ArrayGetItem($.l, -1)`, `States.ArrayGetItem($.s, 0)`, `States.ArrayGetItem($.o, 0)`,
		`States.ArrayLength($.s)`, `States.ArrayUnique($.s)`, `States.Base64Encode($.long)`, `States.Base64Decode($.long)`, `States.Base64Encode(1)`,
		`States.Hash($.long, 'MD5')`, `States.Hash('a', 'md5')`, `States.JsonMerge($.o, $.z, false)`, `States.JsonMerge($.l, $.o, false)`, `States.JsonMerge($.o, $.o, true)`,
		`States.MathRandom(1, 1)`, `States.MathRandom(2, 1)`, `States.MathRandom(1.2, 1.9)`, `States.MathRandom(1, 2, null)`, `States.MathRandom(1, 2, 'a')`,
		`States.MathAdd(2147483647, 1)`, `States.MathAdd(2147483648, -1)`, `States.MathAdd(1e309, 0)`, `States.MathAdd('1', 1)`, `States.MathAdd(null, 1)`,
		`States.StringSplit(1, ',')`, `States.StringSplit('a', 1)`,
	} {
		e, err := Compile(call)
		if err != nil {
			t.Errorf("%s: %v", call, err)
			continue
		}
		v, err := e.Eval(scope(t))
		var failed *query.Error
		name, _, _ := strings.Cut(call, "(")
		if !errors.As(err, &failed) || failed.Kind != query.IntrinsicFailed || failed.Message != "Invalid arguments in "+name {
			t.Errorf("%s = %.80s, %v", call, v.JSON(), err)
		}
	}
}

func TestTextsThatAreNoCallsAreRefused(t *testing.T) {
	for _, call := range []string{
		``, `States.StringToJson('{"a":"\"b\""}')`, `States.`, `States.Nope()`, `States.Format`, `States.Format(`, `States.Format()`, `States.UUID(1)`, `States.MathAdd(1)`, `States.MathAdd(1,2,3)`,
		`States.Array(1`, `States.Array(1,)`, `States.Array(,1)`, `States.Array(1 2)`, `States.Array(a)`, `States.Array("a")`, `States.Array([1])`, `States.Array({})`,
		`States.Array('a)`, `States.Array('a\')`, `States.Array($.)`, `States.Array($.a[)`, `States.Array(1) x`, `Format('a')`, `States.format('a')`,
		strings.Repeat(`States.Array(`, 11) + strings.Repeat(`)`, 11), strings.Repeat(`States.Array(`, 5000), `States.Array('` + strings.Repeat("x", LengthMax) + `')`,
	} {
		if _, err := Compile(call); err == nil {
			t.Errorf("%.60s was accepted", call)
		}
	}
	if _, err := Compile(strings.Repeat(`States.Array(`, 10) + strings.Repeat(`)`, 10)); err != nil {
		t.Errorf("ten nested calls: %v", err)
	}
}

func TestMissingPathsKeepTheirOwnError(t *testing.T) {
	e, _ := Compile(`States.Format('{}', $.no)`)
	_, err := e.Eval(scope(t))
	var failed *query.Error
	if !errors.As(err, &failed) || failed.Kind != query.PathNotFound || failed.Path != "$.no" {
		t.Errorf("%v", err)
	}
}

func TestVariablesOfAllArgumentsAreNamedOnce(t *testing.T) {
	e, err := Compile(`States.Format($b, $a.x, States.Array($b, $.c, $$.d))`)
	if err != nil || !slices.Equal(e.Variables(), []string{"a", "b"}) {
		t.Errorf("%v, %v", e.Variables(), err)
	}
}

func TestRandomnessComesFromTheScope(t *testing.T) {
	for _, c := range []struct {
		call string
		same bool // whatever the scope's entropy
	}{{`States.UUID()`, false}, {`States.MathRandom(0, 1000000)`, false}, {`States.MathRandom(0, 1000000, -7)`, true}} {
		e, _ := Compile(c.call)
		draw := func(seed uint64) string {
			v, err := e.Eval(&query.Scope{Entropy: query.NewEntropy(seed)})
			if err != nil {
				t.Fatal(err)
			}
			return v.JSON()
		}
		first, again, other := draw(1), draw(1), draw(2)
		if first != again || (first == other) != c.same {
			t.Errorf("%s: %s, %s, %s", c.call, first, again, other)
		}
	}
	e, _ := Compile(`States.UUID()`)
	if _, err := e.Eval(&query.Scope{}); err == nil {
		t.Error("a UUID out of nothing")
	}
}

// Two recorded merges fix the order.
func TestMergedKeysStandInHashMapOrder(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{`{"a":{"a1":1},"b":2,"d":3}`, `{"a":{"a3":1},"c":3,"d":4}`, `{"a":{"a3":1},"b":2,"c":3,"d":4}`},
		{`{"constant_in_literal":"false"}`, `{"constant_input_field":"v"}`, `{"constant_input_field":"v","constant_in_literal":"false"}`},
	} {
		a, _ := query.Parse(c.a)
		b, _ := query.Parse(c.b)
		if v, ok := jsonMerge([]query.Value{a, b, query.BoolValue(false)}); !ok || v.JSON() != c.want {
			t.Errorf("%s, want %s", v.JSON(), c.want)
		}
	}
	// Strings hash as their UTF-16 units, so a character beyond the first plane counts twice.
	if got, want := hashCode("é😀"), uint32((0xe9*31+0xd83d)*31+0xde00); got != want {
		t.Errorf("hash code %d, want %d", got, want)
	}
}

func TestCallsAreRecognisedByTheirPrefix(t *testing.T) {
	if !IsCall(`States.UUID()`) || IsCall(`$.States.x`) || FunctionName(`States.Format('a')`) != "States.Format" || FunctionName(`$.a`) != "" {
		t.Error("calls are not told from paths")
	}
}

func FuzzCompile(f *testing.F) {
	for _, call := range []string{
		`States.Format('{} \{ {}', $.o, States.Array(1, 'a\'b', null))`, `States.JsonMerge($.o, $$.Map, false)`, `States.ArrayRange(1,$.n,0.5)`,
		`States.Base64Decode('QQ')`, `States.StringToJson('[1]')`, `States.MathRandom(0, 5, 1)`, `States.ArrayUnique($.dup[?(@.a)])`,
	} {
		f.Add(call)
	}
	s := scope(f)
	f.Fuzz(func(t *testing.T, call string) {
		e, err := Compile(call)
		if err != nil {
			return
		}
		if v, err := e.Eval(s); err == nil && v.IsUndefined() {
			t.Fatal("undefined without an error")
		}
	})
}
