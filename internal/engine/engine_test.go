package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/fault"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/query"
)

var scope = arn.Scope{Account: "123456789012", Region: "us-east-1"}

// machines are the definitions of the tests, by name.
var machines = map[string]string{
	"pass":             `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}`,
	"twice":            `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}`,
	"express children": `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"P","States":{"P":{"Type":"Pass","Next":"Q"},"Q":{"Type":"Pass","End":true}}},"End":true}}}`,
	"wait":             `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}`,
	"task":             `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}}`,
	"retry":            `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":10,"MaxAttempts":2}],"End":true}}}`,
	"slow":             `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":30,"Parameters":{"FunctionName":"f"},"End":true}}}`,
	"token":            `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","HeartbeatSeconds":60,"Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}},"End":true}}}`,
	"work":             `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}`,
	"job":              `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","TimeoutSeconds":100,"End":true}}}`,
	"nest":             `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"x"},"End":true}}}`,
	"sqs":              `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"b"},"End":true}}}`,
	"batch":            `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::batch:submitJob.sync","TimeoutSeconds":1000,"Parameters":{"JobName":"n","JobQueue":"q","JobDefinition":"d"},"End":true}}}`,
	"limit":            `{"TimeoutSeconds":50,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}`,
	"loop":             `{"TimeoutSeconds":5,"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"A"}],"Default":"Z"},"Z":{"Type":"Succeed"}}}`,
	"flip":             `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"T","ResultPath":"$.a"},"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}}`,
	"run":              `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","MaxConcurrency":3,"Label":"L","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}},"End":true}}}`,
	"runs":             `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}},"End":true}}}`,
	"map":              `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}},"End":true}}}`,
}

type definitions struct{}

func (definitions) Machine(_ context.Context, key string) (*asl.Machine, error) {
	key, state, child := strings.Cut(key, "/")
	m, diagnostics := asl.Compile(machines[key], asl.Options{})
	if m == nil {
		return nil, fmt.Errorf("machine %q: %v", key, diagnostics)
	}
	if child {
		m = m.Child(asl.StateName(state))
	}
	return m, nil
}

// connector answers by a function; a nil answer waits until the call is cancelled.
type connector struct {
	idempotent bool
	answer     func(integration.Call) integration.Answer

	mu    sync.Mutex
	calls []integration.Call
}

func (c *connector) Invoke(ctx context.Context, call integration.Call) integration.Answer {
	c.mu.Lock()
	c.calls = append(c.calls, call)
	c.mu.Unlock()
	if a := c.answer(call); a != nil {
		return a
	}
	<-ctx.Done()
	return integration.Failed{Error: "cancelled"}
}

func (c *connector) Idempotent(integration.Call) bool { return c.idempotent }

func (c *connector) sent() []integration.Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

func answering(a integration.Answer) *connector {
	return &connector{answer: func(integration.Call) integration.Answer { return a }}
}

// fixture is an engine of few shards over a store, and what is needed to open it again.
type fixture struct {
	*Engine
	t *testing.T
}

func open(t *testing.T, s store.Store, lambda integration.Connector, change ...func(*Config)) fixture {
	t.Helper()
	cfg := Config{
		Store: s, Shards: 4, Scope: scope, Definitions: definitions{},
		Connectors:     &integration.Registry{Services: map[string]integration.Connector{}},
		ActivityExists: func(string) bool { return true },
		Seed:           func() uint64 { return 1 },
		Logger:         slog.New(slog.DiscardHandler),
	}
	if lambda != nil {
		cfg.Connectors.Services["lambda"] = lambda
	}
	for _, f := range change {
		f(&cfg)
	}
	e := New(cfg)
	cfg.Connectors.Services["states"] = nested{e}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return fixture{e, t}
}

func (f fixture) close() {
	f.t.Helper()
	if err := f.Close(context.Background()); err != nil {
		f.t.Error(err)
	}
}

func order(machine, name, input string) StartExecution {
	return StartExecution{
		Name: name, StateMachineARN: scope.StateMachine(machine), MachineName: machine,
		Definition: machine, RoleARN: "role", Incarnation: "1", Input: query.Trusted(input),
	}
}

func (f fixture) start(machine, name string) string {
	f.t.Helper()
	s, err := f.Start(f.t.Context(), order(machine, name, `{"n":1}`))
	if err != nil {
		f.t.Fatal(err)
	}
	return s.ARN
}

// wait waits for the end and compares status and output (or error).
func (f fixture) wait(arn, status, result string) execution.Header {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Hour)
	defer cancel()
	h, err := f.Wait(ctx, arn)
	if err != nil {
		f.t.Fatal(err)
	}
	got := ""
	switch s := h.Status.(type) {
	case execution.Succeeded:
		got = s.Output.Text()
	case execution.Failed:
		got = s.Error
	case execution.Aborted:
		got = s.Error
	}
	if h.Status.Name() != status || result != "*" && got != result {
		f.t.Errorf("%s: %s %s, want %s %s", arn, h.Status.Name(), got, status, result)
	}
	return h
}

