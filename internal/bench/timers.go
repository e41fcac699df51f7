package bench

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

// timers reads from the histories of executions how late their Wait states ended.
func (r *run) timers(ctx context.Context, arns []string) *Timers {
	t := &Timers{}
	late := newHistogram()
	var mu sync.Mutex
	queue := make(chan string)
	var readers sync.WaitGroup
	for range min(len(arns), 16) {
		readers.Go(func() {
			for arn := range queue {
				d, err := r.lateness(ctx, arn)
				mu.Lock()
				switch {
				case err != nil:
					t.Unread++
				case d < 0:
					t.Early++
				default:
					t.Read++
					record(late, d)
				}
				mu.Unlock()
			}
		})
	}
	for _, arn := range arns {
		queue <- arn
	}
	close(queue)
	readers.Wait()
	t.Late = summarize(late)
	return t
}

var errNoWait = errors.New("the history has no Wait state that ended")

// lateness returns how long after its due time the Wait state of an execution ended, by the server's own clock.
func (r *run) lateness(ctx context.Context, arn string) (time.Duration, error) {
	var history struct {
		Events []struct {
			Type      string
			Timestamp float64 // seconds since 1970
		}
	}
	if err := r.client.call(ctx, "GetExecutionHistory", object{"executionArn": arn, "includeExecutionData": false}, &history); err != nil {
		return 0, err
	}
	moments := map[string]time.Time{}
	for _, e := range history.Events {
		moments[e.Type] = time.UnixMilli(int64(math.Round(e.Timestamp * 1000)))
	}
	entered, exited := moments["WaitStateEntered"], moments["WaitStateExited"]
	if entered.IsZero() || exited.IsZero() {
		return 0, errNoWait
	}
	return exited.Sub(entered) - time.Duration(r.cfg.WaitSeconds)*time.Second, nil
}
