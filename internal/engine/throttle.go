package engine

import (
	"sync"
	"time"
)

// Transitions limits the state transitions of all Standard executions together by a token bucket. The zero value limits
// nothing.
type Transitions struct {
	Bucket int     // tokens that it holds at most: so many transitions can be made at once
	Refill float64 // tokens that are added each second
}

// throttle delays what Standard executions do when too many transitions are made; it refuses nothing. A step takes one
// token before and pays for the other transitions that it has made afterwards, so the bucket may be in debt for a
// while. A step that finds no token does all it has to do but enter states (what has happened is written and
// answered), and its execution waits for a token as one that has used up its budget of transitions: durably, and in
// turns between state machines.
type throttle struct {
	now func() time.Time
	Transitions

	mu      sync.Mutex
	tokens  float64
	filled  time.Time // when tokens was true
	waiting turns[func()]
	timer   bool // somebody will look again
}

// newThrottle returns nil if t limits nothing.
func newThrottle(t Transitions, now func() time.Time) *throttle {
	if t == (Transitions{}) {
		return nil
	}
	return &throttle{now: now, Transitions: t, tokens: float64(t.Bucket), filled: now()}
}

// fill adds what the time has brought; t.mu is held.
func (t *throttle) fill() {
	now := t.now()
	if d := now.Sub(t.filled); d > 0 {
		t.tokens = min(float64(t.Bucket), t.tokens+d.Seconds()*t.Refill)
	}
	t.filled = now // also if the clock was set back
}

// try takes a token if there is one and nobody waits for it.
func (t *throttle) try() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fill()
	if t.tokens < 1 || !t.waiting.empty() {
		return false
	}
	t.tokens--
	return true
}

// settle pays for the transitions of a step that has taken a token.
func (t *throttle) settle(transitions int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tokens = min(float64(t.Bucket), t.tokens-float64(transitions-1))
}

// enqueue calls grant, which must not block, when it has taken a token for it.
func (t *throttle) enqueue(machine string, grant func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting.push(machine, grant)
	t.handOut()
}

// handOut gives tokens to those who wait, and sees to it that somebody looks again; t.mu is held.
func (t *throttle) handOut() {
	for t.fill(); t.tokens >= 1; t.tokens-- {
		grant, ok := t.waiting.pop()
		if !ok {
			return
		}
		grant()
	}
	if t.timer || t.waiting.empty() {
		return
	}
	t.timer = true
	wait := time.Duration((1 - t.tokens) / t.Refill * float64(time.Second))
	time.AfterFunc(max(wait, time.Millisecond), func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.timer = false
		t.handOut()
	})
}