// types returns the types of an execution's history, checking that ids have no gaps.
func (f fixture) types(arn string) (types []string) {
	f.t.Helper()
	events, more, err := f.History(f.t.Context(), arn, 0, 1000, false)
	if err != nil || more {
		f.t.Fatalf("history: more %v, %v", more, err)
	}
	for i, ev := range events {
		if ev.ID != int64(i+1) {
			f.t.Errorf("event %d has id %d", i+1, ev.ID)
		}
		types = append(types, ev.Type.String())
	}
	return types
}

func TestAnExecutionRunsToItsEndAndCanBeReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		arn := f.start("pass", "one")
		h := f.wait(arn, "SUCCEEDED", `{"n":1}`)
		if h.Name != "one" || h.Input.Text() != `{"n":1}` || h.RoleARN != "role" {
			t.Errorf("header: %+v", h)
		}
		equal(t, f.types(arn), []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"})
		if n := f.OpenCount(); n != 0 {
			t.Errorf("%d open executions", n)
		}
		if _, err := f.Describe(t.Context(), "nothing"); !errors.Is(err, ErrExecutionDoesNotExist) {
			t.Errorf("Describe: %v", err)
		}
		if _, _, err := f.History(t.Context(), "nothing", 0, 1, false); !errors.Is(err, ErrExecutionDoesNotExist) {
			t.Errorf("History: %v", err)
		}
	})
}

func TestSameNameMeansTheSameExecutionWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		arn := f.start("wait", "w")
		again, err := f.Start(t.Context(), order("wait", "w", `{"n":1}`))
		if err != nil || !again.Existing || again.ARN != arn {
			t.Errorf("same input: %+v, %v", again, err)
		}
		if _, err := f.Start(t.Context(), order("wait", "w", `{}`)); !errors.Is(err, ErrExecutionAlreadyExists) {
			t.Errorf("other input: %v", err)
		}
		f.wait(arn, "SUCCEEDED", `{"n":1}`)
		if _, err := f.Start(t.Context(), order("wait", "w", `{"n":1}`)); !errors.Is(err, ErrExecutionAlreadyExists) {
			t.Errorf("closed: %v", err)
		}
		made := order("wait", "w", `{}`)
		made.Incarnation = "2"
		if s, err := f.Start(t.Context(), made); err != nil || s.Existing {
			t.Errorf("another incarnation: %+v, %v", s, err)
		}
		f.wait(arn, "SUCCEEDED", `{}`)
		equal(t, f.types(arn), []string{"ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"})
		rows, _, err := f.List(t.Context(), ListExecutions{StateMachineARN: scope.StateMachine("wait"), Limit: 10})
		if err != nil || len(rows) != 1 {
			t.Errorf("rows: %+v, %v", rows, err)
		}
	})
}

func TestTimersFireOnTimeAlsoAfterReopening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, nil)
		begun := time.Now()
		arn, limited := f.start("wait", "w"), f.start("limit", "l")
		time.Sleep(40 * time.Second)
		f.close()
		m = m.Reopen()
		f = open(t, m, nil)
		defer f.close()
		if n := f.OpenCount(); n != 2 {
			t.Errorf("%d open executions", n)
		}
		h := f.wait(limited, "TIMED_OUT", "")
		if d := h.StoppedAt.Sub(begun); d != 50*time.Second {
			t.Errorf("time-out after %v", d)
		}
		h = f.wait(arn, "SUCCEEDED", `{"n":1}`)
		if d := h.StoppedAt.Sub(begun); d != 100*time.Second {
			t.Errorf("waited %v", d)
		}
		leftOver(t, m)
	})
}

// leftOver fails if records are there that closed executions must not leave behind. Frames may stay where something can
// be redriven.
func leftOver(t *testing.T, s store.Store) {
	t.Helper()
	for id := range store.ShardID(4) {
		for p, err := range s.Reader(id).Scan(t.Context(), nil, nil, false) {
			if err != nil {
				t.Fatal(err)
			}
			switch p.Key[0] {
			case kindTimer, kindTask, kindOpen, kindOutbox, kindAbandoned, kindExpress, kindJob:
				t.Errorf("left over: %q", p.Key)
			case kindExecution:
				if len(p.Key) != 17 {
					continue
				}
				x, err := readExecution(t.Context(), s.Reader(id), executionID(p.Key[1:]))
				if err != nil {
					t.Fatal(err)
				}
				status, _ := x.Header.Redrivable(x.Header.StoppedAt)
				if (status == execution.NotRedrivable || x.Header.Express) && len(x.Frames) > 0 {
					t.Errorf("%d frames of %s left over", len(x.Frames), x.Header.ARN)
				}
			}
		}
	}
}

