package engine

import "errors"

// What callers of an Engine are told. Act on them with errors.Is.
var (
	ErrExecutionAlreadyExists = errors.New("an execution of that name exists")
	ErrExecutionDoesNotExist  = errors.New("execution does not exist")
	ErrMapRunDoesNotExist     = errors.New("map run does not exist")
	ErrExecutionLimitExceeded = errors.New("too many open executions")
	ErrInvalidToken           = errors.New("not a task token of this server")
	ErrTaskTimedOut           = errors.New("task is over or its execution no longer waits for it")
	ErrTaskDoesNotExist       = errors.New("the task's execution does not exist")
	ErrWorkerLimitExceeded    = errors.New("too many workers poll the activity")
	// ErrThrottled means that a queue is full and nothing was done; try again later.
	ErrThrottled = errors.New("too many requests")
	// ErrUnavailable means that the store does not answer, or not in time. Whether the request was carried out is
	// open: every request may be repeated.
	ErrUnavailable = errors.New("engine is unavailable")
	// ErrClosed means that the engine is closed or closing.
	ErrClosed = errors.New("engine is closed")
)
