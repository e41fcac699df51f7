package engine

import (
	"context"
	"sync"
)

// places is a number of places that are taken and given back: for calls to one service, for Express executions. Who
// finds none waits, and state machines take turns: see turns.
type places struct {
	mu      sync.Mutex
	free    int
	closed  bool          // no more are handed out
	waiting turns[func()] // each takes over a place; must not block
}

// take is try; p.mu is held.
func (p *places) take() bool {
	if p.free == 0 || p.closed {
		return false
	}
	p.free--
	return true
}

// try takes a place if one is free; then nobody waits for one.
func (p *places) try() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.take()
}

// enqueue calls grant when it has a place for a machine: now, or later.
func (p *places) enqueue(machine string, grant func()) {
	p.mu.Lock()
	taken := p.take()
	if !taken {
		p.waiting.push(machine, grant) // under the lock that found none free: a place given back now is handed on
	}
	p.mu.Unlock()
	if taken {
		grant()
	}
}

// acquire waits for a place for a machine until ctx ends. It reports whether it has got one. If so many wait for the
// machine already as the limit says, it does not wait.
func (p *places) acquire(ctx context.Context, machine string, limit int) bool {
	p.mu.Lock()
	if p.take() {
		p.mu.Unlock()
		return true
	}
	if p.waiting.count(machine) >= limit {
		p.mu.Unlock()
		return false
	}
	granted := make(chan struct{})
	w := p.waiting.push(machine, func() { close(granted) })
	p.mu.Unlock()
	select {
	case <-granted:
		return true
	case <-ctx.Done():
	}
	p.mu.Lock()
	waited := p.waiting.remove(w)
	p.mu.Unlock()
	if !waited {
		p.release() // the place came at the last moment
	}
	return false
}

// release gives a place back, or to the next who waits.
func (p *places) release() {
	p.mu.Lock()
	var grant func()
	if !p.closed {
		grant, _ = p.waiting.pop()
	}
	if grant == nil {
		p.free++
	}
	p.mu.Unlock()
	if grant != nil {
		grant()
	}
}

// close hands out no more places. Who waits goes on waiting.
func (p *places) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}
