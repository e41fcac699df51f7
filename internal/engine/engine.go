// Package engine is the shell around the pure core: it makes what executions do durable, and only then lets it be
// seen.
//
// Executions live on a fixed number of shards; a digest of the ARN says which. A shard is one goroutine that owns
// its executions. It takes requests from a bounded inbox, applies them to executions in memory (loaded from the
// store when they are cold), gathers what has changed and hands it as one batch to its committer. While that batch
// is being synced, the shard goes on applying. What follows from a request (the answer to its caller, the sending
// of a task, a timer) is let go when the batch that it rests upon is durable, never before.
//
// What an execution waits for is part of its value: from each frame follows which timer and which task record the
// store must hold, and the shard writes the difference to what it holds. So neither can be forgotten or left over,
// and after a crash the records alone say what to do.
//
// A store that fails is waited for. A batch holds absolute values and a shard has one writer, so committing it again
// is harmless, and it is committed again until it is done: nothing that was applied is ever taken back, and an
// unknown outcome needs no inquiry. (The rejected design drops what was built on a failed batch and reads again;
// then everything in memory, from timers to the answers of tasks, has to be taken back as well.) Meanwhile callers
// are told that the engine is unavailable.
package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store"
)

// Config is what an engine is made of. Store, Definitions and Connectors are required.
type Config struct {
	Store       store.Store
	Shards      int // fixed for the life of a data directory; 0: 64
	Scope       arn.Scope
	Definitions Definitions
	Connectors  *integration.Registry

	ActivityExists func(activityARN string) bool // nil: none exists
	Observer       Observer                      // nil: nobody looks on

	// Transitions limits what Standard executions do; zero: nothing does.
	Transitions Transitions

	// Retention is how long a closed execution is kept after its end; 0: for ever.
	Retention time.Duration

	Now    func() time.Time // nil: time.Now
	Seed   func() uint64    // of retry jitter, States.UUID, …; nil: random
	Logger *slog.Logger     // nil: slog.Default()
	Limits Limits
}

// Definitions finds compiled definitions by the key in an execution's header. It is safe for concurrent use.
type Definitions interface {
	Machine(ctx context.Context, key string) (*asl.Machine, error)
}

// Observer sees events after they are durable (of an Express execution: when they happen), in the order of each
// execution's history. It is called by many goroutines and must not block. It may keep what the events hold, but not
// the slice.
type Observer interface {
	Recorded(of Origin, events []history.Event)
}

// Origin is the execution that events belong to, as it is after the last of them.
type Origin struct {
	ExecutionARN string
	Definition   string // key of the definition it runs
	Redrives     int
}

func originOf(h *execution.Header) Origin { return Origin{h.ARN, h.Definition, h.Redrives} }

// Limits bound what an engine takes on. Zero values mean the defaults.
type Limits struct {
	Inbox          int            // requests that wait in one shard, before machines take turns; 1024
	OpenExecutions int64          // Standard; 1,000,000
	Express        int            // Express executions at once; 1000
	TasksPerTarget int            // calls under way for one service, or for functions; 1000
	Tasks          map[string]int // the same for single services, by name: "sqs", "aws-sdk:dynamodb"
	Pollers        int            // workers that wait at one activity; 1000
	OpenMapRuns    int            // map runs whose children are started; 1000
	Errands        int            // starts and stops of map runs' children that are under way; 1000
	HotExecutions  int            // idle executions that one shard keeps in memory; 256
	Answer         time.Duration  // how long a request waits for the store; 30 s
	Grace          time.Duration  // how long Close waits for calls that are under way; none
}

