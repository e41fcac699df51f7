package bench

import (
	"context"
	"sync"
	"time"
)

// inFlightMax bounds the requests of an open loop that have no answer yet. Beyond it requests wait for their turn, and
// their latency still counts from the schedule.
const inFlightMax = 4096

// budget bounds a phase.
type budget struct {
	count    int           // 0: any
	duration time.Duration // 0: any
}

func newBudget(c Config) budget {
	count, duration := c.bounds()
	return budget{count, duration}
}

// allows reports whether execution k, counted from 0, may be started when elapsed has gone by.
func (b budget) allows(k int, elapsed time.Duration) bool {
	return (b.count == 0 || k < b.count) && (b.duration == 0 || elapsed < b.duration)
}

// closedLoop runs clients that work without a pause, each one piece after the other, and returns when all have done
// their last. work gets the time that its latency counts from: now.
func closedLoop(ctx context.Context, clients int, b budget, work func(from time.Time)) {
	start := time.Now()
	var mu sync.Mutex
	begun := 0
	next := func() bool {
		mu.Lock()
		defer mu.Unlock()
		if ctx.Err() != nil || !b.allows(begun, time.Since(start)) {
			return false
		}
		begun++
		return true
	}
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for next() {
				work(time.Now())
			}
		})
	}
	all.Wait()
}

// openLoop begins rate pieces of work per second, piece k at start + k/rate whatever became of those before, and
// returns when all are done. work gets the scheduled time: what the loop or the server is late is latency.
func openLoop(ctx context.Context, rate float64, b budget, work func(scheduled time.Time)) {
	start := time.Now()
	slots := make(chan struct{}, inFlightMax)
	var all sync.WaitGroup
	defer all.Wait()
	for k := 0; ; k++ {
		offset := time.Duration(float64(k) / rate * float64(time.Second))
		if !b.allows(k, offset) || !wait(ctx, time.Until(start.Add(offset))) {
			return
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		all.Go(func() {
			work(start.Add(offset))
			<-slots
		})
	}
}

// wait returns true after d, false if ctx ends first.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
