package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/store"
)

// shard owns a share of the executions. Everything in it but the channels belongs to the goroutine of run.
type shard struct {
	e        *Engine
	store    store.Shard
	durably  store.Reader // by which others are told
	inbox    chan message
	overflow overflow // of the inbox

	hot     map[executionID]*hot
	leaving map[executionID]bool // removed, but not yet durably
	timers  timers
	wake    *time.Timer
	latest  time.Time // the latest time that it has seen: time does not go back

	next     *work          // applied and not yet handed over
	sealed   chan *work     // to the committer; one is under way at most
	durable  chan committed // back from it
	underWay bool

	recovering bool
	ailing     atomic.Bool   // the store has refused batches for seconds: who asks now is not made to wait
	recovered  chan error    // one value: recovery is over
	stopped    chan struct{} // closed when the goroutine ends
}

func newShard(e *Engine, owned store.Shard, durably store.Reader) *shard {
	return &shard{
		e: e, store: owned, durably: durably,
		inbox:     make(chan message, e.cfg.Limits.Inbox),
		overflow:  newOverflow(),
		hot:       make(map[executionID]*hot),
		leaving:   make(map[executionID]bool),
		wake:      time.NewTimer(time.Hour),
		next:      new(work),
		sealed:    make(chan *work, 1),
		durable:   make(chan committed),
		recovered: make(chan error, 1),
		stopped:   make(chan struct{}),
	}
}

// run is the shard's life. What it has applied and not handed over when the engine closes is dropped: nobody has
// heard of it.
func (s *shard) run() {
	defer close(s.stopped)
	defer s.wake.Stop()
	go s.commitAll()
	s.recovering = true
	err := s.recover()
	s.recovering = false
	s.recovered <- err
	for err == nil {
		err = s.turn()
	}
	if s.underWay {
		_ = s.settle(<-s.durable) // the last answers; an error was logged by the committer
	}
	close(s.sealed)
	for range s.durable {
	}
	s.refuse(s.next)
}

// turn does what there is to be done next. An error ends the shard.
func (s *shard) turn() error {
	s.handOver()
	inbox, bell, wake := s.inbox, s.overflow.bell, s.wake.C
	if s.next.full() {
		inbox, bell, wake = nil, nil, nil // first the store has to keep up
	} else {
		s.wake.Reset(max(0, s.timers.next().Sub(s.e.clock.now())))
	}
	select {
	case m := <-inbox:
		s.apply(m)
		s.takeIn()
	case <-bell:
		s.takeIn()
	case <-wake:
		s.fire()
	case c := <-s.durable:
		return s.settle(c)
	case <-s.e.ctx.Done():
		return ErrClosed
	}
	return nil
}

// takeIn applies what is in the inbox, and what found it full: one for one, so that neither keeps the other waiting.
func (s *shard) takeIn() {
	waiting := !s.overflow.empty()
	for n := len(s.inbox); (n > 0 || waiting) && !s.next.full(); {
		if n > 0 {
			s.apply(<-s.inbox)
			n--
		}
		if waiting {
			var m message
			if m, waiting = s.overflow.pop(); waiting {
				s.apply(m)
			}
		}
	}
	if waiting {
		s.overflow.ring()
	}
}

// handOver gives what was applied to the committer, if that is free.
func (s *shard) handOver() {
	if s.underWay || s.next.empty() {
		return
	}
	s.next.seal()
	s.sealTime(s.next)
	s.sealed <- s.next
	s.next, s.underWay = new(work), true
}

// settle lets go what follows from a batch that is durable.
func (s *shard) settle(c committed) error {
	s.underWay = false
	if c.err != nil {
		s.refuse(c.work)
		return c.err
	}
	for _, h := range c.changed {
		h.held--
		if h.held == 0 && !h.dirty && !h.x.Header.Open() {
			delete(s.hot, h.id)
		}
	}
	if len(s.hot) > s.e.cfg.Limits.HotExecutions {
		s.cool()
	}
	for _, t := range c.timers {
		s.timers.add(t)
	}
	if o := s.e.cfg.Observer; o != nil {
		for _, r := range c.recorded {
			if len(r.events) > 0 { // what changed may be frames alone
				o.Recorded(r.of, r.events)
			}
		}
	}
	for i := range c.closed {
		s.ended(c.closed[i])
	}
	for _, a := range c.answers {
		a.done(a.outcome)
	}
	for _, f := range c.then {
		f()
	}
	return nil
}

// ended tells those who wait for the end of an execution.
func (s *shard) ended(h execution.Header) {
	s.e.open.Add(-1)
	if planted(endsCountedTwice) {
		s.e.open.Add(-1)
	}
	s.e.watchers.wake(idOf(h.ARN))
	if h.Parent.ExecutionARN != "" {
		s.e.tellParent(h)
	}
}

