package awsclient

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/document"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// ParameterError says which parameter of a call does not fit the service's model, and why.
type ParameterError struct {
	Path    string // of the parameter: "Item.id.S"
	Problem string
}

func (e *ParameterError) Error() string { return e.Path + ": " + e.Problem }

// writer writes an input to whatever form a protocol has. The first fault stays, and what was written is then of no
// use.
type writer struct {
	shape *awsmodel.Shape
	input query.Value
	fill  func() string // an idempotency token, for members that want one and have none

	to     smithy.ShapeSerializer
	schema *smithy.Schema
	err    error
}

// Serialize implements smithy.Serializable.
func (w *writer) Serialize(to smithy.ShapeSerializer) {
	w.to = to
	w.structure(w.schema, w.shape, w.input, "")
}

func (w *writer) fail(path, format string, a ...any) {
	if w.err == nil {
		w.err = &ParameterError{strings.TrimPrefix(path, "."), fmt.Sprintf(format, a...)}
	}
}

// is reports whether v has a kind, and otherwise fails.
func (w *writer) is(v query.Value, k query.Kind, path string) bool {
	if v.Kind() != k {
		w.fail(path, "it must be a JSON %s, not a %s", k, v.Kind())
		return false
	}
	return true
}

func (w *writer) structure(schema *smithy.Schema, s *awsmodel.Shape, v query.Value, path string) {
	if !w.is(v, query.Object, path) {
		return
	}
	if s.Union {
		w.union(schema, s, v, path)
		return
	}
	w.to.WriteStruct(schema)
	w.members(schema, s, v, path)
	w.to.CloseStruct()
}

// members writes the members in the order of the model.
func (w *writer) members(schema *smithy.Schema, s *awsmodel.Shape, v query.Value, path string) {
	known := 0
	for i := range s.Members {
		m := &s.Members[i]
		given, ok := v.Get(m.Name)
		if ok {
			known++
		}
		if (!ok || given.Kind() == query.Null) && m.IdempotencyToken && w.fill != nil {
			given, ok = query.StringValue(w.fill()), true
		}
		if !ok || given.Kind() == query.Null {
			continue
		}
		w.value(schema.Member(m.Name), m.Shape, m, given, path+"."+m.Name)
	}
	if known < v.Len() {
		for name := range v.Members() {
			if s.Member(name) == nil {
				w.fail(path+"."+name, "there is no parameter of that name")
			}
		}
	}
}

func (w *writer) union(schema *smithy.Schema, s *awsmodel.Shape, v query.Value, path string) {
	var chosen *awsmodel.Member
	var value query.Value
	for name, given := range v.Members() {
		switch m := s.Member(name); {
		case m == nil:
			w.fail(path+"."+name, "there is no parameter of that name")
			return
		case given.Kind() == query.Null:
		case chosen != nil:
			w.fail(path, "it must have one member, and has %s and %s", chosen.Name, name)
			return
		default:
			chosen, value = m, given
		}
	}
	if chosen == nil {
		w.fail(path, "it must have one member, and has none")
		return
	}
	variant := schema.Member(chosen.Name)
	w.to.WriteUnion(schema, variant)
	w.value(variant, chosen.Shape, chosen, value, path+"."+chosen.Name)
	w.to.CloseUnion()
}

// value writes one value; m is the member that it belongs to, nil for elements of lists and maps.
func (w *writer) value(schema *smithy.Schema, s *awsmodel.Shape, m *awsmodel.Member, v query.Value, path string) {
	if m != nil && m.JSONValue {
		text := v.Compact()
		if v.Kind() == query.String {
			text = v.Str() // the document as a text
		}
		w.to.WriteString(schema, text)
		return
	}
	switch s.Type {
	case awsmodel.Structure:
		w.structure(schema, s, v, path)
	case awsmodel.List:
		if !w.is(v, query.Array, path) {
			return
		}
		w.to.WriteList(schema)
		for i, element := range v.Elements() {
			w.element(schema.ListMember(), s, element, path+"["+strconv.Itoa(i)+"]")
		}
		w.to.CloseList()
	case awsmodel.Map:
		if !w.is(v, query.Object, path) {
			return
		}
		w.to.WriteMap(schema)
		inQuery := m != nil && m.Location == awsmodel.InQuery
		for key, element := range v.Members() {
			if element.Kind() == query.Null && !s.Sparse || inQuery && w.namesQuery(key) {
				continue
			}
			w.to.WriteKey(schema.MapKey(), key)
			w.element(schema.MapValue(), s, element, path+"."+key)
		}
		w.to.CloseMap()
	default:
		w.scalar(schema, s, v, path)
	}
}

