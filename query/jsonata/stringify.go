package jsonata

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// stringifyDepthMax is how deeply arrays and objects that become text may be nested.
const stringifyDepthMax = 10_000

// stringOf returns v as $string and the operator & have it: strings as they are, functions as "", anything else as JSON.
// v must not be undefined. Errors: D3001 for infinities and NaN, D1001 for an infinity inside of something, and
// those of the budget.
func (e *evaluation) stringOf(v value, pretty bool) (string, error) {
	switch v.kind {
	case stringKind:
		return v.s, nil
	case functionKind:
		return "", nil
	case numberKind:
		if math.IsInf(v.n, 0) || math.IsNaN(v.n) {
			return "", fail("D3001", v)
		}
		return numberText(fifteenDigits(v.n)), nil
	case arrayKind:
		if a := v.array(); a.outer && len(a.items) == 1 {
			v = a.items[0]
		}
	}
	w := stringifier{textBuilder: textBuilder{evaluation: e}, pretty: pretty}
	if err := w.value(v); err != nil {
		return "", err
	}
	return string(w.b), nil
}

// fifteenDigits rounds to 15 significant digits, which hides the noise of binary fractions.
func fifteenDigits(f float64) float64 {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return f
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64) // ±Inf if rounding up leads there
	return rounded
}

// stringifier writes JSON as JSON.stringify does.
type stringifier struct {
	textBuilder
	depth  int
	pretty bool
}

func (w *stringifier) value(v value) error {
	if err := w.spend(1); err != nil {
		return err
	}
	switch v.kind {
	case booleanKind:
		return w.write(strconv.FormatBool(v.isTrue()))
	case numberKind:
		return w.number(v.n)
	case stringKind:
		return w.quoted(v.s)
	case functionKind:
		return w.write(`""`)
	case arrayKind:
		return w.array(v.array())
	case objectKind:
		return w.object(v.object())
	}
	return w.write("null")
}

func (w *stringifier) number(f float64) error {
	switch {
	case math.IsNaN(f):
		return w.write("null")
	case math.IsInf(f, 0):
		return fail("D1001", number(f))
	}
	return w.write(numberText(fifteenDigits(f)))
}

func (w *stringifier) quoted(s string) error {
	if err := w.grow(len(s) + 2); err != nil {
		return err
	}
	w.b = appendQuoted(w.b, s)
	return w.grow(0) // escapes are longer than what they stand for
}

func (w *stringifier) array(a *array) error {
	return w.container('[', ']', func(next func() error) error {
		for _, item := range a.items {
			if err := next(); err != nil {
				return err
			}
			if err := w.value(item); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *stringifier) object(o *object) error {
	return w.container('{', '}', func(next func() error) error {
		for key, member := range o.all() {
			if member.isUndefined() {
				continue
			}
			if err := next(); err != nil {
				return err
			}
			if err := w.quoted(key); err != nil {
				return err
			}
			colon := ":"
			if w.pretty {
				colon = ": "
			}
			if err := w.write(colon); err != nil {
				return err
			}
			if err := w.value(member); err != nil {
				return err
			}
		}
		return nil
	})
}

// container writes brackets around what contents writes, which calls next before each piece.
func (w *stringifier) container(open, shut byte, contents func(next func() error) error) error {
	if w.depth++; w.depth > stringifyDepthMax {
		return errDepth()
	}
	if err := w.grow(2); err != nil {
		return err
	}
	w.b = append(w.b, open)
	pieces := 0
	err := contents(func() error {
		if err := w.grow(1); err != nil {
			return err
		}
		if pieces > 0 {
			w.b = append(w.b, ',')
		}
		pieces++
		return w.newLine()
	})
	w.depth--
	if err == nil && pieces > 0 {
		err = w.newLine()
	}
	w.b = append(w.b, shut)
	return err
}

// newLine begins a line with two blanks for each level, if lines are wanted.
func (w *stringifier) newLine() error {
	if !w.pretty {
		return nil
	}
	if err := w.grow(1 + 2*w.depth); err != nil {
		return err
	}
	w.b = append(w.b, '\n')
	for range w.depth {
		w.b = append(w.b, "  "...)
	}
	return nil
}

const lowerHex = "0123456789abcdef"

// controlLetters are the letters of two-character escapes.
var controlLetters = map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

// appendQuoted appends s as JSON.stringify writes it: escapes in lower case, lone surrogates escaped.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		size := 1
		switch unit, lone := loneSurrogate(s[i:]); {
		case lone:
			size = 3
			dst = append(dst, s[start:i]...)
			dst = append(dst, '\\', 'u', lowerHex[unit>>12], lowerHex[unit>>8&15], lowerHex[unit>>4&15], lowerHex[unit&15])
		case c >= ' ' && c != '"' && c != '\\':
			i++
			continue
		default:
			dst = append(dst, s[start:i]...)
			if letter := controlLetters[c]; letter != 0 {
				dst = append(dst, '\\', letter)
			} else {
				dst = append(dst, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
			}
		}
		i += size
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// loneSurrogate decodes half of a surrogate pair at the start of s. Strings of expressions hold such halves in the form
// that UTF-8 would give them if it allowed them.
func loneSurrogate(s string) (unit rune, ok bool) {
	if len(s) < 3 || s[0] != 0xed || s[1] < 0xa0 || s[1] > 0xbf || s[2] < 0x80 || s[2] > 0xbf {
		return utf8.RuneError, false
	}
	return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), true
}
