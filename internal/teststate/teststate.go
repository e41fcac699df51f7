// Package teststate tests single states, as the TestState operation does.
//
// The state runs in the pure core, as a [execution.Trial]; this package is what stands around it: the rules for
// mocks, context objects and configurations, the check of mocked results against the models of the services, real
// calls, and the time that a test may take.
package teststate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// DurationMax is how long a test may take; then it has failed with States.Timeout.
// Source: API reference, TestState.
const DurationMax = 5 * time.Minute

// Request is a request to test a state. Texts are as the client sent them; "" means absent but where it says otherwise.
type Request struct {
	Definition string // a state or, if there is a State, a state machine
	State      asl.StateName
	RoleARN    string
	Input      string // "" means {}
	Variables  string
	Context    *string // nil: absent

	Trace, RevealSecrets bool // inspection level TRACE

	Mock          *Mock
	Configuration Configuration
}

// Configuration is the stateConfiguration of a request. nil and "" mean absent.
type Configuration struct {
	RetrierRetryCount        *int
	ErrorCausedByState       asl.StateName
	MapIterationFailureCount *int
	MapItemReaderData        *string
}

// Result is what the test has shown.
type Result struct {
	execution.TrialResult
	Input *query.Document
	// Exchange is what a real call has sent and got; nil: nobody asked, or there was no call.
	Exchange *integration.Trace
}

// Invoker performs calls for Tasks that are not mocked.
type Invoker interface {
	Invoke(ctx context.Context, c integration.Call) integration.Answer
}

// Lab is where states are tested. It is safe for concurrent use.
type Lab struct {
	Scope   arn.Scope
	Invoker Invoker
	Now     func() time.Time
	Seed    func() uint64
	NewID   func() string // a fresh UUID

	Models *awsmodel.Index // what mocked results are held against; nil: the models that are part of the program
}

// Refusal says why a state is not tested.
type Refusal struct {
	Code    string // the service's: ValidationException, InvalidDefinition, InvalidExecutionInput
	Message string
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

func refuse(format string, args ...any) *Refusal {
	return &Refusal{"ValidationException", fmt.Sprintf(format, args...)}
}

// test is one request on its way.
type test struct {
	*Lab
	Request
	machine *asl.Machine
	state   asl.State
	trial   execution.TrialRequest
	result  *query.Document // mocked

	exchange *integration.Trace
	heard    bool // the real call has answered
}

// Run tests a state. Errors: *Refusal; those of ctx.
func (l *Lab) Run(ctx context.Context, r Request) (Result, error) {
	t := &test{Lab: l, Request: r}
	for _, rule := range rules {
		if err := rule(t); err != nil {
			return Result{}, err
		}
	}
	return t.run(ctx)
}

// rules are what a request has to satisfy, in the order in which they are looked at. Each takes what it has checked
// over into the test.
var rules = []func(*test) error{
	(*test).checkMock, (*test).compile, (*test).checkInput, (*test).checkVariables,
	(*test).checkUnmocked, (*test).checkMocked, (*test).checkSecrets, (*test).checkConfiguration, (*test).checkContext,
}

func (t *test) compile() error {
	var diagnostics asl.Diagnostics
	name := t.State
	if name == "" {
		name = asl.LoneState
		t.machine, diagnostics = asl.CompileState(t.Definition, asl.Options{})
	} else {
		t.machine, diagnostics = asl.Compile(t.Definition, asl.Options{})
	}
	if t.machine == nil {
		return &Refusal{"InvalidDefinition", diagnostics.InvalidDefinition()}
	}
	if t.state = t.machine.State(name); t.state == nil {
		return refuse("State not found in definition")
	}
	t.trial.State = name
	return nil
}

func (t *test) checkInput() error {
	text := cmp.Or(t.Input, "{}")
	d, err := query.NewDocument(text)
	if syntax, ok := errors.AsType[*query.SyntaxError](err); ok {
		return &Refusal{"InvalidExecutionInput", fmt.Sprintf("Invalid State Machine Execution Input: '%s'", syntax.Message)}
	}
	if err != nil {
		return err
	}
	if d.Exceeds(execution.PayloadBytesMax) {
		return &Refusal{"InvalidExecutionInput", fmt.Sprintf("Invalid State Machine Execution Input: 'the payload has %d bytes of UTF-8; %d are allowed'", d.Size(), execution.PayloadBytesMax)}
	}
	t.trial.Header.Input = d
	return nil
}

func (t *test) checkVariables() error {
	if t.Variables == "" {
		return nil
	}
	v, err := query.Parse(t.Variables)
	if err != nil || v.Kind() != query.Object {
		return refuse("Variables must be a valid JSON object")
	}
	for name, value := range v.Members() {
		t.trial.Variables = append(t.trial.Variables, execution.Variable{Name: name, Value: query.FromValue(value)})
	}
	slices.SortFunc(t.trial.Variables, func(a, b execution.Variable) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// checkUnmocked refuses what cannot be tested without a mock.
func (t *test) checkUnmocked() error {
	if t.Mock != nil {
		return nil
	}
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"Context", t.Context != nil},
		{"RetrierRetryCount", t.Configuration.RetrierRetryCount != nil},
		{"ErrorCausedByState", t.Configuration.ErrorCausedByState != ""},
		{"MapIterationFailureCount", t.Configuration.MapIterationFailureCount != nil},
		{"MapItemReaderData", t.Configuration.MapItemReaderData != nil},
	} {
		if f.given {
			return refuse("TestState does not support %s when a mock is not specified.", f.name)
		}
	}
	switch state := t.state.(type) {
	case *asl.Map, *asl.Parallel:
		return &Refusal{"InvalidDefinition", "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"}
	case *asl.Task:
		switch r := state.Resource; {
		case r.Kind == asl.Activity:
			return refuse("TestState does not support Activity tasks when a mock is not specified.")
		case r.Pattern != asl.RequestResponse:
			return refuse("TestState does not support the '%s' service integration pattern when a mock is not specified.", r.Pattern)
		case t.RoleARN == "":
			return refuse("RoleArn must be specified when testing a Task state")
		}
	}
	return nil
}

// checkSecrets: there is something to reveal only where a real call is shown.
func (t *test) checkSecrets() error {
	switch {
	case !t.RevealSecrets:
		return nil
	case t.Mock != nil:
		return refuse("TestState does not support RevealSecrets when a mock is specified.")
	case !t.Trace:
		return refuse("RevealSecrets can only be used with the inspection level TRACE.")
	}
	return nil
}
