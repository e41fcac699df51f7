package jsonata

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/query"
)

// answer returns the result of an expression as JSON, "undefined", or the code of its error and ":" with the message.
func answer(t *testing.T, expr string, builtins map[string]value, budget Budget) string {
	t.Helper()
	program, err := Compile(expr)
	if err != nil {
		return err.Error()
	}
	e := newEvaluation(context.Background(), Input{Entropy: query.NewEntropy(7), Budget: budget}, builtins)
	v, err := e.run(program, query.Value{})
	if err != nil {
		return outward(err).Error()
	}
	if v.isUndefined() {
		return "undefined"
	}
	s, err := e.stringOf(list(v), false)
	if err != nil {
		return err.Error()
	}
	return s[1 : len(s)-1]
}

// The answers are those of the reference implementation, where the suite has no such case.
func TestFunctionsAnswerAsTheReference(t *testing.T) {
	for expr, want := range map[string]string{
		`$string(0.1 + 0.2)`:                                              `"0.3"`,
		`$string([1/3, "a\u001f\"", null])`:                               `"[0.333333333333333,\"a\\u001f\\\"\",null]"`,
		`$string("\ud800" ~> function($s){[$s]})`:                         `"[\"\\ud800\"]"`,
		`$string({"a": []}, true)`:                                        `"{\n  \"a\": []\n}"`,
		`$length("\ud800x😀")`:                                             `3`,
		`$substring("a😀bc", 1, 2)`:                                        `"😀b"`,
		`$substring("hello", -3, 2)`:                                      `"ll"`,
		`$substring("hello", -30, 2)`:                                     `"he"`,
		`$substring("hello", 1.7)`:                                        `"ello"`,
		`$uppercase("ßŉﬁ")`:                                               `"SSʼNFI"`,
		`$lowercase("ΑΣ Σ ΑΣΑ İ")`:                                        `"ας σ ασα i̇"`,
		`$pad("x", -4, "ab")`:                                             `"abax"`,
		`$replace("abc", /(b)(x)?/, "[$2$1$0$$$z]")`:                      `"a[bb$$z]c"`,
		`$replace("😀b😀b", /b/, "-", 1)`:                                   `"😀-😀b"`,
		`$replace("aa", /a/, function($m){$m.start})`:                     `D3012: Attempted to replace a matched string with a non-string value`,
		`$match("😀aXa", /(a)|X/)`:                                         `[{"match":"a","index":2,"groups":["a"]},{"match":"X","index":3,"groups":[null]},{"match":"a","index":4,"groups":["a"]}]`,
		`$split("a, b;c", /[,;]\s*/)`:                                     `["a","b","c"]`,
		`$split("a😀b", "")`:                                               `["a","😀","b"]`,
		`$split("x", /y*/)`:                                               `D1004: Regular expression matches zero length string`,
		`$contains("abab", /(ab)\1/)`:                                     `true`,
		`$filter(["ab", "ab"], /ab/)`:                                     `"ab"`,
		`$formatBase(1e21, 36)`:                                           `"5v1j4f4ds7c000"`,
		`$formatBase(-255, 16)`:                                           `"-ff"`,
		`$formatBase(1, 0 % 0)`:                                           `D3100: The radix of the formatBase function must be between 2 and 36.  It was given null`,
		`$formatBase(1, 37)`:                                              `D3100: The radix of the formatBase function must be between 2 and 36.  It was given 37`,
		`$number("0x1f")`:                                                 `31`,
		`$number("1e1000")`:                                               `D3030: Unable to cast value to a number: "1e1000"`,
		`[$round(2.5), $round(-3.5), $round(1.005, 2), $round(1250, -2)]`: `[2,-4,1,1200]`,
		`$power(0.1, 36)`:                                                 `1e-36`,
		`$power(10, 400)`:                                                 `D3061: The power function has resulted in a value that cannot be represented as a JSON number: base=10, exponent=400`,
		`[$power(2.5, 2.5), $power(1e-7, 2.5), $power(36, -2)]`:           `[9.88211768802619,3.16227766016838e-18,0.000771604938271605]`,
		`$sqrt(-1)`:                                                       `D3060: The sqrt function cannot be applied to a negative number: -1`,
		`$sum([])`:                                                        `0`,
		`$average([])`:                                                    `undefined`,
		`$boolean([0, ""])`:                                               `false`,
		`$boolean([$sum])`:                                                `true`,
		`$boolean($sum)`:                                                  `false`,
		`[$sum].$boolean()`:                                               `true`,
		`$sum ? 1 : 2`:                                                    `1`,
		`/a/ ? 1 : 2`:                                                     `2`,
		`(function($f){$f ? 1 : 2})($sum)`:                                `2`,
		`function($x){$x} ~> $map($boolean)`:                              `true`,
		`$each({"a": function($x){$x}}, $boolean)`:                        `true`,
		`$filter(function($x){$x}, function($v){$v})`:                     `undefined`,
		`$single(function($x){$x}, function($v){$v})`:                     `D3139: The $single() function expected exactly 1 matching result.  Instead it matched 0.`,
		`[1, 2][($map($sum, function($f){[$f]}))]`:                        `undefined`,
		`{[{"a": /a/, "b": 1}]: 1}`:                                       `T1003: Key in object structure must evaluate to a string; got: [{"b":1}]`,
		`($x := 5; $map(["$x"], $eval))`:                                  `5`,
		`[$round(2.5, $round(1, 1e3)), $round(2.55, 1)]`:                  `[2,2.6]`,
		`[$split("a,b", ",", $round(1, 1e3)), $split("a,b", /,/, $round(1, 1e3))]`:           `[]`,
		`[$split("a,b", ",", 4294967297)]`:                                                   `["a"]`,
		`[$split("a,b", ",", 1 / 0)]`:                                                        `[]`,
		`$replace("abc", "b", nothing)`:                                                      `"aundefinedc"`,
		`$replace("abc", /b/, "x", $round(1, 1e3))`:                                          `"abc"`,
		`$contains("abc", function($s){""})`:                                                 `true`,
		`$contains("abc", function($s){"b"})`:                                                `T1010: The matcher function argument passed to function "contains" does not return the correct object structure`,
		`[$lookup({"": 1, "a": 2}, nothing), $lookup({"undefined": 3}, nothing)]`:            `[3]`,
		`$base64decode("ŁAAA😀AAAA")`:                                                         `"\u0000\u0000\u0000"`,
		`$formatInteger($round(1, 1e3), "A") & $formatInteger($round(1, 1e3), "i")`:          `""`,
		`"s"{"k": $count($)}.*`:                                                              `0`,
		`{"k" $}`:                                                                            `S0202: Expected ":", got ""`,
		`$distinct([1, 1.0, "1", [1], [1], {"a": 1, "b": 2}, {"b": 2, "a": 1}, null, null])`: `[1,"1",[1],{"a":1,"b":2},null]`,
		`$sort(["b", "😀", "\uffff", "a"])`:                                                   `["a","b","😀","￿"]`,
		`$sort([3, 1, 2], function($a, $b){$a < $b})`:                                        `[3,2,1]`,
		`$sort([{}, {}])`:                                                                    `D3070: The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function`,
		`$spread([{"a": 1}])`:                                                                `[{"a":1}]`,
		`$merge([{"a": 1, "b": 2}, {"a": 3}])`:                                               `{"a":3,"b":2}`,
		`$zip([1, 2], ["a"], [true])`:                                                        `[[1,"a",true]]`,
		`$reduce([1, 2], function($a){$a})`:                                                  `D3050: The second argument of reduce function must be a function with at least two arguments`,
		`$single([1, 2])`:                                                                    `D3138: The $single() function expected exactly 1 matching result.  Instead it matched more.`,
		`$sift({"a": 1, "b": 0}, function($v, $k){$v and $k = "a"})`:                         `{"a":1}`,
		`$error("")`:                    `D3137: $error() function evaluated`,
		`$base64decode("SGk=")`:         `"Hi"`,
		`$encodeUrlComponent("\ud800")`: `D3140: Malformed URL passed to $encodeUrlComponent(): "\ud800"`,
		`$decodeUrl("%2Fa%20%C3%A9")`:   `"%2Fa é"`,
		`$eval("1 +")`:                  `D3120: Syntax error in expression passed to function eval: "Unexpected end of expression"`,
		`$eval("[$, 1]", 5)`:            `[5,1]`,
	} {
		if got := answer(t, expr, standard, Budget{}); got != want {
			t.Errorf("%s\n got %s\nwant %s", expr, got, want)
		}
	}
}

