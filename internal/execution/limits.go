package execution

// Limits of the service that a running execution can meet. Sizes are bytes of UTF-8 JSON text.
const (
	PayloadBytesMax   = 262_144 // input or output of a state, a task, an execution
	HistoryEventsMax  = 25_000  // events in a history; the last one ends the execution
	MapConcurrencyMax = 40      // iterations of an inline Map at once
	waitSecondsMax    = 1<<31 - 1
	secondsFieldMax   = 99_999_999
	assignedBytesMax  = 262_144 // one variable, and all values of one Assign
)

// Error names of the language that the core itself raises or knows by name.
const (
	errAll              = "States.ALL"
	errTaskFailed       = "States.TaskFailed"
	errTimeout          = "States.Timeout"
	errHeartbeatTimeout = "States.HeartbeatTimeout"
	errRuntime          = "States.Runtime"
	errDataLimit        = "States.DataLimitExceeded"
	errQueryEvaluation  = "States.QueryEvaluationError"
)
