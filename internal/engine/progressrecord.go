package engine

import (
	"maps"
	"slices"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
)

const progressVersion = 3

// The statuses on disk.
const (
	statusRunning = iota
	statusSucceeded
	statusFailed
	statusTimedOut
	statusAborted
)

// encodeProgress returns the part of a header that changes, but its output: that stands in the history.
func encodeProgress(h *execution.Header) []byte {
	w := newWriter(progressVersion)
	w.Int(h.LastEvent)
	w.Int(int64(h.LastFrame))
	w.Int(h.Transitions)
	w.Uint(uint64(len(h.Invocations)))
	for _, name := range slices.Sorted(maps.Keys(h.Invocations)) {
		w.Text(string(name))
		w.Int(int64(h.Invocations[name]))
	}
	switch s := h.Status.(type) {
	case execution.Succeeded:
		w.Uint(statusSucceeded)
		w.Uint(documentInHistory)
	case execution.Failed:
		w.Uint(statusFailed)
		w.Texts(s.Error, s.Cause)
	case execution.TimedOut:
		w.Uint(statusTimedOut)
	case execution.Aborted:
		w.Uint(statusAborted)
		w.Texts(s.Error, s.Cause)
	default:
		w.Uint(statusRunning)
	}
	w.Time(h.StoppedAt)
	w.Time(h.Deadline)
	w.Int(int64(h.Redrives))
	w.Time(h.RedrivenAt)
	w.Uint(uint64(len(h.RedriveTokens)))
	for _, t := range h.RedriveTokens {
		w.Text(t.Token)
		w.Time(t.At)
	}
	return w.B
}

// decodeProgress completes h.
func decodeProgress(b []byte, h *execution.Header) error {
	r, err := newReader(b, progressVersion, "progress record")
	if err != nil {
		return err
	}
	h.LastEvent = r.Int()
	h.LastFrame = execution.FrameID(r.Int())
	h.Transitions = r.Int()
	if n := r.Count(); n > 0 {
		h.Invocations = make(map[asl.StateName]int)
		for range n {
			name := asl.StateName(r.Text())
			h.Invocations[name] = int(r.Int())
		}
	}
	h.Status = decodeStatus(r)
	h.StoppedAt = r.Time()
	h.Deadline = r.Time()
	h.Redrives = int(r.Int())
	h.RedrivenAt = r.Time()
	for range r.Count() {
		h.RedriveTokens = append(h.RedriveTokens, execution.RedriveToken{Token: r.Text(), At: r.Time()})
	}
	return r.Done()
}

func decodeStatus(r reader) execution.Status {
	switch s := r.Uint(); s {
	case statusRunning:
		return execution.Running{}
	case statusSucceeded:
		return execution.Succeeded{Output: r.frameDocument()}
	case statusFailed:
		return execution.Failed{Error: r.Text(), Cause: r.Text()}
	case statusTimedOut:
		return execution.TimedOut{}
	case statusAborted:
		return execution.Aborted{Error: r.Text(), Cause: r.Text()}
	default:
		r.Fail("no status %d", s)
		return execution.Running{}
	}
}
