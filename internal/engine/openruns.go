package engine

import (
	"sync"

	"github.com/cogstep/cogstep/internal/execution"
)

// openRuns bounds the map runs that are open at once. One beyond the bound has begun like the others (its state is
// entered, MapRunStarted is written), but its children are not started before another run has ended; until then its
// description counts nothing. State machines take turns. That is as in the service, which calls such runs backlogged.
//
// The bound holds runs back and not their children: what a run wants is durable with its execution, and when it gets
// its place its shard looks at what that is by then. After a restart those runs keep their places whose descriptions
// count something, so the descriptions are all that is stored about places.
type openRuns struct {
	e *Engine

	mu         sync.Mutex
	recovering bool // nobody gets a place but who had one
	open       map[string]struct{}
	backlogged map[string]*waiter[backloggedRun]
	waiting    turns[backloggedRun]
}

type backloggedRun struct {
	execution executionID
	arn       string // of the map run
}

func newOpenRuns(e *Engine) openRuns {
	return openRuns{e: e, recovering: true, open: make(map[string]struct{}), backlogged: make(map[string]*waiter[backloggedRun])}
}

// enter takes a place for a run, or lets it wait for one. It reports whether the run has one. A run that must not wait
// gets one even if there is none.
func (o *openRuns) enter(machine string, r backloggedRun, atOnce bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, open := o.open[r.arn]; open {
		return true
	}
	if o.backlogged[r.arn] != nil {
		return false
	}
	if atOnce || !o.recovering && len(o.open) < o.e.cfg.Limits.OpenMapRuns {
		o.open[r.arn] = struct{}{}
		return true
	}
	o.backlogged[r.arn] = o.waiting.push(machine, r)
	return false
}

// waits reports whether a run waits for a place.
func (o *openRuns) waits(mapRunARN string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.backlogged[mapRunARN] != nil
}

// knows reports whether a run has a place or waits for one.
func (o *openRuns) knows(mapRunARN string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, open := o.open[mapRunARN]
	return open || o.backlogged[mapRunARN] != nil
}

// leave gives a run's place to the next.
func (o *openRuns) leave(mapRunARN string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.open, mapRunARN)
	if w := o.backlogged[mapRunARN]; w != nil {
		o.waiting.remove(w)
		delete(o.backlogged, mapRunARN)
	}
	o.handOut()
}

// recovered begins to hand out places: those who had one before have it again.
func (o *openRuns) recovered() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.recovering = false
	o.handOut()
}

// handOut gives free places to those who wait; o.mu is held.
func (o *openRuns) handOut() {
	for !o.recovering && len(o.open) < o.e.cfg.Limits.OpenMapRuns {
		r, ok := o.waiting.pop()
		if !ok {
			return
		}
		delete(o.backlogged, r.arn)
		o.open[r.arn] = struct{}{}
		o.e.post(message{id: r.execution, what: admitted{r.arn}})
	}
}

// mayStartChildren reports whether a map run of h has a place. If not, its shard hears of it when it has. Executions that
// somebody else waits for do not wait: the run that waits for them might have the last place.
func (s *shard) mayStartChildren(h *hot, mapRunARN string) bool {
	o := &s.e.openRuns
	atOnce := h.x.Header.Parent.ExecutionARN != ""
	if s.recovering && !atOnce && !o.knows(mapRunARN) {
		atOnce = s.hadPlace(mapRunARN)
	}
	return o.enter(h.x.Header.MachineName, backloggedRun{h.id, mapRunARN}, atOnce)
}

// hadPlace reports whether a run had a place when the engine stopped.
func (s *shard) hadPlace(mapRunARN string) bool {
	b, err := s.store.Get(s.e.ctx, mapRunKey(mapRunARN))
	if err != nil {
		return false // then it gets one in its turn
	}
	run, err := decodeMapRun(b)
	return err == nil && run.Items != execution.Counts{}
}

// admit starts the children of a run that has got a place.
func (s *shard) admit(h *hot, mapRunARN string) {
	for _, f := range h.x.Frames {
		focus, ok := f.Focus.(execution.InMapRun)
		if !ok || focus.Run.ARN != mapRunARN || focus.Run.Status != execution.MapRunRunning {
			continue
		}
		s.describe(&focus.Run)
		for child := range focus.NextChild {
			s.spawn(h, focus.First+execution.FrameID(child))
		}
		return
	}
}

// describe writes the description of a map run.
func (s *shard) describe(run *execution.MapRun) {
	shown := *run
	if run.Status == execution.MapRunRunning && s.e.openRuns.waits(run.ARN) {
		shown.Items, shown.Children = execution.Counts{}, execution.Counts{}
	}
	s.next.batch.Put(mapRunKey(run.ARN), encodeMapRun(&shown))
}

// leaveRuns gives back the places of the map runs that fx ends.
func (s *shard) leaveRuns(h *hot, fx *execution.Effects) {
	leave := func(arn string) { s.then(func() { s.e.openRuns.leave(arn) }) }
	for i := range fx.MapRuns {
		if run := &fx.MapRuns[i]; run.Status != execution.MapRunRunning {
			leave(run.ARN)
		}
	}
	if fx.Header.Open() {
		return
	}
	for _, f := range h.x.Frames { // whatever becomes of them
		if focus, ok := f.Focus.(execution.InMapRun); ok {
			leave(focus.Run.ARN)
		}
	}
}
