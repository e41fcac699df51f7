// Package store is the storage contract of the engine: an ordered key space in shards, each with one writer.
//
// Keys and values are bytes; keys order as bytes. A shard is opened by an owner, which fences whoever owned it
// before. A batch is atomic: after any crash all of it is there or nothing. Commit returns only when the batch
// is durable. The engine acts on four different outcomes, and each has a name: nil (done), [ErrFenced] (another
// owner; nothing written), [ErrUnavailable] (nothing written, try again later) and [ErrOutcomeUnknown] (only a
// fresh read can tell).
//
// The contract is written down as tests in storetest; a new rule is written there first.
package store

import (
	"context"
	"errors"
	"iter"
)

// Errors of a store. Callers act on them with errors.Is.
var (
	// ErrFenced means that the shard has a newer owner; nothing was written and never will be through this
	// handle.
	ErrFenced = errors.New("store: shard has a newer owner")
	// ErrUnavailable means that nothing was written; the same batch may be tried again.
	ErrUnavailable = errors.New("store: unavailable, nothing was written")
	// ErrOutcomeUnknown means that the batch may or may not have been written; read to find out.
	ErrOutcomeUnknown = errors.New("store: outcome of the commit is unknown")
	// ErrBroken comes beside ErrUnavailable or ErrOutcomeUnknown: this store will not be written any more, trying again
	// does not help. Reads go on. What was committed is there when the store is opened again.
	ErrBroken = errors.New("store: broken until it is opened again")
	// ErrNoSuchShard means that a shard's number is above ShardIDMax.
	ErrNoSuchShard = errors.New("store: no shard can have that number")
	// ErrNotFound means that a key has no value.
	ErrNotFound = errors.New("store: key not found")
	// ErrClosed means that the store or the shard was closed.
	ErrClosed = errors.New("store: closed")
)

// ShardID numbers a shard, from 0 to ShardIDMax.
type ShardID uint16

// ShardIDMax is the greatest number that a shard can have; the one above it is the adaptors' own.
const ShardIDMax ShardID = 0xFFFE

// Store is a set of shards.
type Store interface {
	// Open takes ownership of a shard at a new epoch; an older owner is fenced from then on. owner is a name for
	// diagnostics. Numbers above ShardIDMax are refused.
	Open(ctx context.Context, shard ShardID, owner string) (Shard, error)

	// Reader returns a read-only face of a shard that needs no ownership. It shows durable batches only: what
	// it has shown no crash takes back.
	Reader(shard ShardID) Reader

	// Close releases the store. Open shards answer ErrClosed from then on. Closing twice is safe.
	Close() error
}

// Reader reads one shard. It is safe for concurrent use.
type Reader interface {
	// Get returns the value of key; the caller owns it. Errors: ErrNotFound, ErrUnavailable, ErrClosed.
	Get(ctx context.Context, key []byte) ([]byte, error)

	// Scan yields the pairs with from <= key < to in ascending order, or, if reverse, in descending order, as of
	// one moment; a nil to means the end of the shard. Key and value are only valid until the next step. An error
	// ends the iteration with a zero pair.
	Scan(ctx context.Context, from, to []byte, reverse bool) iter.Seq2[Pair, error]
}

// Pair is a key with its value.
type Pair struct{ Key, Value []byte }

// Shard is an owned shard. Commits of one shard are made one after the other by its owner; reads may run beside
// them. Unlike those of [Store.Reader] they may show a batch that is not durable yet: they are for the owner, who lets
// nothing out before that.
type Shard interface {
	Reader

	// Epoch is the number of this ownership, greater than that of every earlier owner.
	Epoch() uint64

	// Commit writes b atomically and returns when it is durable. The batch may be reset and used again after it.
	// Errors: ErrFenced, ErrUnavailable, ErrOutcomeUnknown, ErrClosed.
	Commit(ctx context.Context, b *Batch) error

	// Close gives the ownership back.
	Close() error
}

// Batch is an ordered list of changes; of two changes of one key the later wins. The zero value is empty and
// ready to use. It is not safe for concurrent use.
type Batch struct {
	ops   []Op
	bytes int
}

// Op is one change of a batch.
type Op struct {
	Key    []byte
	Value  []byte
	Delete bool
}

// Put sets key to value. The batch keeps both slices: the caller must not change them until the commit is done.
func (b *Batch) Put(key, value []byte) {
	b.ops = append(b.ops, Op{Key: key, Value: value})
	b.bytes += len(key) + len(value)
}

// Delete removes key; deleting a key that has no value is fine.
func (b *Batch) Delete(key []byte) {
	b.ops = append(b.ops, Op{Key: key, Delete: true})
	b.bytes += len(key)
}

// Ops returns the changes in order.
func (b *Batch) Ops() []Op { return b.ops }

// Bytes returns the size of keys and values together.
func (b *Batch) Bytes() int { return b.bytes }

// Len returns the number of changes.
func (b *Batch) Len() int { return len(b.ops) }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	clear(b.ops)
	b.ops, b.bytes = b.ops[:0], 0
}
