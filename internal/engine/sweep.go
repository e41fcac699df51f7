package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/store"
)

// Closed executions are kept for the time of their retention and then swept: one goroutine for all shards reads what
// is due from an index by the time of the end, gathers the keys of the records that belong to each execution and hands
// them to its shard, a portion at a time. The shard alone says whether the execution is still the closed one that was
// read, and removes it in one batch. So the reading, which is most of the work, is beside the shard, and a sweep that
// races with a redrive, or with a new execution of the same name, loses.

// Bounds of a sweep.
const (
	sweepIntervalMin   = time.Second
	sweepIntervalMax   = time.Minute // how long after its time an execution may stay, if the sweeper keeps up
	sweepExecutionsMax = 64          // in one portion
	sweepRecordsMax    = 2000        // in one portion, unless one execution has more
	sweepPauseShare    = 4           // after each portion the sweeper rests that many times as long as it took
	sweepPauseMin      = time.Millisecond
	sweepPauseBusy     = 100 * time.Millisecond // while the shard's queue is full
)

// Swept is what an engine has removed since it was opened.
type Swept struct {
	Executions int64
	MapRuns    int64
	Records    int64
	Bytes      int64 // of keys and values, before the store packs them; rows of lists and map runs count with their keys only
}

func (s *Swept) add(o Swept) {
	s.Executions += o.Executions
	s.MapRuns += o.MapRuns
	s.Records += o.Records
	s.Bytes += o.Bytes
}

// Swept returns what sweeps have removed since the engine was opened. It is safe for concurrent use.
func (e *Engine) Swept() Swept {
	e.sweeper.mu.Lock()
	defer e.sweeper.mu.Unlock()
	return e.sweeper.swept
}

// sweeper removes closed executions when their retention is over. All but swept belongs to the goroutine of run.
type sweeper struct {
	e    *Engine
	from map[*shard][]byte // where a shard's index begins, after what was swept: reading past removed keys is dear

	mu    sync.Mutex
	swept Swept
}

// run sweeps again and again until the engine closes.
func (w *sweeper) run() {
	e := w.e
	w.from = make(map[*shard][]byte)
	for interval := min(max(e.cfg.Retention, sweepIntervalMin), sweepIntervalMax); pause(e.ctx, interval); {
		begun, before := e.cfg.Now(), e.Swept()
		due := e.now().Add(-e.cfg.Retention)
		for _, s := range e.shards {
			if err := w.sweepShard(s, due); err != nil {
				if e.ctx.Err() == nil {
					e.cfg.Logger.Warn("cannot sweep closed executions now; trying again", "error", err)
				}
				break
			}
		}
		if after := e.Swept(); after != before {
			e.cfg.Logger.Info("swept closed executions", "executions", after.Executions-before.Executions, "mapRuns", after.MapRuns-before.MapRuns,
				"records", after.Records-before.Records, "bytes", after.Bytes-before.Bytes, "took", e.cfg.Now().Sub(begun))
		}
	}
}

// sweepShard removes what was closed at due or before.
func (w *sweeper) sweepShard(s *shard, due time.Time) error {
	from, complete := w.from[s], true
	if from == nil {
		from = []byte{kindClosed}
	}
	for {
		begun := w.e.cfg.Now()
		p, err := w.portion(s, from, due)
		if err != nil || p.last == nil {
			return err
		}
		if len(p.closed) > 0 {
			if err := w.hand(p); err != nil {
				return err
			}
		}
		w.count(p)
		from = append(p.last, 0)
		if complete = complete && !p.postponed; complete {
			w.from[s] = from
		}
		if !pause(w.e.ctx, max(sweepPauseMin, sweepPauseShare*w.e.cfg.Now().Sub(begun))) {
			return nil
		}
	}
}

// hand gives a portion to its shard and waits until it is removed. While the shard is busy, it comes first.
func (w *sweeper) hand(p *sweep) error {
	for {
		_, err := w.e.ask(w.e.ctx, message{id: p.closed[0].id, what: p})
		if !errors.Is(err, ErrThrottled) || !pause(w.e.ctx, sweepPauseBusy) {
			return err
		}
	}
}

func (w *sweeper) count(p *sweep) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range p.closed {
		if c := &p.closed[i]; c.gone {
			w.swept.add(Swept{1, int64(c.mapRuns), int64(len(c.keys)), c.bytes})
		}
	}
}

// sweep is a portion of what is to be removed: a request to the shard that holds it all.
type sweep struct {
	closed    []closedExecution
	last      []byte // key of the index that the portion ends with; nil: nothing is due
	postponed bool   // something is due that cannot be removed yet
}

// closedExecution is an execution to be removed.
type closedExecution struct {
	id executionID
	at time.Time // when it was closed
	belongings
	gone bool // set by the shard: it is removed
}

func (*sweep) isRequest() {}

