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

// eventType is what there is to know about a Type: its name, the lowest level of logging that shows it, its member of
// the event ("" if it has no details) and the keys that the member may have.
type eventType struct {
	name    string
	level   LogLevel
	details string
	keys    []Key
}

// types holds what the types are.
//
// Source of the levels: the service's published table. EvaluationFailed and the failures of activities are not in its
// columns ERROR and FATAL, so they have ALL here; the service has not been asked.
var types = [typeEnd]eventType{
	ActivityFailed:               {"ActivityFailed", LogAll, "activityFailedEventDetails", failure},
	ActivityScheduled:            {"ActivityScheduled", LogAll, "activityScheduledEventDetails", []Key{Input, Resource, TimeoutInSeconds, HeartbeatInSeconds}},
	ActivityScheduleFailed:       {"ActivityScheduleFailed", LogAll, "activityScheduleFailedEventDetails", failure},
	ActivityStarted:              {"ActivityStarted", LogAll, "activityStartedEventDetails", []Key{WorkerName}},
	ActivitySucceeded:            {"ActivitySucceeded", LogAll, "activitySucceededEventDetails", output},
	ActivityTimedOut:             {"ActivityTimedOut", LogAll, "activityTimedOutEventDetails", failure},
	ChoiceStateEntered:           {"ChoiceStateEntered", LogAll, "stateEnteredEventDetails", entered},
	ChoiceStateExited:            {"ChoiceStateExited", LogAll, "stateExitedEventDetails", exited},
	ExecutionAborted:             {"ExecutionAborted", LogFatal, "executionAbortedEventDetails", failure},
	ExecutionFailed:              {"ExecutionFailed", LogFatal, "executionFailedEventDetails", failure},
	ExecutionStarted:             {"ExecutionStarted", LogAll, "executionStartedEventDetails", []Key{Input, RoleArn, StateMachineAliasArn, StateMachineVersionArn}},
	ExecutionSucceeded:           {"ExecutionSucceeded", LogAll, "executionSucceededEventDetails", output},
	ExecutionTimedOut:            {"ExecutionTimedOut", LogFatal, "executionTimedOutEventDetails", failure},
	FailStateEntered:             {"FailStateEntered", LogError, "stateEnteredEventDetails", entered},
	LambdaFunctionFailed:         {"LambdaFunctionFailed", LogError, "lambdaFunctionFailedEventDetails", failure},
	LambdaFunctionScheduled:      {"LambdaFunctionScheduled", LogAll, "lambdaFunctionScheduledEventDetails", []Key{Input, Resource, TimeoutInSeconds, TaskCredentials}},
	LambdaFunctionScheduleFailed: {"LambdaFunctionScheduleFailed", LogError, "lambdaFunctionScheduleFailedEventDetails", failure},
	LambdaFunctionStarted:        {"LambdaFunctionStarted", LogAll, "", nil},
	LambdaFunctionStartFailed:    {"LambdaFunctionStartFailed", LogError, "lambdaFunctionStartFailedEventDetails", failure},
	LambdaFunctionSucceeded:      {"LambdaFunctionSucceeded", LogAll, "lambdaFunctionSucceededEventDetails", output},
	LambdaFunctionTimedOut:       {"LambdaFunctionTimedOut", LogError, "lambdaFunctionTimedOutEventDetails", failure},
	MapIterationAborted:          {"MapIterationAborted", LogError, "mapIterationAbortedEventDetails", iteration},
	MapIterationFailed:           {"MapIterationFailed", LogError, "mapIterationFailedEventDetails", iteration},
	MapIterationStarted:          {"MapIterationStarted", LogAll, "mapIterationStartedEventDetails", iteration},
	MapIterationSucceeded:        {"MapIterationSucceeded", LogAll, "mapIterationSucceededEventDetails", iteration},
	MapStateAborted:              {"MapStateAborted", LogError, "", nil},
	MapStateEntered:              {"MapStateEntered", LogAll, "stateEnteredEventDetails", entered},
	MapStateExited:               {"MapStateExited", LogAll, "stateExitedEventDetails", exited},
	MapStateFailed:               {"MapStateFailed", LogError, "", nil},
	MapStateStarted:              {"MapStateStarted", LogAll, "mapStateStartedEventDetails", []Key{Length}},
	MapStateSucceeded:            {"MapStateSucceeded", LogAll, "", nil},
	ParallelStateAborted:         {"ParallelStateAborted", LogError, "", nil},
	ParallelStateEntered:         {"ParallelStateEntered", LogAll, "stateEnteredEventDetails", entered},
	ParallelStateExited:          {"ParallelStateExited", LogAll, "stateExitedEventDetails", exited},
	ParallelStateFailed:          {"ParallelStateFailed", LogError, "", nil},
	ParallelStateStarted:         {"ParallelStateStarted", LogAll, "", nil},
	ParallelStateSucceeded:       {"ParallelStateSucceeded", LogAll, "", nil},
	PassStateEntered:             {"PassStateEntered", LogAll, "stateEnteredEventDetails", entered},
	PassStateExited:              {"PassStateExited", LogAll, "stateExitedEventDetails", exited},
	SucceedStateEntered:          {"SucceedStateEntered", LogAll, "stateEnteredEventDetails", entered},
	SucceedStateExited:           {"SucceedStateExited", LogAll, "stateExitedEventDetails", exited},
	TaskFailed:                   {"TaskFailed", LogError, "taskFailedEventDetails", taskFailure},
	TaskScheduled:                {"TaskScheduled", LogAll, "taskScheduledEventDetails", []Key{ResourceType, Resource, Region, Parameters, TimeoutInSeconds, HeartbeatInSeconds, TaskCredentials}},
	TaskStarted:                  {"TaskStarted", LogAll, "taskStartedEventDetails", []Key{ResourceType, Resource}},
	TaskStartFailed:              {"TaskStartFailed", LogError, "taskStartFailedEventDetails", taskFailure},
	TaskStateAborted:             {"TaskStateAborted", LogError, "", nil},
	TaskStateEntered:             {"TaskStateEntered", LogAll, "stateEnteredEventDetails", entered},
	TaskStateExited:              {"TaskStateExited", LogAll, "stateExitedEventDetails", exited},
	TaskSubmitFailed:             {"TaskSubmitFailed", LogError, "taskSubmitFailedEventDetails", taskFailure},
	TaskSubmitted:                {"TaskSubmitted", LogAll, "taskSubmittedEventDetails", taskOutput},
	TaskSucceeded:                {"TaskSucceeded", LogAll, "taskSucceededEventDetails", taskOutput},
	TaskTimedOut:                 {"TaskTimedOut", LogError, "taskTimedOutEventDetails", taskFailure},
	WaitStateAborted:             {"WaitStateAborted", LogError, "", nil},
	WaitStateEntered:             {"WaitStateEntered", LogAll, "stateEnteredEventDetails", entered},
	WaitStateExited:              {"WaitStateExited", LogAll, "stateExitedEventDetails", exited},
	MapRunAborted:                {"MapRunAborted", LogError, "", nil},
	MapRunFailed:                 {"MapRunFailed", LogError, "mapRunFailedEventDetails", failure},
	MapRunStarted:                {"MapRunStarted", LogAll, "mapRunStartedEventDetails", []Key{MapRunArn}},
	MapRunSucceeded:              {"MapRunSucceeded", LogAll, "", nil},
	ExecutionRedriven:            {"ExecutionRedriven", LogAll, "executionRedrivenEventDetails", []Key{RedriveCount}},
	MapRunRedriven:               {"MapRunRedriven", LogAll, "mapRunRedrivenEventDetails", []Key{MapRunArn, RedriveCount}},
	EvaluationFailed:             {"EvaluationFailed", LogAll, "evaluationFailedEventDetails", []Key{Error, Cause, State, Location}},
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
