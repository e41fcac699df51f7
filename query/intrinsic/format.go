package intrinsic

import (
	"strings"

	"github.com/cogstep/cogstep/query"
)

// formatLengthMax is the length in bytes of the longest text that States.Format makes: far above any payload, but it
// keeps a template of many {} from using up memory.
const formatLengthMax = 8 << 20

// format puts the arguments in the places of {} in the template, one each. A brace that is neither part of {} nor
// behind a backslash is refused.
func format(a []query.Value) (query.Value, bool) {
	if a[0].Kind() != query.String {
		return refused()
	}
	template, arguments := a[0].Str(), a[1:]
	var out []byte
	for {
		i := strings.IndexAny(template, `{}\`)
		if i < 0 {
			return query.StringValue(string(append(out, template...))), len(arguments) == 0
		}
		out = append(out, template[:i]...)
		template = template[i:]
		switch {
		case template[0] == '\\':
			n := escapeLength(template)
			out = append(out, template[n-1])
			template = template[n:]
		case strings.HasPrefix(template, "{}") && len(arguments) > 0 && len(out) <= formatLengthMax:
			out = appendText(out, arguments[0])
			arguments, template = arguments[1:], template[len("{}"):]
		default:
			return refused()
		}
	}
}

// escapeLength returns the length of the escape that text begins with; 1 if its backslash stands for itself.
func escapeLength(text string) int {
	if len(text) > 1 && strings.IndexByte(escapable, text[1]) >= 0 {
		return 2
	}
	return 1
}

// appendText appends v as java.lang.String.valueOf would print the service's representation of it: strings bare,
// arrays as [a, b], objects as {k=v, l=w}.
func appendText(dst []byte, v query.Value) []byte {
	switch v.Kind() {
	case query.String:
		return append(dst, v.Str()...)
	case query.Array:
		dst = append(dst, '[')
		for i, element := range v.Elements() {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendText(dst, element)
		}
		return append(dst, ']')
	case query.Object:
		dst = append(dst, '{')
		separator := ""
		for key, member := range v.Members() {
			dst = append(append(append(dst, separator...), key...), '=')
			dst = appendText(dst, member)
			separator = ", "
		}
		return append(dst, '}')
	}
	return v.AppendJSON(dst)
}
