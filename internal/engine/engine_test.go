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
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/fault"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/query"
)

var scope = arn.Scope{Account: "123456789012", Region: "us-east-1"}

// machines are the definitions of the tests, by name.
var machines = map[string]string{
	"pass":  `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}`,
	"wait":  `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}`,
	"task":  `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}}`,
	"retry": `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":10,"MaxAttempts":2}],"End":true}}}`,
	"slow":  `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":30,"Parameters":{"FunctionName":"f"},"End":true}}}`,
	"token": `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","HeartbeatSeconds":60,"Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}},"End":true}}}`,
	"work":  `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}`,
	"job":   `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","TimeoutSeconds":100,"End":true}}}`,
	"nest":  `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"x"},"End":true}}}`,
	"sqs":   `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"b"},"End":true}}}`,
	"limit": `{"TimeoutSeconds":50,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}`,
	"loop":  `{"TimeoutSeconds":5,"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"A"}],"Default":"Z"},"Z":{"Type":"Succeed"}}}`,
	"map":   `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}},"End":true}}}`,
}

type definitions struct{}

func (definitions) Machine(_ context.Context, key string) (*asl.Machine, error) {
	m, diagnostics := asl.Compile(machines[key], asl.Options{})
	if m == nil {
		return nil, fmt.Errorf("machine %q: %v", key, diagnostics)
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

// leftOver fails if records are there that closed executions must not leave behind.
func leftOver(t *testing.T, s store.Store) {
	t.Helper()
	for id := range store.ShardID(4) {
		for p, err := range s.Reader(id).Scan(t.Context(), nil, nil, false) {
			if err != nil {
				t.Fatal(err)
			}
			switch p.Key[0] {
			case kindTimer, kindTask, kindOpen, kindOutbox, kindExpress:
				t.Errorf("left over: %q", p.Key)
			case kindExecution:
				if len(p.Key) > 17 && p.Key[24] != 0 {
					t.Errorf("frame left over: %q", p.Key)
				}
			}
		}
	}
}

// slow returns s with commits that take their time, so that whatever runs ahead of them shows.
func slow(s store.Store) store.Store {
	return fault.Wrap(s, func(_ context.Context, op fault.Operation) fault.Outcome {
		if op.Batch != nil {
			time.Sleep(time.Millisecond)
		}
		return fault.Pass
	})
}

func TestTaskIsRetriedAndItsStartIsDurableBeforeItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		n := 0
		var durable []string
		lambda := &connector{}
		var f fixture
		lambda.answer = func(c integration.Call) integration.Answer {
			events, _, err := f.History(context.Background(), c.ExecutionARN, 0, 1, true)
			if err != nil {
				t.Error(err)
			}
			durable = append(durable, events[0].Type.String())
			if n++; n < 3 {
				return integration.Failed{Error: "Oops"}
			}
			return integration.Succeeded{Output: `"done"`}
		}
		f = open(t, slow(m), lambda)
		defer f.close()
		arn := f.start("retry", "r")
		f.wait(arn, "SUCCEEDED", `"done"`)
		equal(t, durable, []string{"TaskStarted", "TaskStarted", "TaskStarted"})
		calls := lambda.sent()
		if calls[0].ClientToken == calls[1].ClientToken || len(calls[0].ClientToken) != 36 {
			t.Errorf("client tokens %q, %q", calls[0].ClientToken, calls[1].ClientToken)
		}
		leftOver(t, m)
	})
}

func TestMissingConnectorIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		h := f.wait(f.start("sqs", "x"), "FAILED", "States.TaskFailed")
		if c := h.Status.(execution.Failed).Cause; c != `This server has no connector for the integration "sqs", which arn:aws:states:::sqs:sendMessage needs.` {
			t.Errorf("cause: %s", c)
		}
	})
}

func TestPanickingConnectorFailsItsTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), &connector{answer: func(integration.Call) integration.Answer { panic("defect") }})
		defer f.close()
		f.wait(f.start("task", "x"), "FAILED", "States.TaskFailed")
	})
}

func TestTimeoutAndStopCancelTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, answering(nil))
		defer f.close()
		timed, stopped := f.start("slow", "t"), f.start("slow", "s")
		time.Sleep(time.Second)
		at, err := f.Stop(t.Context(), stopped, "E", "C")
		if err != nil || at.IsZero() {
			t.Errorf("Stop: %v, %v", at, err)
		}
		if again, err := f.Stop(t.Context(), stopped, "", ""); err != nil || !again.Equal(at) {
			t.Errorf("Stop again: %v, %v", again, err)
		}
		if _, err := f.Stop(t.Context(), "nothing", "", ""); !errors.Is(err, ErrExecutionDoesNotExist) {
			t.Errorf("Stop of nothing: %v", err)
		}
		f.wait(stopped, "ABORTED", "E")
		f.wait(timed, "FAILED", "States.Timeout")
		synctest.Wait()
		if n := len(f.dispatcher.running); n != 0 {
			t.Errorf("%d calls under way", n)
		}
		leftOver(t, m)
	})
}

func TestPlacesAreSharedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		lambda := &connector{answer: func(integration.Call) integration.Answer {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return integration.Succeeded{Output: "1"}
		}}
		f := open(t, memory.New(), lambda, func(c *Config) { c.Limits.TasksPerTarget = 3 })
		defer f.close()
		s, err := f.Start(t.Context(), order("map", "m", `[1,2,3,4,5,6,7,8,9,10]`))
		if err != nil {
			t.Fatal(err)
		}
		f.wait(s.ARN, "SUCCEEDED", `[1,1,1,1,1,1,1,1,1,1]`)
		if most != 3 {
			t.Errorf("%d calls at once", most)
		}
	})
}

func TestTaskTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lambda := answering(integration.Submitted{Output: "{}"})
		m := memory.New()
		f := open(t, m, lambda)
		arn := f.start("token", "t")
		synctest.Wait()
		token := lambda.sent()[0].Token
		if len(token) > tokenCharsMax {
			t.Errorf("token has %d characters", len(token))
		}
		f.close()
		m = m.Reopen()
		f = open(t, m, lambda)
		defer f.close()
		time.Sleep(50 * time.Second)
		if err := f.SendTaskHeartbeat(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Second)
		forged := token[:len(token)-2] + "AA"
		if err := f.SendTaskSuccess(t.Context(), forged, query.Trusted("1")); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("forged: %v", err)
		}
		nobody := f.Token("nobody", execution.TaskID{Frame: 1, Scheduled: 3})
		if err := f.SendTaskSuccess(t.Context(), nobody, query.Trusted("1")); !errors.Is(err, ErrTaskDoesNotExist) {
			t.Errorf("nobody's: %v", err)
		}
		if err := f.SendTaskSuccess(t.Context(), token, query.Trusted(`{"r":1}`)); err != nil {
			t.Fatal(err)
		}
		if err := f.SendTaskFailure(t.Context(), token, "E", "C"); !errors.Is(err, ErrTaskTimedOut) {
			t.Errorf("second answer: %v", err)
		}
		f.wait(arn, "SUCCEEDED", `{"r":1}`)
		missed := f.start("token", "missed")
		f.wait(missed, "FAILED", "States.Timeout")
		if n := len(lambda.sent()); n != 2 {
			t.Errorf("%d calls", n)
		}
		leftOver(t, m)
	})
}

