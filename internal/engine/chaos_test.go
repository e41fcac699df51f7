package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/fault"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/query"
)

// chaos is an engine that crashes at random moments over a store whose commits fail at random.
type chaos struct {
	t    *testing.T
	r    *rand.Rand
	m    *memory.Store
	f    fixture
	stop context.CancelFunc // of this life's workers
	work sync.WaitGroup

	lambda *connector
	acked  []string
}

func (c *chaos) open(faults float64) {
	d := fault.Seeded(c.r.Uint64(), faults)
	s := fault.Wrap(c.m, func(ctx context.Context, op fault.Operation) fault.Outcome {
		if op.Batch == nil {
			return fault.Pass // a failing read while opening is an error of Open
		}
		time.Sleep(time.Millisecond)
		return d(ctx, op)
	})
	c.f = open(c.t, s, c.lambda, func(cfg *Config) { cfg.Limits.TasksPerTarget = 2 })
	ctx, cancel := context.WithCancel(c.t.Context())
	c.stop = cancel
	f := c.f
	for range 2 {
		c.work.Go(func() {
			for ctx.Err() == nil {
				token, _, ok, err := f.GetActivityTask(ctx, scope.Activity("a"), "w")
				switch {
				case err != nil:
					time.Sleep(time.Second)
				case ok:
					_ = f.SendTaskSuccess(ctx, token, query.Trusted("1"))
				}
			}
		})
	}
}

// crash keeps what is durable at this moment and nothing else.
func (c *chaos) crash() {
	c.m = c.m.Reopen()
	c.stop()
	_ = c.f.Close(context.Background())
	c.work.Wait()
}

func (c *chaos) start(name string) {
	machine := []string{"pass", "task", "retry", "map", "wait", "limit", "nest", "nest", "job", "run", "runs"}[c.r.IntN(11)]
	s, err := c.f.Start(c.t.Context(), order(machine, name, `[1,2,3]`))
	if err != nil {
		c.t.Errorf("start %s: %v", name, err)
		return
	}
	c.acked = append(c.acked, s.ARN)
}

// Whatever fails and whenever it crashes: what was acknowledged ends, no attempt is sent twice, histories have no
// gaps, and nothing is left over.
func TestChaos(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			c := &chaos{t: t, r: rand.New(rand.NewPCG(seed, 0)), m: memory.New()}
			c.lambda = &connector{answer: func(integration.Call) integration.Answer {
				time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
				if rand.IntN(5) == 0 {
					return integration.Failed{Error: "Oops"}
				}
				return integration.Succeeded{Output: "1"}
			}}
			for round := range 6 {
				c.open(0.2)
				for i := range c.r.IntN(8) {
					c.start(fmt.Sprint(round, "-", i))
				}
				if pause := time.Duration(c.r.IntN(60_000)) * time.Millisecond; c.r.IntN(3) == 0 {
					time.Sleep(pause)
				} else {
					time.Sleep(pause / 4000) // commits take a millisecond: this hits what is between them
				}
				c.crash()
			}
			c.open(0)
			for _, arn := range c.acked {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				h, err := c.f.Wait(ctx, arn)
				if err != nil {
					t.Errorf("seed %d: %s: %v", seed, arn, err)
				}
				if n := len(c.f.types(arn)); int64(n) != h.LastEvent {
					t.Errorf("seed %d: %s: %d events, last id %d", seed, arn, n, h.LastEvent)
				}
				cancel()
			}
			time.Sleep(time.Minute) // parents are told in the background
			if n := c.f.OpenCount(); n != 0 {
				t.Errorf("seed %d: %d open executions", seed, n)
			}
			leftOver(t, c.m)
			sent := map[string]bool{}
			for _, call := range c.lambda.sent() {
				if sent[call.ClientToken] {
					t.Errorf("seed %d: %s of %s was sent twice", seed, call.State, call.ExecutionARN)
				}
				sent[call.ClientToken] = true
			}
			c.crash()
		})
	}
}
