package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/fault"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/query"
)

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
		forged := strings.Repeat("A", 10) + token[10:]
		if err := f.SendTaskSuccess(t.Context(), forged, query.Trusted("1")); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("forged: %v", err)
		}
		nobody := f.Token(execution.Attempt{ExecutionARN: "nobody", Task: execution.TaskID{Frame: 1, Scheduled: 3}})
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
		f.wait(arn, "SUCCEEDED", `{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:pass:of-parent","Input":{"c": 1},"InputDetails":{"Included":true},"Name":"of-parent","Output":{"c": 1},"OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":`+ms+`,"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:pass","Status":"SUCCEEDED","StopDate":`+ms+`}`)
		equal(t, f.types(arn)[3:], []string{"TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"})
		synctest.Wait()
		leftOver(t, m)
	})
}

func TestFailedNestedExecutionIsDescribedInTheCause(t *testing.T) {
	at := time.UnixMilli(1000).UTC()
	h := execution.Header{
		ARN: "arn", Name: "n", StateMachineARN: "m", Input: query.Trusted(`{"a": 1}`), StartedAt: at, StoppedAt: at,
		Parent: execution.Parent{Pattern: asl.Sync}, Status: execution.Failed{Error: "E"},
	}
	want := `{"Error":"E","ExecutionArn":"arn","Input":"{\"a\": 1}","InputDetails":{"Included":true},"Name":"n","RedriveCount":0,"RedriveStatus":"REDRIVABLE","StartDate":1000,"StateMachineArn":"m","Status":"FAILED","StopDate":1000}`
	equal(t, nestedEnd(&h, at), execution.Occurrence(execution.TaskFailed{Error: "States.TaskFailed", Cause: want, ByToken: true}))
}

func TestAResentStartFindsItsOwnChildEvenIfThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		parent := execution.Parent{Attempt: execution.Attempt{ExecutionARN: "p", StartedAt: time.UnixMilli(1).UTC(), Task: execution.TaskID{Frame: 1, Scheduled: 3}}}
		r := order("pass", "child", `{}`)
		r.Parent = parent
		first, err := f.Start(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Wait(t.Context(), first.ARN); err != nil {
			t.Fatal(err)
		}
		if again, err := f.Start(t.Context(), r); err != nil || !again.Existing {
			t.Errorf("the same task: %+v, %v", again, err)
		}
		r.Parent.Task.Scheduled++
		if _, err := f.Start(t.Context(), r); !errors.Is(err, ErrExecutionAlreadyExists) {
			t.Errorf("another task: %v", err)
		}
	})
}

func TestKeysForOthersOutliveARestartAndDifferByPurpose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, nil)
		key := string(f.Key("a"))
		f.close()
		f = open(t, m.Reopen(), nil)
		defer f.close()
		if string(f.Key("a")) != key || string(f.Key("b")) == key || len(key) != 32 {
			t.Error("the key has changed, or is no key of its own")
		}
	})
}