// refuse answers everybody who asked for what will not be durable.
func (s *shard) refuse(w *work) {
	for _, a := range w.answers {
		a.done(outcome{err: ErrUnavailable})
	}
}

// cool drops the executions that nothing happens to: when there are too many in memory, and once a minute.
func (s *shard) cool() {
	for id, h := range s.hot {
		if h.held == 0 && !h.dirty {
			delete(s.hot, id)
		}
	}
}

// now is the time for the next event; it never goes back.
func (s *shard) now() time.Time {
	if t := s.e.now(); t.After(s.latest) {
		s.latest = t
	}
	return s.latest
}

// then lets f run when all that was applied up to now is durable.
func (s *shard) then(f func()) {
	if planted(effectsEarly) {
		f()
		return
	}
	s.next.then = append(s.next.then, f)
}

func (s *shard) answer(m message, o outcome) {
	switch {
	case m.done == nil:
	case planted(answersEarly):
		m.done(o)
	default:
		s.next.answers = append(s.next.answers, answer{m.done, o})
	}
}

// apply does what m asks for.
func (s *shard) apply(m message) {
	s.next.messages++
	switch what := m.what.(type) {
	case told:
		s.next.batch.Delete(idKey(kindOutbox, m.id))
	case abandoned:
		s.next.batch.Delete(abandonedKey(m.id, what.child))
	case launch:
		s.next.batch.Put(idKey(kindExpress, m.id), encodeLaunch(&what.header))
		s.answer(m, outcome{header: what.header})
		s.then(func() { s.e.launchExpress(what.header, false) })
	case *sweep:
		s.answer(m, s.sweep(what))
	case landed:
		s.next.batch.Delete(idKey(kindExpress, m.id))
	case jobStopped:
		s.next.batch.Delete(jobKey(m.id, what.task))
	default:
		h, err := s.find(m.id)
		if err != nil {
			s.unreadable(m, err)
			return
		}
		s.applyTo(h, m)
	}
}

// applyTo does what m asks of an execution; h is nil if there is none.
func (s *shard) applyTo(h *hot, m message) {
	switch what := m.what.(type) {
	case begin:
		s.answer(m, s.begin(h, m.id, what.header))
		return
	case adopt:
		s.answer(m, s.adopted(h, m.id, what.header))
		return
	}
	if what, ok := m.what.(submitted); ok {
		s.submitted(h, m.id, what)
		return
	}
	if h == nil {
		s.release(m.slot)
		s.answer(m, outcome{err: ErrExecutionDoesNotExist})
		return
	}
	switch what := m.what.(type) {
	case attend:
		s.attend(h, what, m.slot)
	case admitted:
		s.admit(h, what.mapRunARN)
	case redrive:
		s.answer(m, s.redrive(h, what.token, 0))
	case happened:
		if !what.since.IsZero() && !what.since.Equal(h.x.Header.StartedAt) {
			s.answer(m, outcome{header: h.x.Header, err: execution.ErrStale})
			return
		}
		err := s.stepOn(h, what.what, !what.paid && s.holds(h.x.Header.Express))
		o := outcome{header: h.x.Header, err: err}
		if t, ok := what.what.(execution.TaskStarted); ok {
			o.frame = h.x.Frames[t.ID.Frame]
		}
		s.answer(m, o)
	}
}

// unreadable deals with a message whose execution cannot be read now. Who asked is told; what nobody asked for is
// tried again.
func (s *shard) unreadable(m message, err error) {
	s.e.cfg.Logger.Error("cannot load execution", "execution", m.arn, "error", err)
	if m.done != nil {
		m.done(outcome{err: fmt.Errorf("%w: %w", ErrUnavailable, err)})
		return
	}
	s.e.postLater(m, time.Second)
}

// begin starts an execution unless there is one of its name. The same name with the same input means the same
// execution while that is running, and so does the same waiting task even later: a start that is sent again after a
// crash finds its own child. A closed one makes room only for an execution of another incarnation of its machine.
func (s *shard) begin(h *hot, id executionID, head execution.Header) outcome {
	if h != nil && !planted(namesReplaced) {
		old := &h.x.Header
		same := old.Incarnation == head.Incarnation
		switch {
		case old.Open() && same && old.Input.Text() == head.Input.Text():
			return outcome{header: *old, existing: true}
		case head.Parent.ExecutionARN != "" && old.Parent == head.Parent:
			return outcome{header: *old, existing: true}
		case old.Open() || same:
			return outcome{header: *old, err: ErrExecutionAlreadyExists}
		case h.held > 0 || h.dirty:
			return outcome{err: ErrThrottled} // it has just ended: its records are still on their way
		}
		if err := s.forget(h); err != nil {
			return outcome{err: fmt.Errorf("%w: %w", ErrUnavailable, err)}
		}
	}
	if s.e.open.Load() >= s.e.cfg.Limits.OpenExecutions {
		return outcome{err: ErrExecutionLimitExceeded}
	}
	m, err := s.e.cfg.Definitions.Machine(s.e.ctx, head.Definition)
	if err != nil {
		return outcome{err: fmt.Errorf("definition of %s: %w", head.ARN, err)}
	}
	h = &hot{id: id, x: &execution.Execution{}, machine: m, records: make(map[execution.FrameID]records)}
	hold := s.holds(head.Express)
	fx, err := s.advance(h, func() (fx *execution.Effects, err error) {
		h.x, fx = execution.Start(m, execution.StartRequest{Header: head, At: s.now(), Seed: s.e.cfg.Seed(), World: s.e, Hold: hold})
		return fx, nil
	})
	s.pay(hold, head.Express, 0, fx)
	if err != nil {
		return outcome{err: err}
	}
	s.hot[id] = h
	s.e.open.Add(1)
	s.follow(h, fx)
	return outcome{header: h.x.Header}
}

