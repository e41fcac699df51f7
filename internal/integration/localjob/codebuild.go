package localjob

import (
	"time"

	"github.com/cogstep/cogstep/internal/arn"
)

// build is the parameters of codebuild:startBuild. Variables are taken as they stand, whatever their type.
// Source: CodeBuild API, StartBuild and Build; user guide, "Environment variables in build environments".
type build struct {
	ProjectName                  string
	SourceVersion                string
	EnvironmentVariablesOverride []struct{ Name, Value, Type string }
	TimeoutInMinutesOverride     int
}

func (r *build) variables() []pair {
	var pairs []pair
	for _, v := range r.EnvironmentVariablesOverride {
		pairs = append(pairs, pair{v.Name, v.Value})
	}
	return pairs
}

func (r *build) id(o *order) string { return r.ProjectName + ":" + o.uuid() }

func (r *build) tailor(s arn.Scope, o *order) {
	o.set(r.variables())
	o.set([]pair{
		{"CODEBUILD_BUILD_ID", r.id(o)}, {"CODEBUILD_BUILD_ARN", arnOf(s, "codebuild", "build/"+r.id(o))}, {"CODEBUILD_BUILD_NUMBER", "1"},
		{"CODEBUILD_INITIATOR", "states/local"}, {"CODEBUILD_SRC_DIR", o.Dir}, {"CODEBUILD_RESOLVED_SOURCE_VERSION", r.SourceVersion},
	})
	if r.TimeoutInMinutesOverride > 0 {
		o.Timeout = time.Duration(r.TimeoutInMinutesOverride) * time.Minute
	}
}

func (r *build) accepted(s arn.Scope, o *order) object {
	b := r.build(s, o)
	b["BuildComplete"], b["BuildStatus"], b["CurrentPhase"] = false, "IN_PROGRESS", "QUEUED"
	return withMetadata(o, object{"Build": b})
}

func (r *build) described(s arn.Scope, o *order, e *ending) object {
	b := r.build(s, o)
	status := map[how]string{timedOut: "TIMED_OUT", stopped: "STOPPED", lost: "FAULT", unstarted: "FAULT"}[e.How]
	switch {
	case e.good():
		status = "SUCCEEDED"
	case status == "":
		status = "FAILED"
	}
	b["BuildComplete"], b["BuildStatus"], b["CurrentPhase"] = true, status, "COMPLETED"
	phase := object{"PhaseType": "BUILD", "PhaseStatus": status}
	phase.setTime("StartTime", e.Began)
	phase.setTime("EndTime", e.Ended)
	if !e.good() {
		phase["Contexts"] = []object{{"Message": e.reason(o), "StatusCode": "COMMAND_EXECUTION_ERROR"}}
	}
	b["Phases"] = []object{phase}
	b.setTime("EndTime", e.Ended)
	return object{"Build": b}
}

func (r *build) build(s arn.Scope, o *order) object {
	variables := []object{}
	for _, v := range r.EnvironmentVariablesOverride {
		kind := v.Type
		if kind == "" {
			kind = "PLAINTEXT"
		}
		variables = append(variables, object{"Name": v.Name, "Type": kind, "Value": v.Value})
	}
	b := object{
		"Arn": arnOf(s, "codebuild", "build/"+r.id(o)), "BuildNumber": 1, "Id": r.id(o), "Initiator": "states/local", "ProjectName": r.ProjectName,
		"Environment": object{"EnvironmentVariables": variables, "Image": o.Image},
	}
	if r.SourceVersion != "" {
		b["SourceVersion"] = r.SourceVersion
	}
	b.setTime("StartTime", o.Created)
	return b
}
