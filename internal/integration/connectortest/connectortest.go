// Package connectortest is the contract of a connector as tests. Every adaptor's own test calls Run.
package connectortest

import (
	"context"
	"testing"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
)

// Run holds a connector against the contract. call is one that the connector can perform.
func Run(t *testing.T, c integration.Connector, call integration.Call) {
	t.Run("BadInputIsAFailureNotAPanic", func(t *testing.T) {
		for _, input := range []string{``, `null`, `[]`, `"text"`, `{`, `{"FunctionName":5}`, `{"Unknown":{}}`} {
			bad := call
			bad.Input = input
			switch a := c.Invoke(t.Context(), bad).(type) {
			case integration.Failed:
				if a.Error == "" {
					t.Errorf("%s: a failure without a name", input)
				}
			case nil:
				t.Errorf("%s: no answer", input)
			}
		}
	})
	t.Run("UnknownActionIsAnAnswer", func(t *testing.T) {
		odd := call
		if odd.Resource.Kind != asl.Integration {
			t.Skip("functions have no actions")
		}
		odd.Resource.Action = "noSuchAction"
		if _, ok := c.Invoke(t.Context(), odd).(integration.Failed); !ok {
			t.Error("an action that does not exist must fail")
		}
	})
	t.Run("CancelledCallsReturnSoon", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.Invoke(ctx, call)
		}()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			t.Error("a cancelled call has not returned")
		}
	})
	t.Run("IdempotencyDoesNotDependOnTheMoment", func(t *testing.T) {
		if first := c.Idempotent(call); c.Idempotent(call) != first {
			t.Error("two answers to one question")
		}
	})
}
