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
var kinds = map[awsmodel.ResultType]struct {
	kind query.Kind
	name string
}{
	awsmodel.ResultStructure: {query.Object, "an object"},
	awsmodel.ResultMap:       {query.Object, "an object"},
	awsmodel.ResultList:      {query.Array, "an array"},
	awsmodel.ResultString:    {query.String, "a string"},
	awsmodel.ResultNumber:    {query.Number, "a number"},
	awsmodel.ResultBoolean:   {query.Boolean, "a boolean"},
}

// check returns the first thing that is wrong with the value of a field, "" if nothing is.
func (s schema) check(field string, v query.Value, shape awsmodel.ResultShape) string {
	want, ok := kinds[shape.Type()]
	if !ok || v.Kind() == query.Null {
		return ""
	}
	if v.Kind() != want.kind {
		if field == "" {
			return "Result must be " + want.name
		}
		return fmt.Sprintf("Field '%s' must be %s", field, want.name)
	}
	switch shape.Type() {
	case awsmodel.ResultStructure:
		return s.members(v, shape)
	case awsmodel.ResultList:
		for _, element := range v.Elements() {
			if fault := s.check(field, element, shape.Element()); fault != "" {
				return fault
			}
		}
		return bounds(field, float64(v.Len()), shape, "length")
	case awsmodel.ResultMap:
		for _, element := range v.Members() {
			if fault := s.check(field, element, shape.Element()); fault != "" {
				return fault
			}
		}
		return bounds(field, float64(v.Len()), shape, "length")
	case awsmodel.ResultNumber:
		return bounds(field, v.Float(), shape, "value")
	case awsmodel.ResultString:
		if enum := shape.Enum(); len(enum) > 0 && !slices.Contains(enum, v.Str()) {
			return fmt.Sprintf("Field '%s' is not an expected value", field)
		}
		return bounds(field, float64(utf8.RuneCountInString(v.Str())), shape, "length")
	}
	return ""
}

func (s schema) members(v query.Value, shape awsmodel.ResultShape) string {
	if s.required {
		for _, name := range shape.Required() {
			if member, ok := v.Get(name); !ok || member.Kind() == query.Null {
				return fmt.Sprintf("Required field '%s' is missing", name)
			}
		}
	}
	for name, value := range v.Members() {
		if member, ok := shape.Member(name); ok {
			if fault := s.check(name, value, member); fault != "" {
				return fault
			}
		}
	}
	return ""
}

// bounds holds a number or a length against the bounds of a shape. What is too short is "smaller", what is too
// little "less" (recorded).
func bounds(field string, n float64, shape awsmodel.ResultShape, of string) string {
	least, greatest := shape.Bounds()
	switch {
	case least != nil && n < *least && of == "length":
		return fmt.Sprintf("Field '%s' is smaller than the minimum length", field)
	case least != nil && n < *least:
		return fmt.Sprintf("Field '%s' is less than the minimum value", field)
	case greatest != nil && n > *greatest:
		return fmt.Sprintf("Field '%s' exceeds the maximum %s", field, of)
	}
	return ""
}
