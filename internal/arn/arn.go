// Package arn builds and takes apart the Amazon Resource Names that Step Functions knows.
package arn

import "strings"

// ARN is a name taken apart: arn:Partition:Service:Region:Account:Resource. Resource keeps its colons.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// Parse takes s apart. ok is false if s does not have the six parts of an ARN.
func Parse(s string) (a ARN, ok bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ARN{}, false
	}
	return ARN{parts[1], parts[2], parts[3], parts[4], parts[5]}, true
}

// String puts a together again.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// Kind returns the first part of the resource: "stateMachine", "execution", "express", "activity", "mapRun",
// "function", …
func (a ARN) Kind() string {
	kind, _, _ := strings.Cut(a.Resource, ":")
	return kind
}

// Rest returns the resource without its kind.
func (a ARN) Rest() string {
	_, rest, _ := strings.Cut(a.Resource, ":")
	return rest
}

// Scope is the account and region that a server answers for.
type Scope struct{ Account, Region string }

func (s Scope) states(resource string) string {
	return ARN{"aws", "states", s.Region, s.Account, resource}.String()
}

// StateMachine returns the ARN of a state machine.
func (s Scope) StateMachine(name string) string { return s.states("stateMachine:" + name) }

// Execution returns the ARN of a Standard execution.
func (s Scope) Execution(machine, name string) string {
	return s.states("execution:" + machine + ":" + name)
}

// Express returns the ARN of an Express execution; id is fresh for each.
func (s Scope) Express(machine, name, id string) string {
	return s.states("express:" + machine + ":" + name + ":" + id)
}

// MapRun returns the ARN of a map run; id is fresh for each.
func (s Scope) MapRun(machine, label, id string) string {
	return s.states("mapRun:" + machine + "/" + label + ":" + id)
}

// Activity returns the ARN of an activity.
func (s Scope) Activity(name string) string { return s.states("activity:" + name) }
