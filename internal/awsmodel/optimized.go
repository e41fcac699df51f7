package awsmodel

import (
	"maps"
	"slices"
	"strings"
)

// services gives the models of those optimized integrations whose services go by another name there.
var services = map[string]string{
	"elasticmapreduce": "emr",
	"emr-containers":   "emrcontainers",
	"emr-serverless":   "emrserverless",
	"events":           "eventbridge",
	"states":           "sfn",
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

func optimized(serviceName, action, pattern string) *Shape {
	resource := serviceName + ":" + action
	if slices.Contains(unchecked, serviceName) || slices.Contains(unchecked, resource) {
		return nil
	}
	model := serviceName
	if other, ok := services[serviceName]; ok {
		model = other
	}
	s := load(model, false)
	if s == nil {
		return nil
	}
	path := ""
	if pattern != "" {
		p := polls[resource+pattern]
		action, path = p.action, p.path
	}
	shape := s.shapes[s.results[action]]
	for step := range strings.FieldsSeq(path) {
		if step == "[]" {
			shape = shape.Element()
		} else {
			shape = shape.Member(step)
		}
	}
	if shape == nil {
		return nil
	}
	return shape.without(open[resource+pattern])
}

// without returns the shape without some members: nobody checks them then.
func (s *Shape) without(names []string) *Shape {
	if len(names) == 0 {
		return s
	}
	out := *s
	out.members = maps.Clone(s.members)
	for _, name := range names {
		delete(out.members, name)
	}
	out.Required = slices.DeleteFunc(slices.Clone(s.Required), func(name string) bool { return slices.Contains(names, name) })
	return &out
}
