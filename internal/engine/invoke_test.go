package engine

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// waiting answers when it is given up.
type waiting struct{}

func (waiting) Invoke(ctx context.Context, _ integration.Call) integration.Answer {
	<-ctx.Done()
	return integration.Failed{Error: "GivenUp"}
}

func (waiting) Idempotent(integration.Call) bool { return true }

func TestCallsThatBelongToNoExecution(t *testing.T) {
	call := integration.Call{Resource: asl.Resource{Service: "lambda", Action: "invoke"}}
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(integration.Succeeded{Output: `7`}))
		defer f.close()
		if got := f.Invoke(t.Context(), call); got != (integration.Succeeded{Output: `7`}) {
			t.Errorf("got %v", got)
		}
		call.Resource.Service = "sqs"
		if got, ok := f.Invoke(t.Context(), call).(integration.Failed); !ok || got.Error != "States.TaskFailed" {
			t.Errorf("without a connector: %v", got)
		}
	})
}

func TestCallsWaitForAPlaceAndEndWithTheEngine(t *testing.T) {
	call := integration.Call{Resource: asl.Resource{Service: "lambda", Action: "invoke"}}
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), waiting{}, func(c *Config) { c.Limits.TasksPerTarget = 1 })
		first := make(chan integration.Answer)
		go func() { first <- f.Invoke(context.Background(), call) }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		second := make(chan integration.Answer)
		go func() { second <- f.Invoke(ctx, call) }()
		synctest.Wait()
		cancel()
		if got, ok := (<-second).(integration.Failed); !ok || got.Error != "States.TaskFailed" {
			t.Errorf("a call that never got a place: %v", got)
		}
		f.close()
		if got := <-first; got != (integration.Failed{Error: "GivenUp"}) {
			t.Errorf("a call under way when the engine closed: %v", got)
		}
	})
}
