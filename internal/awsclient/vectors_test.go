package awsclient

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// vectorsPassMin is how many of the official protocol vectors pass. Those that do not are in vectorsDiffer.
const vectorsPassMin = 725

// vectors are where the official vectors of the AWS protocols may lie; they are no part of this repository.
const vectors = "../../../shared/aws-protocol-vectors"

type suite struct {
	Description    string
	Metadata       map[string]any
	Shapes         json.RawMessage
	ClientEndpoint string
	Cases          []vector
}

type vector struct {
	ID         string
	Given      json.RawMessage
	Params     json.RawMessage
	Serialized struct {
		Method, URI, Host             string
		Body                          *string
		Headers                       map[string]string
		RequireHeaders, ForbidHeaders []string
	}
	Result       json.RawMessage
	Error        json.RawMessage
	ErrorCode    string
	ErrorMessage string
	Response     struct {
		StatusCode int `json:"status_code"`
		Headers    map[string]string
		Body       string
	}
}

// vectorsDiffer are the vectors that we do not follow, each with the reason.
var vectorsDiffer = map[string]string{
	"input BodyWithXmlName":                      elementOfMember,
	"input HttpPayloadWithXmlName":               elementOfMember,
	"input HttpPayloadWithXmlNamespace":          elementOfMember,
	"input HttpPayloadWithXmlNamespaceAndPrefix": elementOfMember,
	"input RestXmlHttpPayloadWithUnion":          elementOfMember,
	"input XmlAttributesOnPayload":               elementOfMember,
}

const elementOfMember = "the suite names the member like the element, and wants the name of the shape; in the services' models that name is " +
	"the right one (S3 wants <LifecycleConfiguration>, whose shape is BucketLifecycleConfiguration), and the models' own users leave this vector out"

func TestOfficialVectors(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "*put", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("SKIPPED: the official protocol vectors are not here: " + vectors)
	}
	passed, total := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var suites []suite
		if err := json.Unmarshal(text, &suites); err != nil {
			t.Fatal(err)
		}
		for _, s := range suites {
			for _, v := range s.Cases {
				total++
				problem := play(&s, &v, strings.Contains(file, "input"))
				reason, known := vectorsDiffer[filepath.Base(filepath.Dir(file))+" "+v.ID]
				switch {
				case problem == "":
					passed++
					if known {
						t.Errorf("%s passes, and is listed as one that does not", v.ID)
					}
				case !known:
					t.Errorf("%s %s: %s", filepath.Base(file), v.ID, problem)
				default:
					t.Logf("%s differs: %s (%s)", v.ID, reason, problem)
				}
			}
		}
	}
	t.Logf("%d of %d passed", passed, total)
	if passed < vectorsPassMin {
		t.Errorf("%d of %d passed, want %d", passed, total, vectorsPassMin)
	}
}

// play returns what is wrong with our behaviour, "" if nothing.
func play(s *suite, v *vector, input bool) string {
	var given struct{ Name string }
	if err := json.Unmarshal(v.Given, &given); err != nil {
		return err.Error()
	}
	model, err := json.Marshal(map[string]any{
		"metadata": s.Metadata, "shapes": s.Shapes, "operations": map[string]json.RawMessage{given.Name: v.Given},
	})
	if err != nil {
		return err.Error()
	}
	service, err := awsmodel.Read("vectors", model)
	if err != nil {
		return err.Error()
	}
	var operation *awsmodel.Operation
	for _, o := range service.Operations() {
		operation = o
	}
	w, err := newWire(service, service.Protocols[0])
	if err != nil {
		return err.Error()
	}
	if input {
		return playInput(s, v, w, operation)
	}
	return playOutput(v, w, operation)
}

