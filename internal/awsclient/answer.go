package awsclient

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// Answers are read by hand, although smithy's run time could do it, because what answers a Task is not always AWS: servers
// that resemble it send times without a zone, numbers as texts, empty elements. A Task must not fail over that, and what
// can be read is read. Numbers keep their text.

// answer is an HTTP answer that has been read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// form reads the body of an answer in the form of a protocol.
type form interface {
	// result reads the body as a structure; o is the operation.
	result(o *awsmodel.Operation, s *awsmodel.Shape) (query.Value, error)
	// part reads the whole body as the value of a shape.
	part(s *awsmodel.Shape, m *awsmodel.Member) (query.Value, error)
	// fault finds code and message of an error, and reads the members that its shape has.
	fault() (code, message string)
	detail(s *awsmodel.Shape) (query.Value, error)
	requestID() string
}

// formOf parses the body of an answer. A body that is not what the protocol says is an error.
func formOf(p awsmodel.Protocol, body []byte) (form, error) {
	switch p {
	case awsmodel.JSON, awsmodel.RESTJSON:
		return parseJSON(body, p == awsmodel.RESTJSON)
	case awsmodel.CBOR:
		return parseCBOR(body)
	default:
		return parseXML(body, p)
	}
}

// result reads what an operation has answered. Members that are absent, or null, are left out; names are the model's;
// blobs are texts of their bytes, or base64, see textOf; times are ISO 8601.
func (a *answer) result(p awsmodel.Protocol, o *awsmodel.Operation) (query.Value, error) {
	s := o.Output
	if s == nil {
		return new(query.ObjectBuilder).Build(), nil
	}
	if s.Payload != "" && (p == awsmodel.RESTJSON || p == awsmodel.RESTXML) {
		return a.payload(p, s)
	}
	body := new(query.ObjectBuilder).Build()
	if len(a.body) > 0 && hasBody(s) {
		f, err := formOf(p, a.body)
		if err == nil {
			body, err = f.result(o, s)
		}
		if err != nil {
			return body, err
		}
	}
	return a.withHeaders(s, body), nil
}

// inBody reports whether a member of an answer stands in its body: what a request has in path or query does too.
func inBody(m *awsmodel.Member) bool {
	return m.Location == awsmodel.InBody || m.Location == awsmodel.InPath || m.Location == awsmodel.InQuery
}

func hasBody(s *awsmodel.Shape) bool {
	for i := range s.Members {
		if inBody(&s.Members[i]) {
			return true
		}
	}
	return false
}

// payload reads an answer whose body is one member.
func (a *answer) payload(p awsmodel.Protocol, s *awsmodel.Shape) (query.Value, error) {
	none := new(query.ObjectBuilder).Build()
	m := s.Member(s.Payload)
	if m == nil || len(a.body) == 0 && !m.Streaming {
		return a.withHeaders(s, none), nil
	}
	var v query.Value
	switch m.Shape.Type {
	case awsmodel.Blob:
		v = textOf(a.body)
	case awsmodel.String:
		v = query.StringValue(string(a.body))
	default:
		f, err := formOf(p, a.body)
		if err == nil {
			v, err = f.part(m.Shape, m)
		}
		if err != nil {
			return none, err
		}
	}
	var o query.ObjectBuilder
	if v.Kind() != query.Undefined && v.Kind() != query.Null {
		o.Set(m.Name, v)
	}
	return a.withHeaders(s, o.Build()), nil
}

// withHeaders adds the members that stand in headers and status.
func (a *answer) withHeaders(s *awsmodel.Shape, body query.Value) query.Value {
	var o query.ObjectBuilder
	for name, v := range body.Members() {
		o.Set(name, v)
	}
	for i := range s.Members {
		m := &s.Members[i]
		wire := cmp.Or(m.Wire, m.Name)
		switch m.Location {
		case awsmodel.InStatus:
			o.Set(m.Name, query.IntValue(int64(a.status)))
		case awsmodel.InHeaders:
			o.Set(m.Name, a.prefixed(m.Wire))
		case awsmodel.InHeader:
			if lines := a.header.Values(wire); len(lines) > 0 {
				if v, ok := fromHeader(m, lines); ok {
					o.Set(m.Name, v)
				}
			}
		}
	}
	return o.Build()
}

