package definitions

// difference is a verdict of a collection that is not the service's.
type difference struct {
	reason string

	// A refused sample that is mended like this, pairs of old and new text, must be accepted.
	mended []string
}

// differences lists them by the sample's id. Where it is the service that is quoted, its reference or its validator
// says so.
var differences = map[string]difference{
	// Refused by the collection, accepted here.
	"asl-validator/invalid-json-surround-syntax-extra-spaces.json": {
		reason: "white space between {% and %} is part of the expression, which may span lines; only outside is it forbidden",
	},
	"asl-validator/invalid-jsonata-surround-syntax-no-open.json": {
		reason: "a text that does not start with {% is a literal, whatever it ends with; the error is for {% without %}",
	},
	"asl-validator/invalid-math-add.json": {
		reason: "creation checks the form of a call and the number of its arguments; an argument of the wrong type fails when it runs",
	},

	// Accepted by the collection, refused here.
	"asl-validator/valid-assign.asl.json": {
		reason: "the name of a variable is a Unicode identifier: INVALID_VARIABLE_NAME, measured",
		mended: []string{"top-level", "topLevel"},
	},
	"asl-validator/valid-map-noconfig.asl.json": {
		reason: "without ProcessorConfig a Map is inline, and an inline Map has no ItemReader, Label and ResultWriter",
		mended: []string{`"ItemProcessor": {`, `"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, `},
	},
	"asl-validator/valid-task-parameters.json": {
		reason: "the resource is the specification's made-up example; the service does not recognize it",
		mended: []string{"arn:aws:swf:us-east-1:123456789012:task:X", "arn:aws:lambda:us-east-1:123456789012:function:X"},
	},
	"step-functions-workflows-collection/batch-lambda-sam/statemachine/statemachine.asl.json": {
		reason: madeUpPartition, mended: []string{"arn:1:", "arn:aws:"},
	},
	"step-functions-workflows-collection/step-functions-load-testing/statemachine/load-generator-statemachine.asl.json": {
		reason: madeUpPartition, mended: []string{"arn:AWSPartition:", "arn:aws:"},
	},
	"step-functions-workflows-collection/step-functions-load-testing/statemachine/load-orchestrator-statemachine.asl.json": {
		reason: madeUpPartition, mended: []string{"arn:1:", "arn:aws:", "arn:AWSPartition:", "arn:aws:", "arn:partition:", "arn:aws:"},
	},
	"step-functions-workflows-collection/train-ml-model/statemachine/statemachine.asl.json": {
		reason: madeUpPartition, mended: []string{"arn:1:", "arn:aws:", "arn:AWSPartition:", "arn:aws:", "arn:partition:", "arn:aws:"},
	},
}

const madeUpPartition = "whoever filled in the substitutions of the template made up a partition"

