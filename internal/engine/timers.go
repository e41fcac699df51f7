package engine

import (
	"container/heap"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
)

// timer says when a frame wants to hear of it.
type timer struct {
	due   time.Time
	id    executionID
	frame execution.FrameID
}

// Bounds of what a shard reads ahead of its timers.
const (
	timerWindow    = time.Minute
	timerWindowMax = 4096
)

// timers holds a shard's near timers in memory, those due before the horizon; all of them are in the store. One
// that is there no more for a newer one is harmless: when it fires, nothing is due.
type timers struct {
	near    timerHeap
	horizon time.Time
	retry   time.Time // not before then is the store asked again, after it has failed
}

// add takes a timer that has become durable. What lies beyond the horizon is read when its time comes near.
func (t *timers) add(due timer) {
	if due.due.Before(t.horizon) {
		heap.Push(&t.near, due)
	}
}

// due reports whether a timer in memory is due.
func (t *timers) due(now time.Time) bool { return len(t.near) > 0 && !t.near[0].due.After(now) }

// next returns when there is something to be done.
func (t *timers) next() time.Time {
	next := t.horizon
	if t.retry.After(next) {
		next = t.retry
	}
	if len(t.near) > 0 && t.near[0].due.Before(next) {
		next = t.near[0].due
	}
	return next
}

// readTimers moves the horizon on if its time has come.
func (s *shard) readTimers(now time.Time) error {
	t := &s.timers
	if now.Before(t.horizon) || now.Before(t.retry) || t.due(now) {
		return nil
	}
	horizon := now.Add(timerWindow)
	var read []timer
	for p, err := range s.store.Scan(s.e.ctx, dueKey(t.horizon), dueKey(horizon), false) {
		if err != nil {
			return err
		}
		due, ok := parseTimerKey(p.Key)
		if !ok || due.frame == continueFrame {
			continue // recovery sees to those
		}
		if len(read) >= timerWindowMax && due.due.After(read[len(read)-1].due) {
			horizon = due.due
			break
		}
		read = append(read, due)
	}
	t.horizon = horizon
	s.cool()
	for _, due := range read {
		heap.Push(&t.near, due)
	}
	return nil
}

// fire applies what is due now.
func (s *shard) fire() {
	now := s.now()
	if err := s.readTimers(now); err != nil {
		s.e.cfg.Logger.Warn("cannot read timers; trying again", "error", err)
		s.timers.retry = now.Add(time.Second)
	}
	for s.timers.due(now) && !s.next.full() {
		t := heap.Pop(&s.timers.near).(timer)
		s.apply(message{id: t.id, what: happened{what: execution.TimerFired{Frame: t.frame}}})
	}
}

type timerHeap []timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h timerHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *timerHeap) Push(x any)        { *h = append(*h, x.(timer)) }
func (h *timerHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
