package engine

import (
	"context"
	"fmt"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/record"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/query"
)

// The input of an execution stands in its first event and its output in its last one. They are written there and
// nowhere else: for a short execution with a payload that is most of what there is to write.

// fill completes a header that was read with what stands in the history.
func fill(ctx context.Context, r store.Reader, id executionID, h *execution.Header) error {
	if h.Input == awaited {
		first, err := edge(ctx, r, id, false)
		if err == nil {
			h.Input, err = documentOf(first, history.Input)
		}
		if err != nil {
			return fmt.Errorf("input of %s: %w", h.ARN, err)
		}
	}
	if s, ok := h.Status.(execution.Succeeded); ok && s.Output == awaited {
		last, err := edge(ctx, r, id, true)
		if err == nil {
			s.Output, err = documentOf(last, history.Output)
		}
		if err != nil {
			return fmt.Errorf("output of %s: %w", h.ARN, err)
		}
		h.Status = s
	}
	return nil
}

// edge returns the first or the last event of a history.
func edge(ctx context.Context, r store.Reader, id executionID, last bool) (ev history.Event, err error) {
	prefix := idKey(kindHistory, id)
	for p, err := range r.Scan(ctx, prefix, after(prefix), last) {
		if err != nil {
			return ev, err
		}
		events, err := history.DecodeChunk(p.Value)
		if err != nil || len(events) == 0 {
			return ev, fmt.Errorf("%w: %w", record.ErrCorrupt, err)
		}
		if last {
			return events[len(events)-1], nil
		}
		return events[0], nil
	}
	return ev, fmt.Errorf("%w: the history is missing", record.ErrCorrupt)
}

func documentOf(ev history.Event, k history.Key) (*query.Document, error) {
	for _, f := range ev.Fields {
		if f.Key == k {
			return query.Trusted(f.Text), nil
		}
	}
	return nil, fmt.Errorf("%w: event %d has no payload", record.ErrCorrupt, ev.ID)
}