// prefixed collects the headers that begin with a prefix, in the order of the alphabet.
func (a *answer) prefixed(prefix string) query.Value {
	var o query.ObjectBuilder
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		if len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			o.Set(strings.ToLower(name[len(prefix):]), query.StringValue(a.header.Get(name)))
		}
	}
	return o.Build()
}

// fromHeader reads a header; what cannot be read is left out.
func fromHeader(m *awsmodel.Member, lines []string) (query.Value, bool) {
	text := strings.Join(lines, ", ")
	if m.JSONValue {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return query.Value{}, false
		}
		return query.StringValue(string(raw)), true // the document as a text
	}
	if m.Shape.Type != awsmodel.List {
		return fromText(m.Shape, text)
	}
	var elements []query.Value
	for _, part := range splitHeader(text, m.Shape.Element) {
		if v, ok := fromText(m.Shape.Element, part); ok {
			elements = append(elements, v)
		}
	}
	return query.ArrayValue(elements), true
}

// splitHeader takes a list in a header apart: at commas, but those within quotes and within dates.
func splitHeader(text string, element *awsmodel.Shape) (parts []string) {
	if element.Type == awsmodel.Timestamp && (element.TimestampFormat == "" || element.TimestampFormat == "rfc822") {
		fields := strings.Split(text, ",")
		for i := 0; i+1 < len(fields); i += 2 {
			parts = append(parts, strings.TrimSpace(fields[i])+", "+strings.TrimSpace(fields[i+1]))
		}
		return parts
	}
	for rest := strings.TrimSpace(text); rest != ""; {
		if quoted, err := strconv.QuotedPrefix(rest); err == nil && rest[0] == '"' {
			part, _ := strconv.Unquote(quoted)
			parts = append(parts, part)
			_, rest, _ = strings.Cut(rest[len(quoted):], ",")
		} else {
			var part string
			part, rest, _ = strings.Cut(rest, ",")
			parts = append(parts, strings.TrimSpace(part))
		}
		rest = strings.TrimSpace(rest)
	}
	return parts
}

// fromText reads a scalar that is written as text: in headers and XML. It reports false for what cannot be read.
func fromText(s *awsmodel.Shape, text string) (query.Value, bool) {
	switch s.Type {
	case awsmodel.String:
		return query.StringValue(text), true
	case awsmodel.Blob:
		return blob(text), true
	case awsmodel.Boolean:
		b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(text)))
		return query.BoolValue(b), err == nil
	case awsmodel.Timestamp:
		t, ok := parseTime(text)
		return query.StringValue(instant(t)), ok
	case awsmodel.Document:
		v, err := query.Parse(text)
		return v, err == nil
	case awsmodel.Integer, awsmodel.Long, awsmodel.Float, awsmodel.Double, awsmodel.BigInteger, awsmodel.BigDecimal:
		return number(strings.TrimSpace(text))
	}
	return query.Value{}, false
}

// number keeps the text of a number. The three that JSON cannot write are texts.
func number(text string) (query.Value, bool) {
	switch text {
	case "NaN", "Infinity", "-Infinity":
		return query.StringValue(text), true
	}
	if json.Valid([]byte(text)) && text[0] != '"' && text[0] != '{' && text[0] != '[' {
		v, err := query.Parse(text)
		return v, err == nil && v.Kind() == query.Number
	}
	f, err := strconv.ParseFloat(text, 64)
	return query.FloatValue(f), err == nil
}

// blob decodes base64; what is none stays as it is.
func blob(text string) query.Value {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return query.StringValue(text)
	}
	return textOf(raw)
}

// textOf is the text of a blob's bytes: base64 if they are no UTF-8, which JSON could not hold.
func textOf(raw []byte) query.Value {
	if !utf8.Valid(raw) {
		return query.StringValue(base64.StdEncoding.EncodeToString(raw))
	}
	return query.StringValue(string(raw))
}
