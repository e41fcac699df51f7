package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// Bounds of the second phase, in virtual time.
const (
	endsWithin   = 6 * time.Hour   // all that was begun
	stoppedAfter = 2 * time.Minute // the children of what has ended
)

// calm is the second phase: faults stop, the outside answers, and everything must end; then what has failed is
// redriven and must end again.
func (w *world) calm() {
	w.quiet.Store(true)
	w.note("faults stop")
	if w.one(func(n int) int { return n - 1 }) == nil {
		w.open()
	}
	w.acts.Go(w.steward)
	time.Sleep(stoppedAfter)
	w.orphans()
	close(w.released)
	if !w.ends() {
		return
	}
	r := w.stream("calm")
	if r.IntN(2) == 0 {
		return
	}
	l := w.newest()
	w.mu.Lock()
	arns := w.arns
	w.mu.Unlock()
	for _, arn := range arns {
		at, err := l.Redrive(w.ctx, arn, "")
		l.redriveTold(arn, at, err)
	}
	w.ends()
}

func (w *world) newest() *life { return w.one(func(n int) int { return n - 1 }) }

// steward answers the tokens that nobody has answered.
func (w *world) steward() {
	for w.pause(time.Second + time.Duration(w.seed%1000)*time.Microsecond) {
		w.mu.Lock()
		var open []*token
		for _, t := range w.tokens {
			if t.settled == 0 && t.tried < 20 {
				t.tried += 10
				open = append(open, t)
			}
		}
		w.mu.Unlock()
		for i, t := range open {
			marker := fmt.Sprintf("steward-%d-%d", time.Since(w.born), i)
			l := w.newest()
			w.mu.Lock()
			before := len(w.history(t.arn))
			w.mu.Unlock()
			l.answerTold(t, marker, before, l.SendTaskSuccess(w.ctx, t.text, query.Trusted(fmt.Sprintf("{%q:1}", marker))))
		}
	}
}

// ends waits until nothing is under way.
func (w *world) ends() bool {
	for begun := time.Now(); ; time.Sleep(20 * time.Second) {
		w.mu.Lock()
		left := w.left()
		if len(left) == 0 {
			w.mu.Unlock()
			return true
		}
		if time.Since(begun) > endsWithin {
			w.broken("everything ends", "%d records are left over: %s", len(left), left[0])
			w.mu.Unlock()
			return false
		}
		w.mu.Unlock()
	}
}

// orphans looks for children that run although what they belong to has ended, and go on doing so: one that is being
// stopped takes a moment.
func (w *world) orphans() {
	found := w.running()
	time.Sleep(w.rules.patience())
	again := w.running()
	w.mu.Lock()
	defer w.mu.Unlock()
	for arn, run := range found {
		if again[arn] == run {
			w.broken("children end with their parent", "%s runs although its map run %s has ended", arn, run)
		}
	}
}

// running returns the children that run although their map run has ended, and which that is.
func (w *world) running() map[string]string {
	l := w.newest()
	w.mu.Lock()
	defer w.mu.Unlock()
	children := map[string]string{}
	for _, arn := range w.arns {
		for _, run := range w.mapRuns(l, arn) {
			if run.Status == execution.MapRunRunning {
				continue
			}
			for _, row := range w.rows(l, run.ARN) {
				if row.Status == "RUNNING" {
					children[row.ARN] = run.ARN
				}
			}
		}
	}
	return children
}

// mapRuns returns the map runs of an execution; w.mu is held.
func (w *world) mapRuns(l *life, arn string) []execution.MapRun {
	runs, _, err := l.MapRuns(context.Background(), arn, 100, "")
	if err != nil {
		w.broken("reads", "map runs of %s: %v", arn, err)
	}
	return runs
}

// rows returns the children of a map run; w.mu is held.
func (w *world) rows(l *life, run string) []engine.Row {
	rows, _, err := l.List(context.Background(), engine.ListExecutions{StateMachineARN: run, Limit: 1000})
	if err != nil {
		w.broken("reads", "children of %s: %v", run, err)
	}
	return rows
}

// judge looks at what is there in the end.
func (w *world) judge() {
	l := w.newest()
	time.Sleep(time.Minute) // what is told in the background
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := l.OpenCount(); n != 0 && len(w.left()) == 0 {
		w.broken("counters", "%d open executions are counted and there are none", n)
	}
	w.judgeJobs()
	for _, arn := range w.acked {
		if !w.landed[arn] {
			w.broken("everything ends", "%s was acknowledged and nobody has seen its end", arn)
		}
	}
	for i := 0; i < len(w.arns); i++ { // it grows by the children that are found
		w.judgeOne(l, w.known[w.arns[i]])
	}
}

func (w *world) judgeOne(l *life, k *known) {
	h, err := l.Describe(context.Background(), k.arn)
	switch {
	case err != nil && k.input == "":
		return // its start was never acknowledged
	case err != nil:
		w.broken("durable yes", "%s was acknowledged: %v", k.arn, err)
		return
	}
	w.report.Executions++
	w.seen(k, &h)
	w.tracef("%s is %s after %d events, %d redrives", k.arn, h.Status.Name(), h.LastEvent, h.Redrives)
	events := w.history(k.arn)
	w.judgeHistory(k, &h, events)
	_, succeeded := h.Status.(execution.Succeeded)
	if n := len(w.frames(k.arn)); n > 0 && succeeded {
		w.broken("everything ends", "%s has succeeded and %d frames are left over", k.arn, n)
	}
	for _, run := range w.mapRuns(l, k.arn) {
		w.judgeMapRun(l, k, run)
	}
}

