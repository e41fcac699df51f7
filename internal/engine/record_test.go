package engine

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/record"
	"github.com/cogstep/cogstep/query"
)

var asText = cmp.Options{
	cmp.Comparer(func(a, b *query.Document) bool { return (a == nil) == (b == nil) && a.Text() == b.Text() }),
	cmpopts.EquateEmpty(),
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, asText); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var moment = time.Date(2026, 11, 22, 1, 2, 3, 456789, time.UTC)

func TestHeaderIsReadBackAsWritten(t *testing.T) {
	for _, status := range []execution.Status{
		execution.Running{}, execution.TimedOut{},
		execution.Succeeded{Output: query.Trusted("1")},
		execution.Failed{Error: "E", Cause: "C"}, execution.Aborted{Cause: "C"},
	} {
		want := execution.Header{
			ARN: "arn", Name: "n", StateMachineARN: "m", MachineName: "mn", VersionARN: "v", AliasARN: "a", RoleARN: "r",
			Definition: "d", Incarnation: "i", Express: true, TestCase: "tc", TraceHeader: "th", Input: query.Trusted(`{"a": 1}`),
			Parent:    execution.Parent{Attempt: execution.Attempt{ExecutionARN: "p", StartedAt: moment, Task: execution.TaskID{Frame: 2, Scheduled: 3}}, Pattern: asl.Sync2},
			StartedAt: moment, Deadline: moment.Add(time.Hour), LastEvent: 7, LastFrame: 8, Transitions: 9,
			MapRunARN: "run", Items: 3, Redrives: 2, RedrivenAt: moment, RedriveTokens: []execution.RedriveToken{{Token: "t", At: moment}},
			Invocations: map[asl.StateName]int{"A": 1, "B": 2}, Status: status, StoppedAt: moment,
		}
		got, err := decodeStart(encodeLaunch(&want))
		if err != nil {
			t.Fatal(err)
		}
		if short, err := decodeStart(encodeStart(&want)); err != nil || short.Input != awaited {
			t.Errorf("without its input: %v, %v", short.Input, err)
		}
		if err := decodeProgress(encodeProgress(&want), &got); err != nil {
			t.Fatal(err)
		}
		if s, ok := got.Status.(execution.Succeeded); ok && s.Output == awaited {
			got.Status = status
		}
		equal(t, got, want)
	}
}

func mapRun() execution.MapRun {
	count, percentage := int64(3), 12.5
	return execution.MapRun{
		ARN: "run", ExecutionARN: "x", Label: "l", State: "S", Express: true, Status: execution.MapRunFailed,
		StartedAt: moment, StoppedAt: moment, MaxConcurrency: 7,
		Tolerance: execution.Tolerance{Count: &count, Percentage: &percentage},
		Items:     execution.Counts{Total: 1, Pending: 2, Running: 3, Succeeded: 4, Failed: 5, TimedOut: 6, Aborted: 7, Redriving: 8},
		Children:  execution.Counts{Total: 9}, Redrives: 2, RedrivenAt: moment,
	}
}

func TestMapRunIsReadBackAsWritten(t *testing.T) {
	want := mapRun()
	got, err := decodeMapRun(encodeMapRun(&want))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, got, want)
	bare := execution.MapRun{ARN: "run"}
	if got, err = decodeMapRun(encodeMapRun(&bare)); err != nil {
		t.Fatal(err)
	}
	equal(t, got, bare)
}

func frames() (all []*execution.Frame) {
	doc := query.Trusted(`{"x":[1]}`)
	task := execution.InTask{Scheduled: 4, Phase: execution.Started, Parameters: doc, RoleARN: "r", Invocation: 2, Job: execution.Job{Name: "j", Asked: true},
		Deadline: moment, Timeout: time.Minute, Heartbeat: time.Second, Beat: moment.Add(1)}
	early, failed := task, task
	id := execution.TaskID{Frame: 3, Scheduled: 4}
	early.Early = execution.TaskSucceeded{ID: id, Output: doc, ByToken: true}
	failed.Early = execution.TaskFailed{ID: id, Error: "E", Cause: "C", ByToken: true}
	for _, focus := range []execution.Focus{
		execution.Ready{}, task, early, failed, execution.InWait{Until: moment}, execution.InBackoff{Until: moment},
		execution.InParallel{First: 2, Open: 1},
		execution.InMap{First: 5, Items: doc, Count: 3, Concurrency: 2, Next: 1, Open: 1, Started: 6, LastDone: 7},
		execution.Done{Output: doc}, execution.Done{},
		execution.InMapRun{Run: mapRun(), First: 5, Items: doc, NextItem: 1, NextChild: 2, Redo: 3, Bytes: 4, Started: 6},
		execution.InChild{Items: 2, Redrives: 1}, execution.Unsuccessful{Items: 2, Redrives: 1}, execution.Interrupted{},
	} {
		all = append(all, &execution.Frame{
			ID: 3, Parent: 1, Index: 2, State: "S", Input: doc, Entered: 5, EnteredAt: moment, Previous: 6,
			Vars: []execution.Variable{{Name: "v", Value: doc}}, Retries: []int32{1, 0}, Retried: 1, Focus: focus,
		})
	}
	return all
}

func TestFrameIsReadBackAsWritten(t *testing.T) {
	for _, want := range frames() {
		got, err := decodeFrame(want.ID, encodeFrame(want))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, got, want)
	}
}

func TestRecordsOfANewerProgramAreRefused(t *testing.T) {
	newer := newWriter(99).B
	_, frame := decodeFrame(1, newer)
	_, start := decodeStart(newer)
	_, row := decodeRow(newer)
	for _, err := range []error{frame, start, row, decodeProgress(newer, new(execution.Header))} {
		if !errors.Is(err, record.ErrCorrupt) {
			t.Errorf("err = %v", err)
		}
	}
}

// FuzzDecodeFrame: any bytes either are refused or mean a frame that is the same after encoding again.
func FuzzDecodeFrame(f *testing.F) {
	for _, fr := range frames() {
		f.Add(encodeFrame(fr))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := decodeFrame(3, b)
		if err != nil {
			return
		}
		again, err := decodeFrame(3, encodeFrame(frame))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, again, frame)
	})
}

func TestTimerKeysOrderByTimeAndAreNeverEarly(t *testing.T) {
	tm := timer{moment, executionID{1}, 2}
	got, ok := parseTimerKey(timerKey(tm))
	if !ok || got.id != tm.id || got.frame != tm.frame || got.due.Before(moment) || got.due.After(moment.Add(time.Millisecond)) {
		t.Errorf("%+v, %v", got, ok)
	}
	later := timerKey(timer{moment.Add(time.Hour), executionID{}, 0})
	if string(timerKey(tm)) >= string(later) || string(dueKey(time.Time{})) >= string(timerKey(tm)) {
		t.Error("order")
	}
}
