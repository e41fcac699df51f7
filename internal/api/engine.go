package api

import (
	"context"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/teststate"
	"github.com/cogstep/cogstep/query"
)

// Engine is what the API needs of the engine.
type Engine interface {
	Start(ctx context.Context, in engine.StartExecution) (engine.Started, error)
	StartExpress(ctx context.Context, in engine.StartExecution) (engine.Started, error)
	StartSync(ctx context.Context, in engine.StartExecution) (execution.Header, error)
	Stop(ctx context.Context, executionARN, errorName, cause string) (stopDate time.Time, err error)
	StopAll(ctx context.Context, stateMachineARN string) error
	Redrive(ctx context.Context, executionARN, token string) (redriveDate time.Time, err error)
	MapRun(ctx context.Context, mapRunARN string) (execution.MapRun, error)
	MapRuns(ctx context.Context, executionARN string, limit int, page string) (runs []execution.MapRun, next string, err error)
	UpdateMapRun(ctx context.Context, change execution.MapRunUpdated) error
	Describe(ctx context.Context, executionARN string) (execution.Header, error)
	History(ctx context.Context, executionARN string, from int64, limit int, reverse bool) (events []history.Event, more bool, err error)
	List(ctx context.Context, in engine.ListExecutions) (rows []engine.Row, next string, err error)

	GetActivityTask(ctx context.Context, activityARN, worker string) (token, input string, ok bool, err error)
	Attempt(token string) (execution.Attempt, error)
	Parent(token string, pattern asl.Pattern) (execution.Parent, error)
	SendTaskSuccess(ctx context.Context, token string, output *query.Document) error
	SendTaskFailure(ctx context.Context, token, errorName, cause string) error
	SendTaskHeartbeat(ctx context.Context, token string) error

	teststate.Invoker
}
