package pebble

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cogstep/cogstep/internal/store"
)

type reader struct {
	s  *Store
	id store.ShardID
}

// Get implements store.Reader.
func (r reader) Get(ctx context.Context, k []byte) ([]byte, error) {
	if err := r.s.use(); err != nil {
		return nil, err
	}
	defer r.s.users.Done()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v, closer, err := r.s.db.Get(key(r.id, k))
	if err != nil {
		return nil, r.s.readError(err)
	}
	defer closer.Close()
	return append([]byte{}, v...), nil
}

// Scan implements store.Reader.
func (r reader) Scan(ctx context.Context, from, to []byte, reverse bool) iter.Seq2[store.Pair, error] {
	return func(yield func(store.Pair, error) bool) {
		if err := r.scan(ctx, from, to, reverse, yield); err != nil {
			yield(store.Pair{}, err)
		}
	}
}

// scan returns an error only if yield may still be called.
func (r reader) scan(ctx context.Context, from, to []byte, reverse bool, yield func(store.Pair, error) bool) error {
	if err := r.s.use(); err != nil {
		return err
	}
	defer r.s.users.Done()
	lower, upperBound := bounds(r.id, from, to)
	it, err := r.s.db.NewIterWithContext(ctx, &pebble.IterOptions{LowerBound: lower, UpperBound: upperBound})
	if err != nil {
		return r.s.readError(err)
	}
	defer it.Close()
	first, next := it.First, it.Next
	if reverse {
		first, next = it.Last, it.Prev
	}
	for ok := first(); ok; ok = next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !yield(store.Pair{Key: it.Key()[2:], Value: it.Value()}, nil) {
			return nil
		}
	}
	if err := it.Error(); err != nil {
		return r.s.readError(err)
	}
	return nil
}

func (s *Store) readError(err error) error {
	switch {
	case errors.Is(err, pebble.ErrNotFound):
		return store.ErrNotFound
	case pebble.IsCorruptionError(err) && s.broken.Load() != nil: // the listener knows which file it is
		err = s.broken.Load()
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}
