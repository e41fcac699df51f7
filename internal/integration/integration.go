// Package integration is the contract between the engine and whatever a Task can call.
//
// A [Connector] performs one call and says how it went. It knows nothing of executions, retries or history: the
// pattern (request–response, .sync, .waitForTaskToken) is data in the call. Connectors never meet each other; the
// server puts them into a [Registry] in plain sight.
package integration

import (
	"context"
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
)

// Call is one attempt of a Task.
type Call struct {
	ExecutionARN    string
	StateMachineARN string
	MachineName     string
	State           string
	RoleARN         string // the machine's role
	TaskRoleARN     string // of the state's Credentials; "": it has none

	Resource asl.Resource
	Input    string // JSON text: Parameters, Arguments or the effective input

	// Token is the task token, sealed by the engine, of a call whose answer comes from elsewhere; "" for
	// request–response calls.
	Token string

	// ClientToken is the same for every sending of this attempt and different for every other attempt, ever: an
	// idempotency key for operations that accept one. 64 characters at most, [0-9a-f-] only.
	ClientToken string

	// TraceHeader is the X-Amzn-Trace-Id that the execution was started with, "" if none: calls hand it on.
	TraceHeader string

	// TestCase is the mock test case that the execution was started with, "" if none. Invocation counts the calls
	// of this state in this execution, from 0.
	TestCase   string
	Invocation int

	// Express says that the caller is an Express execution.
	Express bool
}

// Answer is how a call went: one of Succeeded, Failed, Submitted.
type Answer interface{ isAnswer() }

// Succeeded ends the task: Output is JSON text. Submitted, if not "", is what TaskSubmitted records before it
// (a .sync or .waitForTaskToken call that was over at once, as mocks are).
type Succeeded struct {
	Output    string
	Submitted string
}

// Failed ends the attempt with an error name and a cause; Retry and Catch decide what follows. Submitted as in
// Succeeded.
type Failed struct {
	Error, Cause string
	Submitted    string
}

// Submitted says that the call of a .sync or .waitForTaskToken task was accepted; Output, JSON text, is its
// answer. The task goes on until a token, the end of its job or a time-out ends it.
type Submitted struct {
	Output string

	// Job names the work of a .sync call that goes on elsewhere, for the methods of [Jobs]: 4 KiB at most; "": it can
	// neither be asked about nor stopped. If Ask is 0, its end comes to the task by other ways; otherwise that is how
	// long to wait before Poll is called.
	Job string
	Ask time.Duration
}

// Running is an answer of Poll: the job is not over. Again is how long to wait before it is asked again.
type Running struct{ Again time.Duration }

func (Succeeded) isAnswer() {}
func (Failed) isAnswer()    {}
func (Submitted) isAnswer() {}
func (Running) isAnswer()   {}

// Connector performs calls. It is safe for concurrent use.
type Connector interface {
	// Invoke performs c. When ctx ends (time-out, stop, shutdown) it gives up and returns soon; its answer is then
	// ignored. It never panics for bad input: whatever the author of the definition can cause is a Failed.
	Invoke(ctx context.Context, c Call) Answer

	// Idempotent reports whether c may be sent again after a crash, when nobody knows whether it was performed.
	Idempotent(c Call) bool
}

// Jobs is what a connector implements too if its .sync calls start work that goes on elsewhere. Its methods keep the
// rules of Invoke. The Call is that of the task, but Stop's has no Input.
type Jobs interface {
	// Poll asks how a job is getting on: Running, or Succeeded or Failed when it is over. asked says how often it was
	// asked since the server started, from 0.
	Poll(ctx context.Context, c Call, job string, asked int) Answer

	// Stop asks to stop a job that nobody waits for any more. nil: it is over, or will be. An error means that it may
	// be tried again.
	Stop(ctx context.Context, c Call, job string) error
}

// Registry finds the connector of a resource.
type Registry struct {
	// Functions performs Lambda function ARNs; Services the optimized integrations and SDK integrations by their
	// service part ("lambda", "states", "aws-sdk:dynamodb").
	Functions Connector
	Services  map[string]Connector

	// SDK performs the SDK integrations that Services does not have.
	SDK Connector

	// Watch, if not nil, is told of each call that begins; what it returns is told of its answer.
	Watch func(Call) func(Answer)

	// Mocks, if not nil, is asked first: it returns nil for a call that is not mocked.
	Mocks func(Call) Connector
}

// For returns the connector that performs c, or nil if there is none.
func (r *Registry) For(c Call) Connector {
	if r.Mocks != nil {
		if m := r.Mocks(c); m != nil {
			return m
		}
	}
	if c.Resource.Kind == asl.Function {
		return r.Functions
	}
	if found := r.Services[c.Resource.Service]; found != nil || !strings.HasPrefix(c.Resource.Service, "aws-sdk:") {
		return found
	}
	return r.SDK
}
