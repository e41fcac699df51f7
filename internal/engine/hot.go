package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/record"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/query"
)

// hot is an execution in memory, with what the shard must remember of how it stands in the store.
type hot struct {
	id      executionID
	x       *execution.Execution
	machine *asl.Machine

	unfinished bool // it has used up its budget of transitions: a Continued is to come

	written bool      // its start is in the store, or in a batch that is on its way there
	listed  bool      // and among the open ones
	closed  time.Time // where the index of closed executions has it; zero: it has not
	records map[execution.FrameID]records

	// What has changed since the last seal.
	dirty   bool
	touched map[execution.FrameID]struct{}
	events  []history.Event

	held int // batches under way that contain it; while there are any, the store is older than x
}

// records are the records beside a frame that the store must hold. For continueFrame, due is zero and armed says
// whether there is one.
type records struct {
	due   time.Time
	armed bool  // there is a timer
	task  int64 // scheduling event of a task that a crash must not lose, or a child's number of redrives + 1; 0: none

	beside beside
}

// wanted returns the records that follow from f.
func (h *hot) wanted(f *execution.Frame) (r records) {
	r.beside = besideOf(f)
	if r.due = f.Due(); !r.due.IsZero() {
		r.armed = true
	}
	if child, ok := f.Focus.(execution.InChild); ok {
		r.task = int64(child.Redrives) + 1
		return r
	}
	id, focus, ok := f.Task()
	if !ok {
		return r
	}
	switch focus.Phase {
	case execution.Scheduled:
		r.task = id.Scheduled
	case execution.Started:
		if h.resource(f).Kind != asl.Activity { // an activity's worker has the token: nothing to be done after a crash
			r.task = id.Scheduled
		}
	case execution.Submitted:
		if focus.Job.Asked && !planted(jobsUnasked) {
			r.task = id.Scheduled
		}
	}
	return r
}

// deadline returns the records that follow from the header.
func (h *hot) deadline() (r records) {
	if d := h.x.Header.Deadline; !d.IsZero() && h.x.Header.Open() {
		r.due, r.armed = d, true
	}
	return r
}

// more returns the records of an execution that has used up its budget of transitions.
func (h *hot) more() records { return records{armed: h.unfinished && h.x.Header.Open()} }

func (h *hot) resource(f *execution.Frame) asl.Resource {
	if t, ok := h.machine.State(f.State).(*asl.Task); ok {
		return t.Resource
	}
	return asl.Resource{}
}

// task returns the frame that waits for the attempt, or nil.
func (h *hot) task(id execution.TaskID) *execution.Frame {
	f := h.x.Frames[id.Frame]
	if f == nil {
		return nil
	}
	if now, _, ok := f.Task(); !ok || now != id {
		return nil
	}
	return f
}

// find returns an execution, from memory or from the store; nil if there is none.
func (s *shard) find(id executionID) (*hot, error) {
	if h := s.hot[id]; h != nil {
		return h, nil
	}
	if s.leaving[id] {
		return nil, nil
	}
	x, err := readExecution(s.e.ctx, s.store, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h := &hot{id: id, x: x, written: true, listed: x.Header.Open(), closed: x.Header.StoppedAt, records: make(map[execution.FrameID]records)}
	if x.Header.Open() {
		if h.machine, err = s.e.cfg.Definitions.Machine(s.e.ctx, x.Header.Definition); err != nil {
			return nil, fmt.Errorf("definition of %s: %w", x.Header.ARN, err)
		}
	}
	for _, f := range x.Frames {
		if _, _, waits := f.Task(); waits && !x.Header.Open() {
			return nil, fmt.Errorf("%w: %s is closed and its frame %d waits for a task", record.ErrCorrupt, x.Header.ARN, f.ID)
		}
		h.records[f.ID] = h.wanted(f)
	}
	h.unfinished = x.Unfinished()
	h.records[deadlineFrame] = h.deadline()
	h.records[continueFrame] = h.more()
	s.hot[id] = h
	return h, nil
}

// readExecution reads an execution as it is in the store. Errors: store.ErrNotFound and those of the store; an error
// that wraps record.ErrCorrupt says that the store holds what no program wrote.
func readExecution(ctx context.Context, r store.Reader, id executionID) (*execution.Execution, error) {
	x := &execution.Execution{Frames: make(map[execution.FrameID]*execution.Frame)}
	prefix := startKey(id)
	n := 0
	for p, err := range r.Scan(ctx, prefix, after(prefix), false) {
		if err != nil {
			return nil, err
		}
		if err := readPart(x, p); err != nil {
			return nil, fmt.Errorf("execution %x: %w", id, err)
		}
		n++
	}
	switch {
	case n == 0:
		return nil, store.ErrNotFound
	case x.Header.Status == nil || x.Header.ARN == "":
		return nil, fmt.Errorf("execution %x: %w: a part is missing", id, record.ErrCorrupt)
	}
	if err := fill(ctx, r, id, &x.Header); err != nil {
		return nil, err
	}
	if err := complete(x); err != nil {
		return nil, fmt.Errorf("execution %x: %w", id, err)
	}
	return x, nil
}

// readBeside reads a document that stands beside a frame. The frame's own record comes just before.
func readBeside(x *execution.Execution, p store.Pair) error {
	at := len(p.Key) - 1
	f := x.Frames[execution.FrameID(binary.BigEndian.Uint64(p.Key[at-8:at]))]
	if s := slot(p.Key[at]); f != nil && document(f, s) == awaited {
		return setDocument(f, s, query.Trusted(string(p.Value)))
	}
	return fmt.Errorf("%w: nothing awaits the document at key %x", record.ErrCorrupt, p.Key)
}

// complete fails if a frame still awaits a document.
func complete(x *execution.Execution) error {
	for _, f := range x.Frames {
		for _, s := range slots {
			if document(f, s) == awaited {
				return fmt.Errorf("%w: the document %q beside frame %d is missing", record.ErrCorrupt, s, f.ID)
			}
		}
	}
	return nil
}

// readPart reads one of the records of an execution, which come in the order start, progress, frames, each with what
// stands beside it.
func readPart(x *execution.Execution, p store.Pair) (err error) {
	start := len(startKey(executionID{}))
	if len(p.Key) == start {
		x.Header, err = decodeStart(p.Value)
		return err
	}
	if len(p.Key) == start+8+1 {
		return readBeside(x, p)
	}
	if len(p.Key) != start+8 {
		return fmt.Errorf("%w: key of %d bytes", record.ErrCorrupt, len(p.Key))
	}
	frame := execution.FrameID(binary.BigEndian.Uint64(p.Key[start:]))
	if frame == 0 {
		return decodeProgress(p.Value, &x.Header)
	}
	f, err := decodeFrame(frame, p.Value)
	if err != nil {
		return err
	}
	x.Frames[frame] = f
	return nil
}
