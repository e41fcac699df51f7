// Package model is the service's public API model: the shapes of every operation's input and output, their
// constraints and errors. It checks requests the way the service's front end does, with the same texts, and tests
// check the server's own tables against it.
package model

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

//go:embed service.json
var source []byte

// Service is the model of Step Functions.
type Service struct {
	Operations map[string]*Operation
	Shapes     map[string]*Shape
}

// Operation is one of the 37 operations.
type Operation struct {
	Name   string
	Input  Ref
	Output Ref
	Errors []Ref
}

// Ref names a shape.
type Ref struct{ Shape string }

// Shape is a type with its constraints.
type Shape struct {
	Type      string // structure, list, map, string, integer, long, float, double, boolean, timestamp
	Members   map[string]Ref
	Required  []string
	Member    Ref // of a list
	Key       Ref // of a map
	Value     Ref // of a map
	Min, Max  *float64
	Pattern   string
	Enum      []string
	Sensitive bool
	Exception bool
}

// Load returns the model. It is parsed once; the result is shared and must not be changed.
var Load = sync.OnceValue(func() *Service {
	s := new(Service)
	if err := json.Unmarshal(source, s); err != nil {
		panic("embedded service model: " + err.Error()) // the embedded file is ours; a test reads it
	}
	return s
})

// Names returns the names of all operations, sorted.
func (s *Service) Names() []string { return slices.Sorted(maps.Keys(s.Operations)) }
