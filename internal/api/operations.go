package api

import "context"

// operation carries out a request that the model has approved.
type operation func(*API, context.Context, input) (Reply, error)

// operations is the table of what is served: a test holds it, and gaps, against the service model.
var operations = map[string]operation{
	"CreateStateMachine":             (*API).createStateMachine,
	"UpdateStateMachine":             (*API).updateStateMachine,
	"DescribeStateMachine":           (*API).describeStateMachine,
	"ListStateMachines":              (*API).listStateMachines,
	"DeleteStateMachine":             (*API).deleteStateMachine,
	"ValidateStateMachineDefinition": (*API).validateStateMachineDefinition,

	"StartExecution":      (*API).startExecution,
	"StartSyncExecution":  (*API).startSyncExecution,
	"StopExecution":       (*API).stopExecution,
	"DescribeExecution":   (*API).describeExecution,
	"ListExecutions":      (*API).listExecutions,
	"GetExecutionHistory": (*API).getExecutionHistory,

	"DescribeStateMachineForExecution": (*API).describeStateMachineForExecution,

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

// gaps lists the operations that are not served yet, with the reason that clients are told.
var gaps = map[string]string{
	"PublishStateMachineVersion": "versions and aliases are to come",
	"ListStateMachineVersions":   "versions and aliases are to come",
	"DeleteStateMachineVersion":  "versions and aliases are to come",
	"CreateStateMachineAlias":    "versions and aliases are to come",
	"UpdateStateMachineAlias":    "versions and aliases are to come",
	"DescribeStateMachineAlias":  "versions and aliases are to come",
	"ListStateMachineAliases":    "versions and aliases are to come",
	"DeleteStateMachineAlias":    "versions and aliases are to come",
	"RedriveExecution":           "redrive is to come",
	"DescribeMapRun":             "Distributed Map is to come",
	"ListMapRuns":                "Distributed Map is to come",
	"UpdateMapRun":               "Distributed Map is to come",
	"TestState":                  "testing single states is to come",
}
