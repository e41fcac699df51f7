// Package template reads what an application is made of from a SAM or CloudFormation template, a serverless.yml or a file of
// our own: its functions, state machines and activities, as plain values that a server can be given.
//
// A template is read in three steps. The text, YAML with CloudFormation's short tags or JSON, becomes a tree of values
// that know their places; a short tag becomes the long form, so from here on !Ref X and {"Ref": "X"} are one thing
// (value.go, yaml.go, json.go). Intrinsic functions are evaluated where a property is asked for, never for the whole
// template: what Cogstep does not run may use whatever it likes (intrinsic.go, parameter.go, reference.go). Then each
// resource of a type that runs here is made from its properties (function.go, statemachine.go), and everything else
// is listed as not run.
//
// Nothing is created in a cloud, so a reference to a resource that does not exist here gets the name and the ARN that
// it would have: they follow from its logical id, the account and the region, and are the same at every load.
//
// A serverless.yml has variables of its own, which are resolved where they are used (variable.go); then it becomes the
// template that the Serverless Framework would deploy (serverless.go). The short form lists functions only (short.go).
//
// A definition that stands alone, a file ending in .asl.json, .asl.yaml or .asl.yml, is an application of one state
// machine that is called like the file.
package template

import (
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/localfunction"
)

// Limits. A template may have 1 MB in CloudFormation; definition files the same in Step Functions.
const (
	fileBytesMax = 4 << 20
	textBytesMax = 1 << 20 // of one evaluated text
	valuesMax    = 200_000 // of one file, aliases counted each time
	depthMax     = 200
)

// Options say what a template is evaluated for.
type Options struct {
	Scope arn.Scope
	// Parameters are values for the template's parameters, and for the options of a serverless.yml; the others have their
	// defaults.
	Parameters map[string]string
}

// Application is what a set of files declares, each kind in the order of the files.
type Application struct {
	Functions     []localfunction.Function
	StateMachines []StateMachine
	Activities    []Activity
	NotRun        []Resource
	// Files are the files that were read, or that would have been if they existed. A change to any of them may change
	// the application.
	Files []string
}

// StateMachine is a state machine that a file declares. Whether its definition compiles is not looked at here.
type StateMachine struct {
	LogicalID string // "" if a definition file stands alone
	Name      string
	// Definition is JSON text. Of a JSON file without substitutions it is the file's text, byte for byte.
	Definition string
	Express    bool
	RoleARN    string
	// Logging and Tracing are the configurations as the API spells them, "" if there are none.
	Logging, Tracing string
	Tags             map[string]string

	file   string
	origin *value // what the definition was made from; nil: the file's text
}

// Place returns where in the user's files that stands which a diagnostic of the definition is about.
func (m StateMachine) Place(d asl.Diagnostic) (file string, line, column int) {
	if m.origin == nil {
		return m.file, d.Line, d.Column
	}
	v := m.origin.find(d.Pointer)
	return m.file, v.line, v.column
}

// Activity is an activity that a template declares.
type Activity struct {
	LogicalID, Name string
	Tags            map[string]string
}

// Resource is something in a template that is not run.
type Resource struct {
	LogicalID, Type string
	Reason          string // "" if nothing of that type is
}

// Error is one thing that is wrong with a file. Line and Column count from 1; 0 means that no place is known.
type Error struct {
	File         string
	Line, Column int
	LogicalID    string // of the resource; "": of none
	Message      string // what is wrong, and what helps
}

// Error returns the error as a compiler prints one: "template.yaml:12:7: error: OrderFunction: message".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": error: ")
	if e.LogicalID != "" {
		b.WriteString(e.LogicalID + ": ")
	}
	b.WriteString(e.Message)
	return b.String()
}

// Errors are all errors of a set of files, at most 100.
type Errors []*Error

// Error returns a line for each error.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

const errorsMax = 100