func TestTheServiceHasFunctionsOfItsOwn(t *testing.T) {
	for expr, want := range map[string]string{
		`$partition([1, 2, 3], 2)`:       `[[1,2],[3]]`,
		`$partition([1, 2, 3], 2.9)`:     `[[1,2],[3]]`,
		`$partition([0], 1)`:             `[[0]]`,
		`$partition([1, 2])`:             `[[1,2]]`,
		`$partition([1], 0)`:             `undefined`,
		`$partition([1], -1)`:            `The second argument of the partition function must be a positive number`,
		`$partition([], 1)`:              `undefined`,
		`$range(0, 10, 5)`:               `[0,5,10]`,
		`$range(3.9, 1, -1)`:             `[3,2,1]`,
		`$range(1, 9, 9)`:                `1`,
		`$range(1, 9, -1)`:               `undefined`,
		`$range(1, 9, 0.5)`:              `The third argument of the range function must not be zero`,
		`$range(0, 1e300, 1)`:            `U1002: Expression evaluation memory limit exceeded: Check for excessive memory usage`,
		`$hash("a", "MD5")`:              `"0cc175b9c0f1b6a831c399e269772661"`,
		`$hash("a", "SHA-1")`:            `"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"`,
		`$hash("a", "md5")`:              `The second argument of the hash function must be one of: MD5, SHA-1, SHA-256, SHA-384, SHA-512`,
		`$length($hash("a", "SHA-384"))`: `96`,
		`$random(5) = $random(5)`:        `true`,
		`$random(5) = $random(6)`:        `false`,
		`$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)`: `true`,
		`$uuid() = $uuid()`:             `false`,
		`$parse(" {\"a\": [1.50]} ").a`: `[1.5]`,
		`$eval("1")`:                    `T1006: Attempted to invoke a non-function`,
	} {
		if got := answer(t, expr, service, Budget{}); got != want {
			t.Errorf("%s\n got %s\nwant %s", expr, got, want)
		}
	}
	if got := answer(t, `$parse("")`, service, Budget{}); !strings.HasPrefix(got, "The argument of the parse function must be") {
		t.Error(got)
	}
}