func (l *Limits) setDefaults() {
	setDefault(&l.Inbox, 1024)
	setDefault(&l.OpenExecutions, 1_000_000)
	setDefault(&l.Express, 1000)
	setDefault(&l.TasksPerTarget, 1000)
	setDefault(&l.Pollers, 1000)
	setDefault(&l.OpenMapRuns, 1000)
	setDefault(&l.Errands, 1000)
	setDefault(&l.HotExecutions, 256)
	setDefault(&l.Answer, 30*time.Second)
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

func (c *Config) setDefaults() {
	setDefault(&c.Shards, 64)
	if c.ActivityExists == nil {
		c.ActivityExists = func(string) bool { return false }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Seed == nil {
		c.Seed = rand.Uint64
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	c.Limits.setDefaults()
}

// Engine runs executions. It is safe for concurrent use.
type Engine struct {
	cfg        Config
	shards     []*shard
	dispatcher *dispatcher
	activities *activities
	watchers   watchers
	errands    errands
	openRuns   openRuns
	throttle   *throttle // nil: nothing is throttled
	sweeper    sweeper
	tokenKey   []byte
	clock      clock
	open       atomic.Int64 // open Standard executions
	broken     atomic.Bool  // the store is, for good: who asks is refused at once
	express    places       // of Express executions

	ctx     context.Context // ends when Close begins
	cancel  context.CancelFunc
	work    sync.WaitGroup // goroutines that serve shards: calls, express runs, deliveries
	closing sync.Mutex     // guards work.Add against Close
}

var _ execution.World = (*Engine)(nil)

// New returns an engine that does nothing yet. It is there for connectors that need the engine themselves: they can
// be put into the registry between New and Open.
func New(cfg Config) *Engine {
	cfg.setDefaults()
	e := &Engine{cfg: cfg, express: places{free: cfg.Limits.Express}}
	e.clock.read = cfg.Now
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.dispatcher = newDispatcher(e)
	e.activities = newActivities(cfg.Limits.Pollers)
	e.sweeper.e, e.errands.e = e, e
	e.openRuns = newOpenRuns(e)
	e.throttle = newThrottle(cfg.Transitions, cfg.Now)
	return e
}

// Open is New and Engine.Open in one.
func Open(ctx context.Context, cfg Config) (*Engine, error) {
	e := New(cfg)
	if err := e.Open(ctx); err != nil {
		return nil, err
	}
	return e, nil
}

// Open takes ownership of the store's shards, picks up what was under way when it was last closed or crashed, and
// runs. It is called once; ctx bounds the opening only. After an error the engine is closed.
func (e *Engine) Open(ctx context.Context) error {
	for i := range e.cfg.Shards {
		owned, err := e.cfg.Store.Open(ctx, store.ShardID(i), "engine")
		if err != nil {
			return e.abandon(fmt.Errorf("open shard %d: %w", i, err))
		}
		e.shards = append(e.shards, newShard(e, owned, e.cfg.Store.Reader(store.ShardID(i))))
	}
	if err := e.loadClock(ctx); err != nil {
		return e.abandon(err)
	}
	if err := e.loadTokenKey(ctx); err != nil {
		return e.abandon(err)
	}
	for _, s := range e.shards {
		if err := s.count(ctx); err != nil {
			return e.abandon(err)
		}
	}
	for _, s := range e.shards {
		go s.run()
	}
	for _, s := range e.shards {
		select {
		case err := <-s.recovered:
			if err != nil {
				return errors.Join(err, e.Close(ctx))
			}
		case <-ctx.Done():
			return errors.Join(ctx.Err(), e.Close(ctx))
		}
	}
	e.openRuns.recovered()
	if e.cfg.Retention > 0 {
		e.background(e.sweeper.run)
	}
	return nil
}

// abandon gives up an engine whose shards do not run yet.
func (e *Engine) abandon(err error) error {
	e.cancel()
	for _, s := range e.shards {
		err = errors.Join(err, s.store.Close())
	}
	return err
}

// Close sends no more tasks, waits up to Limits.Grace for the calls that are under way, cancels the rest and returns
// when all goroutines have ended or ctx ends. What was cancelled is picked up by the next Open. The store stays open.
func (e *Engine) Close(ctx context.Context) error {
	e.dispatcher.stop(ctx, e.cfg.Limits.Grace)
	e.closing.Lock()
	e.cancel()
	e.closing.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.work.Wait()
		for _, s := range e.shards {
			<-s.stopped
		}
	}()
	select {
	case <-done:
	case <-ctx.Done():
		return fmt.Errorf("close engine: %w", ctx.Err())
	}
	var err error
	for _, s := range e.shards {
		err = errors.Join(err, s.store.Close())
	}
	return err
}

// background runs f beside the shards; Close waits for it. f must end soon after e.ctx does. It reports whether
// the engine is still open.
func (e *Engine) background(f func()) bool {
	e.closing.Lock()
	defer e.closing.Unlock()
	if e.ctx.Err() != nil {
		return false
	}
	e.work.Go(f)
	return true
}

// shardOf returns the owner of an execution.
func (e *Engine) shardOf(id executionID) *shard {
	return e.shards[int(binary.BigEndian.Uint32(id[:4])%uint32(len(e.shards)))]
}

// readerOf returns a view of what is durable of an execution.
func (e *Engine) readerOf(id executionID) store.Reader { return e.shardOf(id).durably }

// OpenCount returns the number of open Standard executions.
func (e *Engine) OpenCount() int64 { return e.open.Load() }

// ActivityExists implements execution.World.
func (e *Engine) ActivityExists(activityARN string) bool { return e.cfg.ActivityExists(activityARN) }

// now is the time as histories know it: UTC, whole milliseconds.
func (e *Engine) now() time.Time { return e.clock.now().UTC().Truncate(time.Millisecond) }
