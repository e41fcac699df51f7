// Package sim is a deterministic simulation of the engine: one seed is one world, and a world that breaks a promise of
// the engine's is printed with the seed that repeats it.
//
// # The world
//
// A world lives in a testing/synctest bubble, so its clock is virtual and an hour costs nothing. It has random machines
// (Pass, Choice, Wait, Task, Parallel, Map, Distributed Map; functions, an idempotent service, nested executions,
// activities, callback tokens; retriers, catchers, time-outs, heartbeats), a disk (the memory store), up to three
// engines over that disk, an outside that performs calls, and clients and workers that start, stop, redrive, describe,
// read, list, poll and answer: late, twice, with forged tokens.
//
// A world has two phases. In the first anything may fail. In the second faults stop, the outside answers, and all that
// was begun must come to its end within a bounded time; then what failed is redriven and must end once more.
//
// # The faults
//
// The engine crashes at any moment, and only durable commits survive. It is closed and opened again. A second engine
// opens the shards while the first still runs and goes on being asked. A commit is refused, its outcome is unknown (it
// was written, or not), it takes seconds; a read fails. The clock jumps forward and back. An answer of the outside is
// slow, is lost, comes twice or before the call is over. A client gives up waiting.
//
// Faults are fair: what the disk has acknowledged stays, and an answer that was under way when its engine crashed is
// lost rather than invented.
//
// # The checks
//
// They look at the moment of effect, from outside, and at the disk rather than at the engine: when a call arrives, the
// start of just that attempt is durable; when a client is told "yes", what it asked for is on the disk at that moment;
// when an observer is told, the events are there. Checks only at the end find little, because time and retries heal the
// evidence. For the same reason a client that was told "yes" never asks again. Each check has a name, see check.go.
//
// # What repeats
//
// Every choice is drawn from the seed: by a stream of its actor's own, or, where the order of many goroutines decides
// who draws first, by what the choice is about (an attempt, the n-th commit of a shard). Delays are random to the
// nanosecond, so that hardly anything happens at the same instant and the virtual clock alone decides the order. What
// is left to chance is Go's select between two things that are ready, so a seed repeats nearly always, not always.
// (Rejected: the engine in a single goroutine under a scheduler of our own. It would repeat always, and simulate
// something other than the engine that ships.)
package sim

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/store/memory"
)

// Report is what has become of a world.
type Report struct {
	Seed  uint64
	Found []Finding // what broke, in the order of its finding
	Trace []string  // what happened, a line each

	Executions int // whose history was checked
	Calls      int // that the outside has got
	Yes        int // answers to clients that were checked against the disk
}

// Finding is a promise that was broken.
type Finding struct {
	Check string // the name of the check
	What  string
}

func (f Finding) String() string { return f.Check + ": " + f.What }

// Run plays the world of a seed to its end. It cannot run beside another: the source of cryptographic randomness, which
// names Express executions, is the process's.
func Run(t *testing.T, seed uint64) Report {
	t.Helper()
	cryptotest.SetGlobalRandom(t, seed)
	w := &world{seed: seed}
	defer watch(seed).Stop()
	synctest.Test(t, func(t *testing.T) {
		w.begin(t.Context())
		w.turmoil()
		w.calm()
		w.judge()
		w.end()
	})
	return w.report
}

// standstill is how much real time a world may take. One takes milliseconds; only an engine that turns in circles while
// no virtual time passes takes longer.
const standstill = 2 * time.Minute

// watch ends the process if a world stands still: nothing else would.
func watch(seed uint64) *time.Timer {
	return time.AfterFunc(standstill, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("seed %d: the world stands still: look below for the goroutine that runs", seed))
	})
}

