package engine

import (
	"sync"
	"time"
)

// errands carries out what is wanted of the children of map runs: so many errands at once in the whole engine, those
// of one child one after the other. State machines take turns.
type errands struct {
	e *Engine

	mu       sync.Mutex
	runners  int                   // goroutines at work
	children map[string]*errandsOf // by ARN: those that something is wanted of
	ready    turns[*errandsOf]     // those whose first errand may be run
}

// errand does what is wanted and reports whether it is done: if not, it is tried again.
type errand func() bool

// errandsOf is what is wanted of one child.
type errandsOf struct {
	arn    string
	wanted []errand // in order; never empty
	pause  time.Duration
}

// add has f done after everything that was wanted of the same child before. It does not block.
func (q *errands) add(arn string, f errand) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.children == nil {
		q.children = make(map[string]*errandsOf)
	}
	if c := q.children[arn]; c != nil {
		c.wanted = append(c.wanted, f)
		return
	}
	c := &errandsOf{arn: arn, wanted: []errand{f}}
	q.children[arn] = c
	q.letRun(c)
}

// letRun puts a child among those that are ready, and sees to it that somebody runs its errand; q.mu is held.
func (q *errands) letRun(c *errandsOf) {
	q.ready.push(machineOf(c.arn), c)
	if q.runners < q.e.cfg.Limits.Errands && q.e.background(q.run) {
		q.runners++
	}
}

// run runs errands until none is ready.
func (q *errands) run() {
	for c, f := q.next(nil, false); c != nil; {
		c, f = q.next(c, f())
	}
}

// next notes what has become of a child's first errand, and returns the child whose turn it is with its errand. One
// that is not done waits without a goroutine, longer each time.
func (q *errands) next(c *errandsOf, done bool) (*errandsOf, errand) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case c == nil:
	case !done:
		c.pause = min(max(2*c.pause, retryPauseMin), retryPauseMax)
		time.AfterFunc(c.pause, func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.letRun(c)
		})
	case len(c.wanted) == 1:
		delete(q.children, c.arn)
	default:
		c.wanted, c.pause = c.wanted[1:], 0
		q.ready.push(machineOf(c.arn), c)
	}
	if q.e.ctx.Err() != nil {
		return nil, nil // the next Open finds what is wanted in the store
	}
	if c, ok := q.ready.pop(); ok {
		return c, c.wanted[0]
	}
	q.runners--
	return nil, nil
}
