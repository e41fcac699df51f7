package jsonata

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// codecFunctions are the built-ins that encode strings and decode them again.
var codecFunctions = []*builtin{
	{name: "base64encode", signature: "<s-:s>", run: recoded(2, "", func(s string) (string, bool) {
		return base64.StdEncoding.EncodeToString(latin1Bytes(s)), true
	})},
	{name: "base64decode", signature: "<s-:s>", run: recoded(2, "", func(s string) (string, bool) {
		return latin1Text(lenientBase64(s)), true
	})},
	{name: "encodeUrl", signature: "<s-:s>", run: recoded(3, "encodeUrl", func(s string) (string, bool) {
		return percentEncode(s, urlRest+urlReserved)
	})},
	{name: "encodeUrlComponent", signature: "<s-:s>", run: recoded(3, "encodeUrlComponent", func(s string) (string, bool) {
		return percentEncode(s, urlRest)
	})},
	{name: "decodeUrl", signature: "<s-:s>", run: recoded(1, "decodeUrl", func(s string) (string, bool) {
		return percentDecode(s, urlReserved)
	})},
	{name: "decodeUrlComponent", signature: "<s-:s>", run: recoded(1, "decodeUrlComponent", func(s string) (string, bool) {
		return percentDecode(s, "")
	})},
}

// recoded makes a function of a string whose result is at most growth times as long. Errors: D3140, if f reports false.
func recoded(growth int, name string, f func(string) (string, bool)) func(*call, []value) (value, error) {
	return func(c *call, args []value) (value, error) {
		v := arg(args, 0)
		if v.isUndefined() {
			return undefined, nil
		}
		if len(v.s) > c.budget.Bytes/growth {
			return undefined, errMemory()
		}
		if err := c.reserve(growth * len(v.s)); err != nil {
			return undefined, err
		}
		s, ok := f(v.s)
		if !ok {
			return undefined, fail("D3140", v).with("functionName", name)
		}
		return text(s), nil
	}
}

// latin1Bytes returns the low byte of each UTF-16 code unit, which is what the reference encodes.
func latin1Bytes(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xffff {
			r -= 0x10000
			b = append(b, byte(r>>10))
			r &= 0x3ff
		}
		b = append(b, byte(r))
	}
	return b
}

// latin1Text returns a character for each byte.
func latin1Text(b []byte) string {
	var s strings.Builder
	s.Grow(2 * len(b))
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// lenientBase64 decodes either alphabet up to the first "=", skips what belongs to neither and drops bits that make no
// byte, as Node's Buffer does. It looks at the low byte of each UTF-16 code unit, so that "Ł" (U+0141) is an "A".
func lenientBase64(s string) []byte {
	out := make([]byte, 0, len(s)*3/4)
	bits, count := uint32(0), 0
	for _, c := range latin1Bytes(s) {
		if c == '=' {
			break
		}
		digit := base64Digit(c)
		if digit < 0 {
			continue
		}
		bits, count = bits<<6|uint32(digit), count+6
		if count >= 8 {
			count -= 8
			out = append(out, byte(bits>>count))
		}
	}
	return out
}

func base64Digit(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	}
	return -1
}

// Characters besides letters and digits that need no encoding: anywhere in a URL, and where it keeps its structure.
// Source: ECMA-262, encodeURIComponent and encodeURI.
const (
	urlRest     = "-_.!~*'()"
	urlReserved = ";/?:@&=+$,#"
)

const upperHex = "0123456789ABCDEF"

// percentEncode reports false if s has a lone surrogate.
func percentEncode(s, kept string) (string, bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if letter || strings.IndexByte(kept, c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b), true
}

// percentDecode leaves escapes of kept characters alone. It reports false for escapes that are not hexadecimal or not
// UTF-8.
func percentDecode(s, kept string) (string, bool) {
	b := make([]byte, 0, len(s))
	for s != "" {
		if s[0] != '%' {
			b = append(b, s[0])
			s = s[1:]
			continue
		}
		var r []byte
		for more := 1; more > 0; more-- {
			c, ok := escapedByte(s)
			if !ok {
				return "", false
			}
			r = append(r, c)
			if len(r) == 1 {
				more = utf8Length(c)
			}
			if len(r) == 1 && strings.IndexByte(kept, c) >= 0 {
				r = append(r[:0], s[:3]...)
			}
			s = s[3:]
		}
		if !utf8.Valid(r) {
			return "", false
		}
		b = append(b, r...)
	}
	return string(b), true
}

// escapedByte decodes the %XX that s begins with.
func escapedByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	p := &regexSyntax{src: []rune(s[1:3])}
	r, ok := p.hex(2)
	return byte(r), ok
}

// utf8Length returns how many bytes the code point has that begins with c; 1 if none does.
func utf8Length(c byte) int {
	switch {
	case c >= 0xf0:
		return 4
	case c >= 0xe0:
		return 3
	case c >= 0xc0:
		return 2
	}
	return 1
}
