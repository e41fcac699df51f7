package engine

import (
	"container/list"
	"context"
	"errors"
	"sync"

	"github.com/cogstep/cogstep/internal/execution"
)

// activities holds the scheduled tasks of each activity until a worker takes them, and the workers that wait. Tasks of
// one state machine wait in the order of their scheduling, and the state machines take turns; workers wait in the order
// of their coming.
type activities struct {
	pollersMax int

	mu     sync.Mutex
	queues map[string]*queue // by activity ARN
	where  map[attempt]place // of the tasks that wait
}

type queue struct {
	tasks   turns[ticket]
	workers list.List // of chan ticket, each with room for one
	pollers int
}

type place struct {
	activityARN string
	waiter      *waiter[ticket]
}

// ticket is a task for a worker.
type ticket struct {
	attempt
	arn     string // of the execution
	machine string
}

func newActivities(pollersMax int) *activities {
	return &activities{pollersMax: pollersMax, queues: make(map[string]*queue), where: make(map[attempt]place)}
}

// at returns a queue; a.mu is held.
func (a *activities) at(activityARN string) *queue {
	q := a.queues[activityARN]
	if q == nil {
		q = new(queue)
		a.queues[activityARN] = q
	}
	return q
}

// tidy forgets a queue that nobody uses; a.mu is held.
func (a *activities) tidy(activityARN string) {
	if q := a.queues[activityARN]; q != nil && q.pollers == 0 && q.tasks.empty() {
		delete(a.queues, activityARN)
	}
}

// add gives a task to the worker that has waited longest, or lets it wait itself.
func (a *activities) add(activityARN string, t ticket) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.at(activityARN)
	if w := q.workers.Front(); w != nil {
		q.workers.Remove(w).(chan ticket) <- t
		return
	}
	a.where[t.attempt] = place{activityARN, q.tasks.push(t.machine, t)}
}

// putBack gives the next turn to a task that a worker did not take after all.
func (a *activities) putBack(activityARN string, t ticket) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.at(activityARN)
	if w := q.workers.Front(); w != nil {
		q.workers.Remove(w).(chan ticket) <- t
		return
	}
	a.where[t.attempt] = place{activityARN, q.tasks.pushFront(t.machine, t)}
}

// remove takes a task away that nobody waits for any more.
func (a *activities) remove(at attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if p, ok := a.where[at]; ok {
		a.queues[p.activityARN].tasks.remove(p.waiter)
		delete(a.where, at)
		a.tidy(p.activityARN)
	}
}

// take waits for a task. ok is false when ctx has ended first; then no task was taken.
func (a *activities) take(ctx context.Context, activityARN string) (t ticket, ok bool, err error) {
	a.mu.Lock()
	q := a.at(activityARN)
	if t, ok = q.tasks.pop(); ok {
		delete(a.where, t.attempt)
		a.tidy(activityARN)
		a.mu.Unlock()
		return t, true, nil
	}
	if q.pollers >= a.pollersMax {
		a.mu.Unlock()
		return t, false, ErrWorkerLimitExceeded
	}
	q.pollers++
	offer := make(chan ticket, 1)
	waiting := q.workers.PushBack(offer)
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		q.pollers--
		a.tidy(activityARN)
		a.mu.Unlock()
	}()

	select {
	case t := <-offer:
		return t, true, nil
	case <-ctx.Done():
	}
	a.mu.Lock()
	q.workers.Remove(waiting)
	a.mu.Unlock()
	select {
	case t := <-offer: // it came at the last moment: for somebody else then
		a.putBack(activityARN, t)
	default:
	}
	return ticket{}, false, nil
}

// GetActivityTask waits for a task of an activity until ctx ends; then ok is false. It answers when the worker's
// taking of the task is durable. Errors: ErrWorkerLimitExceeded, ErrThrottled, ErrUnavailable, ErrClosed.
func (e *Engine) GetActivityTask(ctx context.Context, activityARN, worker string) (token, input string, ok bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.ctx, cancel)()
	for {
		t, ok, err := e.activities.take(ctx, activityARN)
		if ok && ctx.Err() != nil {
			e.activities.putBack(activityARN, t)
			ok = false
		}
		if err != nil || !ok {
			if e.ctx.Err() != nil {
				err = ErrClosed
			}
			return "", "", false, err
		}
		// From here on the worker has the task, whatever becomes of its connection: the taking is on its way.
		o, err := e.ask(context.WithoutCancel(ctx), occurrence(t.arn, execution.TaskStarted{ID: t.task, Worker: worker}))
		switch {
		case err == nil:
			_, focus, _ := o.frame.Task()
			return e.Token(execution.Attempt{ExecutionARN: t.arn, StartedAt: o.header.StartedAt, Task: t.task}), focus.Parameters.Text(), true, nil
		case errors.Is(err, ErrThrottled):
			e.activities.putBack(activityARN, t) // it was not sent
			return "", "", false, err
		case errors.Is(err, execution.ErrStale), errors.Is(err, ErrExecutionDoesNotExist):
			continue // somebody stopped waiting for it
		default:
			return "", "", false, err
		}
	}
}
