package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/query"
)

// StartExecution says what to start. Its fields are those of execution.Header.
type StartExecution struct {
	Name            string
	StateMachineARN string // unqualified
	MachineName     string
	VersionARN      string
	AliasARN        string
	RoleARN         string
	Definition      string
	Incarnation     string
	TestCase        string
	TraceHeader     string
	Input           *query.Document // required
	Parent          execution.Parent
}

func (r *StartExecution) header(arn string) execution.Header {
	return execution.Header{
		ARN:             arn,
		Name:            r.Name,
		StateMachineARN: r.StateMachineARN,
		MachineName:     r.MachineName,
		VersionARN:      r.VersionARN,
		AliasARN:        r.AliasARN,
		RoleARN:         r.RoleARN,
		Definition:      r.Definition,
		Incarnation:     r.Incarnation,
		TestCase:        r.TestCase,
		TraceHeader:     r.TraceHeader,
		Input:           r.Input,
		Parent:          r.Parent,
	}
}

// Started is the answer to Start.
type Started struct {
	ARN       string
	StartDate time.Time
	Existing  bool // the same execution was running already
}

// Start starts a Standard execution and answers when it is durable. The same name with the same input, while that
// execution runs, means the same execution. A closed execution of another incarnation of the machine is replaced.
// Errors: ErrExecutionAlreadyExists, ErrExecutionLimitExceeded, ErrThrottled, ErrUnavailable, ErrClosed, those of
// ctx and of Definitions.
func (e *Engine) Start(ctx context.Context, r StartExecution) (Started, error) {
	arn := e.cfg.Scope.Execution(r.MachineName, r.Name)
	o, err := e.ask(ctx, message{id: idOf(arn), arn: arn, what: begin{r.header(arn)}})
	if err != nil {
		return Started{ARN: arn}, err
	}
	return Started{ARN: arn, StartDate: o.header.StartedAt, Existing: o.existing}, nil
}

// Stop aborts an execution and returns when it was closed. One that is closed stays as it is.
// Errors: ErrExecutionDoesNotExist, ErrThrottled, ErrUnavailable, ErrClosed, those of ctx.
func (e *Engine) Stop(ctx context.Context, executionARN, name, cause string) (time.Time, error) {
	m := occurrence(executionARN, execution.StopRequested{Error: name, Cause: cause})
	o, err := e.ask(ctx, m)
	if errors.Is(err, execution.ErrStale) {
		err = nil
	}
	return o.header.StoppedAt, err
}

// Redrive takes a closed execution up again and returns when that was: now, or when it was done with the same token
// before. Errors: execution.ErrNotRedrivable, ErrExecutionDoesNotExist, ErrExecutionLimitExceeded, ErrThrottled,
// ErrUnavailable, ErrClosed, those of ctx.
func (e *Engine) Redrive(ctx context.Context, executionARN, token string) (time.Time, error) {
	o, err := e.ask(ctx, message{id: idOf(executionARN), arn: executionARN, what: redrive{token}})
	if at, ok := o.header.Redriven(token, e.now()); ok {
		return at, err
	}
	return o.header.RedrivenAt, err
}

// UpdateMapRun changes a map run that is under way. Errors: ErrMapRunDoesNotExist, execution.ErrStale if it has ended,
// ErrThrottled, ErrUnavailable, ErrClosed, those of ctx.
func (e *Engine) UpdateMapRun(ctx context.Context, change execution.MapRunUpdated) error {
	run, err := e.MapRun(ctx, change.ARN)
	if err != nil {
		return err
	}
	_, err = e.ask(ctx, occurrence(run.ExecutionARN, change))
	return err
}

// StopAll aborts the open executions of a state machine and returns when that is durable. Those that start
// meanwhile may be missed. Errors: as for Stop.
func (e *Engine) StopAll(ctx context.Context, stateMachineARN string) error {
	prefix := openKey(stateMachineARN, executionID{})[:1+16]
	for _, s := range e.shards {
		var ids []executionID
		for p, err := range s.store.Scan(ctx, prefix, after(prefix), false) {
			if err != nil {
				return unavailable(err)
			}
			if id, ok := parseID(p.Key, len(prefix)); ok {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			_, err := e.ask(ctx, message{id: id, what: happened{what: execution.StopRequested{}}})
			if err != nil && !errors.Is(err, execution.ErrStale) && !errors.Is(err, ErrExecutionDoesNotExist) {
				return fmt.Errorf("stop executions of %s: %w", stateMachineARN, err)
			}
		}
	}
	return nil
}