// step applies an occurrence. Errors: execution.ErrStale.
func (s *shard) step(h *hot, what execution.Occurrence) error {
	return s.stepOn(h, what, s.holds(h.x.Header.Express))
}

// holds takes a token for a step. It reports whether the step must not enter states because there is none.
func (s *shard) holds(express bool) bool {
	return s.e.throttle != nil && !express && !s.e.throttle.try()
}

// pay settles for a step; before is how many transitions there were.
func (s *shard) pay(held, express bool, before int64, fx *execution.Effects) {
	if t := s.e.throttle; t != nil && !express && !held {
		n := int64(0)
		if fx != nil {
			n = fx.Header.Transitions - before
		}
		t.settle(n)
	}
}

// stepOn is step for an occurrence that has its token, unless it is held.
func (s *shard) stepOn(h *hot, what execution.Occurrence, hold bool) error {
	before := h.x.Header.Transitions
	fx, err := s.advance(h, func() (*execution.Effects, error) {
		return execution.Apply(h.machine, h.x, execution.Event{At: s.now(), Seed: s.e.cfg.Seed(), World: s.e, What: what, Hold: hold})
	})
	s.pay(hold, h.x.Header.Express, before, fx)
	if err != nil {
		return err
	}
	if _, ok := what.(execution.Continued); ok {
		h.unfinished = false
	}
	s.follow(h, fx)
	return nil
}

// advance runs the core. A defect in it stops one execution, loudly, and not the server.
func (s *shard) advance(h *hot, run func() (*execution.Effects, error)) (fx *execution.Effects, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal failure: %v", r)
			s.e.cfg.Logger.Error("execution is stuck: the core failed", "execution", h.x.Header.ARN, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	fx, err = run()
	if err != nil && !errors.Is(err, execution.ErrStale) && !errors.Is(err, execution.ErrNotRedrivable) {
		s.e.cfg.Logger.Error("execution is stuck: the core refused an event", "execution", h.x.Header.ARN, "error", err)
	}
	return fx, err
}

// follow takes over the effects of a step.
func (s *shard) follow(h *hot, fx *execution.Effects) {
	for _, id := range fx.Cancelled {
		s.abandonJob(h, id)
	}
	s.leaveRuns(h, fx)
	s.next.merge(h, fx)
	for _, id := range fx.Cancelled {
		s.then(func() {
			s.e.dispatcher.cancel(attempt{h.id, id})
			s.e.activities.remove(attempt{h.id, id})
		})
	}
	for _, id := range fx.Scheduled {
		s.attend(h, attend{task: id}, "")
	}
	for _, id := range fx.Children {
		s.spawn(h, id)
	}
	for _, child := range fx.Abandoned {
		if !planted(abandonedUnwritten) {
			s.next.batch.Put(abandonedKey(h.id, idOf(child)), []byte(child))
		}
		s.then(func() { s.e.errands.add(child, func() bool { return s.e.dismiss(h.id, child) }) })
	}
	for i := range fx.MapRuns {
		run := &fx.MapRuns[i]
		s.describe(run)
		s.next.batch.Put(runKey(h.id, run.StartedAt, run.ARN), nil)
	}
	if fx.More && !h.unfinished {
		h.unfinished = true
		machine, express := h.x.Header.MachineName, h.x.Header.Express
		m := message{id: h.id, arn: h.x.Header.ARN, what: happened{what: execution.Continued{}, paid: true}}
		s.then(func() {
			if t := s.e.throttle; t != nil && !express {
				t.enqueue(machine, func() { s.e.post(m) })
			} else {
				s.e.post(m)
			}
		})
	}
}

// count adds the shard's open executions to the engine's counter.
func (s *shard) count(ctx context.Context) error {
	prefix := []byte{kindOpen}
	for _, err := range s.store.Scan(ctx, prefix, after(prefix), false) {
		if err != nil {
			return fmt.Errorf("count open executions: %w", err)
		}
		s.e.open.Add(1)
	}
	return nil
}
