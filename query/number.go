package query

import (
	"math"
	"strconv"
	"strings"
)

// exactIntegerMax is the bound below which every integral float64 is one integer only.
const exactIntegerMax = 1 << 53

// IntValue returns a number.
func IntValue(i int64) Value {
	return Value{kind: Number, text: strconv.FormatInt(i, 10)}
}

// FloatValue returns a number, written as JavaScript writes it: the shortest text that reads back as f, integral
// values without a fraction, an exponent from 1e21 upwards and below 1e-6. JSON has no NaN and no infinity: these
// become null, as JSON.stringify has it.
func FloatValue(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return NullValue()
	}
	return Value{kind: Number, text: formatFloat(f)}
}

func formatFloat(f float64) string {
	if f == 0 {
		return "0" // also for -0
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	text := strconv.FormatFloat(f, 'e', -1, 64)
	// Go writes at least two digits of exponent, JavaScript as few as it takes.
	mantissa, exponent, _ := strings.Cut(text, "e")
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

// RawNumber returns the number that text denotes, keeping the text. It returns undefined if text is not a JSON
// number.
func RawNumber(text string) Value {
	p := parser{text: text}
	if text == "" || p.number() != nil || p.pos != len(text) {
		return Value{}
	}
	return Value{kind: Number, text: text}
}

// NumberText returns the text of a number as it was written, "" for other kinds.
func (v Value) NumberText() string {
	if v.kind != Number {
		return ""
	}
	return v.text
}

// Float returns the number nearest to v; beyond the range of float64 that is an infinity. It is 0 for other kinds.
func (v Value) Float() float64 {
	if v.kind != Number {
		return 0
	}
	f, _ := strconv.ParseFloat(v.text, 64) // out of range: ±Inf, which is what is promised
	return f
}

// Int returns the integer that the number v is, and whether it is one. Every integer of 64 bits that is written with
// digits only counts; of other forms (3.0, 1e3) those do whose magnitude is below 2^53.
func (v Value) Int() (int64, bool) {
	if v.kind != Number {
		return 0, false
	}
	if i, err := strconv.ParseInt(v.text, 10, 64); err == nil {
		return i, true
	}
	if isDigits(v.text) {
		return 0, false // too large: rounding it would invent an integer
	}
	f := v.Float()
	if f != math.Trunc(f) || math.Abs(f) >= exactIntegerMax {
		return 0, false
	}
	return int64(f), true
}

// isDigits reports whether a number's text has neither fraction nor exponent.
func isDigits(text string) bool { return !strings.ContainsAny(text, ".eE") }

func equalNumbers(a, b string) bool {
	if a == b {
		return true
	}
	if isDigits(a) && isDigits(b) {
		// JSON allows no leading zeros, so one integer has one text, but for zero.
		return (a == "0" || a == "-0") && (b == "0" || b == "-0")
	}
	return Value{kind: Number, text: a}.Float() == Value{kind: Number, text: b}.Float()
}

// Equal reports whether a and b are the same JSON: numbers compare by value (1 equals 1.0), strings by what they
// decode to, objects without regard to order. Undefined equals undefined.
func Equal(a, b Value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case Boolean:
		return a.form == b.form
	case Number:
		return equalNumbers(a.text, b.text)
	case String:
		return a.Str() == b.Str()
	case Array:
		return equalArrays(a.body.values, b.body.values)
	case Object:
		return equalObjects(a, b)
	}
	return true
}

func equalArrays(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalObjects(a, b Value) bool {
	if a.Len() != b.Len() {
		return false
	}
	for key, member := range a.Members() {
		other, ok := b.Get(key)
		if !ok || !Equal(member, other) {
			return false
		}
	}
	return true
}