// reasons says for the samples that must be refused what is wrong with them: the code and the place of one of the
// errors. A definition that is refused for something else has not been understood.
var reasons = map[string]string{
	"asl-validator/invalid-cfn-definition-substitutions.json":                "SCHEMA_VALIDATION_FAILED at /States/X/Resource",
	"asl-validator/invalid-choice-state.json":                                "SCHEMA_VALIDATION_FAILED at /States/ChoiceState/Choices[0]",
	"asl-validator/invalid-dupe-fields.asl.json":                             "SCHEMA_VALIDATION_FAILED at /States/PassState/Parameters",
	"asl-validator/invalid-duplicate-fields-nested.json":                     "SCHEMA_VALIDATION_FAILED at /States/Publish to Slack/Parameters",
	"asl-validator/invalid-error-equals-type.json":                           "SCHEMA_VALIDATION_FAILED at /States/Testing/Catch[0]/ErrorEquals[0]",
	"asl-validator/invalid-error-equals.json":                                "SCHEMA_VALIDATION_FAILED at /States/Testing/Catch[0]",
	"asl-validator/invalid-exercise-ajv-additional-properties.asl.json":      "SCHEMA_VALIDATION_FAILED at /States/PassState",
	"asl-validator/invalid-fail-dupe-cause.json":                             "SCHEMA_VALIDATION_FAILED at /States/Hello",
	"asl-validator/invalid-json-path.json":                                   "SCHEMA_VALIDATION_FAILED at /States/Invalid4/ResultPath",
	"asl-validator/invalid-jsonata-fields.json":                              "SCHEMA_VALIDATION_FAILED at /States/EmptyState",
	"asl-validator/invalid-jsonata-path-fields.asl.json":                     "SCHEMA_VALIDATION_FAILED at /States/Verification/Branches[0]/States/Check Identity",
	"asl-validator/invalid-jsonata-surround-syntax-no-close.json":            "SCHEMA_VALIDATION_FAILED at /States/X/Output",
	"asl-validator/invalid-jsonata-syntax-jsonpath-in-jsonata-surround.json": "INVALID_JSONATA_EXPRESSION at /States/X/Output",
	"asl-validator/invalid-map-distributed.asl.json":                         "SCHEMA_VALIDATION_FAILED at /States/Map/ItemReader/ReaderConfig",
	"asl-validator/invalid-map-dupe-state.json":                              "DUPLICATE_STATE_NAME at /States/Final State",
	"asl-validator/invalid-map-item-batcher-dupe-subfields.json":             "SCHEMA_VALIDATION_FAILED at /States/Map/ItemBatcher",
	"asl-validator/invalid-map-items.asl.json":                               "SCHEMA_VALIDATION_FAILED at /States/ProcessAnimals",
	"asl-validator/invalid-map-missing-iterator.json":                        "SCHEMA_VALIDATION_FAILED at /States/Map",
	"asl-validator/invalid-map-ob-link.json":                                 "MISSING_TRANSITION_TARGET at /States/Map/Iterator/States/ChoiceState/Choices[1]/Next",
	"asl-validator/invalid-map-tolerated-value.json":                         "SCHEMA_VALIDATION_FAILED at /States/Map/ToleratedFailurePercentage",
	"asl-validator/invalid-map-tolerated.json":                               "SCHEMA_VALIDATION_FAILED at /States/Map",
	"asl-validator/invalid-missing-terminal-map.json":                        "SCHEMA_VALIDATION_FAILED at /States/Map/Iterator/States/Wait 20s",
	"asl-validator/invalid-missing-terminal.json":                            "MISSING_END_STATE",
	"asl-validator/invalid-parallel-branch-type.json":                        "SCHEMA_VALIDATION_FAILED at /States/A/Branches[0]",
	"asl-validator/invalid-parallel-missing-branches.json":                   "SCHEMA_VALIDATION_FAILED at /States/Parallel",
	"asl-validator/invalid-parallel-ob-link.json":                            "MISSING_TRANSITION_TARGET at /States/Parallel/Branches[1]/States/ChoiceState/Choices[1]/Next",
	"asl-validator/invalid-payload-template.asl.json":                        "SCHEMA_VALIDATION_FAILED at /States/Hello, World/Parameters",
	"asl-validator/invalid-state-name-too-long.json":                         "INVALID_STATE_NAME at /States/This is an exceptionally long state name that I know will fail when I try to deploy to AWS",
	"asl-validator/invalid-task-alias-function.json":                         "SCHEMA_VALIDATION_FAILED at /States/InvalidAlias/Resource",
	"asl-validator/invalid-task-credentials-null.json":                       "SCHEMA_VALIDATION_FAILED at /States/X/Credentials",
	"asl-validator/invalid-task-credentials-object.json":                     "SCHEMA_VALIDATION_FAILED at /States/X/Credentials",
	"asl-validator/invalid-task-timout.json":                                 "SCHEMA_VALIDATION_FAILED at /States/X",
	"asl-validator/invalid-unreachable-state.json":                           "MISSING_TRANSITION_TARGET at /States/Finished Choice",
	"asl-validator/invalid-variable-result-path.json":                        "SCHEMA_VALIDATION_FAILED at /States/Fin/ResultPath",
	"asl-validator/invalid-wait-duration.json":                               "SCHEMA_VALIDATION_FAILED at /States/wait_using_seconds",
}
