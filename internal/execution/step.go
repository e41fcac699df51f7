package execution

import (
	"slices"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// step is the work of one Apply: the execution as it was, and beside it what has changed so far. Frames are copied
// when they are first edited, so the execution itself stays as it was.
type step struct {
	m  *asl.Machine
	x  *Execution
	ev Event

	h       Header
	edited  map[FrameID]*Frame // nil value: gone
	order   []FrameID          // keys of edited, in the order of their first edit
	events  []history.Event
	entropy *query.Entropy

	before int64 // what the newest Entered event links to

	ready       []FrameID // frames whose State is to be entered
	transitions int
	overflow    bool // the history is full

	scheduled, cancelled []TaskID
	children             []FrameID
	abandoned            []string
	mapRuns              []MapRun
	more                 bool

	// lost holds the frames that a failure on its way up has removed or changed, as they were: if nothing stops it,
	// they are what can be redriven.
	lost []*Frame

	probe *probe // looks on while a state is tested; nil in an execution
}

func newStep(m *asl.Machine, x *Execution, ev Event) *step {
	return &step{m: m, x: x, ev: ev, h: x.Header, edited: map[FrameID]*Frame{}, entropy: query.NewEntropy(ev.Seed)}
}

// run enters states until every frame waits. Frames take turns, state by state, as they do in recorded histories.
func (s *step) run() {
	for len(s.ready) > 0 && s.h.Open() {
		if s.ev.Hold || s.transitions >= MaxTransitions {
			s.more = true
			return
		}
		id := s.ready[0]
		s.ready = s.ready[1:]
		s.transitions++
		s.enter(s.edit(id))
		if s.overflow && s.h.Open() {
			s.historyFull(id)
		}
	}
	if s.overflow && s.h.Open() {
		s.historyFull(1)
	}
}

// effects gathers what Apply returns.
func (s *step) effects() *Effects {
	fx := &Effects{Header: s.h, Events: s.events, Scheduled: s.scheduled, Cancelled: s.cancelled,
		Children: s.children, Abandoned: s.abandoned, MapRuns: s.mapRuns, More: s.more && s.h.Open()}
	for _, id := range s.order {
		if f := s.edited[id]; f != nil {
			fx.Frames = append(fx.Frames, f)
		} else {
			fx.Gone = append(fx.Gone, id)
		}
	}
	return fx
}

// get returns a frame to be read, or nil.
func (s *step) get(id FrameID) *Frame {
	if f, ok := s.edited[id]; ok {
		return f
	}
	return s.x.Frames[id]
}

// edit returns a frame to be changed.
func (s *step) edit(id FrameID) *Frame {
	if f := s.edited[id]; f != nil {
		return f
	}
	f := *s.x.Frames[id]
	s.put(&f)
	return &f
}

// put makes f part of what has changed.
func (s *step) put(f *Frame) {
	s.touch(f.ID)
	s.edited[f.ID] = f
}

// remove takes a frame away.
func (s *step) remove(id FrameID) {
	s.touch(id)
	s.edited[id] = nil
}

func (s *step) touch(id FrameID) {
	if _, ok := s.edited[id]; !ok {
		s.order = append(s.order, id)
	}
}

// reserve takes n frame numbers and returns the first.
func (s *step) reserve(n int) FrameID {
	first := s.h.LastFrame + 1
	s.h.LastFrame += FrameID(n)
	return first
}

// newFrame makes a frame with the next number.
func (s *step) newFrame(parent FrameID, index int) *Frame {
	return s.newFrameAt(s.reserve(1), parent, index)
}

func (s *step) newFrameAt(id, parent FrameID, index int) *Frame {
	f := &Frame{ID: id, Parent: parent, Index: index}
	s.put(f)
	return f
}

// goTo makes f enter a state in its next turn.
func (s *step) goTo(f *Frame, state asl.StateName, input *query.Document) {
	f.State, f.Input, f.Focus = state, input, Ready{}
	f.Retries, f.Retried = nil, 0
	s.ready = append(s.ready, f.ID)
}

// emit appends an event and returns its id. Fields without a value are left out. When the history is full, only the
// event that ends the execution is written.
func (s *step) emit(t history.Type, previous int64, fields ...history.Field) int64 {
	if s.h.LastEvent+1 >= HistoryEventsMax && !endsExecution(t) {
		s.overflow = true
		return s.h.LastEvent
	}
	s.h.LastEvent++
	fields = slices.DeleteFunc(fields, func(f history.Field) bool { return f.Key == 0 })
	s.events = append(s.events, history.Event{
		ID: s.h.LastEvent, Previous: previous, Type: t, At: s.ev.At.UnixMilli(), Fields: fields,
	})
	return s.h.LastEvent
}

// emitOn appends an event to f's chain.
func (s *step) emitOn(f *Frame, t history.Type, fields ...history.Field) {
	f.Previous = s.emit(t, f.Previous, fields...)
}

func endsExecution(t history.Type) bool {
	switch t {
	case history.ExecutionSucceeded, history.ExecutionFailed, history.ExecutionAborted, history.ExecutionTimedOut:
		return true
	}
	return false
}

// text is a field that is left out when it is empty.
func text(k history.Key, v string) history.Field {
	if v == "" {
		return history.Field{}
	}
	return history.Field{Key: k, Text: v}
}

// payload is a field that holds a document.
func payload(k history.Key, d *query.Document) history.Field {
	return history.Field{Key: k, Text: d.Text()}
}

// number is a field that holds a number.
func number(k history.Key, v int64) history.Field {
	return history.Field{Key: k, Int: v}
}

// close ends the execution: nothing that is open gets an event of its own. What was open stays if it can be redriven.
func (s *step) close(status Status, t history.Type, previous int64, fields ...history.Field) {
	s.emit(t, previous, fields...)
	s.h.Status = status
	s.h.StoppedAt = s.ev.At
	s.ready = nil
	for id := range s.x.Frames {
		s.touch(id)
	}
	slices.Sort(s.order) // the map's order must not show
	keep := s.redrivable()
	if keep {
		s.restore()
	}
	for _, id := range s.order {
		f := s.get(id)
		switch {
		case f == nil:
		case keep:
			s.freeze(s.edit(id))
		default:
			s.drop(f)
		}
	}
}

// drop removes a frame and gives up the task that it waits for.
func (s *step) drop(f *Frame) {
	s.giveUp(f)
	s.remove(f.ID)
}

// giveUp gives up what a frame waits for outside.
func (s *step) giveUp(f *Frame) {
	if id, _, ok := f.Task(); ok {
		s.cancel(id)
	}
	if isChild(f) {
		if i := slices.Index(s.children, f.ID); i >= 0 {
			s.children = slices.Delete(s.children, i, i+1) // it was not started yet
			return
		}
		s.abandoned = append(s.abandoned, s.childARN(f))
	}
}

// cancel gives up a task: one that was scheduled in this very step is just not handed out.
func (s *step) cancel(id TaskID) {
	if i := slices.Index(s.scheduled, id); i >= 0 {
		s.scheduled = slices.Delete(s.scheduled, i, i+1)
		return
	}
	s.cancelled = append(s.cancelled, id)
}

// historyFull ends an execution whose history has no room left. Its last event is number HistoryEventsMax.
func (s *step) historyFull(id FrameID) {
	previous := s.h.LastEvent
	if f := s.get(id); f != nil {
		previous = f.Previous
	}
	s.failExecution(previous, errRuntime, "The execution reached the maximum number of history events (25000).")
}
