package engine

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/store"
)

// Bounds of what a shard applies ahead of the store.
const (
	workMessagesMax = 512
	workBytesMax    = 4 << 20 // payloads in events, about
)

// work is what a shard has applied and not yet made durable, and what follows when it is.
type work struct {
	batch    store.Batch
	changed  []*hot
	messages int
	bytes    int

	recorded []recorded
	timers   []timer
	closed   []execution.Header
	then     []func() // in order; they must not block
	answers  []answer
}

// answer is what somebody who asked is told.
type answer struct {
	done func(outcome)
	outcome
}

type recorded struct {
	of     Origin
	events []history.Event
}

func (w *work) empty() bool {
	return len(w.changed) == 0 && len(w.then) == 0 && len(w.answers) == 0 && w.batch.Len() == 0
}

func (w *work) full() bool { return w.messages >= workMessagesMax || w.bytes >= workBytesMax }

// merge moves h forward and notes what has changed.
func (w *work) merge(h *hot, fx *execution.Effects) {
	h.x.Merge(fx)
	if !h.dirty {
		h.dirty = true
		h.touched = make(map[execution.FrameID]struct{}, len(fx.Frames)+len(fx.Gone))
		w.changed = append(w.changed, h)
	}
	for _, f := range fx.Frames {
		h.touched[f.ID] = struct{}{}
	}
	for _, id := range fx.Gone {
		h.touched[id] = struct{}{}
	}
	h.events = append(h.events, fx.Events...)
	for _, ev := range fx.Events {
		for _, f := range ev.Fields {
			w.bytes += len(f.Text)
		}
	}
}

// seal turns the changes into the records of one batch.
func (w *work) seal() {
	for _, h := range w.changed {
		w.put(h)
		w.recorded = append(w.recorded, recorded{originOf(&h.x.Header), h.events})
		if !h.x.Header.Open() {
			w.closed = append(w.closed, h.x.Header)
		}
		h.dirty, h.touched, h.events = false, nil, nil
		h.held++
	}
}

// put writes what has changed of h: few keys, one chunk of history.
func (w *work) put(h *hot) {
	b, head := &w.batch, &h.x.Header
	if !h.written {
		b.Put(startKey(h.id), encodeStart(head))
	}
	b.Put(progressKey(h.id), encodeProgress(head))
	if len(h.events) > 0 {
		b.Put(historyKey(h.id, h.events[0].ID), history.EncodeChunk(h.events))
	}
	for _, id := range slices.Sorted(maps.Keys(h.touched)) {
		w.putFrame(h, id)
	}
	w.arm(h, deadlineFrame, h.deadline())
	w.arm(h, continueFrame, h.more())
	w.list(h)
	w.index(h)
	h.written = true
}

// listedUnder is the ARN of the list that an execution is in: its machine's, or its map run's.
func listedUnder(head *execution.Header) string {
	return cmp.Or(head.MapRunARN, head.StateMachineARN)
}

// list keeps the rows of lists in step: one when an execution is new or redriven, and one when it has ended.
func (w *work) list(h *hot) {
	head := &h.x.Header
	open := head.Open()
	if open && h.listed {
		return
	}
	for _, k := range rowKeys(head, h.id) {
		w.batch.Put(k, encodeRow(head))
	}
	switch {
	case open:
		w.batch.Put(openKey(listedUnder(head), h.id), nil)
	case h.listed:
		w.batch.Delete(openKey(listedUnder(head), h.id))
	}
	h.listed = open
	if !open && head.Parent.ExecutionARN != "" && !planted(outboxUnwritten) {
		w.batch.Put(idKey(kindOutbox, h.id), nil)
	}
}

// putFrame writes or removes a frame and the records beside it.
func (w *work) putFrame(h *hot, id execution.FrameID) {
	f := h.x.Frames[id]
	_, stored := h.records[id]
	switch {
	case f != nil:
		if !stored || !planted(framesStale) {
			w.batch.Put(frameKey(h.id, id), encodeFrame(f))
		}
		w.arm(h, id, h.wanted(f))
	case stored:
		if !planted(framesKept) {
			w.batch.Delete(frameKey(h.id, id))
		}
		w.arm(h, id, records{})
		delete(h.records, id)
	}
}

// arm brings the records beside a frame in step with what is wanted.
func (w *work) arm(h *hot, id execution.FrameID, want records) {
	have := h.records[id]
	w.putBeside(h, id, have.beside, want.beside)
	if have.armed != want.armed || !have.due.Equal(want.due) {
		if have.armed {
			w.batch.Delete(timerKey(timer{have.due, h.id, id}))
		}
		if want.armed {
			t := timer{want.due, h.id, id}
			if !planted(timersUnwritten) {
				w.batch.Put(timerKey(t), nil)
			}
			w.timers = append(w.timers, t)
		}
	}
	if have.task != want.task {
		if have.task != 0 {
			w.batch.Delete(taskKey(h.id, execution.TaskID{Frame: id, Scheduled: have.task}))
		}
		if want.task != 0 && !planted(tasksUnwritten) {
			w.batch.Put(taskKey(h.id, execution.TaskID{Frame: id, Scheduled: want.task}), nil)
		}
	}
	h.records[id] = want
}