func playInput(s *suite, v *vector, w *wire, o *awsmodel.Operation) string {
	params := "{}"
	if len(v.Params) > 0 {
		params = string(v.Params)
	}
	in, err := query.Parse(params)
	if err != nil {
		return err.Error()
	}
	r, err := w.request(context.Background(), o, in, func() string { return "00000000-0000-4000-8000-000000000000" })
	if err != nil {
		return "request: " + err.Error()
	}
	base := s.ClientEndpoint
	if base == "" {
		base = "https://example.com"
	}
	sent, err := r.at(context.Background(), base, false, o, in)
	if err != nil {
		return "request: " + err.Error()
	}
	want := &v.Serialized
	if want.Method != "" && sent.Method != want.Method {
		return fmt.Sprintf("method %s, want %s", sent.Method, want.Method)
	}
	if got := sortedURI(sent.URL.RequestURI()); want.URI != "" && got != sortedURI(want.URI) {
		return fmt.Sprintf("URI %s, want %s", got, sortedURI(want.URI))
	}
	if want.Host != "" && sent.URL.Host != strings.Split(want.Host, "/")[0] {
		return fmt.Sprintf("host %s, want %s", sent.URL.Host, want.Host)
	}
	for name, value := range want.Headers {
		if got := strings.Join(sent.Header.Values(name), ", "); got != value {
			return fmt.Sprintf("header %s: %q, want %q", name, got, value)
		}
	}
	for _, name := range want.RequireHeaders {
		if sent.Header.Get(name) == "" && (name != "Content-Length" || sent.ContentLength == 0) {
			return "the header " + name + " is missing"
		}
	}
	for _, name := range want.ForbidHeaders {
		if len(sent.Header.Values(name)) > 0 {
			return "there must not be a header " + name
		}
	}
	body := []byte{}
	if sent.Body != nil {
		if body, err = io.ReadAll(sent.Body); err != nil {
			return err.Error()
		}
	}
	if sent.Header.Get("Content-Encoding") != "" {
		return "" // the vectors do not say what the body is
	}
	if want.Body != nil && !sameBody(w.protocol, sent.Header.Get("Content-Type"), body, *want.Body) {
		return fmt.Sprintf("body %q, want %q", body, *want.Body)
	}
	return ""
}

func sortedURI(uri string) string {
	path, q, _ := strings.Cut(uri, "?")
	parts := strings.Split(q, "&")
	sort.Strings(parts)
	return path + "?" + strings.Join(parts, "&")
}

func sameBody(p awsmodel.Protocol, contentType string, got []byte, want string) bool {
	if string(got) == want {
		return true
	}
	switch {
	case p == awsmodel.CBOR:
		raw, _ := base64.StdEncoding.DecodeString(want)
		a, errA := cbor.Decode(got)
		b, errB := cbor.Decode(raw)
		return errA == nil && errB == nil && same(plainCBOR(a), plainCBOR(b))
	case p == awsmodel.Query || p == awsmodel.EC2:
		a, _ := url.ParseQuery(string(got))
		b, _ := url.ParseQuery(strings.ReplaceAll(want, "\n", ""))
		return reflect.DeepEqual(a, b)
	case strings.Contains(contentType, "json"):
		var a, b any
		return json.Unmarshal(got, &a) == nil && json.Unmarshal([]byte(want), &b) == nil && reflect.DeepEqual(a, b)
	case strings.Contains(contentType, "xml"):
		return reflect.DeepEqual(tree(got), tree([]byte(want)))
	}
	return false
}

func plainCBOR(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.Float32:
		return float64(v)
	case cbor.Float64:
		return float64(v)
	case cbor.Uint:
		return float64(v)
	case cbor.NegInt:
		return -float64(v)
	case cbor.List:
		list := []any{}
		for _, e := range v {
			list = append(list, plainCBOR(e))
		}
		return list
	case cbor.Map:
		m := map[string]any{}
		for k, e := range v {
			m[k] = plainCBOR(e)
		}
		return m
	case *cbor.Tag:
		return []any{"tag", v.ID, plainCBOR(v.Value)}
	}
	return v
}

