package bench

import (
	"context"
	"time"
)

// settlement says what became of the executions of a phase that did not wait for the end of each.
type settlement struct {
	at        time.Time // when the last had ended, as far as one can see from outside
	described int       // executions that were looked at one by one
}

// settle waits until nothing that the phase has started is running any more, and counts how it ended.
//
// First the executions that were started last are described until each has ended: a few requests, so the time is
// taken then. That nothing else runs is checked by a list, which may be long; only if something does is the time
// taken anew. Rows of other statuses than SUCCEEDED are counted as errors. The rest is taken as succeeded: that lists
// are not behind is what the sample speaks for.
func (r *run) settle(ctx, hard context.Context, machine string, rec *recorder) (s settlement) {
	s.at = time.Now()
	if rec.started == 0 {
		return s
	}
	if r.scenario.waits {
		wait(ctx, time.Duration(r.cfg.WaitSeconds)*time.Second)
	}
	patience, cancel := context.WithTimeout(hard, r.cfg.Timeout)
	defer cancel()
	sampled := map[string]int{}
	for _, arn := range sample(rec.last.all()) {
		o, err := r.await(patience, outcome{ExecutionArn: arn}, nil)
		if err != nil {
			rec.fail(err)
			continue
		}
		s.described++
		if !o.succeeded() {
			sampled[o.Status]++
		}
	}
	s.at = time.Now()
	running := r.drain(patience, machine, rec, &s)
	for _, status := range []string{"FAILED", "TIMED_OUT", "ABORTED"} {
		n, err := r.client.count(hard, machine, status)
		if err != nil {
			rec.fail(err)
		}
		if n = max(n, sampled[status]); n > 0 {
			rec.failed += n
			rec.errors[status] += n
		}
	}
	// A request whose answer was lost may have started an execution all the same: lists can know of more than rec.
	rec.succeeded = max(rec.started-rec.failed-running, 0)
	return s
}

// drain waits until no execution is listed as running and returns how many still are when patience ends. If nobody can
// tell, it is all that were started, so that none counts as ended.
func (r *run) drain(patience context.Context, machine string, rec *recorder, s *settlement) (running int) {
	running = rec.started
	began := time.Now()
	for first := true; ; first = false {
		n, err := r.client.count(patience, machine, "RUNNING")
		switch {
		case err != nil && patience.Err() != nil:
			return running
		case err != nil:
			rec.fail(err)
			return rec.started
		case n == 0 && first:
			return 0
		case n == 0:
			s.at = time.Now()
			return 0
		}
		running = n
		wait(patience, min(max(time.Since(began)/pollShare, pollTimeMin), pollTimeMax))
	}
}

// sample returns at most sampleMax of the executions, those that were started last among them.
func sample(arns []string) []string { return arns[max(0, len(arns)-sampleMax):] }
