// Package memory is a store that forgets: for tests, for running one execution in a terminal, and as the judge that
// other stores are compared with. Each shard is an immutable tree; a commit makes a new one, a scan holds on to the
// one it began with.
package memory

import (
	"context"
	"iter"
	"sync"

	"github.com/cogstep/cogstep/internal/store"
)

// Store keeps everything in memory. The zero value is not usable; see New.
type Store struct {
	mu     sync.Mutex
	shards map[store.ShardID]*data
	closed bool
}

type data struct {
	root  *tree
	epoch uint64
}

// New returns an empty store.
func New() *Store { return &Store{shards: make(map[store.ShardID]*data)} }

var _ store.Store = (*Store)(nil)

// Open implements store.Store.
func (s *Store) Open(ctx context.Context, id store.ShardID, owner string) (store.Shard, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	if id > store.ShardIDMax {
		return nil, store.ErrNoSuchShard
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d := s.data(id)
	d.epoch++
	return &shard{reader: reader{s, id}, epoch: d.epoch}, nil
}

// data returns the shard; s.mu is held.
func (s *Store) data(id store.ShardID) *data {
	d := s.shards[id]
	if d == nil {
		d = &data{}
		s.shards[id] = d
	}
	return d
}

// Reader implements store.Store.
func (s *Store) Reader(id store.ShardID) store.Reader { return reader{s, id} }

// Close implements store.Store. It frees nothing: a closed store can be looked at again by Reopen.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// Reopen returns a store with the committed contents of s, as a process that starts again would find them. s is
// closed.
func (s *Store) Reopen() *Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	next := New()
	for id, d := range s.shards {
		c := *d
		next.shards[id] = &c
	}
	return next
}

type reader struct {
	s  *Store
	id store.ShardID
}

func (r reader) root(ctx context.Context) (*tree, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.s.closed {
		return nil, store.ErrClosed
	}
	return r.s.data(r.id).root, ctx.Err()
}

// Get implements store.Reader.
func (r reader) Get(ctx context.Context, key []byte) ([]byte, error) {
	root, err := r.root(ctx)
	if err != nil {
		return nil, err
	}
	v, ok := root.get(string(key))
	if !ok {
		return nil, store.ErrNotFound
	}
	return append([]byte{}, v...), nil
}

// Scan implements store.Reader.
func (r reader) Scan(ctx context.Context, from, to []byte, reverse bool) iter.Seq2[store.Pair, error] {
	return func(yield func(store.Pair, error) bool) {
		root, err := r.root(ctx)
		if err != nil {
			yield(store.Pair{}, err)
			return
		}
		if to != nil && string(to) <= string(from) {
			return
		}
		walk := root.walk
		if reverse {
			walk = root.walkBack
		}
		walk(string(from), string(to), func(n *tree) bool {
			return yield(store.Pair{Key: []byte(n.key), Value: append([]byte{}, n.value...)}, nil)
		})
	}
}

type shard struct {
	reader
	epoch  uint64
	closed bool // guarded by s.mu
}

// Epoch implements store.Shard.
func (h *shard) Epoch() uint64 { return h.epoch }

// Commit implements store.Shard.
func (h *shard) Commit(ctx context.Context, b *store.Batch) error {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	d := h.s.data(h.id)
	switch {
	case h.s.closed || h.closed:
		return store.ErrClosed
	case d.epoch != h.epoch:
		return store.ErrFenced
	case ctx.Err() != nil:
		return store.ErrUnavailable
	}
	root := d.root
	for _, op := range b.Ops() {
		if op.Delete {
			root = root.remove(string(op.Key))
		} else {
			root = root.put(string(op.Key), append([]byte{}, op.Value...))
		}
	}
	d.root = root
	return nil
}

// Close implements store.Shard.
func (h *shard) Close() error {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.closed = true
	return nil
}
