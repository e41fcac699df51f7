package execution

import "time"

// Limits of the service that a running execution can meet. Sizes are bytes of UTF-8 JSON text.
const (
	PayloadBytesMax   = 262_144 // input or output of a state, a task, an execution
	HistoryEventsMax  = 25_000  // events in a history; the last one ends the execution
	MapConcurrencyMax = 40      // iterations of an inline Map at once
	mapRunRedrivesMax = 1000    // redrives of one map run
	waitSecondsMax    = 1<<31 - 1
	secondsFieldMax   = 99_999_999
	assignedBytesMax  = 262_144 // one variable, and all values of one Assign
)

// MapRunConcurrencyMax is how many children of one map run are executed at once.
const MapRunConcurrencyMax = 10_000

// ExpressMax is how long an Express execution may run.
const ExpressMax = 5 * time.Minute

// Error names of the language that the core itself raises or knows by name.
const (
	errAll               = "States.ALL"
	errTaskFailed        = "States.TaskFailed"
	errTimeout           = "States.Timeout"
	errHeartbeatTimeout  = "States.HeartbeatTimeout"
	errRuntime           = "States.Runtime"
	errDataLimit         = "States.DataLimitExceeded"
	errQueryEvaluation   = "States.QueryEvaluationError"
	errToleratedFailures = "States.ExceedToleratedFailureThreshold"
)
