package awsclient

import (
	"cmp"
	"fmt"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// jsonForm is an answer in JSON. Names are those of the wire for rest-json, and those of the model otherwise.
type jsonForm struct {
	root query.Value
	wire bool
}

func parseJSON(body []byte, wire bool) (form, error) {
	if len(body) == 0 {
		body = []byte("{}")
	}
	v, err := query.Parse(string(body))
	if err != nil {
		return nil, fmt.Errorf("the answer is no JSON: %w", err)
	}
	return &jsonForm{v, wire}, nil
}

// FromJSON reads an output that is at hand as JSON with the names of the model, as if a service had answered it.
func FromJSON(o *awsmodel.Operation, v query.Value) query.Value {
	if o.Output == nil {
		return new(query.ObjectBuilder).Build()
	}
	return (&jsonForm{v, false}).structure(o.Output, v)
}

func (f *jsonForm) result(_ *awsmodel.Operation, s *awsmodel.Shape) (query.Value, error) {
	if f.root.Kind() != query.Object {
		return query.Value{}, fmt.Errorf("the answer is a JSON %s, not an object", f.root.Kind())
	}
	return f.structure(s, f.root), nil
}

func (f *jsonForm) part(s *awsmodel.Shape, _ *awsmodel.Member) (query.Value, error) {
	v, _ := f.value(s, f.root)
	return v, nil
}

func (f *jsonForm) fault() (code, message string) {
	for _, name := range []string{"__type", "code", "Code"} {
		if v, ok := f.root.Get(name); ok && v.Kind() == query.String {
			code = v.Str()
			break
		}
	}
	for _, name := range []string{"message", "Message", "errorMessage"} {
		if v, ok := f.root.Get(name); ok && v.Kind() == query.String {
			return code, v.Str()
		}
	}
	return code, ""
}

func (f *jsonForm) detail(s *awsmodel.Shape) (query.Value, error) { return f.result(nil, s) }

func (f *jsonForm) requestID() string { return "" }

func (f *jsonForm) structure(s *awsmodel.Shape, v query.Value) query.Value {
	var o query.ObjectBuilder
	for i := range s.Members {
		m := &s.Members[i]
		if !inBody(m) {
			continue
		}
		name := m.Name
		if f.wire {
			name = cmp.Or(m.Wire, m.Name)
		}
		given, ok := v.Get(name)
		if !ok || given.Kind() == query.Null {
			continue
		}
		if member, ok := f.value(m.Shape, given); ok {
			o.Set(m.Name, member)
		}
	}
	return o.Build()
}

// value reads a value; it reports false for one that is not what the shape says and cannot be taken for it.
func (f *jsonForm) value(s *awsmodel.Shape, v query.Value) (query.Value, bool) {
	switch s.Type {
	case awsmodel.Document:
		return v, true
	case awsmodel.Structure:
		if v.Kind() != query.Object {
			return v, false
		}
		read := f.structure(s, v)
		return read, !s.Union || read.Len() > 0 // a member that the model does not have yet
	case awsmodel.List:
		if v.Kind() != query.Array {
			return v, false
		}
		elements := make([]query.Value, 0, v.Len())
		for _, e := range v.Elements() {
			if e.Kind() == query.Null {
				if s.Sparse {
					elements = append(elements, e)
				}
				continue
			}
			if read, ok := f.value(s.Element, e); ok {
				elements = append(elements, read)
			}
		}
		return query.ArrayValue(elements), true
	case awsmodel.Map:
		if v.Kind() != query.Object {
			return v, false
		}
		var o query.ObjectBuilder
		for k, e := range v.Members() {
			if e.Kind() == query.Null {
				if s.Sparse {
					o.Set(k, e)
				}
				continue
			}
			if read, ok := f.value(s.Element, e); ok {
				o.Set(k, read)
			}
		}
		return o.Build(), true
	}
	switch v.Kind() {
	case query.String:
		return fromText(s, v.Str())
	case query.Number:
		switch s.Type {
		case awsmodel.Timestamp:
			return fromText(s, v.NumberText())
		case awsmodel.String, awsmodel.Blob:
			return query.StringValue(v.NumberText()), true
		}
		return v, s.Type != awsmodel.Boolean
	case query.Boolean:
		if s.Type == awsmodel.String {
			return query.StringValue(v.Compact()), true
		}
		return v, s.Type == awsmodel.Boolean
	}
	if s.Type == awsmodel.String { // a document where the model has its text
		return query.StringValue(v.Compact()), true
	}
	return v, false
}
