package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/fault"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// keeping sets the retention of an engine.
func keeping(d time.Duration) func(*Config) { return func(c *Config) { c.Retention = d } }

// there reports whether an execution is, and fails if one of the ways to read it disagrees.
func (f fixture) there(arn, list string) bool {
	f.t.Helper()
	_, err := f.Describe(f.t.Context(), arn)
	_, _, historyErr := f.History(f.t.Context(), arn, 0, 10, false)
	rows, _, listErr := f.List(f.t.Context(), ListExecutions{StateMachineARN: list, Limit: 1000})
	if listErr != nil {
		f.t.Fatal(listErr)
	}
	listed := false
	for _, r := range rows {
		listed = listed || r.ARN == arn
	}
	for _, e := range []error{err, historyErr} {
		if e != nil && !errors.Is(e, ErrExecutionDoesNotExist) {
			f.t.Fatal(e)
		}
	}
	if listed != (err == nil) || (historyErr == nil) != (err == nil) {
		f.t.Errorf("%s: Describe %v, History %v, listed %t", arn, err, historyErr, listed)
	}
	return err == nil
}

// recordCount counts what is in the store, but for what the engine keeps for itself.
func recordCount(t *testing.T, s store.Store) (n int) {
	t.Helper()
	for id := range store.ShardID(4) {
		for p, err := range s.Reader(id).Scan(t.Context(), nil, nil, false) {
			if err != nil {
				t.Fatal(err)
			}
			if p.Key[0] != kindMeta {
				n++
			}
		}
	}
	return n
}

func failing() *connector { return answering(integration.Failed{Error: "Oops"}) }

func TestClosedExecutionsAreSweptAfterTheirRetentionAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, failing(), keeping(9*24*time.Hour))
		defer f.close()
		time.Sleep(sweepIntervalMax / 2) // so that it ends between two sweeps
		r := order("task", "x", `{"n":1}`)
		r.VersionARN, r.AliasARN = "arn:version", "arn:alias"
		s, err := f.Start(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		f.wait(s.ARN, "FAILED", "*")
		wait := f.start("wait", "w") // ends 100 s later
		time.Sleep(9*24*time.Hour - time.Second)
		for _, list := range []string{scope.StateMachine("task"), r.VersionARN, r.AliasARN} {
			if !f.there(s.ARN, list) {
				t.Errorf("not in %s before its time", list)
			}
		}
		equal(t, f.Swept(), Swept{})
		time.Sleep(time.Second + sweepIntervalMax)
		for _, list := range []string{scope.StateMachine("task"), r.VersionARN, r.AliasARN} {
			if f.there(s.ARN, list) {
				t.Errorf("still in %s", list)
			}
		}
		if !f.there(wait, scope.StateMachine("wait")) {
			t.Error("the younger one was swept with the older")
		}
		if _, err := f.Redrive(t.Context(), s.ARN, ""); !errors.Is(err, ErrExecutionDoesNotExist) {
			t.Errorf("Redrive: %v", err)
		}
		if again, err := f.Start(t.Context(), r); err != nil || again.Existing {
			t.Errorf("the name is not free: %+v, %v", again, err)
		}
		time.Sleep(10 * 24 * time.Hour)
		if n := recordCount(t, m); n != 0 {
			t.Errorf("%d records are left", n)
		}
		if n := f.Swept(); n.Executions != 3 || n.Records < 9 || n.Bytes < 100 {
			t.Errorf("swept: %+v", n)
		}
	})
}

func TestWithoutRetentionEverythingIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, nil)
		arn := f.start("pass", "x")
		f.wait(arn, "SUCCEEDED", "*")
		time.Sleep(100 * 24 * time.Hour)
		if !f.there(arn, scope.StateMachine("pass")) {
			t.Error("swept")
		}
		f.close()
		f = open(t, m, nil, keeping(time.Hour)) // what was closed before is known
		defer f.close()
		time.Sleep(time.Hour)
		if f.there(arn, scope.StateMachine("pass")) || recordCount(t, m) != 0 {
			t.Error("still there")
		}
	})
}

func TestSweepKnowsAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, nil, keeping(time.Hour))
		arn := f.start("pass", "x")
		f.wait(arn, "SUCCEEDED", "*")
		f.close()
		m = m.Reopen()
		f = open(t, m, nil, keeping(time.Hour))
		defer f.close()
		time.Sleep(50 * time.Minute)
		if !f.there(arn, scope.StateMachine("pass")) {
			t.Error("swept too early")
		}
		time.Sleep(12 * time.Minute)
		if f.there(arn, scope.StateMachine("pass")) || recordCount(t, m) != 0 {
			t.Error("still there")
		}
	})
}

func TestRedriveBeginsTheRetentionAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		lambda := failing()
		f := open(t, m, lambda, keeping(time.Hour))
		defer f.close()
		arn := f.start("task", "x")
		f.wait(arn, "FAILED", "*")
		lambda.answer = func(integration.Call) integration.Answer {
			time.Sleep(50 * time.Minute)
			return integration.Succeeded{Output: "1"}
		}
		time.Sleep(30 * time.Minute)
		if _, err := f.Redrive(t.Context(), arn, ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(35 * time.Minute)
		if !f.there(arn, scope.StateMachine("task")) {
			t.Fatal("an open execution was swept")
		}
		f.wait(arn, "SUCCEEDED", "1")
		time.Sleep(50 * time.Minute)
		if !f.there(arn, scope.StateMachine("task")) {
			t.Error("the retention did not begin anew")
		}
		time.Sleep(12 * time.Minute)
		if f.there(arn, scope.StateMachine("task")) || recordCount(t, m) != 0 {
			t.Error("still there")
		}
	})
}

func TestMapRunsAndChildrenAreSwept(t *testing.T) {
	for _, machine := range []string{"run", "runs"} {
		synctest.Test(t, func(t *testing.T) {
			m := memory.New()
			f := open(t, m, answering(integration.Succeeded{Output: "1"}), keeping(time.Hour))
			defer f.close()
			arn := f.startWith(machine, "x", `[1,2,3,4,5]`)
			f.wait(arn, "SUCCEEDED", "*")
			run := f.onlyRun(arn)
			child := f.children(run)["SUCCEEDED"][0]
			time.Sleep(50 * time.Minute)
			f.onlyRun(arn)
			if !f.there(child, run.ARN) {
				t.Error("a child was swept too early")
			}
			time.Sleep(12 * time.Minute)
			if _, err := f.MapRun(t.Context(), run.ARN); !errors.Is(err, ErrMapRunDoesNotExist) {
				t.Errorf("map run: %v", err)
			}
			if f.there(child, run.ARN) || f.there(arn, scope.StateMachine(machine)) || recordCount(t, m) != 0 {
				t.Error("still there")
			}
			if n := f.Swept(); n.Executions != 6 || n.MapRuns != 1 {
				t.Errorf("swept: %+v", n)
			}
		})
	}
}

// A child that failed long before its parent did is gone when that is redriven. The parent must not wait for it.
func TestSweptChildCannotBeRedriven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		lambda := &connector{answer: func(c integration.Call) integration.Answer {
			time.Sleep(18 * time.Minute)
			return integration.Failed{Error: "Oops"}
		}}
		f := open(t, m, lambda, keeping(time.Hour))
		defer f.close()
		machines["tolerant"] = `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","MaxConcurrency":1,"ToleratedFailureCount":2,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}},"End":true}}}`
		arn := f.startWith("tolerant", "x", `[1,2,3]`)
		f.wait(arn, "FAILED", "*")
		run := f.onlyRun(arn)
		time.Sleep(26 * time.Minute)
		if n := len(f.children(run)["FAILED"]); n != 2 {
			t.Fatalf("%d children are left, want all but the first", n)
		}
		lambda.answer = func(integration.Call) integration.Answer { return integration.Succeeded{Output: "1"} }
		if _, err := f.Redrive(t.Context(), arn, ""); err != nil {
			t.Fatal(err)
		}
		f.wait(arn, "SUCCEEDED", "[1,1]")
		equal(t, f.onlyRun(arn).Children, execution.Counts{Total: 3, Succeeded: 2, Failed: 1})
	})
}

// Until the parent has heard of it, the end of a child is all that there is to tell it from.
func TestChildIsKeptUntilItsParentKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, nil, keeping(time.Minute))
		defer f.close()
		arn := f.start("pass", "x")
		f.wait(arn, "SUCCEEDED", "*")
		id := idOf(arn)
		s := f.shardOf(id)
		start, err := s.store.Get(t.Context(), startKey(id))
		if err != nil {
			t.Fatal(err)
		}
		head, err := decodeStart(start)
		if err != nil {
			t.Fatal(err)
		}
		head.Parent.ExecutionARN = "arn:parent"
		var b store.Batch
		b.Put(startKey(id), encodeStart(&head))
		b.Put(idKey(kindOutbox, id), nil)
		if err := s.store.Commit(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if !f.there(arn, scope.StateMachine("pass")) {
			t.Fatal("swept before its parent knew")
		}
		f.deliver(message{id: id, what: told{}})
		time.Sleep(2 * time.Minute)
		if f.there(arn, scope.StateMachine("pass")) {
			t.Error("still there")
		}
	})
}

// The sweep reads beside the shard; what happens to an execution between the reading and the removal wins.
func TestSweepLosesAgainstWhatHappensMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), failing())
		defer f.close()
		arn := f.start("task", "x")
		h := f.wait(arn, "FAILED", "*")
		s := f.shardOf(idOf(arn))
		p, err := f.sweeper.portion(s, []byte{kindClosed}, h.StoppedAt)
		if err != nil || len(p.closed) != 1 {
			t.Fatalf("portion: %+v, %v", p, err)
		}
		time.Sleep(time.Second)
		if _, err := f.Redrive(t.Context(), arn, ""); err != nil {
			t.Fatal(err)
		}
		f.wait(arn, "FAILED", "*")
		if err := f.sweeper.hand(p); err != nil {
			t.Fatal(err)
		}
		if p.closed[0].gone || !f.there(arn, scope.StateMachine("task")) {
			t.Error("swept although it was redriven since")
		}
	})
}

