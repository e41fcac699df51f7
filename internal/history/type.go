package history

// The 62 kinds of events. The numbers are part of the form on disk: new types go to the end.
// Source: HistoryEventType of the service model, in its order.
const (
	ActivityFailed Type = iota + 1
	ActivityScheduled
	ActivityScheduleFailed
	ActivityStarted
	ActivitySucceeded
	ActivityTimedOut
	ChoiceStateEntered
	ChoiceStateExited
	ExecutionAborted
	ExecutionFailed
	ExecutionStarted
	ExecutionSucceeded
	ExecutionTimedOut
	FailStateEntered
	LambdaFunctionFailed
	LambdaFunctionScheduled
	LambdaFunctionScheduleFailed
	LambdaFunctionStarted
	LambdaFunctionStartFailed
	LambdaFunctionSucceeded
	LambdaFunctionTimedOut
	MapIterationAborted
	MapIterationFailed
	MapIterationStarted
	MapIterationSucceeded
	MapStateAborted
	MapStateEntered
	MapStateExited
	MapStateFailed
	MapStateStarted
	MapStateSucceeded
	ParallelStateAborted
	ParallelStateEntered
	ParallelStateExited
	ParallelStateFailed
	ParallelStateStarted
	ParallelStateSucceeded
	PassStateEntered
	PassStateExited
	SucceedStateEntered
	SucceedStateExited
	TaskFailed
	TaskScheduled
	TaskStarted
	TaskStartFailed
	TaskStateAborted
	TaskStateEntered
	TaskStateExited
	TaskSubmitFailed
	TaskSubmitted
	TaskSucceeded
	TaskTimedOut
	WaitStateAborted
	WaitStateEntered
	WaitStateExited
	MapRunAborted
	MapRunFailed
	MapRunStarted
	MapRunSucceeded
	ExecutionRedriven
	MapRunRedriven
	EvaluationFailed
	typeEnd
)

