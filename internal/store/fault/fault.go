// Package fault wraps a store and lets it fail as a store may: a commit that is refused, a commit whose outcome
// nobody knows (written or not), a commit that takes its time, a read that finds nobody at home.
//
// Faults are fair: an error says the truth about what happened underneath, and what the wrapped store acknowledged
// stays. Which fault comes when is decided by a function of the caller's: a script, a seed, a hook that waits.
package fault

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"

	"github.com/cogstep/cogstep/internal/store"
)

// Outcome is what becomes of one operation.
type Outcome uint8

// The outcomes. Reads know only Pass and Unavailable.
const (
	Pass           Outcome = iota
	Unavailable            // refused: nothing is written
	UnknownLost            // ErrOutcomeUnknown, and nothing was written
	UnknownWritten         // ErrOutcomeUnknown, although it was written
)

// Operation is about to happen.
type Operation struct {
	Shard store.ShardID
	Batch *store.Batch // nil for a read
}

// Decide says what becomes of an operation. It is called before it, and may wait. It is called by many goroutines.
type Decide func(ctx context.Context, op Operation) Outcome

// Wrap returns s with faults.
func Wrap(s store.Store, d Decide) store.Store { return &faulty{s, d} }

// Script returns a Decide that deals out outcomes to commits in turn, then Pass; reads pass.
func Script(outcomes ...Outcome) Decide {
	var mu sync.Mutex
	return func(_ context.Context, op Operation) Outcome {
		mu.Lock()
		defer mu.Unlock()
		if op.Batch == nil || len(outcomes) == 0 {
			return Pass
		}
		o := outcomes[0]
		outcomes = outcomes[1:]
		return o
	}
}

// Seeded returns a Decide by which the share p of the commits, 0 to 1, ends in one of the three faults, and half that
// share of the reads. Equal seeds and equal orders of operations give equal faults.
func Seeded(seed uint64, p float64) Decide {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 0))
	return func(_ context.Context, op Operation) Outcome {
		mu.Lock()
		defer mu.Unlock()
		x := r.Float64()
		switch {
		case op.Batch == nil && x < p/2:
			return Unavailable
		case op.Batch != nil && x < p:
			return Outcome(1 + r.IntN(3))
		}
		return Pass
	}
}

type faulty struct {
	store.Store
	decide Decide
}

func (f *faulty) Open(ctx context.Context, id store.ShardID, owner string) (store.Shard, error) {
	h, err := f.Store.Open(ctx, id, owner)
	if err != nil {
		return nil, err
	}
	return &shard{h, reader{h, id, f.decide}}, nil
}

func (f *faulty) Reader(id store.ShardID) store.Reader {
	return reader{f.Store.Reader(id), id, f.decide}
}

type reader struct {
	store.Reader
	id     store.ShardID
	decide Decide
}

func (r reader) fail(ctx context.Context) error {
	if r.decide(ctx, Operation{Shard: r.id}) != Pass {
		return fmt.Errorf("injected fault: %w", store.ErrUnavailable)
	}
	return nil
}

func (r reader) Get(ctx context.Context, key []byte) ([]byte, error) {
	if err := r.fail(ctx); err != nil {
		return nil, err
	}
	return r.Reader.Get(ctx, key)
}

func (r reader) Scan(ctx context.Context, from, to []byte, reverse bool) iter.Seq2[store.Pair, error] {
	return func(yield func(store.Pair, error) bool) {
		if err := r.fail(ctx); err != nil {
			yield(store.Pair{}, err)
			return
		}
		r.Reader.Scan(ctx, from, to, reverse)(yield)
	}
}

type shard struct {
	owned  store.Shard
	reader // reads may fail, too
}

func (h *shard) Epoch() uint64 { return h.owned.Epoch() }
func (h *shard) Close() error  { return h.owned.Close() }

func (h *shard) Commit(ctx context.Context, b *store.Batch) error {
	switch h.decide(ctx, Operation{h.id, b}) {
	case Unavailable:
		return fmt.Errorf("injected fault: %w", store.ErrUnavailable)
	case UnknownLost:
		return fmt.Errorf("injected fault: %w", store.ErrOutcomeUnknown)
	case UnknownWritten:
		if err := h.owned.Commit(ctx, b); err != nil {
			return err
		}
		return fmt.Errorf("injected fault: %w", store.ErrOutcomeUnknown)
	}
	return h.owned.Commit(ctx, b)
}
