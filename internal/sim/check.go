package sim

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/integration"
)

// The checks at the moment of effect. Each takes w.mu, so that the disk is that of this moment, and looks away if the
// life that acts has crashed: then nobody has seen it act.

// arrived takes a call that has reached the outside. It reports false if the caller is dead.
func (l *life) arrived(c integration.Call, idempotent bool) bool {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if l.dead.Load() {
		return false
	}
	w.report.Calls++
	w.happens("call")
	w.tracef("engine %d calls %s for %s of %s (%s)", l.n, c.Resource.Service, c.State, c.ExecutionARN, c.ClientToken[:8])
	stored := w.onDisk(keyExecution, c.ExecutionARN)
	if c.Express && !stored {
		return true // an Express execution is run at least once
	}
	// An idempotent call that is sent again rests upon no write, so an engine that does not know yet may send it.
	if since := l.fenced.Load(); since != nil && !idempotent && time.Now().After(*since) {
		w.broken("fencing", "engine %d calls for %s of %s %v after it has lost its shards", l.n, c.State, c.ExecutionARN, time.Since(*since))
	}
	if w.sent[c.ClientToken]++; w.sent[c.ClientToken] > 1 && !idempotent {
		w.broken("sent once", "an attempt at %s of %s was sent again", c.State, c.ExecutionARN)
	}
	if !w.attemptStarted(c) {
		w.broken("started before sent", "%s of %s was sent and its start is not durable", c.State, c.ExecutionARN)
	}
	return true
}

// startedBy are the events that follow the scheduling of an attempt when it is sent.
var startedBy = map[history.Type]history.Type{
	history.TaskScheduled:           history.TaskStarted,
	history.LambdaFunctionScheduled: history.LambdaFunctionStarted,
}

// framesMax is the highest number that a frame of a simulated execution can have.
const framesMax = 1000

// attemptStarted reports whether the start of the attempt that c belongs to is durable; w.mu is held.
func (w *world) attemptStarted(c integration.Call) bool {
	events := w.history(c.ExecutionARN)
	if len(events) == 0 {
		return false
	}
	for _, ev := range events {
		scheduled := ev.Previous
		if scheduled < 1 || int(scheduled) > len(events) || startedBy[events[scheduled-1].Type] != ev.Type {
			continue
		}
		for frame := range int64(framesMax) { // the frame itself may be gone in the same batch
			if clientToken(c.ExecutionARN, events[0].At, frame, scheduled) == c.ClientToken {
				return true
			}
		}
	}
	return false
}

// clientToken is the client token of an attempt: a digest of the execution's ARN and start, frame and scheduling event.
func clientToken(arn string, startedMillis, frame, scheduled int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d\x00%d", arn, time.UnixMilli(startedMillis).UnixNano(), frame, scheduled))
	d := hex.EncodeToString(sum[:16])
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]
}

// What a client may be told but "yes": that it is open what has become of its request, or a reason why not.
var (
	unsure = []error{
		engine.ErrUnavailable, engine.ErrClosed, engine.ErrThrottled, context.Canceled, context.DeadlineExceeded,
	}
	definite = []error{
		engine.ErrExecutionAlreadyExists, engine.ErrExecutionDoesNotExist, engine.ErrTaskTimedOut, engine.ErrTaskDoesNotExist,
		engine.ErrInvalidToken, execution.ErrNotRedrivable,
	}
)

// refused checks that there is no execution where somebody was told so; w.mu is held.
func (l *life) refused(arn string, err error) {
	if (errors.Is(err, engine.ErrExecutionDoesNotExist) || errors.Is(err, engine.ErrTaskDoesNotExist)) && !l.dead.Load() && l.w.onDisk(keyExecution, arn) {
		l.w.broken("true no", "%s is there: %v", arn, err)
	}
}

// told begins a check of an answer that a client has got: it reports whether the answer has arrived at all and is a
// "yes". The caller holds w.mu.
func (l *life) told(what string, err error) bool {
	if l.dead.Load() {
		return false // it was under way when the engine crashed
	}
	l.w.tracef("engine %d: %s: %v", l.n, what, err)
	is := func(no error) bool { return errors.Is(err, no) }
	if err != nil && !slices.ContainsFunc(unsure, is) && !slices.ContainsFunc(definite, is) {
		l.w.broken("true no", "%s: a client has no use for %v", what, err)
	}
	if err == nil {
		l.w.report.Yes++
		l.w.happens("yes")
	}
	return err == nil
}