// types holds, for each Type, its name, its member of the event ("" if it has no details) and the keys that the
// member may have.
var types = [typeEnd]struct {
	name    string
	details string
	keys    []Key
}{
	ActivityFailed:               {"ActivityFailed", "activityFailedEventDetails", failure},
	ActivityScheduled:            {"ActivityScheduled", "activityScheduledEventDetails", []Key{Input, Resource, TimeoutInSeconds, HeartbeatInSeconds}},
	ActivityScheduleFailed:       {"ActivityScheduleFailed", "activityScheduleFailedEventDetails", failure},
	ActivityStarted:              {"ActivityStarted", "activityStartedEventDetails", []Key{WorkerName}},
	ActivitySucceeded:            {"ActivitySucceeded", "activitySucceededEventDetails", output},
	ActivityTimedOut:             {"ActivityTimedOut", "activityTimedOutEventDetails", failure},
	ChoiceStateEntered:           {"ChoiceStateEntered", "stateEnteredEventDetails", entered},
	ChoiceStateExited:            {"ChoiceStateExited", "stateExitedEventDetails", exited},
	ExecutionAborted:             {"ExecutionAborted", "executionAbortedEventDetails", failure},
	ExecutionFailed:              {"ExecutionFailed", "executionFailedEventDetails", failure},
	ExecutionStarted:             {"ExecutionStarted", "executionStartedEventDetails", []Key{Input, RoleArn, StateMachineAliasArn, StateMachineVersionArn}},
	ExecutionSucceeded:           {"ExecutionSucceeded", "executionSucceededEventDetails", output},
	ExecutionTimedOut:            {"ExecutionTimedOut", "executionTimedOutEventDetails", failure},
	FailStateEntered:             {"FailStateEntered", "stateEnteredEventDetails", entered},
	LambdaFunctionFailed:         {"LambdaFunctionFailed", "lambdaFunctionFailedEventDetails", failure},
	LambdaFunctionScheduled:      {"LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", []Key{Input, Resource, TimeoutInSeconds, TaskCredentials}},
	LambdaFunctionScheduleFailed: {"LambdaFunctionScheduleFailed", "lambdaFunctionScheduleFailedEventDetails", failure},
	LambdaFunctionStarted:        {"LambdaFunctionStarted", "", nil},
	LambdaFunctionStartFailed:    {"LambdaFunctionStartFailed", "lambdaFunctionStartFailedEventDetails", failure},
	LambdaFunctionSucceeded:      {"LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails", output},
	LambdaFunctionTimedOut:       {"LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails", failure},
	MapIterationAborted:          {"MapIterationAborted", "mapIterationAbortedEventDetails", iteration},
	MapIterationFailed:           {"MapIterationFailed", "mapIterationFailedEventDetails", iteration},
	MapIterationStarted:          {"MapIterationStarted", "mapIterationStartedEventDetails", iteration},
	MapIterationSucceeded:        {"MapIterationSucceeded", "mapIterationSucceededEventDetails", iteration},
	MapStateAborted:              {"MapStateAborted", "", nil},
	MapStateEntered:              {"MapStateEntered", "stateEnteredEventDetails", entered},
	MapStateExited:               {"MapStateExited", "stateExitedEventDetails", exited},
	MapStateFailed:               {"MapStateFailed", "", nil},
	MapStateStarted:              {"MapStateStarted", "mapStateStartedEventDetails", []Key{Length}},
	MapStateSucceeded:            {"MapStateSucceeded", "", nil},
	ParallelStateAborted:         {"ParallelStateAborted", "", nil},
	ParallelStateEntered:         {"ParallelStateEntered", "stateEnteredEventDetails", entered},
	ParallelStateExited:          {"ParallelStateExited", "stateExitedEventDetails", exited},
	ParallelStateFailed:          {"ParallelStateFailed", "", nil},
	ParallelStateStarted:         {"ParallelStateStarted", "", nil},
	ParallelStateSucceeded:       {"ParallelStateSucceeded", "", nil},
	PassStateEntered:             {"PassStateEntered", "stateEnteredEventDetails", entered},
	PassStateExited:              {"PassStateExited", "stateExitedEventDetails", exited},
	SucceedStateEntered:          {"SucceedStateEntered", "stateEnteredEventDetails", entered},
	SucceedStateExited:           {"SucceedStateExited", "stateExitedEventDetails", exited},
	TaskFailed:                   {"TaskFailed", "taskFailedEventDetails", taskFailure},
	TaskScheduled:                {"TaskScheduled", "taskScheduledEventDetails", []Key{ResourceType, Resource, Region, Parameters, TimeoutInSeconds, HeartbeatInSeconds, TaskCredentials}},
	TaskStarted:                  {"TaskStarted", "taskStartedEventDetails", []Key{ResourceType, Resource}},
	TaskStartFailed:              {"TaskStartFailed", "taskStartFailedEventDetails", taskFailure},
	TaskStateAborted:             {"TaskStateAborted", "", nil},
	TaskStateEntered:             {"TaskStateEntered", "stateEnteredEventDetails", entered},
	TaskStateExited:              {"TaskStateExited", "stateExitedEventDetails", exited},
	TaskSubmitFailed:             {"TaskSubmitFailed", "taskSubmitFailedEventDetails", taskFailure},
	TaskSubmitted:                {"TaskSubmitted", "taskSubmittedEventDetails", taskOutput},
	TaskSucceeded:                {"TaskSucceeded", "taskSucceededEventDetails", taskOutput},
	TaskTimedOut:                 {"TaskTimedOut", "taskTimedOutEventDetails", taskFailure},
	WaitStateAborted:             {"WaitStateAborted", "", nil},
	WaitStateEntered:             {"WaitStateEntered", "stateEnteredEventDetails", entered},
	WaitStateExited:              {"WaitStateExited", "stateExitedEventDetails", exited},
	MapRunAborted:                {"MapRunAborted", "", nil},
	MapRunFailed:                 {"MapRunFailed", "mapRunFailedEventDetails", failure},
	MapRunStarted:                {"MapRunStarted", "mapRunStartedEventDetails", []Key{MapRunArn}},
	MapRunSucceeded:              {"MapRunSucceeded", "", nil},
	ExecutionRedriven:            {"ExecutionRedriven", "executionRedrivenEventDetails", []Key{RedriveCount}},
	MapRunRedriven:               {"MapRunRedriven", "mapRunRedrivenEventDetails", []Key{MapRunArn, RedriveCount}},
	EvaluationFailed:             {"EvaluationFailed", "evaluationFailedEventDetails", []Key{Error, Cause, State, Location}},
}

// Keys that several types share.
var (
	entered     = []Key{Name, Input}
	exited      = []Key{Name, Output, AssignedVariables}
	failure     = []Key{Error, Cause}
	taskFailure = []Key{ResourceType, Resource, Error, Cause}
	output      = []Key{Output}
	taskOutput  = []Key{ResourceType, Resource, Output}
	iteration   = []Key{Name, Index}
)

// stateTypes holds the events of entering and of leaving a state of each type. A Fail state is never left.
var stateTypes = map[string]struct{ entered, exited Type }{
	"Pass":     {PassStateEntered, PassStateExited},
	"Task":     {TaskStateEntered, TaskStateExited},
	"Choice":   {ChoiceStateEntered, ChoiceStateExited},
	"Wait":     {WaitStateEntered, WaitStateExited},
	"Succeed":  {SucceedStateEntered, SucceedStateExited},
	"Fail":     {FailStateEntered, 0},
	"Parallel": {ParallelStateEntered, ParallelStateExited},
	"Map":      {MapStateEntered, MapStateExited},
}

// StateEntered returns the event of entering a state of a type as definitions spell it ("Pass", "Task", …); 0 for
// a type that does not exist.
func StateEntered(stateType string) Type { return stateTypes[stateType].entered }

// StateExited returns the event of leaving a state of that type; ok is false if there is none (Fail).
func StateExited(stateType string) (t Type, ok bool) {
	t = stateTypes[stateType].exited
	return t, t != 0
}

func (t Type) valid() bool { return t > 0 && t < typeEnd }

// String returns the type's name as the API spells it, "" for a number that is no type.
func (t Type) String() string {
	if !t.valid() {
		return ""
	}
	return types[t].name
}
