package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// A worker whose time is over when a task is there takes nothing, and leaves the task to others. (It used to take the
// task and put it back for ever; found by the simulator.)
func TestWorkerThatHasGivenUpTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		f.start("work", "w")
		synctest.Wait()
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, ok, err := f.GetActivityTask(over, scope.Activity("a"), "late"); ok || err != nil {
			t.Errorf("a task after the end: %v, %v", ok, err)
		}
		if _, _, ok, err := f.GetActivityTask(t.Context(), scope.Activity("a"), "next"); !ok || err != nil {
			t.Errorf("the next worker: %v, %v", ok, err)
		}
	})
}

// An Express execution whose start is durable runs, also if nobody waited for the answer. (It used to wait for the
// next restart; found by the simulator.)
func TestExpressStartRunsAlthoughItsClientHasGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		seen := &observer{}
		f := open(t, slow(m), answering(integration.Succeeded{Output: "1"}), func(c *Config) { c.Observer = seen })
		defer f.close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Microsecond)
		defer cancel()
		if _, err := f.StartExpress(ctx, order("pass", "e", "{}")); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("StartExpress: %v", err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(seen.types) != 1 {
			t.Errorf("%d executions were seen", len(seen.types))
		}
		leftOver(t, m)
	})
}
