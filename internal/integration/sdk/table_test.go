package sdk

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// elsewhere are optimized integrations that other packages perform.
var elsewhere = []string{"apigateway:invoke", "http:invoke", "lambda:invoke", "bedrock-agentcore:invokeHarness", "eks:call", "eks:runJob"}

// The language and the table know the same calls and the same patterns.
func TestTheTableIsWhatTheLanguageKnows(t *testing.T) {
	known := map[string]asl.OptimizedIntegration{}
	for _, i := range asl.OptimizedIntegrations() {
		name := i.Service + ":" + i.Action
		known[name] = i
		s, ok := services[i.Service]
		if !ok || s.rows[i.Action] == nil {
			if !slices.Contains(elsewhere, name) {
				t.Errorf("the language knows %s, and nobody performs it", name)
			}
			continue
		}
		for _, p := range []asl.Pattern{asl.Sync, asl.Sync2} {
			if has := s.rows[i.Action].jobOf(p) != nil; has != slices.Contains(i.Patterns, p) {
				t.Errorf("%s, pattern %d: the table has a job: %v", name, p, has)
			}
		}
	}
	for service, s := range services {
		for action := range s.rows {
			if _, ok := known[service+":"+action]; !ok {
				t.Errorf("the table has %s:%s, which no definition can have", service, action)
			}
		}
	}
}

// parametersOf are those of the calls whose operation has others.
var parametersOf = map[string]string{
	"elasticmapreduce:terminateCluster":                `{"ClusterId":"<.ClusterId>"}`,
	"elasticmapreduce:addStep":                         `{"ClusterId":"<.ClusterId>","Step":{"Name":"n","HadoopJarStep":{"Jar":"j"}},"ExecutionRoleArn":"r"}`,
	"elasticmapreduce:cancelStep":                      `{"ClusterId":"<.ClusterId>","StepId":"s"}`,
	"elasticmapreduce:setClusterTerminationProtection": `{"ClusterId":"<.ClusterId>","TerminationProtected":true}`,
	"elasticmapreduce:modifyInstanceFleetByName":       `{"ClusterId":"c","InstanceFleetName":"<.InstanceFleets[0].Name>","InstanceFleet":{"TargetSpotCapacity":1}}`,
	"elasticmapreduce:modifyInstanceGroupByName":       `{"ClusterId":"c","InstanceGroupName":"<.InstanceGroups[0].Name>","InstanceGroup":{"InstanceCount":1}}`,
	"bedrock:invokeModel":                              `{"ModelId":"m","Body":{"prompt":"p"}}`,
}

// Every row holds against the models: its operation and those beside it exist, take what the row makes for them, and the
// expressions find what they look for in answers of the models' form.
func TestEveryRowHoldsAgainstTheModels(t *testing.T) {
	for _, service := range slices.Sorted(maps.Keys(services)) {
		for _, action := range slices.Sorted(maps.Keys(services[service].rows)) {
			name := service + ":" + action
			t.Run(name, func(t *testing.T) {
				s := services[service]
				r := s.rows[action]
				model, o := operation(t, s.model(r), r.action(action))
				parameters, _ := makePlausible(o.Input, true)
				if own, ok := parametersOf[name]; ok {
					parameters = parsed(t, own)
				}
				held := &held{t, name, model}
				given := parameters
				if r.lookup != nil {
					ask := held.eval("lookup.ask", r.lookup.ask, parameters)
					held.takes(r.lookup.action, ask)
					answer, _ := held.answer(r.lookup.action)
					parameters = held.eval("lookup.then", r.lookup.then, inputAndAnswer(parameters, answer))
				}
				if r.before != nil {
					var err error
					if parameters, err = r.before(&integration.Call{}, parameters); err != nil {
						t.Fatalf("before: %v", err)
					}
				}
				held.takes(r.action(action), parameters)
				answer, _ := held.answer(r.action(action))
				if r.after != nil {
					var failed *integration.Failed
					if answer, failed = r.after(answer); failed != nil && service != "events" {
						t.Fatalf("after: %+v", failed)
					}
					if answer.IsUndefined() {
						t.Fatal("after: nothing is left of the answer")
					}
				}
				for _, p := range []asl.Pattern{asl.Sync, asl.Sync2} {
					if j := r.jobOf(p); j != nil {
						held.job(j, given, answer)
					}
				}
			})
		}
	}
}

func inputAndAnswer(input, answer query.Value) query.Value {
	var both query.ObjectBuilder
	both.Set("Input", input)
	both.Set("Answer", answer)
	return both.Build()
}

// held holds a row against the model of its service.
type held struct {
	t     *testing.T
	row   string // service:action
	model *awsmodel.Service
}

func (h *held) eval(what string, x *expression, of query.Value) query.Value {
	h.t.Helper()
	v, err := x.orWhole(of)
	if err != nil || v.IsUndefined() {
		h.t.Fatalf("%s of %s: %s %v", what, of.Compact(), v.Compact(), err)
	}
	return v
}

// takes checks that an operation takes parameters: it knows all their names, and has all that it requires.
func (h *held) takes(action string, parameters query.Value) {
	h.t.Helper()
	_, o := operation(h.t, h.model.Resource, action)
	in, err := style{optimized: true}.input(h.model, o.Input, parameters)
	if err != nil {
		h.t.Fatalf("%s does not take %s: %v", action, parameters.Compact(), err)
	}
	for i := range o.Input.Members {
		m := &o.Input.Members[i]
		if v, ok := in.Get(m.Name); m.Required && !ok {
			h.t.Errorf("%s requires %s, and gets %s", action, m.Name, in.Compact())
		} else if ok && m.Shape.Type == awsmodel.String && v.Str() == "" {
			h.t.Errorf("%s gets %s for %s", action, v.Compact(), m.Name)
		} else if ok && m.Shape.Type == awsmodel.List && (v.Kind() != query.Array || v.At(0).IsUndefined()) {
			h.t.Errorf("%s gets %s for %s", action, v.Compact(), m.Name)
		}
	}
}

