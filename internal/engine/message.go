package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
)

// message asks a shard to do something to one execution.
type message struct {
	id   executionID
	arn  string // for what is said about it; may be "" where the execution must be there
	what request
	slot string // the dispatcher's place that a task to be started already has; "": none

	// done is called once, when what the outcome rests upon is durable; nil: nobody asks. It must not block.
	done func(outcome)
}

// request is one of begin, adopt, redrive, happened, attend, admitted, told, abandoned, launch, landed, *sweep.
type request interface{ isRequest() }

type (
	// begin starts a Standard execution.
	begin struct{ header execution.Header }
	// adopt makes a child execution of a map run run: it is begun, or redriven as often as its header says.
	adopt struct{ header execution.Header }
	// redrive takes a closed execution up again. The client's token makes it idempotent.
	redrive struct{ token string }
	// happened applies an occurrence. If since is given, it is meant for the execution that was started then and for no
	// later one of the same name.
	happened struct {
		what  execution.Occurrence
		since time.Time
		paid  bool // it has its token: see throttle
	}
	// attend sees to a task: one that has got a place in the dispatcher, was under way when the engine stopped, or whose
	// job is to be asked about. asked says how often it was since the engine started.
	attend struct {
		task  execution.TaskID
		asked int
	}
	// submitted applies that the call of a .sync task was accepted. If nobody waits for it any more, its job is stopped.
	submitted struct {
		what execution.TaskSubmitted
		call integration.Call
	}
	// jobStopped says that a job that nobody waited for is stopped, or was given up.
	jobStopped struct{ task execution.TaskID }
	// admitted says that a map run has got a place.
	admitted struct{ mapRunARN string }
	// told says that the parent of a closed execution knows.
	told struct{}
	// abandoned says that a child execution has been stopped.
	abandoned struct{ child executionID }
	// launch notes an asynchronous Express execution, landed forgets it.
	launch struct{ header execution.Header }
	landed struct{}
)

func (begin) isRequest()      {}
func (happened) isRequest()   {}
func (attend) isRequest()     {}
func (admitted) isRequest()   {}
func (told) isRequest()       {}
func (adopt) isRequest()      {}
func (redrive) isRequest()    {}
func (abandoned) isRequest()  {}
func (launch) isRequest()     {}
func (landed) isRequest()     {}
func (submitted) isRequest()  {}
func (jobStopped) isRequest() {}

// outcome is what has become of a message.
type outcome struct {
	header   execution.Header
	frame    *execution.Frame // of the task that the message was about, after it
	existing bool             // begin: the execution was there before
	err      error
}

func occurrence(executionARN string, what execution.Occurrence) message {
	return message{id: idOf(executionARN), arn: executionARN, what: happened{what: what}}
}

// byAttempt is the occurrence that ends, or keeps up, an attempt.
func byAttempt(a execution.Attempt, what execution.Occurrence) message {
	m := occurrence(a.ExecutionARN, what)
	m.what = happened{what: what, since: a.StartedAt}
	return m
}

// ask hands m to its shard and waits for the outcome. Errors: ErrThrottled, ErrUnavailable, ErrClosed, those of ctx,
// and those of the request.
func (e *Engine) ask(ctx context.Context, m message) (outcome, error) {
	reply := make(chan outcome, 1)
	m.done = func(o outcome) { reply <- o }
	s := e.shardOf(m.id)
	if e.ctx.Err() != nil {
		return outcome{}, ErrClosed
	}
	if s.ailing.Load() || e.broken.Load() {
		return outcome{}, fmt.Errorf("%w: the store refuses what is to be written", ErrUnavailable)
	}
	select {
	case s.inbox <- m:
	default:
		if !s.overflow.offer(m, max(1, e.cfg.Limits.Inbox/overflowShare)) {
			return outcome{}, ErrThrottled
		}
	}
	patience := time.NewTimer(e.cfg.Limits.Answer)
	defer patience.Stop()
	select {
	case o := <-reply:
		return o, o.err
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	case <-patience.C:
		return outcome{}, fmt.Errorf("%w: no answer from the store", ErrUnavailable)
	case <-s.stopped:
	}
	select { // the shard may have answered with its last breath
	case o := <-reply:
		return o, o.err
	default:
		return outcome{}, ErrClosed
	}
}

// deliver hands m to its shard and waits for its turn as long as the engine is open. It is for goroutines other than
// shards.
func (e *Engine) deliver(m message) {
	s := e.shardOf(m.id)
	select {
	case s.inbox <- m:
		return
	default:
	}
	taken := make(chan struct{})
	s.overflow.push(m, taken)
	select {
	case <-taken:
	case <-e.ctx.Done():
	}
}

// post is deliver without the waiting: for shards.
func (e *Engine) post(m message) {
	s := e.shardOf(m.id)
	select {
	case s.inbox <- m:
	default:
		s.overflow.push(m, nil)
	}
}

// postLater posts m after a while, unless the engine is closed before.
func (e *Engine) postLater(m message, wait time.Duration) {
	e.background(func() {
		if pause(e.ctx, wait) {
			e.deliver(m)
		}
	})
}

// pause waits; it reports false as soon as ctx ends.
func pause(ctx context.Context, wait time.Duration) bool {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
