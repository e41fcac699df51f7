// Package awsmodel holds what the public models of AWS services say about the results of calls.
//
// The data is generated from botocore's models, see [Origin]; only the shapes of results are kept, and only of services
// that Tasks call often. Whoever asks for anything else gets no answer, and checks nothing.
package awsmodel

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:embed shapes.json
var packed []byte

// Type is what a shape is written as in JSON.
type Type string

// The types. Any stands for values that may have any form. Blobs and timestamps are strings in results.
const (
	Structure Type = "structure"
	Map       Type = "map"
	List      Type = "list"
	String    Type = "string"
	Number    Type = "number"
	Boolean   Type = "boolean"
	Any       Type = "any"
)

// Shape is the shape of a value. Names of members are those that results have. It is immutable.
type Shape struct {
	Type     Type
	Required []string
	Enum     []string
	Min, Max *float64 // of a number, or of the length of a string, list or map; nil: none

	members map[string]string // shapes by name of member
	element string            // shape of the elements of a list, the values of a map
	service *service
}

// Member returns the shape of a member of a structure, or nil if it has none of that name.
func (s *Shape) Member(name string) *Shape {
	if shape, ok := s.members[name]; ok {
		return s.service.shapes[shape]
	}
	return nil
}

// Element returns the shape of the elements of a list or the values of a map.
func (s *Shape) Element() *Shape { return s.service.shapes[s.element] }

// Result returns the shape of the result of a call, as a Task's resource names it: the service ("sqs",
// "aws-sdk:dynamodb"), the action, and the pattern (".sync", ".sync:2" or ""); nil if it is not known. The result of
// a .sync call is that of the operation by which the service is asked how the work is getting on.
func Result(serviceName, action, pattern string) *Shape {
	if name, ok := strings.CutPrefix(serviceName, "aws-sdk:"); ok {
		if s := load(name, true); s != nil {
			return s.shapes[s.results[action]]
		}
		return nil
	}
	return optimized(serviceName, action, pattern)
}

// file is the form of shapes.json.
type file struct {
	Origin   string
	Services map[string]json.RawMessage // by the name in aws-sdk resources
}

// packedService is the form of a service in it: shapes of results by action, and all shapes by name.
type packedService struct {
	Results map[string]string
	Shapes  map[string]packedShape
}

type packedShape struct {
	Type     Type              `json:"t"`
	Members  map[string]string `json:"m"`
	Required []string          `json:"r"`
	Element  string            `json:"e"`
	Enum     []string          `json:"v"`
	Min      *float64          `json:"min"`
	Max      *float64          `json:"max"`
}

var unpack = sync.OnceValue(func() file {
	var f file
	if err := json.Unmarshal(packed, &f); err != nil {
		panic(fmt.Sprintf("awsmodel: shapes.json: %v", err)) // it is part of the program
	}
	return f
})

// Origin says where the data comes from, with its version.
func Origin() string { return unpack().Origin }

// service is a service with the names of its members written in one way. It is immutable.
type service struct {
	results map[string]string
	shapes  map[string]*Shape
}

// key tells services apart, and the two ways of writing names of members.
type key struct {
	service string
	sdk     bool
}

var loaded sync.Map // key → *service

// load returns a service by its name in aws-sdk resources, with names as aws-sdk integrations or optimized ones write
// them; nil if it is not there.
func load(name string, sdk bool) *service {
	k := key{name, sdk}
	if s, ok := loaded.Load(k); ok {
		return s.(*service)
	}
	raw, ok := unpack().Services[name]
	if !ok {
		return nil
	}
	var p packedService
	if err := json.Unmarshal(raw, &p); err != nil {
		panic(fmt.Sprintf("awsmodel: shapes.json: %s: %v", name, err))
	}
	naming := capitalized
	if sdk {
		naming = sdkName
	}
	s := &service{results: p.Results, shapes: make(map[string]*Shape, len(p.Shapes))}
	for name, shape := range p.Shapes {
		out := &Shape{Type: shape.Type, Enum: shape.Enum, Min: shape.Min, Max: shape.Max, element: shape.Element, service: s, members: map[string]string{}}
		for member, of := range shape.Members {
			out.members[naming(member)] = of
		}
		for _, member := range shape.Required {
			out.Required = append(out.Required, naming(member))
		}
		s.shapes[name] = out
	}
	loaded.Store(k, s)
	return s
}