// answer is what an operation answers, as optimized integrations write it, with the shapes of its texts.
func (h *held) answer(action string) (query.Value, map[string]*awsmodel.Shape) {
	h.t.Helper()
	_, o := operation(h.t, h.model.Resource, action)
	return makePlausible(o.Output, true)
}

func (h *held) job(j *job, parameters, started query.Value) {
	h.t.Helper()
	id, ok := identify(j.id, inputAndAnswer(parameters, started))
	if !ok || id.Len() == 0 {
		h.t.Fatalf("the job has no name: %s", started.Compact())
	}
	for name, part := range id.Members() {
		if part.Kind() != query.String || part.Str() == "" {
			h.t.Errorf("the job's name has %s for %s", part.Compact(), name)
		}
	}
	h.takes(j.poll, h.eval("ask", j.ask, id))
	if j.stop != "" {
		h.takes(j.stop, h.eval("stopInput", j.stopInput, id))
	}
	answer, texts := h.answer(j.poll)
	for _, name := range []string{"Input", "Output"} { // texts of documents, which results may parse
		if v, ok := answer.Get(name); ok && v.Kind() == query.String {
			answer = answer.With(name, query.StringValue(`{"parsed":true}`))
		}
	}
	result := h.eval("result", j.result, answer)
	status := h.eval("status", j.status, result)
	shape := texts[status.Str()]
	if shape == nil {
		h.t.Fatalf("the status is %s, which stands nowhere in the answer", status.Compact())
	}
	h.statuses(j, shape)
}

// between are the statuses of jobs that go on. One that a newer model brings is in no list, and somebody must say what it
// means.
var between = map[string]string{
	"athena:startQueryExecution":              "QUEUED RUNNING",
	"batch:submitJob":                         "SUBMITTED PENDING RUNNABLE STARTING RUNNING",
	"bedrock:createModelCustomizationJob":     "InProgress Stopping",
	"codebuild:retryBuildBatch":               "IN_PROGRESS",
	"codebuild:startBuild":                    "IN_PROGRESS",
	"codebuild:startBuildBatch":               "IN_PROGRESS",
	"databrew:startJobRun":                    "STARTING RUNNING STOPPING",
	"eks:createCluster":                       "CREATING DELETING UPDATING PENDING",
	"eks:createFargateProfile":                "CREATING DELETING",
	"eks:createNodegroup":                     "CREATING UPDATING DELETING",
	"eks:deleteCluster":                       "CREATING ACTIVE DELETING UPDATING PENDING",
	"eks:deleteFargateProfile":                "CREATING ACTIVE DELETING CREATE_FAILED",
	"eks:deleteNodegroup":                     "CREATING ACTIVE UPDATING DELETING CREATE_FAILED DEGRADED",
	"elasticmapreduce:addStep":                "PENDING CANCEL_PENDING RUNNING",
	"elasticmapreduce:createCluster":          "STARTING BOOTSTRAPPING RUNNING",
	"elasticmapreduce:terminateCluster":       "STARTING BOOTSTRAPPING RUNNING WAITING TERMINATING",
	"emr-containers:deleteVirtualCluster":     "RUNNING TERMINATING",
	"emr-containers:startJobRun":              "PENDING SUBMITTED RUNNING CANCEL_PENDING",
	"emr-serverless:cancelJobRun":             "SUBMITTED PENDING SCHEDULED RUNNING CANCELLING QUEUED",
	"emr-serverless:createApplication":        "CREATING STARTING STOPPING",
	"emr-serverless:deleteApplication":        "CREATING CREATED STARTING STARTED STOPPING STOPPED",
	"emr-serverless:startApplication":         "CREATING CREATED STARTING STOPPING",
	"emr-serverless:startJobRun":              "SUBMITTED PENDING SCHEDULED RUNNING CANCELLING QUEUED",
	"emr-serverless:stopApplication":          "CREATING CREATED STARTING STARTED STOPPING",
	"glue:startJobRun":                        "STARTING RUNNING STOPPING WAITING",
	"mediaconvert:createJob":                  "SUBMITTED PROGRESSING",
	"sagemaker:createHyperParameterTuningJob": "InProgress Stopping Deleting",
	"sagemaker:createLabelingJob":             "Initializing InProgress Stopping",
	"sagemaker:createProcessingJob":           "InProgress Stopping",
	"sagemaker:createTrainingJob":             "InProgress Stopping Deleting",
	"sagemaker:createTransformJob":            "InProgress Stopping",
	"states:startExecution":                   "RUNNING PENDING_REDRIVE",
}

// statuses checks that every status of the model is good, bad or between.
func (h *held) statuses(j *job, shape *awsmodel.Shape) {
	h.t.Helper()
	if len(shape.Enum) == 0 {
		return
	}
	unsaid := []string{}
	for _, status := range shape.Enum {
		classes := 0
		for _, list := range [][]string{j.good, j.bad, strings.Fields(between[h.row])} {
			if slices.Contains(list, status) {
				classes++
			}
		}
		if classes == 0 {
			unsaid = append(unsaid, status)
		} else if classes > 1 {
			h.t.Errorf("the status %s means two things", status)
		}
	}
	if len(unsaid) > 0 {
		h.t.Errorf("nothing says what these statuses mean: %s", strings.Join(unsaid, " "))
	}
	for _, status := range slices.Concat(j.good, j.bad) {
		if !slices.Contains(shape.Enum, status) {
			h.t.Errorf("the model has no status %s: %v", status, shape.Enum)
		}
	}
}