// delayed is a store whose commits take as long as d says.
func delayed(m *memory.Store, d *atomic.Int64) store.Store {
	return fault.Wrap(m, func(_ context.Context, op fault.Operation) fault.Outcome {
		if op.Batch != nil {
			time.Sleep(time.Duration(d.Load()))
		}
		return fault.Pass
	})
}

func TestSweepLosesAgainstARedriveThatIsNotYetDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slow atomic.Int64
		f := open(t, delayed(memory.New(), &slow), failing(), func(c *Config) { c.Shards = 1 })
		defer f.close()
		arn := f.start("task", "x")
		h := f.wait(arn, "FAILED", "*")
		p, err := f.sweeper.portion(f.shards[0], []byte{kindClosed}, h.StoppedAt)
		if err != nil {
			t.Fatal(err)
		}
		slow.Store(int64(10 * time.Second))
		go func() { _, _ = f.Start(t.Context(), order("pass", "y", "1")) }() // occupies the committer
		time.Sleep(time.Second)
		go func() { _, _ = f.Redrive(t.Context(), arn, "") }()
		time.Sleep(time.Second)
		if err := f.sweeper.hand(p); err != nil {
			t.Fatal(err)
		}
		if p.closed[0].gone {
			t.Error("swept although it was being redriven")
		}
		slow.Store(0)
		f.wait(arn, "FAILED", "*")
	})
}

// What is being removed is still in the store while its batch is under way. It must not come back from there.
func TestNameIsFreeAsSoonAsTheSweepHasPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		var slow atomic.Int64
		f := open(t, delayed(m, &slow), failing())
		defer f.close()
		arn := f.start("task", "x")
		h := f.wait(arn, "FAILED", "*")
		p, err := f.sweeper.portion(f.shardOf(idOf(arn)), []byte{kindClosed}, h.StoppedAt)
		if err != nil {
			t.Fatal(err)
		}
		slow.Store(int64(10 * time.Second))
		go func() { _ = f.sweeper.hand(p) }()
		time.Sleep(5 * time.Second)
		if _, err := f.Redrive(t.Context(), arn, ""); !errors.Is(err, ErrExecutionDoesNotExist) {
			t.Errorf("Redrive: %v", err)
		}
		if s, err := f.Start(t.Context(), order("pass", "y", "1")); err != nil {
			t.Errorf("%+v, %v", s, err)
		}
		slow.Store(0)
		s, err := f.Start(t.Context(), order("task", "x", `{"n":1}`))
		if err != nil || s.Existing {
			t.Fatalf("start again: %+v, %v", s, err)
		}
		f.wait(arn, "FAILED", "*")
		f.types(arn)
	})
}

// However a sweep is interrupted, an execution is there as a whole or not at all.
func TestInterruptedSweepLeavesNothingBehind(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			m := memory.New()
			f := open(t, m, failing())
			for i := range 300 {
				f.start("task", fmt.Sprint(i))
			}
			time.Sleep(time.Hour)
			f.close()
			m = m.Reopen()
			d := fault.Seeded(seed, 0.5)
			f = open(t, fault.Wrap(m, func(ctx context.Context, op fault.Operation) fault.Outcome {
				time.Sleep(100 * time.Microsecond)
				if op.Batch == nil {
					return fault.Pass
				}
				return d(ctx, op)
			}), nil, keeping(time.Minute))
			time.Sleep(time.Minute + time.Duration(seed)*20*time.Millisecond)
			m = m.Reopen()
			f.close()
			f = open(t, m, nil)
			rows, _, err := f.List(t.Context(), ListExecutions{StateMachineARN: scope.StateMachine("task"), Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if h, err := f.Describe(t.Context(), r.ARN); err != nil || h.LastEvent != int64(len(f.types(r.ARN))) {
					t.Errorf("%s: %v, %v", r.ARN, h, err)
				}
			}
			leftOver(t, m)
			f.close()
			f = open(t, m, nil, keeping(time.Minute))
			defer f.close()
			time.Sleep(time.Hour)
			if n := recordCount(t, m); n != 0 {
				t.Errorf("seed %d: %d records are left", seed, n)
			}
		})
	}
}

// BenchmarkSweep removes executions of ten Pass states, pauses included.
func BenchmarkSweep(b *testing.B) {
	machines["ten"] = tenPasses()
	s := openPebble(b, vfs.Default, b.TempDir())
	defer s.Close()
	e, err := Open(b.Context(), Config{Store: s, Scope: scope, Definitions: &cached{}, Connectors: &integration.Registry{}})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close(b.Context())
	var started sync.WaitGroup
	for range 64 {
		started.Go(func() {
			for range b.N/64 + 1 {
				if _, err := e.Start(b.Context(), order("ten", freshUUID(), `{"order":7}`)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	started.Wait()
	e.sweeper.from = make(map[*shard][]byte)
	b.ResetTimer()
	for _, s := range e.shards {
		if err := e.sweeper.sweepShard(s, time.Now()); err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64(e.Swept().Bytes)/float64(e.Swept().Executions), "bytes/execution")
}
