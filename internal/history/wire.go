package history

import (
	"strconv"
	"unicode/utf8"
)

// AppendWire appends ev as GetExecutionHistory shows it: a JSON object whose timestamp is in epoch seconds with
// milliseconds. Without includeData the payloads (input, output) and their …Details are left out; the parameters of
// a task, errors and causes stay.
func AppendWire(dst []byte, ev Event, includeData bool) []byte {
	dst = append(dst, `{"timestamp":`...)
	dst = strconv.AppendFloat(dst, float64(ev.At)/1000, 'f', 3, 64)
	dst = append(dst, `,"type":`...)
	dst = appendString(dst, ev.Type.String())
	dst = append(dst, `,"id":`...)
	dst = strconv.AppendInt(dst, ev.ID, 10)
	dst = append(dst, `,"previousEventId":`...)
	dst = strconv.AppendInt(dst, ev.Previous, 10)
	if ev.Type.valid() && types[ev.Type].details != "" {
		dst = append(dst, ',')
		dst = appendString(dst, types[ev.Type].details)
		dst = append(dst, ':')
		dst = AppendDetails(dst, ev, includeData)
	}
	return append(dst, '}')
}

// AppendDetails appends the details of ev alone, as a JSON object; {} if it has none.
func AppendDetails(dst []byte, ev Event, includeData bool) []byte {
	dst = append(dst, '{')
	open := len(dst)
	for _, f := range ev.Fields {
		if !f.Key.valid() || !includeData && keys[f.Key].form == payload {
			continue
		}
		if len(dst) > open {
			dst = append(dst, ',')
		}
		dst = appendMember(dst, f, false)
	}
	return append(dst, '}')
}

// appendMember appends a member; truncated is what the …Details member beside a payload says.
func appendMember(dst []byte, f Field, truncated bool) []byte {
	k := keys[f.Key]
	dst = appendString(dst, k.name)
	dst = append(dst, ':')
	switch k.form {
	case text:
		return appendString(dst, f.Text)
	case number:
		return strconv.AppendInt(dst, f.Int, 10)
	case credentials:
		dst = append(dst, `{"roleArn":`...)
		return append(appendString(dst, f.Text), '}')
	case payload:
		dst = appendString(dst, f.Text)
	case variables:
		dst = append(dst, '{')
		for i, v := range f.Vars {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, v.Name), ':')
			dst = appendString(dst, v.Value)
		}
		dst = append(dst, '}')
	}
	dst = append(dst, `,"`...)
	dst = append(dst, k.name...)
	dst = append(dst, `Details":{"truncated":`...)
	return append(strconv.AppendBool(dst, truncated), '}')
}

const hex = "0123456789abcdef"

// appendString appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD, so that the result is always
// valid.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, size = utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		switch {
		case c >= utf8.RuneSelf:
			dst = append(dst, "\ufffd"...)
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		default:
			dst = append(dst, `\u00`...)
			dst = append(dst, hex[c>>4], hex[c&0xf])
		}
		i += size
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
