package awsmodel

import (
	"slices"
	"strings"
)

// modelled gives the models of those optimized integrations, or of single calls, that go by another name there.
var modelled = map[string]string{
	"bedrock:invokeModel": "bedrockruntime",
	"elasticmapreduce":    "emr",
	"emr-containers":      "emrcontainers",
	"emr-serverless":      "emrserverless",
	"events":              "eventbridge",
	"states":              "sfn",
}

// poll says what the result of a .sync call is: a part of the result of another operation.
type poll struct {
	action string
	path   string // members that lead to the part, separated by spaces; "[]" is any element of a list
}

// polls are the results of .sync calls. Those that are not listed are not known.
// Source: the service's documentation of each integration.
var polls = map[string]poll{
	"athena:startQueryExecution.sync":              {"getQueryExecution", ""},
	"batch:submitJob.sync":                         {"describeJobs", "Jobs []"},
	"codebuild:startBuild.sync":                    {"startBuild", ""},
	"ecs:runTask.sync":                             {"describeTasks", "Tasks []"},
	"glue:startJobRun.sync":                        {"getJobRun", "JobRun"},
	"mediaconvert:createJob.sync":                  {"getJob", ""},
	"sagemaker:createHyperParameterTuningJob.sync": {"describeHyperParameterTuningJob", ""},
	"sagemaker:createLabelingJob.sync":             {"describeLabelingJob", ""},
	"sagemaker:createProcessingJob.sync":           {"describeProcessingJob", ""},
	"sagemaker:createTrainingJob.sync":             {"describeTrainingJob", ""},
	"sagemaker:createTransformJob.sync":            {"describeTransformJob", ""},
	"states:startExecution.sync":                   {"describeExecution", ""},
	"states:startExecution.sync:2":                 {"describeExecution", ""},
}

// open lists members that hold a document in results, of any form, where the model has a text or a blob.
var open = map[string][]string{
	"bedrock:invokeModel":          {"Body"},
	"lambda:invoke":                {"Payload"},
	"states:startExecution.sync:2": {"Input", "Output"},
}

// unchecked are optimized integrations that are no operations of a service.
// Source: the service's documentation of TestState.
var unchecked = []string{"apigateway", "http", "eks:call", "eks:runJob"}

// optimized returns the shape of the result of an optimized integration.
func (x *Index) optimized(service, action, pattern string) (none ResultShape, ok bool) {
	call := service + ":" + action
	if slices.Contains(unchecked, service) || slices.Contains(unchecked, call) {
		return none, false
	}
	resource := service
	if other, ok := modelled[call]; ok {
		resource = other
	} else if other, ok := modelled[service]; ok {
		resource = other
	}
	path := ""
	if pattern != "" {
		p := polls[call+pattern]
		action, path = p.action, p.path
	}
	s, o, ok := x.Action(resource, action)
	if !ok || o.Output == nil {
		return none, false
	}
	r := ResultShape{shape: o.Output, folder: s.Folder, optimized: true}
	for step := range strings.FieldsSeq(path) {
		if step == "[]" {
			r = r.Element()
		} else if r, ok = r.Member(step); !ok {
			return none, false
		}
	}
	r.open = open[call+pattern]
	return r, true
}
