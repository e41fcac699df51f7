package pebble

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cogstep/cogstep/internal/store"
)

// reader reads a shard. The owner's own sees what it commits at once; one that is settled shows nothing that is not
// durable, so that nobody is told what a crash may take back.
type reader struct {
	s       *Store
	id      store.ShardID
	settled bool
}

// view does a read, which must not keep what it reads from. If a commit is under way, it reads what there was before.
func (r reader) view(read func(pebble.Reader) error) error {
	for {
		v, underWay := r.s.underWay.Load(r.id)
		if !r.settled || !underWay {
			if err := read(r.s.db); err != nil || !r.settled {
				return err
			}
			if _, begun := r.s.underWay.Load(r.id); !begun {
				return nil
			}
			continue // a commit has begun meanwhile, and may have been seen
		}
		c := v.(*commit)
		c.mu.RLock()
		if !c.over {
			defer c.mu.RUnlock()
			return read(c.before)
		}
		c.mu.RUnlock() // it is durable by now
	}
}

// Get implements store.Reader.
func (r reader) Get(ctx context.Context, k []byte) (value []byte, err error) {
	if err := r.s.use(); err != nil {
		return nil, err
	}
	defer r.s.users.Done()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err = r.view(func(from pebble.Reader) error {
		v, closer, err := from.Get(key(r.id, k))
		if errors.Is(err, pebble.ErrNotFound) {
			value = nil
			return nil
		}
		if err != nil {
			return err
		}
		value = append([]byte{}, v...)
		return closer.Close()
	})
	switch {
	case err != nil:
		return nil, r.s.readError(err)
	case value == nil:
		return nil, store.ErrNotFound
	}
	return value, nil
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
	var it *pebble.Iterator // sees what there is when it is made, and nothing later
	err := r.view(func(from pebble.Reader) (err error) {
		if it != nil {
			_ = it.Close()
		}
		it, err = from.NewIterWithContext(ctx, &pebble.IterOptions{LowerBound: lower, UpperBound: upperBound})
		return err
	})
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
