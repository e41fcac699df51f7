package execution

import (
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// Trial is the test of one state: a pretended execution that has come to that state and does not leave it. What the
// state does is what it does in an execution; only a Parallel and a Map do not run what is in them, but wait for
// somebody to say how that went.
//
// A Trial is moved forward by its owner, who also tells it the time; unlike an Execution it is changed in place.
type Trial struct {
	s     *step
	f     *Frame
	state asl.State
	r     TrialRequest
	items int // of a Map that has begun; -1: not known
}

// TrialRequest is what a Trial starts from.
type TrialRequest struct {
	State     asl.StateName // required; at any level
	Header    Header        // what identifies the pretended execution; Input is the state's and required
	At        time.Time
	Seed      uint64
	World     World
	Variables []Variable      // sorted by name
	Context   *query.Document // the context object; nil: one is pretended
	Retries   int             // how often each retrier was used already
	Items     *query.Document // what a Map's ItemReader has read, an array or object; nil: not known
	Pointed   bool            // an ItemsPointer has led to Items
	// FailedItems is how many items of a Map have failed, beside what else is said of its result.
	FailedItems int
}

// Verdict is how a test ended, as the API spells it.
type Verdict string

// The verdicts. The tested state has ended with success, ended its level with an error, would be tried again, would
// go on to a catcher's state.
const (
	TestSucceeded Verdict = "SUCCEEDED"
	TestFailed    Verdict = "FAILED"
	TestRetriable Verdict = "RETRIABLE"
	TestCaught    Verdict = "CAUGHT_ERROR"
)

// TrialResult is what a test has shown.
type TrialResult struct {
	Verdict      Verdict
	Output       *query.Document // nil after TestFailed and TestRetriable
	Error, Cause string          // "" after TestSucceeded
	Next         asl.StateName   // "": the state ends its level
	Inspection   Inspection
}

// NewTrial enters the state and does as much of its work as needs nobody else.
func NewTrial(m *asl.Machine, r TrialRequest) *Trial {
	h := r.Header
	h.StartedAt, h.Express, h.Status = r.At, true, Running{}
	x := &Execution{Header: h, Frames: map[FrameID]*Frame{}}
	s := newStep(m, x, Event{At: r.At, Seed: r.Seed, World: r.World})
	state := m.State(r.State)
	s.probe = &probe{context: r.Context, nested: inMap(state), seen: map[Station]*query.Document{}}
	f := s.newFrame(0, 0)
	f.State, f.Input, f.EnteredAt, f.Vars = r.State, h.Input, r.At, r.Variables
	if retry, _ := handlers(state); r.Retries > 0 {
		f.Retried = int32(r.Retries)
		for range retry {
			f.Retries = append(f.Retries, int32(r.Retries))
		}
	}
	f.Focus = Answered{}
	t := &Trial{s: s, f: f, state: state, r: r, items: -1}
	switch state := state.(type) {
	case *asl.Parallel:
		t.parallel(state)
	case *asl.Map:
		t.mapState(state)
	default:
		s.perform(f, state)
	}
	return t
}

// inMap reports whether a state stands in the processor of a Map, directly or deeper.
func inMap(state asl.State) bool {
	for owner := state.Common().Owner; owner != nil; owner = owner.Common().Owner {
		if _, ok := owner.(*asl.Map); ok {
			return true
		}
	}
	return false
}

// parallel is what a Parallel does before its branches begin.
func (t *Trial) parallel(state *asl.Parallel) {
	v := t.s.visit(t.f, state)
	v.effective(state.Parameters)
	if v.failed(nil) {
		return
	}
	t.f.Focus = InParallel{Open: len(state.Branches)}
}

// mapState is what a Map does before its iterations begin, and what it would do for each of them.
func (t *Trial) mapState(state *asl.Map) {
	v := t.s.visit(t.f, state)
	items := t.read(v, state)
	limits := &MapInspection{MaxConcurrency: v.concurrency(state.MaxConcurrency)}
	if state.Distributed != nil {
		limits.Tolerance = v.tolerance(state.Distributed)
	}
	if v.failure == nil {
		t.s.probe.limits = limits
	}
	if t.items >= 0 && v.failure == nil {
		t.preview(v, state, InMapRun{Items: items})
	}
	if v.failed(nil) {
		return
	}
	t.f.Focus = InMap{Items: items, Count: max(t.items, 0)}
}

// read returns the items.
func (t *Trial) read(v *visit, state *asl.Map) *query.Document {
	items := t.r.Items
	switch reads := state.Distributed != nil && state.Distributed.Reader != nil; {
	case !reads:
		items = v.items(state)
		if state.ItemsPath == nil {
			v.note(AfterItemsPath, items)
		}
	case items == nil:
		return query.Trusted("[]")
	case t.r.Pointed:
		v.note(AfterItemsPointer, items)
	}
	if v.failure == nil {
		t.items = items.Value().Len()
	}
	return items
}

// preview notes what ItemSelector and ItemBatcher make of the items.
func (t *Trial) preview(v *visit, state *asl.Map, focus InMapRun) {
	if state.ItemSelector != nil {
		i := -1
		t.gather(v, AfterItemSelector, func() (*query.Document, bool) {
			if i++; i == t.items {
				return nil, false
			}
			return v.itemInput(state, focus, i), true
		})
	}
	if d := state.Distributed; d != nil && d.Batcher != nil {
		t.gather(v, AfterItemBatcher, func() (*query.Document, bool) {
			if focus.NextItem == t.items {
				return nil, false
			}
			batch, n := v.childInput(state, focus)
			focus.NextItem += n
			return batch, true
		})
	}
}

// gather notes an array of documents. One that would be larger than any payload may be is not shown: a selector that
// repeats the whole input for each item would fill the memory.
func (t *Trial) gather(v *visit, at Station, next func() (*query.Document, bool)) {
	var texts []string
	bytes := len("[]")
	for v.failure == nil {
		d, ok := next()
		if !ok {
			v.note(at, query.Trusted("["+strings.Join(texts, ",")+"]"))
			return
		}
		texts = append(texts, d.Text())
		if bytes += d.Size() + len(","); bytes > PayloadBytesMax {
			return
		}
	}
}

// Items returns how many items a Map has that waits for its result; known is false for other states, and if what an
// ItemReader would read is not known.
func (t *Trial) Items() (n int, known bool) { return t.items, t.items >= 0 && !t.Over() }

// Over reports whether the test has come to its end.
func (t *Trial) Over() bool {
	switch t.f.Focus.(type) {
	case Ready, InBackoff:
		return true
	}
	return !t.s.h.Open()
}

// Frame returns the frame as it is now, to be read: what it waits for is its Focus.
func (t *Trial) Frame() *Frame { return t.f }

// Start says that the call of a Task is about to be sent: its time-outs begin.
func (t *Trial) Start(at time.Time) {
	t.s.ev.At = at
	id, _, _ := t.f.Task()
	_ = t.s.taskStarted(TaskStarted{ID: id}) // it waits for nothing else
}

// Succeed gives a Task, a Parallel or a Map its result.
func (t *Trial) Succeed(at time.Time, result *query.Document) {
	t.s.ev.At = at
	switch state := t.state.(type) {
	case *asl.Task:
		t.s.settle(t.f, TaskSucceeded{Output: result})
	case *asl.Parallel:
		t.finish(result, state.ResultSelector, state.ResultPath)
	case *asl.Map:
		if t.tooManyFailed() {
			t.s.fail(t.f, failure{name: errToleratedFailures, cause: toleranceExceeded})
			return
		}
		t.finish(result, state.ResultSelector, state.ResultPath)
	}
}

func (t *Trial) finish(result *query.Document, selector query.Expr, at asl.ResultPath) {
	t.f.Focus = Answered{}
	v := t.s.visit(t.f, t.state)
	v.finish(result, selector, at)
}

// tooManyFailed reports whether the failed items exceed a tolerance that the Map has; without one, as many as one likes
// may fail in a test (recorded).
func (t *Trial) tooManyFailed() bool {
	tolerance := t.s.probe.limits.Tolerance
	if tolerance == (Tolerance{}) {
		return false
	}
	run := MapRun{Tolerance: tolerance, Items: Counts{Total: int64(max(t.items, 0)), Failed: int64(t.r.FailedItems)}}
	return run.exceeded()
}

// Fail gives a Task, a Parallel or a Map an error.
func (t *Trial) Fail(at time.Time, name, cause string) {
	t.s.ev.At = at
	if _, ok := t.state.(*asl.Task); ok {
		t.s.settle(t.f, TaskFailed{Error: name, Cause: cause})
		return
	}
	t.s.fail(t.f, failure{name: name, cause: cause})
}

// Fire says that it is later: what was due (see [Frame.Due]) happens.
func (t *Trial) Fire(at time.Time) {
	t.s.ev.At = at
	_ = t.s.timerFired(TimerFired{Frame: t.f.ID}) // nothing was due
}

// Expire ends a test that took too long.
func (t *Trial) Expire() { t.s.failExecution(t.f.Previous, errTimeout, "") }

// Result returns what the test has shown. It must be Over.
func (t *Trial) Result() TrialResult {
	p := t.s.probe
	r := TrialResult{Inspection: p.inspection(t.state)}
	r.Inspection.Variables = t.f.Vars
	switch status := t.s.h.Status.(type) {
	case Succeeded:
		r.Verdict, r.Output = TestSucceeded, status.Output
	case Failed:
		r.Verdict, r.Error, r.Cause = TestFailed, status.Error, status.Cause
	case Running:
		if _, ok := t.f.Focus.(InBackoff); ok {
			r.Verdict, r.Error, r.Cause = TestRetriable, p.error.name, p.error.cause
			break
		}
		r.Verdict, r.Output, r.Next = TestSucceeded, t.f.Input, t.f.State
		if p.catch != nil {
			r.Verdict, r.Error, r.Cause = TestCaught, p.error.name, p.error.cause
		}
	}
	return r
}