// judgeMapRun holds the counters of a map run against its children.
func (w *world) judgeMapRun(l *life, k *known, run execution.MapRun) {
	if run.Status == execution.MapRunRunning {
		w.broken("map runs", "%s runs and its execution %s has ended", run.ARN, k.arn)
	}
	for _, c := range []execution.Counts{run.Items, run.Children} {
		if sum := c.Pending + c.Running + c.Succeeded + c.Failed + c.TimedOut + c.Aborted; sum != c.Total || c.Running != 0 {
			w.broken("map runs", "%s: %+v add up to %d", run.ARN, c, sum)
		}
	}
	statuses := map[string]int64{}
	rows := w.rows(l, run.ARN)
	for _, row := range rows {
		statuses[row.Status]++
		w.knowing(row.ARN, k.machine+"/"+string(run.State))
		stopped := run.Status == execution.MapRunSucceeded || run.Redrives > 0 || row.Status == "ABORTED"
		if late := row.StoppedAt.Sub(run.StoppedAt); !stopped && !w.rules.jumps && late > w.rules.patience() {
			w.broken("children end with their parent", "%s ran on for %v after its map run was %s", row.ARN, late, run.Status)
		}
	}
	if run.Status == execution.MapRunSucceeded {
		got := execution.Counts{
			Total: int64(len(rows)), Succeeded: statuses["SUCCEEDED"], Failed: statuses["FAILED"],
			TimedOut: statuses["TIMED_OUT"], Aborted: statuses["ABORTED"],
		}
		if got != run.Children {
			w.broken("map runs", "%s counts %+v, its children are %+v", run.ARN, run.Children, got)
		}
	}
}

// closing are the events that end an execution, and the status that each leads to.
var closing = map[history.Type]string{
	history.ExecutionSucceeded: "SUCCEEDED", history.ExecutionFailed: "FAILED",
	history.ExecutionAborted: "ABORTED", history.ExecutionTimedOut: "TIMED_OUT",
}

// judgeHistory checks a whole history.
func (w *world) judgeHistory(k *known, h *execution.Header, events []history.Event) {
	fault := func(format string, args ...any) {
		w.broken("history", "%s: %s", k.arn, fmt.Sprintf(format, args...))
	}
	if int64(len(events)) != h.LastEvent {
		fault("%d events, the last id is %d", len(events), h.LastEvent)
	}
	m := w.definition(k)
	exits := map[string]int{}
	started := map[int64]bool{}
	ended, redrives := "", 0
	for i, ev := range events {
		switch {
		case ev.ID != int64(i+1) || ev.Previous < 0 || ev.Previous >= ev.ID:
			fault("event %d<%d comes as number %d", ev.Previous, ev.ID, i+1)
			return
		case (ev.Type == history.ExecutionStarted) != (i == 0):
			fault("event %d is %s", ev.ID, ev.Type)
		case ev.Type == history.ExecutionRedriven:
			if redrives++; ended == "" || ended == "SUCCEEDED" {
				fault("event %d: redriven when it was %q", ev.ID, ended)
			}
			ended = ""
		case ended != "":
			fault("event %d (%s) follows the end", ev.ID, ev.Type)
		case i > 0 && ev.At < events[i-1].At && !w.rules.jumps:
			fault("event %d is older than the one before", ev.ID)
		}
		if s := closing[ev.Type]; s != "" {
			ended = s
		}
		if i == 0 {
			continue
		}
		before := events[max(0, ev.Previous-1)]
		if startedBy[before.Type] == ev.Type && startedBy[before.Type] != 0 {
			if started[before.ID] {
				fault("the attempt that event %d schedules was started twice", before.ID)
			}
			started[before.ID] = true
		}
		w.judgeExit(m, ev, events, exits, fault)
	}
	// A child that its map run has redriven before it ever began counts that and has no event of it.
	if ended != h.Status.Name() || redrives > h.Redrives || redrives < h.Redrives && h.MapRunARN == "" {
		fault("it ends as %q after %d redrives, its status is %s after %d", ended, redrives, h.Status.Name(), h.Redrives)
	}
	for state, n := range exits {
		if n > m.exits[state] {
			w.broken("nothing succeeds twice", "%s has left %s %d times", k.arn, state, n)
		}
	}
}

// judgeExit looks at an event that says that a state was left: no Wait ends early.
func (w *world) judgeExit(m *machine, ev history.Event, events []history.Event, exits map[string]int, fault func(string, ...any)) {
	switch ev.Type {
	case history.PassStateExited, history.TaskStateExited, history.ParallelStateExited, history.MapStateExited, history.WaitStateExited:
	default:
		return
	}
	name := ev.Text(history.Name)
	exits[name]++
	if entered := events[max(0, ev.Previous-1)]; ev.Type == history.WaitStateExited && entered.Type == history.WaitStateEntered {
		if waited := float64(ev.At-entered.At) / 1000; waited < m.waits[name] {
			fault("%s waited %v seconds and should wait %v", name, waited, m.waits[name])
		}
	}
}
