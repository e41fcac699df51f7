package engine

import (
	"context"
	"sync"

	"github.com/cogstep/cogstep/internal/execution"
)

// watchers are those who wait for the end of an execution. The zero value is ready to use.
type watchers struct {
	mu      sync.Mutex
	waiting map[executionID]map[chan struct{}]struct{}
}

// watch returns a channel that is closed at the next end of the execution, and a function that gives it up.
func (w *watchers) watch(id executionID) (ended <-chan struct{}, stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		w.waiting = make(map[executionID]map[chan struct{}]struct{})
	}
	if w.waiting[id] == nil {
		w.waiting[id] = make(map[chan struct{}]struct{})
	}
	c := make(chan struct{})
	w.waiting[id][c] = struct{}{}
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.waiting[id], c)
		if len(w.waiting[id]) == 0 {
			delete(w.waiting, id)
		}
	}
}

// wake tells those who wait that the execution has ended, durably.
func (w *watchers) wake(id executionID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.waiting[id] {
		close(c)
	}
	delete(w.waiting, id)
}

// Wait returns the header of an execution when it is closed. Errors: ErrExecutionDoesNotExist, ErrUnavailable,
// ErrClosed, those of ctx.
func (e *Engine) Wait(ctx context.Context, executionARN string) (execution.Header, error) {
	for {
		ended, stop := e.watchers.watch(idOf(executionARN))
		h, err := e.Describe(ctx, executionARN)
		if err != nil || !h.Open() {
			stop()
			return h, err
		}
		select {
		case <-ended:
		case <-ctx.Done():
			err = ctx.Err()
		case <-e.ctx.Done():
			err = ErrClosed
		}
		stop()
		if err != nil {
			return h, err
		}
	}
}
