package query

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSyntaxErrorsReadLikeJacksons(t *testing.T) {
	for _, c := range []struct {
		text, message string
		line, column  int
	}{
		{``, `No content to map due to end-of-input`, 1, 1},
		{" \n ", `No content to map due to end-of-input`, 2, 2},
		{`not json`, `Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`, 1, 4},
		{`nul`, `Unrecognized token 'nul': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`, 1, 4},
		{`[truest]`, `Unrecognized token 'truest': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`, 1, 8},
		{`{'a':1}`, `Unexpected character (''' (code 39)): was expecting double-quote to start field name`, 1, 3},
		{`{"a":1,}`, `Unexpected character ('}' (code 125)): was expecting double-quote to start field name`, 1, 9},
		{`{`, `Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"; line: 1, column: 1])`, 1, 2},
		{"[\n [1", "Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)\"[\n [1\"; line: 2, column: 2])", 2, 4},
		{`{"a"`, `Unexpected end-of-input within/between Object entries`, 1, 5},
		{`{"a":`, `Unexpected end-of-input within/between Object entries`, 1, 6},
		{`{"a`, `Unexpected end-of-input in field name`, 1, 4},
		{`"a`, `Unexpected end-of-input: was expecting closing quote for a string value`, 1, 3},
		{`{"a" 1}`, `Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value`, 1, 7},
		{`{"a":1 "b"}`, `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`, 1, 9},
		{`[1 2]`, `Unexpected character ('2' (code 50)): was expecting comma to separate Array entries`, 1, 5},
		{`[1,]`, `Unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`, 1, 5},
		{`[1}`, `Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)"[1}"; line: 1, column: 1])`, 1, 4},
		{`01`, `Invalid numeric value: Leading zeroes not allowed`, 1, 2},
		{`-x`, `Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value`, 1, 3},
		{`1.x`, `Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit`, 1, 4},
		{`"\x"`, `Unrecognized character escape 'x' (code 120)`, 1, 4},
		{`"\u00g0"`, `Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence`, 1, 7},
		{"\"\n\"", `Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value`, 2, 1},
		{`é:`, `Unrecognized token 'é': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`, 1, 2},
		{"{}\xff", `Invalid UTF-8 byte 0xff`, 1, 3},
		{`{} x`, `Unexpected character ('x' (code 120)): expected end of input after the value`, 1, 5},
	} {
		_, err := Parse(c.text)
		var e *SyntaxError
		if !errors.As(err, &e) || e.Message != c.message || e.Line != c.line || e.Column != c.column {
			t.Errorf("%q:\n got %v\nwant line %d, column %d: %s", c.text, err, c.line, c.column, c.message)
		}
	}
}

func TestLongSourcesAreCutInMessages(t *testing.T) {
	_, err := Parse(`["` + strings.Repeat("é", 400) + `"`)
	if err == nil || !strings.Contains(err.Error(), `"[truncated 152 chars]; line: 1`) || !utf8.ValidString(err.Error()) {
		t.Error(err)
	}
}

func TestDepthIsBounded(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if err := Validate(nested(DepthMax)); err != nil {
		t.Error(err)
	}
	for _, text := range []string{nested(DepthMax + 1), strings.Repeat(`{"a":`, 1_000_000)} {
		if err := Validate(text); err == nil || !strings.Contains(err.Error(), "nesting depth (1001)") {
			t.Errorf("%d bytes: %.80v", len(text), err)
		}
	}
	if v := Trusted(nested(100_000)).Value(); v.Kind() != Array {
		t.Error("a deep payload of our own cannot be read")
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{`{"a":[1,2.50,"\ud83d\ude00",null,true]}`, ` [ {"a":1,"a":2} ] `, `-0.1e+5`, `"\u0000"`, `nul`, `{"a":`, `[1}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse(text)
		if accepted := Validate(text) == nil; accepted != (err == nil) {
			t.Fatalf("Validate and Parse disagree: %v", err)
		}
		if standard := json.Valid([]byte(text)) && utf8.ValidString(text); standard != (err == nil) && strings.Count(text, "[")+strings.Count(text, "{") <= DepthMax {
			t.Fatalf("encoding/json accepts: %v; Parse: %v", standard, err)
		}
		if err != nil {
			return
		}
		again, err := Parse(v.Compact())
		if err != nil || again.JSON() != v.Compact() || !Equal(again, v) && !strings.Contains(text, `\u`) {
			t.Fatalf("%s read again: %s, %v", v.Compact(), again.JSON(), err)
		}
		if v.JSON() != strings.Trim(text, " \t\r\n") {
			t.Fatalf("written as %s", v.JSON())
		}
		if v.Exceeds(len(v.JSON())) || !v.Exceeds(len(v.JSON())-1) {
			t.Fatal("the size is not the length of the text")
		}
	})
}

var kibibyte = `{"order": {"id": "A-17", "customer": {"name": "Ada", "city": "London"}}, "items": [` +
	strings.Repeat(`{"sku": "x-1234", "price": 12.50, "quantity": 3, "tags": ["a", "b"]}, `, 12) + `{}]}`

func BenchmarkParseKibibyte(b *testing.B) {
	b.SetBytes(int64(len(kibibyte)))
	for b.Loop() {
		if _, err := Parse(kibibyte); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidateKibibyte(b *testing.B) {
	b.SetBytes(int64(len(kibibyte)))
	for b.Loop() {
		if err := Validate(kibibyte); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPassThrough(b *testing.B) {
	for b.Loop() {
		if d := Trusted(kibibyte); d.Size() != len(d.Text()) {
			b.Fatal("size")
		}
	}
}
