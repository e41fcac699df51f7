package web

import (
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cogstep/cogstep/query"
)

// result is the form of an answer in both services: Headers, ResponseBody, StatusCode, StatusText. spelling writes the
// name of a header.
func (r *response) result(spelling func(string) string) string {
	var headers, o query.ObjectBuilder
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		values := make([]query.Value, len(r.header[name]))
		for i, v := range r.header[name] {
			values[i] = query.StringValue(v)
		}
		headers.Set(spelling(name), query.ArrayValue(values))
	}
	o.Set("Headers", headers.Build())
	o.Set("ResponseBody", jsonOrText(r.body))
	o.Set("StatusCode", query.IntValue(int64(r.status)))
	o.Set("StatusText", query.StringValue(r.text))
	return o.Build().Compact()
}

// jsonOrText reads a body; what is not JSON is a string.
func jsonOrText(body string) query.Value {
	if v, err := query.Parse(body); err == nil {
		return v
	}
	return query.StringValue(body)
}

// causeBytesMax bounds the cause of a failure. Source: API reference, SensitiveCause.
const causeBytesMax = 32 << 10

// cause is the body of a failure.
func (r *response) cause() string {
	body := r.body
	if len(body) > causeBytesMax {
		body = body[:causeBytesMax]
	}
	return strings.ToValidUTF8(body, "")
}

// notText returns why the body cannot be a result, "" if it can.
func (r *response) notText() string {
	kind, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	family, _, _ := strings.Cut(kind, "/")
	switch {
	case r.body == "":
		return ""
	case kind == "application/octet-stream" || family == "image" || family == "video" || family == "audio":
		return fmt.Sprintf("The response has the content type %s, which is not supported", kind)
	case len(r.body) < bodyBytesMax && !utf8.ValidString(r.body): // a body that was cut off fails for its size
		return "The response is not valid text"
	}
	return ""
}
