// Package pebble is the embedded store: one Pebble database in one directory, used by one process.
//
// A key is the shard's number, two bytes big-endian, and the key within the shard. Every commit is one synced write;
// Pebble's own commit pipeline lets commits of many shards share one sync. Since a second process is kept out by a
// lock, ownership is a matter of this process alone: an epoch is the number of times the store has been opened (kept
// in the store, so it only grows) and a counter.
//
// Pebble stops the process when its log cannot be written any more. Here such a failure breaks the store instead:
// the commit's outcome is unknown, every later one is refused, reads go on, and the data on disk stay as they are.
//
// The layout is described in docs/formats/store.md.
package pebble

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cogstep/cogstep/internal/store"
)

// ownShard holds what the store keeps for itself.
const ownShard = store.ShardIDMax + 1

var opensKey = key(ownShard, []byte("opens"))

// syncInterval is the least time between two syncs of the log. On a fast disk a sync takes less than that, and syncing
// as often as it can would cost more than the work that is synced: each sync writes its last page anew. Measured with
// ten Pass states and 64 clients: 170 µs and 3.6 KiB an execution without it, 126 µs and 3.3 KiB with it, and more of
// them in a second. Whoever comes alone waits at most this long.
const syncInterval = time.Millisecond

// Options are the choices of who opens a store.
type Options struct {
	FS         vfs.FS       // nil: the operating system's
	Logger     *slog.Logger // nil: slog.Default()
	CacheBytes int64        // of blocks in memory; 0: 64 MiB
}

// Store is an open directory. It is safe for concurrent use.
type Store struct {
	dir    string
	fs     vfs.FS
	lock   *pebble.Lock // of the database, held from before it is opened until it is sealed
	db     *pebble.DB
	broken atomic.Pointer[failure]
	epochs uint64 // the next epoch is above it; guarded by mu

	underWay sync.Map // by store.ShardID: the *commit that is not known to be durable

	mu     sync.Mutex
	owners map[store.ShardID]*shard // the newest
	closed bool
	users  sync.WaitGroup // operations that are under way
}

var _ store.Store = (*Store)(nil)

// Open opens the store in dir and makes it if there is none. Errors say what stands in the way, name dir and what
// to do about it: ErrLocked, ErrNewerFormat, ErrCorrupt, ErrNoSpace, ErrNotWritable. The data are left as they are.
func Open(dir string, o Options) (*Store, error) {
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	s := &Store{dir: dir, fs: o.FS, owners: make(map[store.ShardID]*shard)}
	if err := s.open(o); err != nil {
		if s.lock != nil {
			err = errors.Join(err, s.lock.Close())
		}
		return nil, explain(dir, err)
	}
	return s, nil
}

func (s *Store) open(o Options) (err error) {
	if err := checkFormat(o.FS, s.dir); err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil { // Pebble gives up by its logger's Fatalf, or by a panic
			err = fmt.Errorf("%v", r)
		}
	}()
	db := s.database()
	if err := o.FS.MkdirAll(db, 0o755); err != nil {
		return err
	}
	if s.lock, err = pebble.LockDirectory(db, o.FS); err != nil {
		return err
	}
	if err := breakSeal(o.FS, s.dir, db); err != nil {
		return err
	}
	if s.db, err = pebble.Open(db, s.options(o)); err != nil {
		return s.unreadable(err)
	}
	opens, err := s.countOpening()
	if err != nil {
		return errors.Join(err, s.db.Close())
	}
	s.epochs = opens << 32
	return nil
}

// database is the directory of Pebble's own files.
func (s *Store) database() string { return s.fs.PathJoin(s.dir, "db") }

func (s *Store) options(o Options) *pebble.Options {
	cache := o.CacheBytes
	if cache == 0 {
		cache = 64 << 20
	}
	p := &pebble.Options{
		FS:                 o.FS,
		Lock:               s.lock,
		Logger:             logger{o.Logger, s},
		CacheSize:          cache,
		MemTableSize:       64 << 20, // fewer and larger files, so less is written again
		WALMinSyncInterval: func() time.Duration { return syncInterval },
		FormatMajorVersion: pebble.FormatNewest,
		EventListener: &pebble.EventListener{
			BackgroundError: func(err error) {
				if s.broken.Load() == nil { // else it has been said, and Pebble tries for ever
					o.Logger.Error("store cannot write in the background; it tries again", "dir", s.dir, "error", err)
				}
			},
			DataCorruption: func(i pebble.DataCorruptionInfo) { // the read that met it fails
				s.breakdown(o.Logger, fmt.Errorf("%w: the file %s: %w", ErrCorrupt, i.Path, i.Details))
			},
			LowDiskSpace: func(i pebble.LowDiskSpaceInfo) {
				o.Logger.Warn("disk is nearly full", "dir", s.dir, "freeBytes", i.AvailBytes)
			},
		},
	}
	p.ApplyCompressionSettings(func() pebble.DBCompressionSettings { return pebble.DBCompressionBalanced })
	for i := range p.Levels {
		p.Levels[i].FilterPolicy = bloom.FilterPolicy(10) // most starts ask for a name that is not there
	}
	return p
}

