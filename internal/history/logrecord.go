package history

import (
	"strconv"
	"unicode/utf8"
)

// LogDataBytesMax is how long all payloads of a log record may be together, as they stand escaped in the record. The
// service promises it for each payload; to hold the sum down also keeps a record within an event of CloudWatch Logs.
const LogDataBytesMax = 248 << 10

// AppendLogRecord appends ev as executions' logs show it: one JSON object without a line feed, whose id,
// previous_event_id, event_timestamp (milliseconds since 1970) and redrive_count are strings. Redrives is how often
// the execution had been redriven when ev happened.
//
// Payloads over LogDataBytesMax are cut off, and the …Details member beside them says so; what is left is no JSON
// then. Without includeData there are neither input, output and their …Details nor a task's parameters; errors and
// causes stay. Variables are left out with them: the service has not been asked, but they are made of the same data.
//
// Source: records of the real service. Whether it writes numbers within details as numbers was not seen.
func AppendLogRecord(dst []byte, ev Event, executionARN string, redrives int, includeData bool) []byte {
	dst = append(dst, `{"id":"`...)
	dst = strconv.AppendInt(dst, ev.ID, 10)
	dst = append(dst, `","type":`...)
	dst = appendString(dst, ev.Type.String())
	dst = append(dst, `,"details":`...)
	dst = appendLogDetails(dst, ev, includeData)
	dst = append(dst, `,"previous_event_id":"`...)
	dst = strconv.AppendInt(dst, ev.Previous, 10)
	dst = append(dst, `","event_timestamp":"`...)
	dst = strconv.AppendInt(dst, ev.At, 10)
	dst = append(dst, `","execution_arn":`...)
	dst = appendString(dst, executionARN)
	dst = append(dst, `,"redrive_count":"`...)
	dst = strconv.AppendInt(dst, int64(redrives), 10)
	return append(dst, `"}`...)
}

func appendLogDetails(dst []byte, ev Event, includeData bool) []byte {
	dst = append(dst, '{')
	open, left := len(dst), LogDataBytesMax
	for _, f := range ev.Fields {
		if !f.Key.valid() {
			continue
		}
		truncated := false
		if keys[f.Key].data {
			if !includeData {
				continue
			}
			f, truncated = cutField(f, &left)
		}
		if len(dst) > open {
			dst = append(dst, ',')
		}
		dst = appendMember(dst, f, truncated)
	}
	return append(dst, '}')
}

// cutField returns f with no more data than is left, and whether that is less than f had. It takes from left what
// the result needs.
func cutField(f Field, left *int) (_ Field, truncated bool) {
	take := func(s string) string {
		kept, size := cut(s, *left)
		*left -= size
		truncated = truncated || len(kept) < len(s)
		return kept
	}
	if keys[f.Key].form != variables {
		f.Text = take(f.Text)
		return f, truncated
	}
	all := f.Vars
	f.Vars = make([]Variable, len(all))
	for i, v := range all {
		f.Vars[i] = Variable{v.Name, take(v.Value)}
	}
	return f, truncated
}

// cut returns the longest beginning of s that has at most sizeMax bytes when appendString has escaped it, and how
// many those are. It cuts between characters.
func cut(s string, sizeMax int) (kept string, size int) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		escaped := n
		switch {
		case r == utf8.RuneError && n == 1:
			escaped = len("\ufffd")
		case r == '"' || r == '\\' || r == '\n' || r == '\t' || r == '\r':
			escaped = 2
		case r < ' ':
			escaped = len(`\u0000`)
		}
		if size+escaped > sizeMax {
			return s[:i], size
		}
		size += escaped
		i += n
	}
	return s, size
}
