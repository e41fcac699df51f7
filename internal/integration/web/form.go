package web

import (
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/query"
)

// arrayFormat says how the elements of an array at a key of a form are written.
type arrayFormat func(key string, i int) string

// arrayFormats are those of Transform. COMMAS, which joins elements, is nil.
// Source: HTTP Task, RequestEncodingOptions.
var arrayFormats = map[string]arrayFormat{
	"INDICES":  func(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) },
	"REPEAT":   func(key string, _ int) string { return key },
	"BRACKETS": func(key string, _ int) string { return key + "[]" },
	"COMMAS":   nil,
}

// transform is the Transform of a definition.
type transform struct {
	form  bool // URL_ENCODED
	array arrayFormat
}

func (p parameters) transform() (t transform, err error) {
	v := p.field("Transform")
	if v.IsUndefined() {
		return t, nil
	}
	if v.Kind() != query.Object {
		return t, badFormat("Transform")
	}
	options := parameters{v}
	switch encoding, err := options.text("RequestBodyEncoding"); {
	case err != nil || encoding != "" && encoding != "NONE" && encoding != "URL_ENCODED":
		return t, badFormat("RequestBodyEncoding")
	case encoding != "URL_ENCODED":
		return t, nil
	}
	t.form = true
	name := "INDICES"
	if o := options.field("RequestEncodingOptions"); !o.IsUndefined() {
		given, err := parameters{o}.text("ArrayFormat")
		if err != nil || o.Kind() != query.Object {
			return t, badFormat("RequestEncodingOptions")
		}
		if given != "" {
			name = given
		}
	}
	var ok bool
	if t.array, ok = arrayFormats[name]; !ok {
		return t, badFormat("ArrayFormat")
	}
	return t, nil
}

// encodeForm writes an object as application/x-www-form-urlencoded: members of nested objects as outer[inner], arrays in
// the format that was asked for.
func encodeForm(v query.Value, array arrayFormat) (string, error) {
	if v.Kind() != query.Object {
		return "", badParameter("Only an object can be encoded as URL_ENCODED")
	}
	var fields []string
	var add func(key string, v query.Value)
	add = func(key string, v query.Value) {
		switch {
		case v.Kind() == query.Object:
			for name, member := range v.Members() {
				add(key+"["+name+"]", member)
			}
		case v.Kind() == query.Array && array == nil:
			joined := make([]string, 0, v.Len())
			for _, e := range v.Elements() {
				joined = append(joined, escape(scalar(e)))
			}
			fields = append(fields, escape(key)+"="+strings.Join(joined, ","))
		case v.Kind() == query.Array:
			for i, e := range v.Elements() {
				add(array(key, i), e)
			}
		default:
			fields = append(fields, escape(key)+"="+escape(scalar(v)))
		}
	}
	for name, member := range v.Members() {
		add(name, member)
	}
	return strings.Join(fields, "&"), nil
}

// scalar is the text of a value in a form or a query: a string as it is, null as nothing, everything else as JSON.
func scalar(v query.Value) string {
	switch v.Kind() {
	case query.String:
		return v.Str()
	case query.Null:
		return ""
	}
	return v.Compact()
}

// escape percent-encodes everything but unreserved characters (RFC 3986, section 2.3): a space is %20.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// encodeQuery writes pairs as a query.
func encodeQuery(all []pair) string {
	var fields []string
	for _, p := range all {
		for _, v := range p.values {
			fields = append(fields, escape(p.name)+"="+escape(v))
		}
	}
	return strings.Join(fields, "&")
}

// joinQuery adds to a query.
func joinQuery(query, more string) string {
	if query == "" || more == "" {
		return query + more
	}
	return query + "&" + more
}
