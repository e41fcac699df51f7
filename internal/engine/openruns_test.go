package engine

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// oneRun lets one map run be open at a time.
func oneRun(c *Config) { c.Limits.OpenMapRuns = 1 }

// started reports whether a run's children are started; if not, its description counts nothing.
func (f fixture) started(arn string) bool {
	f.t.Helper()
	run := f.onlyRun(arn)
	rows := f.children(run)
	if run.Items == (execution.Counts{}) && run.Children == run.Items && run.Status == execution.MapRunRunning {
		if len(rows) != 0 {
			f.t.Errorf("%s waits and has children: %v", arn, rows)
		}
		return false
	}
	if len(rows) == 0 {
		f.t.Errorf("%s counts %+v and has no children", arn, run.Items)
	}
	return true
}

// noRunIsKnown checks that every map run has left.
func (f fixture) noRunIsKnown() {
	f.t.Helper()
	o := &f.openRuns
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.open)+len(o.backlogged) != 0 || !o.waiting.empty() {
		f.t.Errorf("map runs are still known: %v, %v", o.open, o.backlogged)
	}
}

func TestMapRunBeyondTheBoundWaitsForAnotherToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		answers := make(chan struct{})
		lambda := &connector{answer: func(integration.Call) integration.Answer {
			<-answers
			return integration.Succeeded{Output: "1"}
		}}
		f := open(t, m, lambda, oneRun)
		defer f.close()
		first := f.startWith("run", "first", `[1,2,3,4]`)
		synctest.Wait()
		second := f.startWith("run", "second", `[1,2]`)
		synctest.Wait()
		other := f.startWith("runs", "other", `[1,2]`)
		synctest.Wait()
		if got := []bool{f.started(first), f.started(second), f.started(other)}; !slices.Equal(got, []bool{true, false, false}) {
			t.Errorf("started: %v", got)
		}
		if want := "MapRunStarted"; f.types(second)[len(f.types(second))-1] != want {
			t.Errorf("history of the waiting run: %v", f.types(second))
		}
		close(answers)
		f.wait(first, "SUCCEEDED", "[1,1,1,1]")
		f.wait(second, "SUCCEEDED", "[1,1]")
		f.wait(other, "SUCCEEDED", "[1,1]")
		equal(t, f.onlyRun(second).Items, execution.Counts{Total: 2, Succeeded: 2})
		time.Sleep(time.Minute)
		f.noRunIsKnown()
		leftOver(t, m)
	})
}

func TestPlacesOfMapRunsSurviveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		var answers atomic.Bool
		lambda := &connector{idempotent: true, answer: func(integration.Call) integration.Answer {
			if answers.Load() {
				return integration.Succeeded{Output: "1"}
			}
			return nil
		}}
		f := open(t, m, lambda, oneRun)
		var arns []string
		for _, name := range []string{"a", "b", "c", "d"} {
			arns = append(arns, f.startWith("run", name, `[1,2]`))
			synctest.Wait()
		}
		for range 3 {
			f.close()
			f = open(t, m, lambda, oneRun)
			synctest.Wait()
			for i, arn := range arns {
				if got := f.started(arn); got != (i == 0) {
					t.Errorf("run %d is started: %t", i, got)
				}
			}
		}
		if _, err := f.Stop(t.Context(), arns[2], "", ""); err != nil { // one that waits
			t.Fatal(err)
		}
		f.close()
		answers.Store(true)
		f = open(t, m, lambda, oneRun)
		defer f.close()
		for i, arn := range arns {
			if i != 2 {
				f.wait(arn, "SUCCEEDED", "[1,1]")
			}
		}
		time.Sleep(time.Minute)
		f.noRunIsKnown()
		leftOver(t, m)
	})
}

// A run that is stopped, has failed or is redriven gives its place back and takes it again.
func TestMapRunThatEndsBadlyGivesItsPlaceBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		var calls atomic.Int64
		f := open(t, m, &connector{answer: func(integration.Call) integration.Answer {
			if calls.Add(1) == 1 {
				return integration.Failed{Error: "Oops"}
			}
			return nil
		}}, oneRun)
		defer f.close()
		failed := f.startWith("run", "failed", `[1,2]`)
		f.wait(failed, "FAILED", "*")
		time.Sleep(time.Second)
		stopped := f.startWith("run", "stopped", `[1,2]`)
		synctest.Wait()
		if _, err := f.Redrive(t.Context(), failed, ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if run := f.onlyRun(failed); run.Items != (execution.Counts{}) {
			t.Errorf("the redriven run does not wait: %+v", run.Items)
		}
		if _, err := f.Stop(t.Context(), stopped, "", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if run := f.onlyRun(failed); run.Items.Running != 2 {
			t.Errorf("the redriven run still waits: %+v", run.Items)
		}
	})
}

// A run that another run waits for is not held back: it might be waited for by the one that has the last place.
func TestMapRunOfAChildDoesNotWait(t *testing.T) {
	machines["nested run"] = `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","Label":"L","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
		"StartAt":"N","States":{"N":{"Type":"Map","ItemsPath":"$","Label":"K","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
		"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}},"End":true}}}`
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil, oneRun)
		defer f.close()
		f.wait(f.startWith("nested run", "x", `[[1,2],[3]]`), "SUCCEEDED", "[[1,2],[3]]")
	})
}
