package awsmodel

import (
	"slices"
	"strings"
)

// ResultType is how a value is written in the JSON of a result.
type ResultType uint8

// The types. ResultAny stands for values that may have any form. Blobs and timestamps are strings in results.
const (
	ResultAny ResultType = iota
	ResultStructure
	ResultMap
	ResultList
	ResultString
	ResultNumber
	ResultBoolean
)

var resultTypes = map[Type]ResultType{
	Structure: ResultStructure, List: ResultList, Map: ResultMap, String: ResultString, Blob: ResultString,
	Boolean: ResultBoolean, Integer: ResultNumber, Long: ResultNumber, Float: ResultNumber, Double: ResultNumber,
	Timestamp: ResultString, BigInteger: ResultNumber, BigDecimal: ResultNumber,
}

// ResultShape is the shape of a result of a call, or of a part of one, with the names that an integration writes.
type ResultShape struct {
	shape     *Shape
	folder    string   // of the service
	optimized bool     // how names are written
	open      []string // members that nobody checks
}

// Result returns the shape of the result of a call, as a Task's resource names it: the service ("sqs",
// "aws-sdk:dynamodb"), the action, and the pattern (".sync", ".sync:2" or ""); false if it is not known. The result of
// a .sync call is that of the operation by which the service is asked how the work is getting on.
func (x *Index) Result(service, action, pattern string) (ResultShape, bool) {
	name, ok := strings.CutPrefix(service, "aws-sdk:")
	if !ok {
		return x.optimized(service, action, pattern)
	}
	s, o, ok := x.Action(name, action)
	if !ok || o.Output == nil {
		return ResultShape{}, false
	}
	return ResultShape{shape: o.Output, folder: s.Folder}, true
}

// Type returns how the value is written.
func (r ResultShape) Type() ResultType { return resultTypes[r.shape.Type] }

// Enum returns the values that a string may have; nil: any.
func (r ResultShape) Enum() []string { return r.shape.Enum }

// Member returns the shape of a member of a structure by the name that results have; false if it has none of that name,
// or if it may have any form.
func (r ResultShape) Member(name string) (ResultShape, bool) {
	if slices.Contains(r.open, name) {
		return ResultShape{}, false
	}
	for i := range r.shape.Members {
		if m := &r.shape.Members[i]; r.name(m) == name {
			return r.part(m.Shape), true
		}
	}
	return ResultShape{}, false
}

// Element returns the shape of the elements of a list or the values of a map.
func (r ResultShape) Element() ResultShape { return r.part(r.shape.Element) }

// Required returns the members that a structure has always, in the model's order.
func (r ResultShape) Required() []string {
	var names []string
	for i := range r.shape.Members {
		if m := &r.shape.Members[i]; m.Required && !slices.Contains(r.open, r.name(m)) {
			names = append(names, r.name(m))
		}
	}
	return names
}

// maxima hold where Step Functions is known to check against an older bound than the model's.
// Source: recorded.
var maxima = map[string]float64{"lambda MemorySize": 10240}

// Bounds returns the least and the greatest value of a number, or length of a string, list or map; nil: none.
func (r ResultShape) Bounds() (least, greatest *float64) {
	if older, ok := maxima[r.folder+" "+r.shape.Name]; ok {
		return r.shape.Min, &older
	}
	return r.shape.Min, r.shape.Max
}

func (r ResultShape) part(s *Shape) ResultShape {
	return ResultShape{shape: s, folder: r.folder, optimized: r.optimized}
}

func (r ResultShape) name(m *Member) string {
	if r.optimized {
		return m.OptimizedName()
	}
	return m.SDKName()
}
