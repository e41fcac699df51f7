package teststate

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// schema holds values against shapes. Members that a shape does not have are let through.
type schema struct {
	required bool // members that a shape requires have to be there
}

// kinds says in which JSON a type of shape is written, and how the service calls it. Types that are not listed take
// anything.
var kinds = map[awsmodel.Type]struct {
	kind query.Kind
	name string
}{
	awsmodel.Structure: {query.Object, "an object"},
	awsmodel.Map:       {query.Object, "an object"},
	awsmodel.List:      {query.Array, "an array"},
	awsmodel.String:    {query.String, "a string"},
	awsmodel.Number:    {query.Number, "a number"},
	awsmodel.Boolean:   {query.Boolean, "a boolean"},
}

// check returns the first thing that is wrong with the value of a field, "" if nothing is.
func (s schema) check(field string, v query.Value, shape *awsmodel.Shape) string {
	want, ok := kinds[shape.Type]
	if !ok || v.Kind() == query.Null {
		return ""
	}
	if v.Kind() != want.kind {
		if field == "" {
			return "Result must be " + want.name
		}
		return fmt.Sprintf("Field '%s' must be %s", field, want.name)
	}
	switch shape.Type {
	case awsmodel.Structure:
		return s.members(v, shape)
	case awsmodel.List:
		for _, element := range v.Elements() {
			if fault := s.check(field, element, shape.Element()); fault != "" {
				return fault
			}
		}
		return bounds(field, float64(v.Len()), shape, "length")
	case awsmodel.Map:
		for _, element := range v.Members() {
			if fault := s.check(field, element, shape.Element()); fault != "" {
				return fault
			}
		}
		return bounds(field, float64(v.Len()), shape, "length")
	case awsmodel.Number:
		return bounds(field, v.Float(), shape, "value")
	case awsmodel.String:
		if len(shape.Enum) > 0 && !slices.Contains(shape.Enum, v.Str()) {
			return fmt.Sprintf("Field '%s' is not an expected value", field)
		}
		return bounds(field, float64(utf8.RuneCountInString(v.Str())), shape, "length")
	}
	return ""
}

func (s schema) members(v query.Value, shape *awsmodel.Shape) string {
	if s.required {
		for _, name := range shape.Required {
			if member, ok := v.Get(name); !ok || member.Kind() == query.Null {
				return fmt.Sprintf("Required field '%s' is missing", name)
			}
		}
	}
	for name, value := range v.Members() {
		if member := shape.Member(name); member != nil {
			if fault := s.check(name, value, member); fault != "" {
				return fault
			}
		}
	}
	return ""
}

// bounds holds a number or a length against the bounds of a shape. What is too short is "smaller", what is too
// little "less" (recorded).
func bounds(field string, n float64, shape *awsmodel.Shape, of string) string {
	switch {
	case shape.Min != nil && n < *shape.Min && of == "length":
		return fmt.Sprintf("Field '%s' is smaller than the minimum length", field)
	case shape.Min != nil && n < *shape.Min:
		return fmt.Sprintf("Field '%s' is less than the minimum value", field)
	case shape.Max != nil && n > *shape.Max:
		return fmt.Sprintf("Field '%s' exceeds the maximum %s", field, of)
	}
	return ""
}