func (l *life) startTold(s engine.Started, err error, machine, input string) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	yes := l.told("start of "+s.ARN, err)
	k := w.knowing(s.ARN, machine)
	switch {
	case !yes:
		if errors.Is(err, engine.ErrExecutionAlreadyExists) && !l.dead.Load() && !w.onDisk(keyExecution, s.ARN) {
			w.broken("true no", "%s is said to exist and does not", s.ARN)
		}
		return
	case !w.onDisk(keyExecution, s.ARN) || !w.has(s.ARN, history.ExecutionStarted, s.StartDate):
		w.broken("durable yes", "the start of %s was acknowledged and is not durable", s.ARN)
	case k.input != "" && k.input != input:
		w.broken("one of a name", "%s was started with two inputs", s.ARN)
	}
	k.input = input
	if !s.Existing {
		k.created++
	}
	if k.created > 1 {
		w.broken("one of a name", "%s was started twice", s.ARN)
	}
}

// has reports whether an event of a type and time is durable; w.mu is held.
func (w *world) has(arn string, t history.Type, at time.Time) bool {
	for _, ev := range w.history(arn) {
		if ev.Type == t && ev.At == at.UnixMilli() {
			return true
		}
	}
	return false
}

func (l *life) expressTold(s engine.Started, err error) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if !l.told("Express start of "+s.ARN, err) {
		return
	}
	if !w.onDisk(keyExpress, s.ARN) && !w.landed[s.ARN] {
		w.broken("durable yes", "the start of %s was acknowledged and is not durable", s.ARN)
	}
	w.acked = append(w.acked, s.ARN)
}

func (l *life) stopTold(arn string, at time.Time, err error) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if !l.told("stop of "+arn, err) {
		l.refused(arn, err)
		return
	}
	for _, ev := range w.history(arn) {
		if closing[ev.Type] != "" && ev.At == at.UnixMilli() {
			return
		}
	}
	w.broken("durable yes", "the stop of %s was acknowledged and is not durable", arn)
}

func (l *life) redriveTold(arn string, at time.Time, err error) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	yes := l.told("redrive of "+arn, err)
	l.refused(arn, err)
	if yes && !w.has(arn, history.ExecutionRedriven, at) {
		w.broken("durable yes", "the redrive of %s was acknowledged and is not durable", arn)
	}
}

// answerTold checks what somebody is told who has answered a task. The marker stands in the answer and nowhere else. The
// history had so many events before; if the answer came before the call was over, the task may have ended otherwise
// in the same moment.
func (l *life) answerTold(t *token, marker string, before int, err error) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if !l.told(fmt.Sprintf("answer %s to a task of %s", marker, t.arn), err) {
		l.refused(t.arn, err)
		if errors.Is(err, engine.ErrInvalidToken) {
			w.broken("true no", "a token of %s is said to be forged", t.arn)
		}
		return
	}
	if t.settled++; t.settled > 1 {
		w.broken("token settles once", "a token of %s was accepted twice", t.arn)
	}
	if !w.mentions(t.arn, marker) && !slices.ContainsFunc(w.history(t.arn)[before:], overtakes) {
		w.broken("durable yes", "answer %s to a task of %s was accepted and is not durable", marker, t.arn)
	}
}

// overtakes reports whether an event may mean that a task is over although its answer was accepted.
func overtakes(ev history.Event) bool {
	switch ev.Type {
	case history.TaskFailed, history.TaskTimedOut, history.LambdaFunctionFailed, history.LambdaFunctionTimedOut, history.ActivityFailed,
		history.ActivityTimedOut, history.FailStateEntered, history.MapRunFailed:
		return true
	}
	return closing[ev.Type] != ""
}

func (l *life) forgeryTold(t *token, forged string, err error) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if forged != t.text && l.told("forged token for "+t.arn, err) {
		w.broken("true no", "a forged token of %s was accepted", t.arn)
	}
}