func TestFailingCommitsChangeNothingButTheTime(t *testing.T) {
	for seed := range uint64(5) {
		synctest.Test(t, func(t *testing.T) {
			m := memory.New()
			lambda := answering(integration.Succeeded{Output: "1"})
			f := open(t, m, lambda)
			f.close()
			m = m.Reopen()
			d := fault.Seeded(seed, 0.3)
			f = open(t, fault.Wrap(m, func(ctx context.Context, op fault.Operation) fault.Outcome {
				if op.Batch == nil {
					return fault.Pass
				}
				return d(ctx, op)
			}), lambda)
			defer f.close()
			for i := range 20 {
				for _, name := range []string{"pass", "task", "wait"} {
					f.start(name, fmt.Sprint(i))
				}
			}
			for i := range 20 {
				f.wait(scope.Execution("task", fmt.Sprint(i)), "SUCCEEDED", "1")
				equal(t, f.types(scope.Execution("task", fmt.Sprint(i))), []string{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"})
				f.wait(scope.Execution("wait", fmt.Sprint(i)), "SUCCEEDED", "*")
			}
			if n := len(lambda.sent()); n != 20 {
				t.Errorf("%d calls of 20 tasks", n)
			}
			leftOver(t, m)
		})
	}
}

func TestUnavailableStoreIsToldToCallersInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		f := open(t, fault.Wrap(memory.New(), func(_ context.Context, op fault.Operation) fault.Outcome {
			if down.Load() {
				return fault.Unavailable
			}
			return fault.Pass
		}), nil)
		defer f.close()
		down.Store(true)
		begun := time.Now()
		if _, err := f.Start(t.Context(), order("pass", "x", "1")); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Start: %v", err)
		}
		if d := time.Since(begun); d > 31*time.Second {
			t.Errorf("answer after %v", d)
		}
		begun = time.Now()
		if _, err := f.Start(t.Context(), order("pass", "x", "1")); !errors.Is(err, ErrUnavailable) || time.Since(begun) > 0 {
			t.Errorf("once that is known, nobody waits: %v after %v", err, time.Since(begun))
		}
		down.Store(false)
		time.Sleep(2 * retryPauseMax) // virtual
		if s, err := f.Start(t.Context(), order("pass", "x", "1")); err != nil && !errors.Is(err, ErrExecutionAlreadyExists) {
			t.Errorf("when the store is back: %v, %v", s, err)
		}
	})
}

func TestLoopThatNeverWaitsLetsOthersRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, slow(m), nil, func(c *Config) { c.Shards = 1 })
		loop := f.start("loop", "l")
		m = m.Reopen() // a crash after the first thousand transitions
		f.close()
		f = open(t, slow(m), nil, func(c *Config) { c.Shards = 1 })
		defer f.close()
		f.wait(f.start("pass", "p"), "SUCCEEDED", "*")
		h := f.wait(loop, "FAILED", "States.Runtime")
		if h.LastEvent != 25_000 {
			t.Errorf("ended at event %d", h.LastEvent)
		}
	})
}

// cached compiles each definition once.
type cached struct {
	definitions
	m sync.Map
}

func (c *cached) Machine(ctx context.Context, key string) (*asl.Machine, error) {
	if m, ok := c.m.Load(key); ok {
		return m.(*asl.Machine), nil
	}
	m, err := c.definitions.Machine(ctx, key)
	if err == nil {
		c.m.Store(key, m)
	}
	return m, err
}

func tenPasses() string {
	states := ""
	for i := range 10 {
		states += fmt.Sprintf(`"S%d":{"Type":"Pass","Next":"S%d"},`, i, i+1)
	}
	return `{"StartAt":"S0","States":{` + states + `"S10":{"Type":"Succeed"}}}`
}

func TestWhatIsTooMuchIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var stalled atomic.Bool
		f := open(t, fault.Wrap(memory.New(), func(_ context.Context, op fault.Operation) fault.Outcome {
			if op.Batch != nil && stalled.Load() {
				<-release
			}
			return fault.Pass
		}), nil, func(c *Config) {
			c.Shards, c.Limits.Inbox, c.Limits.OpenExecutions = 1, 8, 3
		})
		defer f.close()
		for i := range 3 {
			f.start("wait", fmt.Sprint(i))
		}
		if _, err := f.Start(t.Context(), order("wait", "more", "{}")); !errors.Is(err, ErrExecutionLimitExceeded) {
			t.Errorf("fourth open execution: %v", err)
		}
		stalled.Store(true)
		var waiting sync.WaitGroup
		for range 1 + workMessagesMax + 8 + 1 { // under way, applied ahead of the store, in the inbox, beside it
			waiting.Go(func() { _, _ = f.Stop(t.Context(), scope.Execution("wait", "0"), "", "") })
			synctest.Wait()
		}
		if _, err := f.Stop(t.Context(), scope.Execution("wait", "0"), "", ""); !errors.Is(err, ErrThrottled) {
			t.Errorf("full inbox: %v", err)
		}
		waiting.Go(func() {
			if _, err := f.Stop(t.Context(), scope.Execution("pass", "0"), "", ""); !errors.Is(err, ErrExecutionDoesNotExist) {
				t.Errorf("another machine: %v", err)
			}
		})
		synctest.Wait()
		close(release)
		waiting.Wait()
		f.wait(scope.Execution("wait", "0"), "ABORTED", "")
	})
}
