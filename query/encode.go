package query

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendJSON appends v as JSON: source text where v or a part of it was parsed, compact text where it was built.
// Undefined appends nothing.
func (v Value) AppendJSON(dst []byte) []byte { return v.append(dst, false) }

// AppendCompact appends v as JSON without insignificant white space and with strings in their shortest form.
// Numbers keep their text.
func (v Value) AppendCompact(dst []byte) []byte { return v.append(dst, true) }

// JSON returns what AppendJSON appends.
func (v Value) JSON() string {
	if text, ok := v.source(); ok {
		return text
	}
	return string(v.AppendJSON(nil))
}

// Compact returns what AppendCompact appends.
func (v Value) Compact() string { return string(v.AppendCompact(nil)) }

// source returns the JSON text of v if v has it at hand.
func (v Value) source() (string, bool) {
	switch v.kind {
	case Undefined:
		return "", true
	case Null:
		return "null", true
	case Boolean:
		if v.form == truth {
			return "true", true
		}
		return "false", true
	case Number:
		return v.text, true
	case String:
		return v.text, v.form != plain
	}
	return v.text, v.text != ""
}

func (v Value) append(dst []byte, compact bool) []byte {
	// Of source text, only escapes and containers may be longer than they have to be.
	if text, ok := v.source(); ok && !(compact && (v.form == escaped || v.body != nil)) {
		return append(dst, text...)
	}
	if v.kind == String {
		return AppendString(dst, v.Str())
	}
	open, shut := byte('['), byte(']')
	if v.kind == Object {
		open, shut = '{', '}'
	}
	dst = append(dst, open)
	for i, e := range v.body.values {
		if i > 0 {
			dst = append(dst, ',')
		}
		if v.kind == Object {
			dst = append(AppendString(dst, v.body.keys[i]), ':')
		}
		dst = e.append(dst, compact)
	}
	return append(dst, shut)
}

const hexDigits = "0123456789ABCDEF"

// shortEscapes holds the letters of the two-character escapes that JSON has.
var shortEscapes = [256]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

// AppendString appends s as a JSON string. Only quotes, backslashes and control characters are escaped.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		if letter := shortEscapes[c]; letter != 0 {
			dst = append(dst, '\\', letter)
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(dst, s[start:]...), '"')
}

// unescape decodes the inside of a JSON string that the parser has accepted.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		if s[i+1] == 'u' {
			r, n := unescapeUnit(s[i:])
			b.WriteRune(r)
			s = s[i+n:]
			continue
		}
		b.WriteByte(unescapeLetter(s[i+1]))
		s = s[i+2:]
	}
}

// unescapeUnit decodes the \uXXXX at the start of s, with the low surrogate that may follow it, and returns the
// number of bytes read.
func unescapeUnit(s string) (rune, int) {
	r := hex4(s[2:6])
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(s[8:12])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

func hex4(s string) (r rune) {
	for i := range 4 {
		r = r<<4 | rune(hexDigit(s[i]))
	}
	return r
}

// hexDigit returns the value of c, or 255.
func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

func unescapeLetter(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
