package asl

import (
	"math"
	"slices"
)

// Limits that more than one table needs. Source: the service's validator, measured.
const (
	secondsMax     = 99999999
	maxDelayMax    = 31622400
	batchBytesMax  = 262144
	readerItemsMax = 100000000
)

// A definition refers to itself (a branch holds states), so the tables are filled in by init: Go does not allow
// package variables that need each other.
var (
	machineShape   shape
	branchShape    shape
	processorShape shape
	stateShapes    map[string]*shape
)

// stateTypes is how the service lists the types.
var stateTypes = []string{"Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"}

// ofLevel is what all holders of states have in common.
func ofLevel() []field {
	return []field{
		{"StartAt", both, text},
		{"States", both, states},
		{"Comment", both, text},
	}
}

// Members that several state types share. Source: the service's validator, eight types by fifty members, measured.
var (
	ofAll = []field{
		{"Type", both, anything}, // checked before the shape is chosen
		{"Comment", both, text},
		{"QueryLanguage", both, queryLanguage},
	}
	toFollow = []field{
		{"Next", both, text},
		{"End", both, truth},
	}
	toPass = []field{
		{"InputPath", onlyJSONPath, pathOrNull},
		{"OutputPath", onlyJSONPath, pathOrNull},
		{"Output", onlyJSONata, anything},
	}
	toAssign = []field{
		{"Assign", both, object},
	}
	toInsert = []field{
		{"Parameters", onlyJSONPath, anything},
		{"ResultPath", onlyJSONPath, pathOrNull},
	}
	toSelect = []field{
		{"ResultSelector", onlyJSONPath, object},
	}
	toRecover = []field{
		{"Retry", both, list(of(&retrierShape))},
		{"Catch", both, list(of(&catcherShape))},
	}
)

var followed = []string{"Next", "End"}

func init() {
	machineShape = shape{
		required: []string{"States", "StartAt"},
		fields: append(ofLevel(),
			field{"QueryLanguage", both, queryLanguage},
			field{"TimeoutSeconds", both, staticInteger(0, secondsMax)},
			field{"Version", both, enum("1.0")},
		),
	}
	branchShape = shape{required: []string{"States", "StartAt"}, fields: ofLevel()}
	processorShape = shape{
		required: []string{"States", "StartAt"},
		fields:   append(ofLevel(), field{"ProcessorConfig", both, of(&processorConfigShape)}),
	}
	stateShapes = map[string]*shape{
		"Pass": {
			fields: slices.Concat(ofAll, toFollow, toPass, toAssign, toInsert, []field{
				{"Result", onlyJSONPath, anything},
			}),
			oneOf: [][]string{followed},
		},
		"Task": {
			fields: slices.Concat(ofAll, toFollow, toPass, toAssign, toInsert, toSelect, toRecover, []field{
				{"Resource", both, text},
				{"Arguments", onlyJSONata, expressionOr(objectNode, arrayNode)},
				{"Credentials", both, object},
				{"TimeoutSeconds", both, integer(1, secondsMax)},
				{"TimeoutSecondsPath", onlyJSONPath, text},
				{"HeartbeatSeconds", both, integer(1, secondsMax)},
				{"HeartbeatSecondsPath", onlyJSONPath, text},
			}),
			required: []string{"Resource"},
			oneOf:    [][]string{followed},
			atMost:   [][]string{{"TimeoutSeconds", "TimeoutSecondsPath"}, {"HeartbeatSeconds", "HeartbeatSecondsPath"}},
			also:     checkHeartbeat,
		},
		"Choice": {
			fields: slices.Concat(ofAll, toPass, toAssign, []field{
				{"Choices", both, fullList(of(&ruleShape))},
				{"Default", both, text},
			}),
			required: []string{"Choices"},
		},
		"Wait": {
			fields: slices.Concat(ofAll, toFollow, toPass, toAssign, []field{
				{"SecondsPath", onlyJSONPath, text},
				{"Seconds", both, integer(0, secondsMax)},
				{"TimestampPath", onlyJSONPath, text},
				{"Timestamp", both, timestamp},
			}),
			oneOf: [][]string{followed, {"SecondsPath", "Seconds", "TimestampPath", "Timestamp"}},
		},
		"Succeed": {
			fields: slices.Concat(ofAll, toPass),
		},
		"Fail": {
			fields: slices.Concat(ofAll, []field{
				{"Error", both, text},
				{"ErrorPath", onlyJSONPath, text},
				{"Cause", both, text},
				{"CausePath", onlyJSONPath, text},
			}),
			atMost: [][]string{{"Error", "ErrorPath"}, {"Cause", "CausePath"}},
		},
		"Parallel": {
			fields: slices.Concat(ofAll, toFollow, toPass, toAssign, toInsert, toSelect, toRecover, []field{
				{"Branches", both, fullList(of(&branchShape))},
				{"Arguments", onlyJSONata, expressionOr(objectNode, arrayNode)},
			}),
			required: []string{"Branches"},
			oneOf:    [][]string{followed},
		},
		"Map": {
			fields: slices.Concat(ofAll, toFollow, toPass, toAssign, toInsert, toSelect, toRecover, []field{
				{"ItemProcessor", both, of(&processorShape)},
				{"Iterator", both, of(&processorShape)},
				{"ItemsPath", onlyJSONPath, text},
				{"Items", onlyJSONata, expressionOr(arrayNode, objectNode)},
				{"ItemSelector", both, anything},
				{"MaxConcurrency", both, integer(0, math.MaxInt32)},
				{"MaxConcurrencyPath", onlyJSONPath, text},
			}, ofDistributed),
			oneOf: [][]string{followed, {"ItemProcessor", "Iterator"}},
			atMost: [][]string{
				{"ItemSelector", "Parameters"},
				{"MaxConcurrency", "MaxConcurrencyPath"},
				{"ToleratedFailureCount", "ToleratedFailureCountPath"},
				{"ToleratedFailurePercentage", "ToleratedFailurePercentagePath"},
			},
			also: checkMap,
		},
	}
}

var retrierShape = shape{
	required: []string{"ErrorEquals"},
	fields: []field{
		{"ErrorEquals", both, fullList(text)},
		{"IntervalSeconds", both, staticInteger(0, secondsMax)},
		{"MaxAttempts", both, staticInteger(0, secondsMax)},
		{"BackoffRate", both, backoff},
		{"MaxDelaySeconds", both, staticInteger(1, maxDelayMax)},
		{"JitterStrategy", both, enum("NONE", "FULL")},
		{"Comment", both, text},
	},
}

var catcherShape = shape{
	required: []string{"ErrorEquals", "Next"},
	fields: []field{
		{"ErrorEquals", both, fullList(text)},
		{"Next", both, text},
		{"ResultPath", onlyJSONPath, pathOrNull},
		{"Assign", both, object},
		{"Output", onlyJSONata, anything},
		{"Comment", both, text},
	},
}