// world is one world. What is below mu is guarded by it; the engine is never asked to write while it is held.
type world struct {
	seed  uint64
	rules rules
	born  time.Time
	ctx   context.Context // of the actors
	stop  context.CancelFunc
	acts  sync.WaitGroup

	offset   atomic.Int64  // of the engines' clocks, in nanoseconds
	quiet    atomic.Bool   // faults have stopped
	released chan struct{} // closed later: lost answers come after all

	machines map[string]*machine
	names    []string // of machines that clients start, Standard
	express  []string // and Express

	mu      sync.Mutex
	awaited string        // what a disaster waits for; "": nothing
	moment  chan struct{} // closed when it happens
	disk    *memory.Store
	lives   []*life // that can be asked
	opened  int     // lives there were
	known   map[string]*known
	arns    []string // of known, in the order of their coming
	tokens  []*token
	sent    map[string]int     // by client token
	jobs    map[string]*labour // outside, by client token
	landed  map[string]bool    // Express executions whose end was seen
	acked   []string           // Express executions that were acknowledged
	started int
	report  Report
}

// rules are what is fixed for the life of a world.
type rules struct {
	shards     int
	clients    int
	starts     int     // executions that clients start, at most
	rounds     int     // disasters
	faults     float64 // share of commits that fail
	reads      float64 // share of reads that fail
	slow       float64 // share of commits that take seconds
	jumps      bool    // the clock jumps
	takeovers  bool    // engines open the shards of others
	places     int     // calls under way for one service
	hot        int     // idle executions in memory
	commitMean time.Duration
}

// patience is how long it may take to stop a child: a restart, or a commit that takes its time.
func (r *rules) patience() time.Duration {
	if r.slow > 0 || r.reads > 0 {
		return 3 * time.Minute
	}
	return 30 * time.Second
}

func (w *world) begin(ctx context.Context) {
	w.ctx, w.stop = context.WithCancel(ctx)
	w.born = time.Now()
	w.released = make(chan struct{})
	w.disk = memory.New()
	w.machines = map[string]*machine{}
	w.known = map[string]*known{}
	w.sent, w.jobs = map[string]int{}, map[string]*labour{}
	w.landed = map[string]bool{}
	w.report.Seed = w.seed
	r := w.stream("rules")
	pick := func(of ...float64) float64 { return of[r.IntN(len(of))] }
	w.rules = rules{
		shards:     1 + r.IntN(3),
		clients:    2 + r.IntN(3),
		starts:     4 + r.IntN(10),
		rounds:     2 + r.IntN(5),
		faults:     pick(0, 0, 0.1, 0.4),
		reads:      pick(0, 0, 0, 0.05),
		slow:       pick(0, 0, 0.02),
		jumps:      r.IntN(3) == 0,
		takeovers:  r.IntN(2) == 0,
		places:     int(pick(1, 2, 1000)),
		hot:        int(pick(1, 256)),
		commitMean: time.Duration(pick(float64(200*time.Microsecond), float64(5*time.Millisecond), float64(100*time.Millisecond))),
	}
	w.tracef("rules %+v", w.rules)
	w.makeMachines(w.stream("machines"))
}

// end closes what is still there and waits for it.
func (w *world) end() {
	w.stop()
	w.acts.Wait()
	w.mu.Lock()
	lives := w.lives
	w.lives = nil
	w.mu.Unlock()
	for _, l := range lives {
		l.close()
	}
}

// traceLinesMax bounds the trace.
const traceLinesMax = 50_000

// tracef notes what happens; w.mu is held, or nobody else is there yet.
func (w *world) tracef(format string, args ...any) {
	if len(w.report.Trace) < traceLinesMax {
		w.report.Trace = append(w.report.Trace, fmt.Sprintf("%12.6fs  ", time.Since(w.born).Seconds())+fmt.Sprintf(format, args...))
	}
}

// note is tracef for those who do not hold w.mu.
func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracef(format, args...)
}

// broken notes a broken promise; w.mu is held.
func (w *world) broken(check, format string, args ...any) {
	f := Finding{check, fmt.Sprintf(format, args...)}
	w.report.Found = append(w.report.Found, f)
	w.tracef("BROKEN %s", f)
}
