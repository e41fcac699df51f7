package sim

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/fault"
)

// life is one engine from its opening to its crash or close.
type life struct {
	*engine.Engine
	w *world
	n int // counts the lives of the world

	dead    atomic.Bool               // it has crashed: whatever still moves of it moves nothing
	fenced  atomic.Pointer[time.Time] // since when another engine owns its shards; nil: it does itself
	commits [8]atomic.Int64           // by shard
	reads   [8]atomic.Int64
	seeds   atomic.Uint64
}

// open makes an engine over the disk. One that cannot read while it opens is opened again.
func (w *world) open() *life {
	for {
		w.mu.Lock()
		w.opened++
		l := &life{w: w, n: w.opened}
		disk := w.disk
		w.tracef("engine %d opens", l.n)
		w.mu.Unlock()
		cfg := engine.Config{
			Store: fault.Wrap(disk, l.decide), Shards: w.rules.shards, Scope: scope, Definitions: w,
			Connectors:     new(integration.Registry),
			ActivityExists: func(string) bool { return true },
			Observer:       observer{l},
			Now:            w.now,
			Seed:           func() uint64 { return w.stream("seed", l.n, l.seeds.Add(1)).Uint64() },
			Logger:         slog.New(logs{l}),
		}
		cfg.Limits.TasksPerTarget, cfg.Limits.HotExecutions = w.rules.places, w.rules.hot
		l.Engine = engine.New(cfg)
		l.connect(cfg.Connectors)
		err := l.Engine.Open(context.Background())
		w.mu.Lock()
		if err == nil {
			now := time.Now()
			for _, old := range w.lives {
				old.fenced.CompareAndSwap(nil, &now)
			}
			w.lives = append(w.lives, l)
			w.mu.Unlock()
			return l
		}
		w.tracef("engine %d does not open: %v", l.n, err)
		w.mu.Unlock()
		time.Sleep(time.Second)
	}
}

// decide says what becomes of an operation of the store.
func (l *life) decide(_ context.Context, op fault.Operation) fault.Outcome {
	w := l.w
	if op.Batch == nil {
		if w.rules.reads == 0 || w.quiet.Load() {
			return fault.Pass
		}
		if chance(w.stream("read", l.n, op.Shard, l.reads[op.Shard].Add(1)), w.rules.reads) {
			return fault.Unavailable
		}
		return fault.Pass
	}
	r := w.stream("commit", l.n, op.Shard, l.commits[op.Shard].Add(1))
	time.Sleep(time.Microsecond + upTo(r, 2*w.rules.commitMean))
	if w.quiet.Load() {
		return fault.Pass
	}
	if chance(r, w.rules.slow) {
		time.Sleep(upTo(r, 40*time.Second))
	}
	if chance(r, w.rules.faults) {
		return oneOf(r, fault.Unavailable, fault.UnknownLost, fault.UnknownWritten)
	}
	return fault.Pass
}

// crash keeps what is durable at this moment and nothing else.
func (w *world) crash() {
	w.mu.Lock()
	w.tracef("CRASH")
	w.disk = w.disk.Reopen()
	lives := w.lives
	w.lives = nil
	for _, l := range lives {
		l.dead.Store(true)
	}
	w.mu.Unlock()
	for _, l := range lives {
		l.close()
	}
}

// retire closes a life in order.
func (w *world) retire(l *life) {
	w.mu.Lock()
	w.tracef("engine %d closes", l.n)
	w.lives = slices.DeleteFunc(w.lives, func(o *life) bool { return o == l })
	w.mu.Unlock()
	l.close()
}

// close waits for the end of an engine. One that does not end within an hour is broken.
func (l *life) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if err := l.Close(ctx); err != nil {
		l.w.mu.Lock()
		defer l.w.mu.Unlock()
		l.w.broken("closing", "engine %d: %v", l.n, err)
	}
}

// one returns an engine to be asked, nil if there is none; all but the newest may be fenced.
func (w *world) one(pick func(n int) int) *life {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lives) == 0 {
		return nil
	}
	return w.lives[pick(len(w.lives))]
}

// turmoil is the first phase: clients and workers at work, and disasters.
func (w *world) turmoil() {
	w.open()
	for i := range w.rules.clients {
		c := &client{w: w, n: i, r: w.stream("client", i)}
		w.acts.Go(c.run)
	}
	for i := range 2 {
		k := &worker{w: w, n: i, r: w.stream("worker", i)}
		w.acts.Go(k.run)
	}
	r := w.stream("disasters")
	for range w.rules.rounds {
		kind := r.IntN(10)
		if r.IntN(3) > 0 {
			w.await(oneOf(r, moments...))
			time.Sleep(upTo(r, 2*w.rules.commitMean))
			kind = r.IntN(7) // most often a crash: other disasters leave time to do what follows
		} else {
			time.Sleep(oneOf(r, upTo(r, time.Minute), upTo(r, 10*time.Second), upTo(r, time.Second)))
		}
		switch {
		case kind < 4:
			w.crash()
			time.Sleep(upTo(r, 3*time.Second))
			w.open()
		case kind < 6:
			if l := w.one(func(n int) int { return n - 1 }); l != nil {
				w.retire(l)
			}
			w.open()
		case kind < 8 && w.rules.takeovers:
			old := w.one(func(n int) int { return n - 1 })
			w.open()
			linger := upTo(r, 20*time.Second)
			w.acts.Go(func() {
				time.Sleep(linger)
				if !old.dead.Load() {
					w.retire(old)
				}
			})
		case w.rules.jumps:
			jump := oneOf(r, upTo(r, time.Minute), upTo(r, time.Hour), -upTo(r, 10*time.Minute))
			w.offset.Add(int64(jump))
			w.note("the clock jumps by %v", jump)
		}
	}
	time.Sleep(upTo(r, 10*time.Second))
	if r.IntN(2) == 0 { // the last disaster finds nobody who has had time to heal anything
		w.crash()
		w.open()
	}
}

// moments are what disasters like to come shortly after: when something is durable and what follows from it is not.
var moments = []string{"call", "yes", "end of a nested execution", "time-out", "end of a parent", "end of a parent", "end of a parent", "end of a parent"}

// await waits until something happens, a minute at most.
func (w *world) await(what string) {
	w.mu.Lock()
	moment := make(chan struct{})
	w.awaited, w.moment = what, moment
	w.mu.Unlock()
	t := time.NewTimer(time.Minute)
	defer t.Stop()
	select {
	case <-moment:
	case <-t.C:
	}
}

// happens says that something happens; w.mu is held.
func (w *world) happens(what string) {
	if w.awaited == what && what != "" {
		w.awaited = ""
		close(w.moment)
	}
}

// logs takes what an engine logs: what tells of a defect is one.
type logs struct{ *life }

func (logs) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }
func (l logs) WithAttrs([]slog.Attr) slog.Handler             { return l }
func (l logs) WithGroup(string) slog.Handler                  { return l }

func (l logs) Handle(_ context.Context, r slog.Record) error {
	text, expected := r.Message, r.Message == "shard is lost"
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.Key + "=" + a.Value.String()
		if err, ok := a.Value.Any().(error); ok && (errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrUnavailable) || errors.Is(err, context.Canceled)) {
			expected = true
		}
		return true
	})
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	text, _, _ = strings.Cut(text, "goroutine ")
	l.w.tracef("engine %d logs: %s", l.n, text)
	if !expected && !l.dead.Load() {
		l.w.broken("log", "%s", text)
	}
	return nil
}
