package engine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/store"
)

// listExaminedMax bounds the rows that one List looks at when a filter finds few.
const listExaminedMax = 10_000

// unavailable makes an error of the store one of the engine's.
func unavailable(err error) error {
	if errors.Is(err, store.ErrClosed) {
		return ErrClosed
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// Describe returns what is durable of an execution. Errors: ErrExecutionDoesNotExist, ErrUnavailable, ErrClosed.
func (e *Engine) Describe(ctx context.Context, executionARN string) (execution.Header, error) {
	id := idOf(executionARN)
	var x execution.Execution
	for p, err := range e.readerOf(id).Scan(ctx, startKey(id), frameKey(id, 1), false) {
		if err == nil {
			err = readPart(&x, p)
		}
		if err != nil {
			return x.Header, unavailable(err)
		}
	}
	if x.Header.ARN != executionARN {
		return x.Header, ErrExecutionDoesNotExist
	}
	if err := fill(ctx, e.readerOf(id), id, &x.Header); err != nil {
		return x.Header, unavailable(err)
	}
	return x.Header, nil
}

// History returns at most limit events, from the one with the id from on: ascending, or, if reverse, descending (from
// 0 then means: from the newest on). more reports whether there are more in that direction.
// Errors: ErrExecutionDoesNotExist, ErrUnavailable, ErrClosed.
func (e *Engine) History(ctx context.Context, executionARN string, from int64, limit int, reverse bool) (events []history.Event, more bool, err error) {
	id := idOf(executionARN)
	chunks := e.chunks(ctx, id, from, reverse)
	for chunk, err := range chunks {
		if err != nil {
			return nil, false, unavailable(err)
		}
		for i := range chunk {
			ev := chunk[i]
			if reverse {
				ev = chunk[len(chunk)-1-i]
			}
			if !reverse && ev.ID < from || reverse && from > 0 && ev.ID > from {
				continue
			}
			if len(events) == limit {
				return events, true, nil
			}
			events = append(events, ev)
		}
	}
	if len(events) == 0 { // a page beyond the end, or no execution?
		_, err = e.Describe(ctx, executionARN)
	}
	return events, false, err
}

// chunks yields the chunks of a history in either direction, from the one that holds the event from on.
func (e *Engine) chunks(ctx context.Context, id executionID, from int64, reverse bool) iter.Seq2[[]history.Event, error] {
	r := e.readerOf(id)
	prefix := idKey(kindHistory, id)
	lower, upper := prefix, after(prefix)
	return func(yield func([]history.Event, error) bool) {
		switch {
		case reverse && from > 0:
			upper = historyKey(id, from+1)
		case !reverse && from > 0:
			for p, err := range r.Scan(ctx, prefix, historyKey(id, from+1), true) {
				if err != nil {
					yield(nil, err)
					return
				}
				lower = bytes.Clone(p.Key)
				break
			}
		}
		for p, err := range r.Scan(ctx, lower, upper, reverse) {
			var events []history.Event
			if err == nil {
				events, err = history.DecodeChunk(p.Value)
			}
			if !yield(events, err) || err != nil {
				return
			}
		}
	}
}

// ListExecutions says which rows List returns.
type ListExecutions struct {
	StateMachineARN string // or the ARN of a version or an alias: then what was started by it; or of a map run: its children
	Incarnation     string // "": any
	Status          string // as the API spells it; "": any
	Redriven        string // "REDRIVEN", "NOT_REDRIVEN"; "": any
	Limit           int
	After           string // where the page before ended; "": the first page
}

// List returns executions of a state machine, newest start first, and where the next page begins ("": there is
// none). A page may be short although there are more. Errors: ErrInvalidToken for an After that List did not make;
// ErrUnavailable, ErrClosed.
func (e *Engine) List(ctx context.Context, q ListExecutions) (rows []Row, next string, err error) {
	prefix := rowPrefix(q.StateMachineARN)
	from := prefix
	if q.After != "" {
		cursor, err := base64.RawURLEncoding.DecodeString(q.After)
		if err != nil || len(cursor) != 8+16 {
			return nil, "", ErrInvalidToken
		}
		from = append(bytes.Clone(prefix), append(cursor, 0)...)
	}
	examined := 0
	var last []byte
	for p, err := range e.merged(ctx, from, after(prefix)) {
		if err != nil {
			return nil, "", unavailable(err)
		}
		if len(rows) == q.Limit || examined == listExaminedMax {
			return rows, base64.RawURLEncoding.EncodeToString(last[len(prefix):]), nil
		}
		examined++
		last = append(last[:0], p.Key...)
		row, err := decodeRow(p.Value)
		if err != nil {
			return nil, "", unavailable(err)
		}
		if q.selects(&row) {
			rows = append(rows, row)
		}
	}
	return rows, "", nil
}

func (q *ListExecutions) selects(row *Row) bool {
	redriven := "NOT_REDRIVEN"
	if row.Redrives > 0 {
		redriven = "REDRIVEN"
	}
	return cmp.Or(q.Status, row.Status) == row.Status && cmp.Or(q.Incarnation, row.Incarnation) == row.Incarnation &&
		cmp.Or(q.Redriven, redriven) == redriven
}

// merged yields the pairs of all shards between two keys in one order.
func (e *Engine) merged(ctx context.Context, from, to []byte) iter.Seq2[store.Pair, error] {
	return func(yield func(store.Pair, error) bool) {
		type source struct {
			pair store.Pair
			next func() (store.Pair, error, bool)
		}
		var sources []*source
		for _, s := range e.shards {
			next, stop := iter.Pull2(s.durably.Scan(ctx, from, to, false))
			defer stop()
			p, err, ok := next()
			if err != nil {
				yield(p, err)
				return
			}
			if ok {
				sources = append(sources, &source{p, next})
			}
		}
		for len(sources) > 0 {
			least := 0
			for i, s := range sources {
				if bytes.Compare(s.pair.Key, sources[least].pair.Key) < 0 {
					least = i
				}
			}
			s := sources[least]
			if !yield(s.pair, nil) {
				return
			}
			p, err, ok := s.next()
			if err != nil {
				yield(p, err)
				return
			}
			s.pair = p
			if !ok {
				sources = append(sources[:least], sources[least+1:]...)
			}
		}
	}
}
