package engine

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

func (f fixture) startWith(machine, name, input string) string {
	f.t.Helper()
	s, err := f.Start(f.t.Context(), order(machine, name, input))
	if err != nil {
		f.t.Fatal(err)
	}
	return s.ARN
}

// onlyRun returns the one map run of an execution.
func (f fixture) onlyRun(arn string) execution.MapRun {
	f.t.Helper()
	runs, next, err := f.MapRuns(f.t.Context(), arn, 10, "")
	if err != nil || len(runs) != 1 || next != "" {
		f.t.Fatalf("map runs: %v, %q, %v", runs, next, err)
	}
	run, err := f.MapRun(f.t.Context(), runs[0].ARN)
	if err != nil {
		f.t.Fatal(err)
	}
	equal(f.t, run, runs[0])
	return run
}

// children returns the children of a run, by status.
func (f fixture) children(run execution.MapRun) map[string][]string {
	f.t.Helper()
	rows, _, err := f.List(f.t.Context(), ListExecutions{StateMachineARN: run.ARN, Limit: 1000})
	if err != nil {
		f.t.Fatal(err)
	}
	by := map[string][]string{}
	for _, r := range rows {
		by[r.Status] = append(by[r.Status], r.ARN)
	}
	return by
}

func TestMapRunGathersWhatItsChildrenGive(t *testing.T) {
	for _, machine := range []string{"run", "runs"} {
		t.Run(machine, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memory.New()
				var now, most atomic.Int64
				lambda := &connector{answer: func(c integration.Call) integration.Answer {
					most.Store(max(most.Load(), now.Add(1)))
					time.Sleep(time.Second)
					now.Add(-1)
					return integration.Succeeded{Output: `{"by": "` + c.State + `"}`}
				}}
				f := open(t, m, lambda)
				defer f.close()
				arn := f.startWith(machine, "x", `[1,2,3,4,5,6,7]`)
				h := f.wait(arn, "SUCCEEDED", "["+strings.Repeat(`{"by": "T"},`, 6)+`{"by": "T"}]`)
				run := f.onlyRun(arn)
				equal(t, run.Children, execution.Counts{Total: 7, Succeeded: 7})
				equal(t, run.Status, execution.MapRunSucceeded)
				children := f.children(run)["SUCCEEDED"]
				if len(children) != 7 {
					t.Fatalf("children: %v", children)
				}
				child, err := f.Describe(t.Context(), children[0])
				if err != nil || child.MapRunARN != run.ARN || child.Express != (machine == "runs") || child.Parent.ExecutionARN != arn {
					t.Errorf("child: %+v, %v", child, err)
				}
				if machine == "run" && most.Load() != 3 {
					t.Errorf("%d children at once", most.Load())
				}
				if h.LastEvent != 8 {
					t.Errorf("events: %v", f.types(arn))
				}
				time.Sleep(time.Minute) // the run is told of its children's ends in the background
				if n := f.OpenCount(); n != 0 {
					t.Errorf("%d open executions", n)
				}
				leftOver(t, m)
			})
		})
	}
}

func TestStoppedMapRunLeavesNoChild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, answering(nil))
		defer f.close()
		arn := f.startWith("run", "x", `[1,2,3,4,5]`)
		time.Sleep(time.Second)
		run := f.onlyRun(arn)
		if n := len(f.children(run)["RUNNING"]); n != 3 {
			t.Fatalf("%d children run", n)
		}
		if _, err := f.Stop(t.Context(), arn, "", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		run = f.onlyRun(arn)
		equal(t, run.Status, execution.MapRunAborted)
		equal(t, run.Items, execution.Counts{Total: 5, Pending: 2, Aborted: 3})
		if n := len(f.children(run)["ABORTED"]); n != 3 {
			t.Errorf("children: %v", f.children(run))
		}
		if n := f.OpenCount(); n != 0 {
			t.Errorf("%d open executions", n)
		}
		leftOver(t, m)
	})
}

func TestMapRunIsUpdatedWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(nil))
		defer f.close()
		arn := f.startWith("run", "x", `[1,2,3,4,5,6]`)
		time.Sleep(time.Second)
		run := f.onlyRun(arn)
		five, tolerated := 5, int64(10)
		change := execution.MapRunUpdated{ARN: run.ARN, MaxConcurrency: &five, Tolerance: execution.Tolerance{Count: &tolerated}}
		if err := f.UpdateMapRun(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if n := len(f.children(run)["RUNNING"]); n != 5 {
			t.Errorf("%d children run", n)
		}
		if _, err := f.Stop(t.Context(), f.children(run)["RUNNING"][0], "", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		run = f.onlyRun(arn)
		if run.Items.Aborted != 1 || run.Status != execution.MapRunRunning {
			t.Errorf("run: %+v", run)
		}
		if _, err := f.Stop(t.Context(), arn, "", ""); err != nil {
			t.Fatal(err)
		}
		if err := f.UpdateMapRun(t.Context(), change); !errors.Is(err, execution.ErrStale) {
			t.Errorf("update of an ended run: %v", err)
		}
		if err := f.UpdateMapRun(t.Context(), execution.MapRunUpdated{ARN: "none"}); !errors.Is(err, ErrMapRunDoesNotExist) {
			t.Errorf("update of no run: %v", err)
		}
	})
}

