package teststate

import (
	"context"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// run tests a state that all rules have let through.
func (t *test) run(ctx context.Context) (Result, error) {
	r := &t.trial
	// A tested state sees a machine and an execution that are not there. Their names are fresh, and unlike that of a
	// real Express execution this one's ARN ends with its name (recorded).
	name, machine := t.NewID(), t.NewID()
	pretended := arn.ARN{Partition: "aws", Service: "states", Region: t.Scope.Region, Account: t.Scope.Account, Resource: "express:" + machine + ":" + name}
	r.At, r.Seed, r.World = t.now(), t.Seed(), world{t.NewID()}
	r.Header.ARN, r.Header.Name = pretended.String(), name
	r.Header.StateMachineARN, r.Header.MachineName = t.Scope.StateMachine(machine), machine
	r.Header.RoleARN = t.RoleARN
	trial := execution.NewTrial(t.machine, *r)
	if n, known := trial.Items(); known && r.FailedItems > n {
		return Result{}, refuse("Map iteration failure count must be less than or equal to the number of Map iterations")
	}
	if err := t.finish(ctx, trial); err != nil {
		return Result{}, err
	}
	result := Result{TrialResult: trial.Result(), Input: r.Header.Input}
	if t.heard { // a call that nobody waited for may still be writing
		result.Exchange = t.exchange
	}
	return result, nil
}

// now is the time as executions know it: UTC, whole milliseconds.
func (t *test) now() time.Time { return t.Now().UTC().Truncate(time.Millisecond) }

// world is what a tested state sees of it: any activity exists, and a token is a token.
type world struct{ token string }

func (w world) Token(execution.Attempt) string { return w.token }
func (world) ActivityExists(string) bool       { return true }

// finish brings a trial to its end: what it waits for is mocked, or comes.
func (t *test) finish(ctx context.Context, trial *execution.Trial) error {
	switch m := t.Mock; {
	case trial.Over():
		return nil
	case m == nil:
		return t.wait(ctx, trial)
	case m.Error != nil:
		trial.Fail(t.now(), m.Error.Error, m.Error.Cause)
	default:
		trial.Succeed(t.now(), t.result)
	}
	return nil
}

// wait waits for a timer or for the answer of a real call.
func (t *test) wait(ctx context.Context, trial *execution.Trial) error {
	end := t.Now().Add(DurationMax)
	var answers chan integration.Answer
	if task, ok := t.state.(*asl.Task); ok {
		answers = make(chan integration.Answer, 1)
		trial.Start(t.now())
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if t.Trace {
			t.exchange = &integration.Trace{Reveal: t.RevealSecrets}
			ctx = integration.WithTrace(ctx, t.exchange)
		}
		call := t.call(trial, task)
		go func() { answers <- t.Invoker.Invoke(ctx, call) }()
	}
	for !trial.Over() {
		due, happens := end, trial.Expire
		if d := trial.Frame().Due(); !d.IsZero() && d.Before(end) {
			due, happens = d, func() { trial.Fire(t.now()) }
		}
		timer := time.NewTimer(due.Sub(t.Now()))
		select {
		case answer := <-answers:
			t.heard = true
			t.answered(trial, answer)
		case <-timer.C:
			happens()
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil && !trial.Over() {
			return ctx.Err()
		}
	}
	return nil
}

// call is what a connector gets to know of the Task under test.
func (t *test) call(trial *execution.Trial, task *asl.Task) integration.Call {
	_, focus, _ := trial.Frame().Task()
	h := &t.trial.Header
	c := integration.Call{
		ExecutionARN: h.ARN, StateMachineARN: h.StateMachineARN, MachineName: h.MachineName, State: string(task.Name), RoleARN: h.RoleARN, TaskRoleARN: focus.RoleARN, Resource: task.Resource,
		Input: focus.Parameters.Text(), ClientToken: t.NewID(), Express: true,
	}
	return c
}

func (t *test) answered(trial *execution.Trial, answer integration.Answer) {
	switch a := answer.(type) {
	case integration.Succeeded:
		trial.Succeed(t.now(), query.Trusted(a.Output))
	case integration.Failed:
		trial.Fail(t.now(), a.Error, a.Cause)
	default:
		trial.Fail(t.now(), "States.TaskFailed", "The connector gave no answer.")
	}
}
