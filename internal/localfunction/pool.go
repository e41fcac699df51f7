package localfunction

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cogstep/cogstep/internal/integration/lambda"
	"github.com/cogstep/cogstep/internal/uuid"
)

// pool holds the instances of one function.
type pool struct {
	host    *Host
	f       Function
	command []string
	made    time.Time
	broken  error   // why there is no command
	remote  *remote // runs the calls of a function that has a URL

	mu      sync.Mutex
	idle    []*instance // newest last: the warmest is taken first
	all     map[*instance]struct{}
	waiters []chan struct{}
	retired bool // used by the calls that have it already, and by no others
}

// same reports whether a running pool would run the same program the same way.
func (p *pool) same(o *pool) bool {
	return p.broken == nil && o.broken == nil && p.f.Revision == o.f.Revision && p.f.URL == o.f.URL &&
		slices.Equal(p.command, o.command) && p.made.Equal(o.made) && p.f.Dir == o.f.Dir && p.f.Handler == o.f.Handler &&
		p.f.Runtime == o.f.Runtime && p.f.Timeout == o.f.Timeout && p.f.MemoryMB == o.f.MemoryMB &&
		p.f.Concurrency == o.f.Concurrency && maps.Equal(p.f.Env, o.f.Env)
}

// invoke runs one call. An instance that died before it took the call is replaced silently: nobody has seen the call.
// Death after delivery is the function's failure.
func (p *pool) invoke(ctx context.Context, r lambda.Request) (lambda.Response, error) {
	if p.broken != nil {
		id := uuid.New()
		return errorResponse(id, "Runtime.InvalidEntrypoint", fmt.Sprintf("RequestId: %s Error: %v", id, p.broken)), nil
	}
	if p.remote != nil {
		return p.remote.invoke(ctx, p.f.Timeout, r)
	}
	for range replacementsMax {
		in, err := p.acquire(ctx)
		if err != nil {
			return lambda.Response{}, err
		}
		resp, delivered, err := in.call(ctx, r)
		p.release(in)
		if delivered || err != nil {
			return resp, err
		}
	}
	id := uuid.New()
	return errorResponse(id, "Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: %d instances in a row ended before they took the call", id, replacementsMax)), nil
}

// acquire returns an instance for one call: an idle one, a new one, or the next that is released.
func (p *pool) acquire(ctx context.Context) (*instance, error) {
	for {
		p.mu.Lock()
		for len(p.idle) > 0 {
			in := p.idle[len(p.idle)-1]
			p.idle = p.idle[:len(p.idle)-1]
			if in.take() {
				p.mu.Unlock()
				return in, nil
			}
		}
		if len(p.all) < p.f.Concurrency {
			in := newInstance(p)
			if p.all == nil {
				p.all = map[*instance]struct{}{}
			}
			p.all[in] = struct{}{}
			p.mu.Unlock()
			if err := in.start(); err != nil {
				p.forget(in)
				return nil, &lambda.ServiceError{Name: "ServiceException", Status: 500, Message: "The function " + p.f.Name + " could not be started: " + err.Error()}
			}
			return in, nil
		}
		if len(p.waiters) >= waitersMax {
			p.mu.Unlock()
			return nil, &lambda.ServiceError{Name: "TooManyRequestsException", Message: "Rate Exceeded.", Status: 429}
		}
		free := make(chan struct{})
		p.waiters = append(p.waiters, free)
		p.mu.Unlock()
		select {
		case <-free:
		case <-ctx.Done():
			p.mu.Lock()
			if i := slices.Index(p.waiters, free); i >= 0 {
				p.waiters = slices.Delete(p.waiters, i, i+1)
			} else {
				p.wake() // it was meant for this call: pass it on
			}
			p.mu.Unlock()
			return nil, ctx.Err()
		}
	}
}

// release puts an instance back, or forgets it if its process is gone.
func (p *pool) release(in *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if in.dead() || p.retired {
		delete(p.all, in)
		in.kill()
	} else {
		in.rest()
		p.idle = append(p.idle, in)
	}
	p.wake()
}

func (p *pool) forget(in *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, in)
	p.wake()
}

// wake lets the longest waiter look again.
func (p *pool) wake() {
	if len(p.waiters) > 0 {
		close(p.waiters[0])
		p.waiters = p.waiters[1:]
	}
}

// retire ends idle instances now and busy ones after their call.
func (p *pool) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = true
	for _, in := range p.idle {
		delete(p.all, in)
		in.kill()
	}
	p.idle = nil
}