// countOpening makes it durable that the store was opened once more.
func (s *Store) countOpening() (opens uint64, err error) {
	v, closer, err := s.db.Get(opensKey)
	switch {
	case err == nil && len(v) == 8:
		opens = binary.BigEndian.Uint64(v)
		closer.Close()
	case !errors.Is(err, pebble.ErrNotFound):
		return 0, fmt.Errorf("%w: counter of openings: %v", ErrCorrupt, err)
	}
	opens++
	return opens, s.db.Set(opensKey, binary.BigEndian.AppendUint64(nil, opens), pebble.Sync)
}

// Open implements store.Store.
func (s *Store) Open(ctx context.Context, id store.ShardID, owner string) (store.Shard, error) {
	if id > store.ShardIDMax {
		return nil, store.ErrNoSuchShard
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	s.epochs++
	h := &shard{reader: reader{s, id, false}, epoch: s.epochs}
	s.owners[id] = h
	return h, nil
}

// Reader implements store.Store.
func (s *Store) Reader(id store.ShardID) store.Reader { return reader{s, id, true} }

// Close implements store.Store. It waits for operations that are under way, and seals the directory.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	s.users.Wait()
	if f := s.broken.Load(); f != nil {
		return f // a database whose log is broken cannot be closed in order, nor need it be
	}
	if err := s.db.Close(); err != nil {
		return errors.Join(explain(s.dir, err), s.lock.Close())
	}
	files, err := takeSeal(s.fs, s.database())
	if err == nil {
		err = files.write(s.fs, s.dir)
	}
	if err != nil {
		err = explain(s.dir, err)
	}
	return errors.Join(err, s.lock.Close())
}

// use keeps the database open until the caller has called s.users.Done.
func (s *Store) use() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return store.ErrClosed
	}
	s.users.Add(1)
	return nil
}

func key(id store.ShardID, k []byte) []byte {
	return append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(k)), uint16(id)), k...)
}

type shard struct {
	reader
	epoch  uint64
	mu     sync.Mutex // held during a commit: ownership does not change under it
	closed bool
}

// Epoch implements store.Shard.
func (h *shard) Epoch() uint64 { return h.epoch }

// Close implements store.Shard.
func (h *shard) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	return nil
}

// Commit implements store.Shard.
func (h *shard) Commit(ctx context.Context, b *store.Batch) error {
	if err := h.s.use(); err != nil {
		return err
	}
	defer h.s.users.Done()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return store.ErrClosed
	}
	if !h.owns() {
		return store.ErrFenced
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	if f := h.s.broken.Load(); f != nil {
		return fmt.Errorf("%w: %w: %w", store.ErrUnavailable, store.ErrBroken, f)
	}
	if b.Len() == 0 {
		return nil
	}
	return h.s.write(h.id, b)
}

func (h *shard) owns() bool {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	return h.s.owners[h.id] == h
}

func (s *Store) write(id store.ShardID, b *store.Batch) (err error) {
	defer func() {
		if r := recover(); r != nil {
			f := s.fail(fmt.Errorf("%v", r))
			err = fmt.Errorf("%w: %w: %w", store.ErrOutcomeUnknown, store.ErrBroken, f)
		}
	}()
	w := s.db.NewBatchWithSize(b.Bytes() + 16*b.Len())
	defer w.Close()
	for _, op := range b.Ops() {
		if op.Delete {
			err = w.Delete(key(id, op.Key), nil)
		} else {
			err = w.Set(key(id, op.Key), op.Value, nil)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
		}
	}
	c := &commit{before: s.db.NewSnapshot()}
	s.underWay.Store(id, c)
	if err := w.Commit(pebble.Sync); err != nil {
		return fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, err) // readers go on seeing what was there before
	}
	s.underWay.Delete(id)
	return c.end()
}

// commit is a batch on its way to the disk. Pebble shows it to readers before it is synced; what they may see
// meanwhile is the moment before.
type commit struct {
	mu     sync.RWMutex // held by who reads, and to close
	before *pebble.Snapshot
	over   bool
}

// end lets go of the moment before.
func (c *commit) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	return c.before.Close()
}

// upper is the first key after the shard's.
func upper(id store.ShardID) []byte {
	if id == math.MaxUint16 {
		return nil
	}
	return key(id+1, nil)
}

// bounds returns the range of a scan in the database's keys.
func bounds(id store.ShardID, from, to []byte) (lower, upperBound []byte) {
	lower = key(id, from)
	if to == nil {
		return lower, upper(id)
	}
	upperBound = key(id, to)
	if bytes.Compare(upperBound, lower) < 0 {
		upperBound = lower
	}
	return lower, upperBound
}
