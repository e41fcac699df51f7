package engine

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

func TestExpress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		seen := &observer{}
		f := open(t, m, answering(integration.Succeeded{Output: "1"}), func(c *Config) { c.Observer = seen })
		for machine, want := range map[string]string{"pass": "SUCCEEDED", "task": "SUCCEEDED", "wait": "SUCCEEDED", "limit": "TIMED_OUT"} {
			h, err := f.StartSync(t.Context(), order(machine, "e", "{}"))
			if err != nil || h.Status.Name() != want {
				t.Errorf("%s: %v, %v", machine, h.Status, err)
			}
		}
		s, err := f.StartExpress(t.Context(), order("wait", "a", "{}"))
		if err != nil {
			t.Fatal(err)
		}
		f.close() // it is under way
		m = m.Reopen()
		f = open(t, m, nil, func(c *Config) { c.Observer = seen })
		defer f.close()
		time.Sleep(101 * time.Second)
		synctest.Wait()
		equal(t, seen.of(s.ARN), []string{
			"ExecutionStarted", "WaitStateEntered", // before the stop
			"ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded",
		})
		leftOver(t, m)
	})
}

func TestExpressEndsAfterFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(nil))
		defer f.close()
		begun := time.Now()
		h, err := f.StartSync(t.Context(), order("task", "e", "{}"))
		if err != nil || h.Status.Name() != "TIMED_OUT" || time.Since(begun) != execution.ExpressMax {
			t.Errorf("%v after %v, %v", h.Status, time.Since(begun), err)
		}
	})
}

type observer struct {
	mu    sync.Mutex
	types map[string][]string
}

func (o *observer) Recorded(of Origin, events []history.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.types == nil {
		o.types = map[string][]string{}
	}
	for _, ev := range events {
		o.types[of.ExecutionARN] = append(o.types[of.ExecutionARN], ev.Type.String())
	}
}

func (o *observer) of(arn string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.types[arn]
}