// node is an element with its children in an order of their own, so that order does not matter but within a name.
type node struct {
	Name     string
	Attrs    []string
	Text     string
	Children []node
}

func tree(text []byte) node {
	d := xml.NewDecoder(bytes.NewReader(text))
	open := []node{{}}
	for {
		token, err := d.RawToken()
		if err != nil {
			break
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := node{Name: token.Name.Space + ":" + token.Name.Local}
			for _, a := range token.Attr {
				n.Attrs = append(n.Attrs, a.Name.Space+":"+a.Name.Local+"="+a.Value)
			}
			sort.Strings(n.Attrs)
			open = append(open, n)
		case xml.EndElement:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			if len(last.Children) > 0 {
				last.Text = ""
				slices.SortStableFunc(last.Children, func(a, b node) int { return strings.Compare(a.Name, b.Name) })
			}
			last.Text = strings.TrimSpace(last.Text)
			top := &open[len(open)-1]
			top.Children = append(top.Children, last)
		case xml.CharData:
			open[len(open)-1].Text += string(token)
		}
	}
	open[0].Text = ""
	return open[0]
}

func playOutput(v *vector, w *wire, o *awsmodel.Operation) string {
	a := &answer{status: v.Response.StatusCode, header: http.Header{}, body: []byte(v.Response.Body)}
	for name, value := range v.Response.Headers {
		a.header.Set(name, value)
	}
	if w.protocol == awsmodel.CBOR {
		raw, err := base64.StdEncoding.DecodeString(v.Response.Body)
		if err != nil {
			return err.Error()
		}
		a.body = raw
	}
	shape, want := o.Output, v.Result
	var got query.Value
	if v.ErrorCode != "" || len(v.Error) > 0 {
		f := a.fault(w.protocol, w.service, o)
		if f.Code != v.ErrorCode || v.ErrorMessage != "" && f.Message != v.ErrorMessage {
			return fmt.Sprintf("error %q %q, want %q %q", f.Code, f.Message, v.ErrorCode, v.ErrorMessage)
		}
		if f.Shape == nil {
			return "the error has no shape"
		}
		shape, want, got = f.Shape, v.Error, f.Detail
	} else {
		var err error
		if got, err = a.result(w.protocol, o); err != nil {
			return err.Error()
		}
	}
	if len(want) == 0 || string(want) == "null" {
		want = json.RawMessage("{}")
	}
	var plain any
	if err := json.Unmarshal(want, &plain); err != nil {
		return err.Error()
	}
	if is := plainValue(shape, got); !same(is, plain) {
		gotText, _ := json.Marshal(is)
		return fmt.Sprintf("result %s, want %s", gotText, want)
	}
	return ""
}

// same compares decoded JSON, numbers nearly.
func same(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-6*math.Abs(b))
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k := range a {
			if _, ok := b[k]; !ok || !same(a[k], b[k]) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !same(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(a, b)
}

// plainValue is a result as the vectors write it: times are seconds.
func plainValue(s *awsmodel.Shape, v query.Value) any {
	switch v.Kind() {
	case query.Object:
		m := map[string]any{}
		for k, e := range v.Members() {
			var inner *awsmodel.Shape
			switch {
			case s == nil || s.Type == awsmodel.Document:
			case s.Type == awsmodel.Structure:
				inner = s.Member(k).Shape
			default:
				inner = s.Element
			}
			m[k] = plainValue(inner, e)
		}
		return m
	case query.Array:
		list := []any{}
		for _, e := range v.Elements() {
			var inner *awsmodel.Shape
			if s != nil {
				inner = s.Element
			}
			list = append(list, plainValue(inner, e))
		}
		return list
	case query.String:
		if s != nil && s.Type == awsmodel.Timestamp {
			t, _ := parseTime(v.Str())
			return float64(t.UnixMicro()) / 1e6
		}
		return v.Str()
	case query.Number:
		return v.Float()
	case query.Boolean:
		return v.Bool()
	}
	return nil
}
