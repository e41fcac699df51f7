package engine

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// workshop performs jobs outside of the engine. A job that is started with a client token that it has seen is the same
// job.
type workshop struct {
	answers time.Duration // how long a start takes
	mu      sync.Mutex
	started int
	jobs    map[string]string // state by client token
	asked   int
	stops   int
	stuck   int // stops that fail before one does not
}

func newWorkshop() *workshop { return &workshop{jobs: map[string]string{}} }

func (w *workshop) Invoke(ctx context.Context, c integration.Call) integration.Answer {
	pause(ctx, w.answers)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.jobs[c.ClientToken] == "" {
		w.started++
		w.jobs[c.ClientToken] = "RUNNING"
	}
	return integration.Submitted{Output: `{"JobId":"j"}`, Job: c.ClientToken, Ask: 5 * time.Second}
}

func (w *workshop) Idempotent(integration.Call) bool { return true }

func (w *workshop) Poll(_ context.Context, _ integration.Call, job string, asked int) integration.Answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	switch w.jobs[job] {
	case "RUNNING":
		return integration.Running{Again: time.Duration(asked+1) * 10 * time.Second}
	case "SUCCEEDED":
		return integration.Succeeded{Output: `"well done"`}
	}
	return integration.Failed{Error: "States.TaskFailed", Cause: w.jobs[job]}
}

func (w *workshop) Stop(_ context.Context, c integration.Call, job string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Resource.Action != "submitJob" || c.RoleARN != "role" {
		return errors.New("not the call that started it")
	}
	if w.stops++; w.stops <= w.stuck {
		return errors.New("not now")
	}
	w.jobs[job] = "STOPPED"
	return nil
}

// all returns the states of the jobs.
func (w *workshop) all() (states []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.jobs {
		states = append(states, s)
	}
	return states
}

// finish ends the jobs that run.
func (w *workshop) finish(state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for job := range w.jobs {
		w.jobs[job] = state
	}
}

func openWorkshop(t *testing.T, s store.Store, w *workshop) fixture {
	return open(t, s, nil, func(c *Config) { c.Connectors.Services["batch"] = w })
}

func TestAJobIsAskedAboutUntilItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, w := memory.New(), newWorkshop()
		f := openWorkshop(t, m, w)
		defer f.close()
		arn := f.start("batch", "b")
		time.Sleep(40 * time.Second) // asked after 5, 15 and 35 seconds
		w.finish("SUCCEEDED")
		h := f.wait(arn, "SUCCEEDED", `"well done"`)
		if took := h.StoppedAt.Sub(h.StartedAt); took != 65*time.Second || w.asked != 4 {
			t.Errorf("it took %v and %d questions", took, w.asked)
		}
		equal(t, f.types(arn)[2:5], []string{"TaskScheduled", "TaskStarted", "TaskSubmitted"})
		leftOver(t, m)
	})
}

func TestAJobOutlivesACrash(t *testing.T) {
	for name, at := range map[string]time.Duration{"while it is being started": time.Second, "while it runs": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, w := memory.New(), newWorkshop()
				w.answers = 3 * time.Second
				f := openWorkshop(t, m, w)
				arn := f.start("batch", "b")
				time.Sleep(at)
				m2 := m.Reopen() // nothing that happens from here on is kept
				f.close()
				f = openWorkshop(t, m2, w)
				defer f.close()
				time.Sleep(time.Minute)
				w.finish("FAILED: out of memory")
				f.wait(arn, "FAILED", "States.TaskFailed")
				if w.started != 1 {
					t.Errorf("started %d times", w.started)
				}
				leftOver(t, m2)
			})
		})
	}
}

func TestAJobThatNobodyWaitsForIsStopped(t *testing.T) {
	for name, c := range map[string]struct {
		at    time.Duration // when the execution is stopped; a start takes three seconds
		stuck int
		crash bool
	}{
		"while it runs":             {20 * time.Second, 0, false},
		"while it is being asked":   {8 * time.Second, 0, false},
		"while it is being started": {time.Second, 0, false},
		"though it takes tries":     {20 * time.Second, 3, false},
		"though the engine crashes": {20 * time.Second, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, w := memory.New(), newWorkshop()
				w.answers, w.stuck = 3*time.Second, c.stuck
				f := openWorkshop(t, m, w)
				arn := f.start("batch", "b")
				time.Sleep(c.at)
				if _, err := f.Stop(t.Context(), arn, "E", "C"); err != nil {
					t.Fatal(err)
				}
				if c.crash {
					synctest.Wait()
					m = m.Reopen()
					f.close()
					f = openWorkshop(t, m, w)
				}
				defer func() { f.close() }()
				f.wait(arn, "ABORTED", "E")
				time.Sleep(time.Minute)
				synctest.Wait()
				equal(t, w.all(), []string{"STOPPED"})
				leftOver(t, m)
			})
		})
	}
}

func TestAJobIsStoppedWhenItsTaskTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, w := memory.New(), newWorkshop()
		f := openWorkshop(t, m, w)
		defer f.close()
		f.wait(f.start("batch", "b"), "FAILED", "States.Timeout")
		time.Sleep(time.Second)
		equal(t, w.all(), []string{"STOPPED"})
		leftOver(t, m)
	})
}

func TestAJobThatCannotBeStoppedIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, w := memory.New(), newWorkshop()
		w.stuck = 1000
		f := openWorkshop(t, m, w)
		defer f.close()
		arn := f.start("batch", "b")
		time.Sleep(20 * time.Second)
		if _, err := f.Stop(t.Context(), arn, "", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if w.stops != stopTriesMax {
			t.Errorf("%d tries", w.stops)
		}
		leftOver(t, m)
	})
}

func TestJobRecordIsReadBackAsWritten(t *testing.T) {
	want := job{name: `{"JobId":"j"}`, call: integration.Call{
		ExecutionARN: "x", StateMachineARN: "m", MachineName: "n", State: "S", RoleARN: "r", TaskRoleARN: "tr", ClientToken: "t", TestCase: "c",
	}}
	want.call.Resource.ARN = "arn:aws:states:::batch:submitJob.sync"
	got, err := decodeJob(encodeJob(want))
	if err != nil || got.call.Resource.Service != "batch" || got.call.Resource.Pattern.String() != ".sync" {
		t.Fatalf("%+v, %v", got, err)
	}
	got.call.Resource = want.call.Resource
	if got != want {
		t.Errorf("got %+v", got)
	}
}
