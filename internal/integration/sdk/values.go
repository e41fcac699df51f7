package sdk

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// style is how a kind of integration writes parameters and results.
type style struct {
	optimized bool
}

// unknownField says that a parameter has no member in the model. Source: documented text of the service.
type unknownField string

func (f unknownField) Error() string {
	return fmt.Sprintf("The field %q is not supported by Step Functions", string(f))
}

// input turns the parameters of a Task into the input of an operation: names become the model's, and where the model has
// a text, a document becomes its JSON text. A null parameter is left out. Errors: unknownField.
func (st style) input(s *awsmodel.Service, shape *awsmodel.Shape, v query.Value) (query.Value, error) {
	if shape == nil {
		return new(query.ObjectBuilder).Build(), nil
	}
	if s.HasCopySource(shape) {
		v = copySource(v)
	}
	return st.structure(shape, v)
}

func (st style) structure(shape *awsmodel.Shape, v query.Value) (query.Value, error) {
	if v.Kind() != query.Object {
		return v, nil // the client says what is wrong
	}
	var o query.ObjectBuilder
	for name, given := range v.Members() {
		m := shape.Field(name)
		if m == nil {
			return v, unknownField(name)
		}
		if given.Kind() == query.Null {
			continue
		}
		value, err := st.value(m.Shape, given)
		if err != nil {
			return v, err
		}
		o.Set(m.Name, value)
	}
	return o.Build(), nil
}

func (st style) value(shape *awsmodel.Shape, v query.Value) (query.Value, error) {
	switch shape.Type {
	case awsmodel.Structure:
		return st.structure(shape, v)
	case awsmodel.List:
		if v.Kind() != query.Array {
			return v, nil
		}
		elements := make([]query.Value, 0, v.Len())
		for _, e := range v.Elements() {
			element, err := st.value(shape.Element, e)
			if err != nil {
				return v, err
			}
			elements = append(elements, element)
		}
		return query.ArrayValue(elements), nil
	case awsmodel.Map:
		if v.Kind() != query.Object {
			return v, nil
		}
		var o query.ObjectBuilder
		for key, e := range v.Members() {
			element, err := st.value(shape.Element, e)
			if err != nil {
				return v, err
			}
			o.Set(key, element)
		}
		return o.Build(), nil
	}
	return scalar(shape, v), nil
}

// scalar takes what is given for what the model wants: documents for texts, texts for numbers.
func scalar(shape *awsmodel.Shape, v query.Value) query.Value {
	switch shape.Type {
	case awsmodel.String:
		if v.Kind() != query.String && v.Kind() != query.Null {
			return query.StringValue(v.Compact())
		}
	case awsmodel.Blob:
		// The JSON text of whatever is given: a string keeps its quotes (recorded: aws-sdk:s3:putObject).
		return query.StringValue(v.Compact())
	case awsmodel.Integer, awsmodel.Long, awsmodel.Float, awsmodel.Double:
		if v.Kind() == query.String {
			if n, err := query.Parse(v.Str()); err == nil && n.Kind() == query.Number {
				return n
			}
		}
	case awsmodel.Boolean:
		if b, err := strconv.ParseBool(v.Str()); v.Kind() == query.String && err == nil {
			return query.BoolValue(b)
		}
	}
	return v
}

// copySource replaces the members that the SDK for Java adds to copies by the one that S3 knows.
func copySource(v query.Value) query.Value {
	names := awsmodel.CopySource
	bucket, hasBucket := v.Get(names.Bucket)
	key, hasKey := v.Get(names.Key)
	if !hasBucket || !hasKey {
		return v
	}
	version, hasVersion := v.Get(names.VersionID)
	source := url.PathEscape(bucket.Str()) + "/" + strings.ReplaceAll(url.PathEscape(key.Str()), "%2F", "/")
	if hasVersion {
		source += "?versionId=" + url.QueryEscape(version.Str())
	}
	var o query.ObjectBuilder
	for name, m := range v.Members() {
		if name != names.Bucket && name != names.Key && name != names.VersionID {
			o.Set(name, m)
		}
	}
	o.Set(names.Member, query.StringValue(source))
	return o.Build()
}

// output turns the output of an operation into what a Task gets: names become those of the integration, in the order
// of the alphabet.
func (st style) output(shape *awsmodel.Shape, v query.Value) query.Value {
	if shape == nil {
		return new(query.ObjectBuilder).Build()
	}
	switch shape.Type {
	case awsmodel.Structure:
		type member struct {
			name  string
			value query.Value
		}
		members := make([]member, 0, v.Len())
		for i := range shape.Members {
			m := &shape.Members[i]
			given, ok := v.Get(m.Name)
			if !ok {
				continue
			}
			name := m.SDKName()
			if st.optimized {
				name = m.OptimizedName()
			}
			members = append(members, member{name, st.output(m.Shape, given)})
		}
		slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
		var o query.ObjectBuilder
		for _, m := range members {
			o.Set(m.name, m.value)
		}
		return o.Build()
	case awsmodel.List:
		elements := make([]query.Value, 0, v.Len())
		for _, e := range v.Elements() {
			elements = append(elements, st.output(shape.Element, e))
		}
		return query.ArrayValue(elements)
	case awsmodel.Map:
		var o query.ObjectBuilder
		for key, e := range v.Members() {
			o.Set(key, st.output(shape.Element, e))
		}
		return o.Build()
	case awsmodel.Timestamp:
		if st.optimized { // milliseconds since 1970 (recorded: states:startExecution)
			if t, err := time.Parse(time.RFC3339Nano, v.Str()); err == nil {
				return query.IntValue(t.UnixMilli())
			}
		}
	}
	return v
}