func TestFunctionsThatLoopOrAllocateAskTheBudgetFirst(t *testing.T) {
	small := Budget{Steps: 5000, Bytes: 1 << 16, Total: 1 << 20}
	for _, expr := range []string{
		`$pad("x", 1e9)`, `$pad("x", 1e15)`, `$pad("x", 1e300, "ab")`,
		`($s := $pad("x", 60000); $replace($s, "x", $s) & $replace($s, " ", $s))`,
		`$replace($pad("x", 60000), /\s/, "12")`,
		`$split($pad("x", 60000), " ")`, `$split($pad("x", 60000), "")`, `$match($pad("x", 60000), /\s/)`,
		`$join($map([1..2000], function($i){$pad("x", 60)}))`,
		`$map([1..4000], function($x){$string($x)})`,
		`$sort([1..4000], function($a, $b){true})`, `$distinct([1..4000].[[$]])`,
		`$reduce([1..20], function($a, $i){$append($a, $a)}, [1])`,
		`$string([1..4000].$pad("x", 100))`,
		`$encodeUrl($pad("x", 30000))`, `$uppercase($pad("x", 30000))`,
		`$contains($pad("a", 60000, "a"), /^(a|a)*\1$/)`,
		`$zip([1..4000], [1..4000], [1..4000])`,
	} {
		started := time.Now()
		got := answer(t, expr, standard, small)
		if !strings.HasPrefix(got, "U100") {
			t.Errorf("%s: %.80s", expr, got)
		}
		if took := time.Since(started); took > time.Second {
			t.Errorf("%s took %v", expr, took)
		}
	}
}