// taskTold checks what a worker is told who takes a task. It reports false if nobody is there any more to tell.
func (l *life) taskTold(a execution.Attempt, worker string) bool {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if !l.told(fmt.Sprintf("worker %s takes a task of %s", worker, a.ExecutionARN), nil) {
		return false
	}
	for _, ev := range w.history(a.ExecutionARN) {
		if ev.Type == history.ActivityStarted && ev.Text(history.WorkerName) == worker {
			return true
		}
	}
	w.broken("durable yes", "worker %s has a task of %s and that is not durable", worker, a.ExecutionARN)
	return true
}

// described reads an execution and compares it with what was seen of it before: what was durable once stays.
func (l *life) described(arn string) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.known[arn]
	if k == nil || l.dead.Load() {
		return
	}
	h, err := l.Describe(context.Background(), arn)
	if err != nil {
		if errors.Is(err, engine.ErrExecutionDoesNotExist) && (k.input != "" || k.events > 0) {
			w.broken("what was seen stays", "%s is gone", arn)
		}
		return
	}
	w.seen(k, &h)
}

// seen compares a description with the one before; w.mu is held.
func (w *world) seen(k *known, h *execution.Header) {
	status := h.Status.Name()
	if !h.Express || h.MapRunARN == "" { // those begin anew when their run is redriven
		if h.LastEvent < k.events || h.Redrives < k.redrives {
			w.broken("what was seen stays", "%s had %d events and %d redrives, now %d and %d", k.arn, k.events, k.redrives, h.LastEvent, h.Redrives)
		}
		if h.Redrives == k.redrives && k.status != "" && k.status != "RUNNING" && status != k.status {
			w.broken("what was seen stays", "%s was %s, now %s", k.arn, k.status, status)
		}
	}
	k.events, k.redrives, k.status = h.LastEvent, h.Redrives, status
}

// listed reads all executions of a machine: each that was acknowledged is there, once.
func (l *life) listed(machine string) {
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if l.dead.Load() {
		return
	}
	q := engine.ListExecutions{StateMachineARN: scope.StateMachine(machine), Limit: 3}
	rows := map[string]int{}
	for {
		page, next, err := l.List(context.Background(), q)
		if err != nil {
			return
		}
		for _, row := range page {
			rows[row.ARN]++
		}
		if next == "" {
			break
		}
		q.After = next
	}
	for _, arn := range w.arns {
		k := w.known[arn]
		if k.machine == machine && (k.input != "" && rows[arn] != 1 || rows[arn] > 1) {
			w.broken("lists", "%s is listed %d times", arn, rows[arn])
		}
	}
}

// endOf is the moment that an event that ends an execution is, "" if it is none of the moments; w.mu is held.
func (w *world) endOf(arn string, ev history.Event) string {
	isRun := func(ev history.Event) bool { return ev.Type == history.MapRunStarted }
	switch {
	case strings.Contains(arn, ":leaf:"):
		return "end of a nested execution"
	case ev.Type != history.ExecutionSucceeded && slices.ContainsFunc(w.history(arn), isRun):
		return "end of a parent"
	}
	return ""
}

// observer is told of events.
type observer struct{ *life }

// Recorded implements engine.Observer.
func (o observer) Recorded(of engine.Origin, events []history.Event) {
	arn := of.ExecutionARN
	w := o.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if o.dead.Load() || len(events) == 0 {
		return
	}
	for _, ev := range events {
		if ev.Type == history.TaskTimedOut { // what the task has started outside is to be stopped
			w.happens("time-out")
		}
		if closing[ev.Type] != "" {
			w.landed[arn] = true
			w.tracef("%s has ended: %s", arn, ev.Type)
			w.happens(w.endOf(arn, ev))
		}
	}
	if strings.Contains(arn, ":express:") && !w.onDisk(keyExecution, arn) {
		return // in memory only
	}
	durable := w.history(arn)
	for _, ev := range events {
		if int(ev.ID) > len(durable) || durable[ev.ID-1].Type != ev.Type || durable[ev.ID-1].At != ev.At {
			w.broken("durable before observed", "event %d (%s) of %s", ev.ID, ev.Type, arn)
			return
		}
	}
}
