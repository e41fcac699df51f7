package asl

import (
	"maps"
	"slices"
	"strings"
)

// Object is one kind of object of the language: a state of some type, a retrier, the machine itself.
type Object struct {
	Name    string // the Type of a state, or what else it is: "Machine", "Retrier", "ReaderConfig", …
	Members []Member
}

// Member is one member that an [Object] may have, and the query languages of the states that may have it.
type Member struct {
	Name              string
	JSONPath, JSONata bool
}

// Objects returns all objects of the language with their members: first the eight types of states, then the rest. It
// is what [Compile] goes by, for tools that want to know the language and for its documentation.
func Objects() []Object {
	var all []Object
	for _, name := range stateTypes {
		all = append(all, stateShapes[name].object(name))
	}
	for _, part := range []struct {
		name string
		*shape
	}{
		{"Machine", &machineShape},
		{"Branch", &branchShape},
		{"ItemProcessor", &processorShape},
		{"ProcessorConfig", &processorConfigShape},
		{"Choice rule", &ruleShape},
		{"Retrier", &retrierShape},
		{"Catcher", &catcherShape},
		{"ItemReader", &readerShape},
		{"ReaderConfig", &readerConfigShape},
		{"ItemBatcher", &batcherShape},
		{"ResultWriter", &writerShape},
		{"WriterConfig", &writerConfigShape},
	} {
		all = append(all, part.object(part.name))
	}
	return all
}

func (s *shape) object(name string) Object {
	o := Object{Name: name}
	for _, f := range s.fields {
		o.Members = append(o.Members, Member{f.name, f.in != onlyJSONata, f.in != onlyJSONPath})
	}
	return o
}

// OptimizedIntegration is an action of a service that a Task can call as arn:aws:states:::service:action, with the
// suffixes of its patterns.
type OptimizedIntegration struct {
	Service, Action string
	Patterns        []Pattern // RequestResponse first
}

// OptimizedIntegrations returns the integrations that [ParseResource] knows, by service and action.
func OptimizedIntegrations() []OptimizedIntegration {
	var all []OptimizedIntegration
	for _, name := range slices.Sorted(maps.Keys(integrations)) {
		i := OptimizedIntegration{}
		i.Service, i.Action, _ = strings.Cut(name, ":")
		for _, p := range []Pattern{RequestResponse, Sync, Sync2, WaitForTaskToken} {
			r := Resource{Service: i.Service, Action: i.Action, Pattern: p}
			if r.exists() {
				i.Patterns = append(i.Patterns, p)
			}
		}
		all = append(all, i)
	}
	return all
}

// SDKServices returns the services that [ParseResource] knows as arn:aws:states:::aws-sdk:service:action, sorted.
func SDKServices() []string { return slices.Sorted(maps.Keys(sdkServices())) }