// portion reads what is due next, from a key of the index on.
func (w *sweeper) portion(s *shard, from []byte, due time.Time) (*sweep, error) {
	p := new(sweep)
	records := 0
	for pair, err := range s.store.Scan(w.e.ctx, from, closedKey(due.Add(time.Millisecond), executionID{}), false) {
		if err != nil {
			return nil, unavailable(err)
		}
		p.last = bytes.Clone(pair.Key)
		c := closedExecution{}
		var ok bool
		if c.at, c.id, ok = parseClosedKey(pair.Key); !ok {
			continue
		}
		err = w.gather(s, &c)
		switch {
		case errors.Is(err, errPostponed):
			p.postponed = true
		case err != nil:
			p.postponed = true
			if w.e.ctx.Err() == nil {
				w.e.cfg.Logger.Error("cannot sweep execution", "id", fmt.Sprintf("%x", c.id), "error", err)
			}
		default:
			p.closed = append(p.closed, c)
			records += len(c.keys)
		}
		if len(p.closed) == sweepExecutionsMax || records >= sweepRecordsMax {
			break
		}
	}
	return p, nil
}

// errPostponed says that an execution cannot be removed yet.
var errPostponed = errors.New("not yet")

// gather finds what belongs to c. Errors: errPostponed while its parent is to be told of its end, and if it is being
// removed already.
func (w *sweeper) gather(s *shard, c *closedExecution) error {
	ctx := w.e.ctx
	start, err := s.store.Get(ctx, startKey(c.id))
	if errors.Is(err, store.ErrNotFound) {
		return errPostponed
	}
	if err != nil {
		return err
	}
	head, err := decodeStart(start)
	if err != nil {
		return err
	}
	if head.Parent.ExecutionARN != "" {
		_, err := s.store.Get(ctx, idKey(kindOutbox, c.id))
		if err == nil {
			return errPostponed
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	c.belongings, err = belongingsOf(ctx, s.store, &head, c.id, c.at)
	return err
}

// belongings are all the records of a closed execution.
type belongings struct {
	keys    [][]byte
	bytes   int64
	mapRuns int
}

// belongingsOf finds the records of an execution that was closed at a moment. Its children, if it has map runs, are
// executions with records of their own.
func belongingsOf(ctx context.Context, r store.Reader, head *execution.Header, id executionID, closed time.Time) (b belongings, err error) {
	add := func(key []byte, value int) {
		b.keys = append(b.keys, key)
		b.bytes += int64(len(key) + value)
	}
	for _, prefix := range [][]byte{startKey(id), idKey(kindHistory, id), idKey(kindRun, id)} {
		for p, err := range r.Scan(ctx, prefix, after(prefix), false) {
			if err != nil {
				return b, err
			}
			add(bytes.Clone(p.Key), len(p.Value))
			if p.Key[0] == kindRun {
				add(append([]byte{kindMapRun}, p.Key[len(p.Key)-16:]...), 0)
				b.mapRuns++
			}
		}
	}
	for _, k := range rowKeys(head, id) {
		add(k, 0)
	}
	add(closedKey(closed, id), 0)
	return b, nil
}

// sweep removes the executions of a portion that are still as they were read.
func (s *shard) sweep(p *sweep) outcome {
	for i := range p.closed {
		c := &p.closed[i]
		same, err := s.stillClosed(c)
		if err != nil {
			return outcome{err: unavailable(err)}
		}
		if !same {
			continue // it was redriven, or has made room for another one: the index has it under another time, or no more
		}
		s.remove(c.id, c.belongings)
		c.gone = true
	}
	return outcome{}
}

func (s *shard) stillClosed(c *closedExecution) (bool, error) {
	if s.leaving[c.id] {
		return false, nil
	}
	if h := s.hot[c.id]; h != nil {
		return h.held == 0 && !h.dirty && h.closed.Equal(c.at), nil
	}
	_, err := s.store.Get(s.e.ctx, closedKey(c.at, c.id)) // what is not in memory is in the store as it is
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// forget removes a closed execution, which no batch under way contains.
func (s *shard) forget(h *hot) error {
	b, err := belongingsOf(s.e.ctx, s.store, &h.x.Header, h.id, h.closed)
	if err == nil {
		s.remove(h.id, b)
		// What takes its name begins later, whatever the clock says: no attempt may have the name of an earlier one.
		if after := h.x.Header.StartedAt.Add(time.Millisecond); after.After(s.latest) {
			s.latest = after
		}
	}
	return err
}

// remove takes an execution away. Until that is durable the store still has it, so nobody may load it from there.
func (s *shard) remove(id executionID, b belongings) {
	for _, k := range b.keys {
		s.next.batch.Delete(k)
	}
	delete(s.hot, id)
	s.leaving[id] = true
	s.then(func() { delete(s.leaving, id) })
}

// index keeps the index of closed executions in step.
func (w *work) index(h *hot) {
	closed := h.x.Header.StoppedAt
	if closed.Equal(h.closed) {
		return
	}
	if !h.closed.IsZero() {
		w.batch.Delete(closedKey(h.closed, h.id))
	}
	if !closed.IsZero() {
		w.batch.Put(closedKey(closed, h.id), nil)
	}
	h.closed = closed
}
