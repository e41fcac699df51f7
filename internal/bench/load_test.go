package bench

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// The promise of the open loop: a server that stalls is sent what the schedule says all the same, and the requests that
// suffer from the stall all show it, not only the one that was under way when it began.
func TestOpenLoopKeepsItsScheduleWhileTheServerStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		stalled := func() bool { s := time.Since(start); return s >= time.Second && s < 2*time.Second }
		rec := newRecorder(1)
		var sent, behind atomic.Int64
		openLoop(t.Context(), 100, budget{duration: 3 * time.Second}, func(scheduled time.Time) {
			sent.Add(1)
			if late := time.Since(scheduled); late != 0 {
				t.Errorf("the request of %v was sent %v late", scheduled.Sub(start), late)
			}
			if stalled() {
				behind.Add(1)
				time.Sleep(time.Until(start.Add(2 * time.Second)))
			}
			rec.observe(time.Since(scheduled))
		})
		if sent.Load() != 300 || behind.Load() != 100 {
			t.Errorf("%d requests were sent, %d of them into the stall; want 300 and 100", sent.Load(), behind.Load())
		}
		if took := time.Since(start); took != 2990*time.Millisecond {
			t.Errorf("the loop took %v", took)
		}
		got := summarize(rec.latency)
		// A third of the requests waits 10 ms to 1 s, evenly: so a tenth of all waits more than 700 ms.
		if got.P50 != 0 || got.P90 < 690 || got.P90 > 711 || got.Max < 1000 {
			t.Errorf("latency %v does not show the stall", got)
		}
	})
}

// The same stall in a closed loop of one client is seen by one request: why the open loop is there.
func TestClosedLoopSeesAStallOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		slow := 0
		closedLoop(t.Context(), 1, budget{duration: 3 * time.Second}, func(from time.Time) {
			time.Sleep(10 * time.Millisecond)
			if s := time.Since(start); s >= time.Second && s < 2*time.Second {
				time.Sleep(time.Until(start.Add(2 * time.Second)))
			}
			if time.Since(from) > 10*time.Millisecond {
				slow++
			}
		})
		if slow != 1 {
			t.Errorf("%d requests were slow", slow)
		}
	})
}

// Beyond inFlightMax requests wait, and their latency still counts from the schedule.
func TestOpenLoopWaitsBeyondItsBoundAndCountsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var inFlight, most, late atomic.Int64
		openLoop(t.Context(), 1000, budget{count: inFlightMax + 10}, func(scheduled time.Time) {
			most.Store(max(most.Load(), inFlight.Add(1)))
			defer inFlight.Add(-1)
			if time.Since(scheduled) > 0 {
				late.Add(1)
			}
			time.Sleep(time.Until(start.Add(time.Minute)))
		})
		if most.Load() != inFlightMax || late.Load() != 10 {
			t.Errorf("%d in flight, %d late; want %d and 10", most.Load(), late.Load(), inFlightMax)
		}
	})
}

func TestClosedLoopHasAsManyInFlightAsClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inFlight, most, done atomic.Int64
		start := time.Now()
		closedLoop(t.Context(), 8, budget{count: 100}, func(time.Time) {
			most.Store(max(most.Load(), inFlight.Add(1)))
			time.Sleep(time.Second)
			inFlight.Add(-1)
			done.Add(1)
		})
		if most.Load() != 8 || done.Load() != 100 || time.Since(start) != 13*time.Second {
			t.Errorf("%d in flight, %d done in %v", most.Load(), done.Load(), time.Since(start))
		}
	})
}

// An interrupt stops the offering; what is under way is waited for.
func TestLoopsEndWithTheirContext(t *testing.T) {
	loops := map[string]func(context.Context, func(time.Time)){
		"closed": func(ctx context.Context, work func(time.Time)) { closedLoop(ctx, 2, budget{}, work) },
		"open":   func(ctx context.Context, work func(time.Time)) { openLoop(ctx, 2, budget{}, work) },
	}
	for name, loop := range loops {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 2400*time.Millisecond)
				defer cancel()
				var begun, done atomic.Int64
				loop(ctx, func(time.Time) {
					begun.Add(1)
					time.Sleep(time.Second)
					done.Add(1)
				})
				// Two clients begin at 0, 1, 2 s; the schedule says 0, 0.5, 1, 1.5 and 2 s.
				want := map[string]int64{"closed": 6, "open": 5}[name]
				if begun.Load() != want || done.Load() != want {
					t.Errorf("%d begun, %d done, want %d", begun.Load(), done.Load(), want)
				}
			})
		})
	}
}
