package api

import "context"

// operation carries out a request that the model has approved.
type operation func(*API, context.Context, input) (Reply, error)

// operations is the table of what is served: a test holds it against the service model.
var operations = map[string]operation{
	"CreateStateMachine":             (*API).createStateMachine,
	"UpdateStateMachine":             (*API).updateStateMachine,
	"DescribeStateMachine":           (*API).describeStateMachine,
	"ListStateMachines":              (*API).listStateMachines,
	"DeleteStateMachine":             (*API).deleteStateMachine,
	"ValidateStateMachineDefinition": (*API).validateStateMachineDefinition,
	"TestState":                      (*API).testState,

	"PublishStateMachineVersion": (*API).publishStateMachineVersion,
	"ListStateMachineVersions":   (*API).listStateMachineVersions,
	"DeleteStateMachineVersion":  (*API).deleteStateMachineVersion,
	"CreateStateMachineAlias":    (*API).createStateMachineAlias,
	"UpdateStateMachineAlias":    (*API).updateStateMachineAlias,
	"DescribeStateMachineAlias":  (*API).describeStateMachineAlias,
	"ListStateMachineAliases":    (*API).listStateMachineAliases,
	"DeleteStateMachineAlias":    (*API).deleteStateMachineAlias,

	"StartExecution":      (*API).startExecution,
	"StartSyncExecution":  (*API).startSyncExecution,
	"StopExecution":       (*API).stopExecution,
	"DescribeExecution":   (*API).describeExecution,
	"RedriveExecution":    (*API).redriveExecution,
	"ListExecutions":      (*API).listExecutions,
	"GetExecutionHistory": (*API).getExecutionHistory,

	"DescribeStateMachineForExecution": (*API).describeStateMachineForExecution,

	"DescribeMapRun": (*API).describeMapRun,
	"ListMapRuns":    (*API).listMapRuns,
	"UpdateMapRun":   (*API).updateMapRun,

	"CreateActivity":    (*API).createActivity,
	"DescribeActivity":  (*API).describeActivity,
	"ListActivities":    (*API).listActivities,
	"DeleteActivity":    (*API).deleteActivity,
	"GetActivityTask":   (*API).getActivityTask,
	"SendTaskSuccess":   (*API).sendTaskSuccess,
	"SendTaskFailure":   (*API).sendTaskFailure,
	"SendTaskHeartbeat": (*API).sendTaskHeartbeat,

	"TagResource":         (*API).tagResource,
	"UntagResource":       (*API).untagResource,
	"ListTagsForResource": (*API).listTagsForResource,
}
