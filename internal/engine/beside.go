package engine

import (
	"fmt"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/record"
	"github.com/cogstep/cogstep/query"
)

// A frame is written again whenever it changes, but its large documents stay the same meanwhile: the input of a state
// through all events of a task, the items of a Map through all iterations. They stand in records of their own beside
// the frame, and are written once.

// besideBytesMin is the size from which on a document stands beside its frame.
const besideBytesMin = 1024

// slot names a document of a frame; it is the last byte of the key of what stands beside.
type slot byte

// The slots. Their letters are part of the form on disk.
const (
	slotInput      slot = 'i'
	slotItems      slot = 'm'
	slotOutput     slot = 'o'
	slotParameters slot = 'p'
)

// slots are all of them, in the order of their keys.
var slots = [...]slot{slotInput, slotItems, slotOutput, slotParameters}

// beside holds, for each slot, the document that stands beside a frame; nil: none. Documents are immutable, so the
// same pointer means the same text.
type beside [len(slots)]*query.Document

// besideOf returns what has to stand beside f.
func besideOf(f *execution.Frame) (b beside) {
	for i, s := range slots {
		if d := document(f, s); isLarge(d) {
			b[i] = d
		}
	}
	return b
}

func isLarge(d *query.Document) bool { return d != nil && d.Size() >= besideBytesMin }

// document returns the document of f in a slot, nil if it has none.
func document(f *execution.Frame, s slot) *query.Document {
	switch focus := f.Focus.(type) {
	case execution.InMap:
		if s == slotItems {
			return focus.Items
		}
	case execution.InMapRun:
		if s == slotItems {
			return focus.Items
		}
	case execution.InTask:
		if s == slotParameters {
			return focus.Parameters
		}
	case execution.Done:
		if s == slotOutput {
			return focus.Output
		}
	}
	if s == slotInput {
		return f.Input
	}
	return nil
}

// setDocument puts a document that stood beside f into its slot. It fails if f does not wait for it.
func setDocument(f *execution.Frame, s slot, d *query.Document) error {
	switch focus := f.Focus.(type) {
	case execution.InMap:
		if s == slotItems {
			focus.Items = d
			f.Focus = focus
			return nil
		}
	case execution.InMapRun:
		if s == slotItems {
			focus.Items = d
			f.Focus = focus
			return nil
		}
	case execution.InTask:
		if s == slotParameters {
			focus.Parameters = d
			f.Focus = focus
			return nil
		}
	case execution.Done:
		if s == slotOutput {
			focus.Output = d
			f.Focus = focus
			return nil
		}
	}
	if s == slotInput {
		f.Input = d
		return nil
	}
	return fmt.Errorf("%w: a document %q beside a frame that has none", record.ErrCorrupt, s)
}

// besideKey is the key of a document beside a frame: it follows the frame's own.
func besideKey(id executionID, f execution.FrameID, s slot) []byte {
	return append(frameKey(id, f), byte(s))
}

// putBeside brings what stands beside a frame in step with what is wanted.
func (w *work) putBeside(h *hot, id execution.FrameID, have, want beside) {
	for i, s := range slots {
		switch {
		case have[i] == want[i]:
		case want[i] != nil:
			w.batch.Put(besideKey(h.id, id, s), []byte(want[i].Text()))
		default:
			w.batch.Delete(besideKey(h.id, id, s))
		}
	}
}