// broken is a connector that fails the calls that it is told to.
func broken(fails func(n int64) bool) *connector {
	var n atomic.Int64
	return &connector{answer: func(integration.Call) integration.Answer {
		if i := n.Add(1); fails(i) {
			return integration.Failed{Error: "Oops"}
		}
		return integration.Succeeded{Output: "1"}
	}}
}

func TestRedriveGoesOnWhereTheExecutionFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, broken(func(n int64) bool { return n == 1 }))
		arn := f.start("flip", "x")
		f.wait(arn, "FAILED", "Oops")
		if _, err := f.Redrive(t.Context(), "nothing", ""); !errors.Is(err, ErrExecutionDoesNotExist) {
			t.Errorf("redrive of nothing: %v", err)
		}
		f.close() // what is to be redriven is on disk
		f = open(t, m, answering(integration.Succeeded{Output: "1"}))
		defer f.close()
		at, err := f.Redrive(t.Context(), arn, "token")
		if err != nil || at.IsZero() {
			t.Fatalf("redrive: %v, %v", at, err)
		}
		h := f.wait(arn, "SUCCEEDED", "1")
		if h.Redrives != 1 || !h.RedrivenAt.Equal(at) {
			t.Errorf("header: %+v", h)
		}
		equal(t, f.types(arn)[3:], []string{"TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskFailed", "ExecutionFailed",
			"ExecutionRedriven", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"})
		if again, err := f.Redrive(t.Context(), arn, "token"); err != nil || !again.Equal(at) {
			t.Errorf("the same redrive again: %v, %v", again, err)
		}
		if _, err := f.Redrive(t.Context(), arn, "other"); !errors.Is(err, execution.ErrNotRedrivable) {
			t.Errorf("redrive of what has succeeded: %v", err)
		}
		rows, _, err := f.List(t.Context(), ListExecutions{StateMachineARN: scope.StateMachine("flip"), Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Status != "SUCCEEDED" || rows[0].Redrives != 1 {
			t.Errorf("rows: %+v, %v", rows, err)
		}
		synctest.Wait()
		if n := f.OpenCount(); n != 0 {
			t.Errorf("%d open executions", n)
		}
		leftOver(t, m)
	})
}

func TestRedriveOfAMapRunRunsOnlyWhatDidNotSucceed(t *testing.T) {
	for _, machine := range []string{"run", "runs"} {
		synctest.Test(t, func(t *testing.T) {
			m := memory.New()
			lambda := broken(func(n int64) bool { return n == 2 })
			f := open(t, m, lambda)
			arn := f.startWith(machine, "x", `[1,2,3,4,5]`)
			f.wait(arn, "FAILED", "States.ExceedToleratedFailureThreshold")
			time.Sleep(time.Second)
			run := f.onlyRun(arn)
			equal(t, run.Status, execution.MapRunFailed)
			done := int(run.Items.Succeeded)
			f.close()
			f = open(t, m, lambda)
			defer f.close()
			before := len(lambda.sent())
			if _, err := f.Redrive(t.Context(), arn, ""); err != nil {
				t.Fatal(err)
			}
			f.wait(arn, "SUCCEEDED", "[1,1,1,1,1]")
			run = f.onlyRun(arn)
			equal(t, run.Items, execution.Counts{Total: 5, Succeeded: 5})
			equal(t, run.Children, execution.Counts{Total: 5, Succeeded: 5})
			if run.Redrives != 1 {
				t.Errorf("run: %+v", run)
			}
			// Children that were aborted between the answer to their call and the end of the run are asked again.
			if sent := len(lambda.sent()) - before; sent > 5-done || sent < 1 {
				t.Errorf("%s: %d had succeeded, %d calls more", machine, done, sent)
			}
			if n := len(f.children(run)["SUCCEEDED"]); n != 5 {
				t.Errorf("children: %v", f.children(run))
			}
			time.Sleep(time.Second)
			if n := f.OpenCount(); n != 0 {
				t.Errorf("%d open executions", n)
			}
			leftOver(t, m)
		})
	}
}

func TestLargeMapRunIsMadeInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, answering(integration.Succeeded{Output: "1"}))
		defer f.close()
		const n = 1234
		items := "[" + strings.Repeat("0,", n-1) + "0]"
		arn := f.startWith("runs", "x", items)
		f.wait(arn, "SUCCEEDED", "["+strings.Repeat("1,", n-1)+"1]")
		equal(t, f.onlyRun(arn).Items, execution.Counts{Total: n, Succeeded: n})
		if last := fmt.Sprint(f.types(arn)); !strings.HasSuffix(last, "MapRunStarted MapRunSucceeded MapStateSucceeded MapStateExited ExecutionSucceeded]") {
			t.Errorf("events: %s", last)
		}
		time.Sleep(time.Minute) // the run is told of its children's ends in the background
		leftOver(t, m)
	})
}