func TestActivityTaskGoesToOneWorkerAndSurvivesReopening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		activity := scope.Activity("a")
		f := open(t, m, nil)
		arn := f.start("work", "w")
		f.close()
		m = m.Reopen()
		f = open(t, m, nil)
		defer f.close()
		token, input, ok, err := f.GetActivityTask(t.Context(), activity, "me")
		if err != nil || !ok || input != `{"n":1}` {
			t.Fatalf("GetActivityTask: %q, %v, %v", input, ok, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
		defer cancel()
		if _, _, ok, err := f.GetActivityTask(ctx, activity, "you"); ok || err != nil {
			t.Errorf("second worker: %v, %v", ok, err)
		}
		if err := f.SendTaskFailure(t.Context(), token, "Bad", "c"); err != nil {
			t.Fatal(err)
		}
		f.wait(arn, "FAILED", "Bad")
		equal(t, f.types(arn), []string{"ExecutionStarted", "TaskStateEntered", "ActivityScheduled", "ActivityStarted", "ActivityFailed", "ExecutionFailed"})

		got := make(chan string)
		go func() {
			token, _, _, _ := f.GetActivityTask(t.Context(), activity, "waiting")
			got <- token
		}()
		synctest.Wait()
		arn = f.start("work", "w2")
		if err := f.SendTaskSuccess(t.Context(), <-got, query.Trusted("2")); err != nil {
			t.Fatal(err)
		}
		f.wait(arn, "SUCCEEDED", "2")
		abandoned := f.start("work", "w3")
		if _, err := f.Stop(t.Context(), abandoned, "", ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(f.activities.queues) != 0 || len(f.activities.where) != 0 {
			t.Errorf("queues left over: %v", f.activities.queues)
		}
		leftOver(t, m)
	})
}

func TestCrashBetweenSendingAndHearing(t *testing.T) {
	for _, c := range []struct {
		idempotent     bool
		status, result string
		calls          int
	}{
		{true, "SUCCEEDED", "1", 1},
		{false, "FAILED", "States.TaskFailed", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := memory.New()
			f := open(t, m, answering(nil))
			arn := f.start("task", "t")
			synctest.Wait()
			m2 := m.Reopen() // nothing that happens from here on is kept
			f.close()
			lambda := answering(integration.Succeeded{Output: "1"})
			lambda.idempotent = c.idempotent
			f = open(t, m2, lambda)
			defer f.close()
			f.wait(arn, c.status, c.result)
			if n := len(lambda.sent()); n != c.calls {
				t.Errorf("%d calls", n)
			}
			leftOver(t, m2)
		})
	}
}

// nested starts executions as the connector of states:startExecution does.
type nested struct{ e *Engine }

func (n nested) Invoke(ctx context.Context, c integration.Call) integration.Answer {
	parent, err := n.e.Parent(c.Token, c.Resource.Pattern)
	if err != nil {
		return integration.Failed{Error: "Token"}
	}
	r := order("pass", "of-"+c.ExecutionARN[strings.LastIndexByte(c.ExecutionARN, ':')+1:], `{"c": 1}`)
	r.Parent = parent
	s, err := n.e.Start(ctx, r)
	if err != nil {
		return integration.Failed{Error: err.Error()}
	}
	return integration.Submitted{Output: `"` + s.ARN + `"`}
}

func (nested) Idempotent(integration.Call) bool { return true }

func TestEndOfANestedExecutionReachesItsParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, nil)
		defer f.close()
		arn := f.start("nest", "parent")
		ms := fmt.Sprint(time.Now().UnixMilli())
		f.wait(arn, "SUCCEEDED", `{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:pass:of-parent","Input":{"c": 1},"InputDetails":{"Included":true},"Name":"of-parent","Output":{"c": 1},"OutputDetails":{"Included":true},"StartDate":`+ms+`,"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:pass","Status":"SUCCEEDED","StopDate":`+ms+`}`)
		equal(t, f.types(arn)[3:], []string{"TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"})
		synctest.Wait()
		leftOver(t, m)
	})
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
		}), nil, func(c *Config) { c.Limits.Inbox = 8 })
		defer f.close()
		down.Store(true)
		begun := time.Now()
		if _, err := f.Start(t.Context(), order("pass", "x", "1")); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Start: %v", err)
		}
		if d := time.Since(begun); d > 31*time.Second {
			t.Errorf("answer after %v", d)
		}
	})
}

func TestListIsNewestFirstFilteredAndPaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		for i := range 10 {
			f.start("wait", fmt.Sprint(i))
			time.Sleep(12 * time.Second)
		}
		q := ListExecutions{StateMachineARN: scope.StateMachine("wait"), Limit: 3}
		var names []string
		for {
			rows, next, err := f.List(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				names = append(names, r.Name+r.Status)
			}
			if q.After = next; next == "" {
				break
			}
		}
		equal(t, names, []string{"9RUNNING", "8RUNNING", "7RUNNING", "6RUNNING", "5RUNNING", "4RUNNING", "3RUNNING", "2RUNNING", "1SUCCEEDED", "0SUCCEEDED"})
		rows, next, err := f.List(t.Context(), ListExecutions{StateMachineARN: q.StateMachineARN, Status: "SUCCEEDED", Limit: 2})
		if err != nil || len(rows) != 2 || next != "" {
			t.Errorf("filtered: %v, %q, %v", rows, next, err)
		}
		if _, _, err := f.List(t.Context(), ListExecutions{After: "?", Limit: 1}); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("bad cursor: %v", err)
		}
		if err := f.StopAll(t.Context(), q.StateMachineARN); err != nil || f.OpenCount() != 0 {
			t.Errorf("StopAll: %v, %d open", err, f.OpenCount())
		}
	})
}

func TestHistoryPagesBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(integration.Succeeded{Output: "1"}))
		defer f.close()
		arn := f.start("task", "x")
		f.wait(arn, "SUCCEEDED", "1")
		page := func(from int64, reverse bool) (ids []int64) {
			for {
				events, more, err := f.History(t.Context(), arn, from, 2, reverse)
				if err != nil {
					t.Fatal(err)
				}
				for _, ev := range events {
					ids = append(ids, ev.ID)
				}
				if !more {
					return ids
				}
				if from = ids[len(ids)-1] + 1; reverse {
					from -= 2
				}
			}
		}
		equal(t, page(0, false), []int64{1, 2, 3, 4, 5, 6, 7})
		equal(t, page(4, false), []int64{4, 5, 6, 7})
		equal(t, page(0, true), []int64{7, 6, 5, 4, 3, 2, 1})
		equal(t, page(4, true), []int64{4, 3, 2, 1})
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

func TestExpress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		seen := &observer{}
		f := open(t, m, answering(integration.Succeeded{Output: "1"}), func(c *Config) { c.Observer = seen })
		for machine, want := range map[string]string{"pass": "SUCCEEDED", "task": "SUCCEEDED", "wait": "SUCCEEDED", "limit": "TIMED_OUT"} {
			h, err := f.StartSync(t.Context(), order(machine, "e", "{}"))
			if err != nil || h.Status.Name() != want {
				t.Errorf("%s: %v, %v", machine, h.Status, err)
			}
		}
		s, err := f.StartExpress(t.Context(), order("wait", "a", "{}"))
		if err != nil {
			t.Fatal(err)
		}
		f.close() // it is under way
		m = m.Reopen()
		f = open(t, m, nil, func(c *Config) { c.Observer = seen })
		defer f.close()
		time.Sleep(101 * time.Second)
		synctest.Wait()
		equal(t, seen.of(s.ARN), []string{
			"ExecutionStarted", "WaitStateEntered", // before the stop
			"ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded",
		})
		leftOver(t, m)
	})
}

func TestExpressEndsAfterFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(nil))
		defer f.close()
		begun := time.Now()
		h, err := f.StartSync(t.Context(), order("task", "e", "{}"))
		if err != nil || h.Status.Name() != "TIMED_OUT" || time.Since(begun) != expressMax {
			t.Errorf("%v after %v, %v", h.Status, time.Since(begun), err)
		}
	})
}

type observer struct {
	mu    sync.Mutex
	types map[string][]string
}

func (o *observer) Recorded(arn string, events []history.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.types == nil {
		o.types = map[string][]string{}
	}
	for _, ev := range events {
		o.types[arn] = append(o.types[arn], ev.Type.String())
	}
}

func (o *observer) of(arn string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.types[arn]
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
