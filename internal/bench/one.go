package bench

import (
	"context"
	"encoding/json"
	"time"
)

// Polls of DescribeExecution: after a quarter of the time that has gone by, so that what polling adds to a latency is
// bounded in proportion.
const (
	pollShare   = 4
	pollTimeMin = time.Millisecond
	pollTimeMax = time.Second
	// pendingPause is the shortest pause while the last function call of an execution has not come: it cannot have
	// ended well before.
	pendingPause = 250 * time.Millisecond
	// errorPause keeps a closed loop from hammering an endpoint that refuses at once.
	errorPause = 10 * time.Millisecond
)

// one starts an execution, sees it to its end if the run wants that, and records both.
func (r *run) one(ctx context.Context, cfg Config, s starter, from time.Time, rec *recorder) {
	n := r.number()
	if cfg.until() == UntilStart {
		started, err := r.start(ctx, s, n)
		if err != nil {
			rec.fail(err)
			wait(ctx, errorPause)
			return
		}
		rec.observe(time.Since(from))
		rec.accept(started.ExecutionArn)
		return
	}
	ended, err := r.toItsEnd(ctx, s, n)
	if ended.ExecutionArn != "" {
		rec.accept(ended.ExecutionArn)
	}
	if err != nil {
		rec.fail(err)
		wait(ctx, errorPause)
		return
	}
	rec.observe(time.Since(from))
	rec.end(ended)
}

// start performs the request that starts execution n.
func (r *run) start(ctx context.Context, s starter, n int) (o outcome, err error) {
	answer, err := r.client.send(ctx, s.operation, s.body(n))
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(answer, &o)
}

// toItsEnd starts execution n and returns how it ended. With an error, the ARN says whether it was started.
func (r *run) toItsEnd(ctx context.Context, s starter, n int) (outcome, error) {
	var lastCall <-chan struct{}
	if r.functions != nil {
		lastCall = r.functions.expect(n)
		defer r.functions.forget(n)
	}
	o, err := r.start(ctx, s, n)
	if err != nil || o.ended() {
		return o, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	return r.await(ctx, o, lastCall)
}

// await asks for an execution until it has ended. lastCall, if it is not nil, says when that is near.
func (r *run) await(ctx context.Context, o outcome, lastCall <-chan struct{}) (outcome, error) {
	for began := time.Now(); ; {
		pause := min(max(time.Since(began)/pollShare, pollTimeMin), pollTimeMax)
		if lastCall != nil {
			pause = max(pause, pendingPause)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return o, ctx.Err()
		case <-lastCall:
			timer.Stop()
			lastCall, began = nil, time.Now()
			continue
		case <-timer.C:
		}
		now, err := r.client.describe(ctx, o.ExecutionArn)
		if err != nil {
			return o, err
		}
		if now.ended() {
			return now, nil
		}
	}
}