// namesQuery reports whether a parameter of the query string has a member of its own, which goes before the same name in
// a map of all parameters.
func (w *writer) namesQuery(name string) bool {
	for i := range w.shape.Members {
		m := &w.shape.Members[i]
		if m.Location == awsmodel.InQuery && m.Shape.Type != awsmodel.Map && cmp.Or(m.Wire, m.Name) == name {
			given, ok := w.input.Get(m.Name)
			return ok && given.Kind() != query.Null
		}
	}
	return false
}

func (w *writer) element(schema *smithy.Schema, of *awsmodel.Shape, v query.Value, path string) {
	switch {
	case v.Kind() != query.Null:
		w.value(schema, of.Element, nil, v, path)
	case of.Sparse:
		w.to.WriteNil(schema)
	}
}

func (w *writer) scalar(schema *smithy.Schema, s *awsmodel.Shape, v query.Value, path string) {
	switch s.Type {
	case awsmodel.String:
		if w.is(v, query.String, path) {
			w.to.WriteString(schema, v.Str())
		}
	case awsmodel.Blob:
		if w.is(v, query.String, path) {
			w.to.WriteBlob(schema, []byte(v.Str()))
		}
	case awsmodel.Boolean:
		if w.is(v, query.Boolean, path) {
			w.to.WriteBool(schema, v.Bool())
		}
	case awsmodel.Integer, awsmodel.Long:
		if n, ok := v.Int(); v.Kind() == query.Number && ok {
			w.to.WriteInt64(schema, n)
		} else {
			w.fail(path, "it must be a whole number, not %s", brief(v))
		}
	case awsmodel.Float, awsmodel.Double:
		if f, ok := float(v); !ok {
			w.fail(path, "it must be a number, not %s", brief(v))
		} else if s.Type == awsmodel.Float {
			w.to.WriteFloat32(schema, float32(f))
		} else {
			w.to.WriteFloat64(schema, f)
		}
	case awsmodel.Timestamp:
		if t, ok := timeOf(v); ok {
			w.to.WriteTime(schema, t)
		} else {
			w.fail(path, "it must be a time in ISO 8601, such as 2026-11-22T10:00:00Z, not %s", brief(v))
		}
	case awsmodel.Document:
		w.to.WriteDocument(schema, document.Opaque{Value: rawJSON(v.Compact())})
	case awsmodel.BigInteger:
		if n, ok := new(big.Int).SetString(v.NumberText(), 10); v.Kind() == query.Number && ok {
			w.to.WriteBigInt(schema, n)
		} else {
			w.fail(path, "it must be a whole number, not %s", brief(v))
		}
	case awsmodel.BigDecimal:
		if f, ok := new(big.Float).SetString(v.NumberText()); v.Kind() == query.Number && ok {
			w.to.WriteBigFloat(schema, f)
		} else {
			w.fail(path, "it must be a number, not %s", brief(v))
		}
	}
}

// briefMax bounds how much of a value an error shows.
const briefMax = 40

func brief(v query.Value) string {
	text := v.Compact()
	if len(text) > briefMax {
		return text[:briefMax] + "…"
	}
	return text
}

// float reads a number, or one of the three that JSON cannot write.
func float(v query.Value) (float64, bool) {
	switch v.Kind() {
	case query.Number:
		return v.Float(), true
	case query.String:
		switch v.Str() {
		case "NaN":
			return math.NaN(), true
		case "Infinity":
			return math.Inf(1), true
		case "-Infinity":
			return math.Inf(-1), true
		}
	}
	return 0, false
}

// rawJSON is a document in its own text.
type rawJSON string

// MarshalSmithyDocument implements document.Marshaler.
func (r rawJSON) MarshalSmithyDocument() ([]byte, error) { return []byte(r), nil }
