package engine

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/store"
)

// MapRun returns what is durable of a map run. Errors: ErrMapRunDoesNotExist, ErrUnavailable, ErrClosed.
//
// Its ARN does not say which execution it belongs to, so every shard is asked; that is as many point reads.
func (e *Engine) MapRun(ctx context.Context, mapRunARN string) (execution.MapRun, error) {
	for _, s := range e.shards {
		record, err := s.durably.Get(ctx, mapRunKey(mapRunARN))
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return execution.MapRun{}, unavailable(err)
		}
		run, err := decodeMapRun(record)
		if err != nil {
			return run, unavailable(err)
		}
		return run, nil
	}
	return execution.MapRun{}, ErrMapRunDoesNotExist
}

// MapRuns returns up to limit map runs of an execution in the order of their start, beginning after where a page
// before ended ("": the first page), and where the next page begins ("": there is none).
// Errors: ErrInvalidToken, ErrUnavailable, ErrClosed.
func (e *Engine) MapRuns(ctx context.Context, executionARN string, limit int, page string) (runs []execution.MapRun, next string, err error) {
	id := idOf(executionARN)
	prefix := idKey(kindRun, id)
	from := prefix
	if page != "" {
		cursor, err := base64.RawURLEncoding.DecodeString(page)
		if err != nil || len(cursor) != 8+16 {
			return nil, "", ErrInvalidToken
		}
		from = append(bytes.Clone(prefix), append(cursor, 0)...)
	}
	r := e.readerOf(id)
	var last []byte
	for p, err := range r.Scan(ctx, from, after(prefix), false) {
		if err != nil {
			return nil, "", unavailable(err)
		}
		if len(runs) == limit {
			return runs, base64.RawURLEncoding.EncodeToString(last[len(prefix):]), nil
		}
		last = append(last[:0], p.Key...)
		record, err := r.Get(ctx, append([]byte{kindMapRun}, p.Key[len(p.Key)-16:]...))
		if err != nil {
			return nil, "", unavailable(err)
		}
		run, err := decodeMapRun(record)
		if err != nil {
			return nil, "", unavailable(err)
		}
		runs = append(runs, run)
	}
	return runs, "", nil
}
