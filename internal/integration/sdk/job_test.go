package sdk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/integration"
)

// What a Poll answers to what services answer.
func TestPoll(t *testing.T) {
	const again = "again"
	for _, c := range []struct {
		name, resource, job string
		operation           string
		answer              any
		sent                string
		want                any // again, or an answer
	}{
		{"goes on", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", `{"jobs":[{"jobId":"j","status":"RUNNABLE"}]}`, `{"jobs":["j"]}`, again},
		{"done", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", `{"jobs":[{"jobId":"j","status":"SUCCEEDED"}]}`, `{"jobs":["j"]}`,
			integration.Succeeded{Output: `{"JobId":"j","Status":"SUCCEEDED"}`}},
		{"failed", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", `{"jobs":[{"jobId":"j","status":"FAILED","statusReason":"r"}]}`, `{"jobs":["j"]}`,
			integration.Failed{Error: "States.TaskFailed", Cause: `{"JobId":"j","Status":"FAILED","StatusReason":"r"}`}},
		{"not there yet", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", `{"jobs":[]}`, `{"jobs":["j"]}`, again},
		{"a status nobody knows", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", `{"jobs":[{"status":"MAYBE"}]}`, `{"jobs":["j"]}`, again},
		{"no status", "glue:startJobRun.sync", `{"JobName":"n","RunId":"r"}`, "GetJobRun", `{"JobRun":{}}`, `{"JobName":"n","RunId":"r"}`, again},
		{"refused", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", &awsclient.Fault{Code: "ClientException", Message: "no", Status: 400}, `{"jobs":["j"]}`,
			integration.Failed{Error: "Batch.AWSBatchException", Cause: "no (Service: AWSBatch; Status Code: 400; Error Code: ClientException; Request ID: null; Proxy: null)"}},
		{"throttled", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", &awsclient.Fault{Code: "ThrottlingException", Status: 400}, `{"jobs":["j"]}`, again},
		{"too many requests", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", &awsclient.Fault{Code: "TooManyRequestsException", Status: 429}, `{"jobs":["j"]}`, again},
		{"not well", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", &awsclient.Fault{Code: "InternalFailure", Status: 500}, `{"jobs":["j"]}`, again},
		{"out of reach", "batch:submitJob.sync", `{"JobId":"j"}`, "DescribeJobs", &awsclient.TransportError{Err: errors.New("EOF")}, `{"jobs":["j"]}`, again},

		{"gone is what was wanted", "eks:deleteCluster.sync", `{"Name":"n"}`, "DescribeCluster", &awsclient.Fault{Code: "ResourceNotFoundException", Status: 404}, `{"name":"n"}`,
			integration.Succeeded{Output: `{"Name":"n"}`}},
		{"gone is not what was wanted", "eks:createCluster.sync", `{"Name":"n"}`, "DescribeCluster", &awsclient.Fault{Code: "ResourceNotFoundException", Status: 404, Message: "m"}, `{"name":"n"}`,
			integration.Failed{Error: "EKS.AmazonEKSException", Cause: "m (Service: AmazonEKS; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: null; Proxy: null)"}},

		{"a container failed", "ecs:runTask.sync", `{"Cluster":"c","Task":"t"}`, "DescribeTasks",
			`{"tasks":[{"lastStatus":"STOPPED","stopCode":"EssentialContainerExited","containers":[{"exitCode":0},{"exitCode":137}]}]}`, `{"cluster":"c","tasks":["t"]}`,
			integration.Failed{Error: "States.TaskFailed", Cause: `{"Containers":[{"ExitCode":0},{"ExitCode":137}],"LastStatus":"STOPPED","StopCode":"EssentialContainerExited"}`}},
		{"all containers ended well", "ecs:runTask.sync", `{"Cluster":"c","Task":"t"}`, "DescribeTasks",
			`{"tasks":[{"lastStatus":"STOPPED","stopCode":"EssentialContainerExited","containers":[{"exitCode":0}]}]}`, `{"cluster":"c","tasks":["t"]}`,
			integration.Succeeded{Output: `{"Containers":[{"ExitCode":0}],"LastStatus":"STOPPED","StopCode":"EssentialContainerExited"}`}},
		{"the task did not start", "ecs:runTask.sync", `{"Cluster":"c","Task":"t"}`, "DescribeTasks",
			`{"tasks":[{"lastStatus":"STOPPED","stopCode":"TaskFailedToStart","containers":[{}]}]}`, `{"cluster":"c","tasks":["t"]}`,
			integration.Failed{Error: "States.TaskFailed", Cause: `{"Containers":[{}],"LastStatus":"STOPPED","StopCode":"TaskFailedToStart"}`}},
		{"the task is on its way", "ecs:runTask.sync", `{"Cluster":"c","Task":"t"}`, "DescribeTasks", `{"tasks":[{"lastStatus":"DEPROVISIONING"}]}`, `{"cluster":"c","tasks":["t"]}`, again},

		{"an execution, its texts as they are", "states:startExecution.sync", `{"ExecutionArn":"e"}`, "DescribeExecution", `{"status":"SUCCEEDED","input":"{\"a\": 1}","output":"2"}`, `{"executionArn":"e"}`,
			integration.Succeeded{Output: `{"Input":"{\"a\": 1}","Output":"2","Status":"SUCCEEDED"}`}},
		{"an execution, its texts parsed", "states:startExecution.sync:2", `{"ExecutionArn":"e"}`, "DescribeExecution", `{"status":"SUCCEEDED","input":"{\"a\": 1}","output":"2"}`, `{"executionArn":"e"}`,
			integration.Succeeded{Output: `{"Input":{"a":1},"Output":2,"Status":"SUCCEEDED"}`}},
		{"an execution that has no output", "states:startExecution.sync:2", `{"ExecutionArn":"e"}`, "DescribeExecution", `{"status":"TIMED_OUT","input":"{}"}`, `{"executionArn":"e"}`,
			integration.Failed{Error: "States.TaskFailed", Cause: `{"Input":{},"Status":"TIMED_OUT"}`}},

		{"a build", "codebuild:startBuild.sync", `{"Id":"b"}`, "BatchGetBuilds", `{"builds":[{"id":"b","buildStatus":"SUCCEEDED"}]}`, `{"ids":["b"]}`,
			integration.Succeeded{Output: `{"Build":{"BuildStatus":"SUCCEEDED","Id":"b"}}`}},
		{"a cluster", "elasticmapreduce:createCluster.sync", `{"ClusterId":"j"}`, "DescribeCluster", `{"Cluster":{"Id":"j","ClusterArn":"a","Status":{"State":"WAITING"}}}`, `{"ClusterId":"j"}`,
			integration.Succeeded{Output: `{"ClusterId":"j","ClusterArn":"a","Cluster":{"ClusterArn":"a","Id":"j","Status":{"State":"WAITING"}}}`}},
	} {
		connector, f := answering(map[string][]any{c.operation: {c.answer}})
		got := connector.Poll(t.Context(), task(t, c.resource, `{}`), c.job, 3)
		if running, ok := got.(integration.Running); c.want == again {
			if !ok || running.Again <= 0 {
				t.Errorf("%s: %v, want another question", c.name, got)
			}
		} else if got != c.want {
			t.Errorf("%s\ngot  %+v\nwant %+v", c.name, got, c.want)
		}
		if d := cmp.Diff([]string{c.operation + " " + c.sent}, f.inputs()); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

// Jobs are asked about less and less often, and never less than once in a while. Slow ones less often from the start.
func TestPausesGrowToABound(t *testing.T) {
	quick, slow := &job{}, &job{slow: true}
	for n := range 200 {
		if quick.pause(n+1) < quick.pause(n) || slow.pause(n) <= quick.pause(n) {
			t.Errorf("pause %d: %v then %v; slow %v", n, quick.pause(n), quick.pause(n+1), slow.pause(n))
		}
	}
	for _, c := range []struct{ got, want time.Duration }{
		{quick.pause(0), 500 * time.Millisecond}, {quick.pause(1), 700 * time.Millisecond}, {quick.pause(1 << 30), 15 * time.Second},
		{slow.pause(0), 5 * time.Second}, {slow.pause(1 << 30), time.Minute},
	} {
		if c.got != c.want {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
}

func TestStop(t *testing.T) {
	lost := &awsclient.TransportError{Err: errors.New("EOF")}
	for _, c := range []struct {
		name, resource, job string
		operation           string // "": nothing is sent
		answer              any
		sent                string
		want                error
	}{
		{"a job", "batch:submitJob.sync", `{"JobId":"j"}`, "TerminateJob", `{}`, `{"jobId":"j","reason":"` + stopReason + `"}`, nil},
		{"a task", "ecs:runTask.sync", `{"Cluster":"c","Task":"t"}`, "StopTask", `{}`, `{"cluster":"c","task":"t","reason":"` + stopReason + `"}`, nil},
		{"an execution", "states:startExecution.sync:2", `{"ExecutionArn":"e"}`, "StopExecution", `{}`, `{"executionArn":"e"}`, nil},
		{"a step", "elasticmapreduce:addStep.sync", `{"ClusterId":"c","StepId":"s"}`, "CancelSteps", `{}`, `{"ClusterId":"c","StepIds":["s"]}`, nil},
		{"a run", "glue:startJobRun.sync", `{"JobName":"n","RunId":"r"}`, "BatchStopJobRun", `{}`, `{"JobName":"n","JobRunIds":["r"]}`, nil},
		{"a cluster is not stopped", "eks:createCluster.sync", `{"Name":"n"}`, "", nil, "", nil},
		{"one that is over", "batch:submitJob.sync", `{"JobId":"j"}`, "TerminateJob", &awsclient.Fault{Code: "ClientException", Status: 400}, `{"jobId":"j","reason":"` + stopReason + `"}`, nil},
		{"a service that is out of reach", "states:startExecution.sync", `{"ExecutionArn":"e"}`, "StopExecution", lost, `{"executionArn":"e"}`, lost},
		{"a request", "batch:submitJob", `{"JobId":"j"}`, "TerminateJob", `{}`, `{"jobId":"j","reason":"` + stopReason + `"}`, nil},
	} {
		connector, f := answering(map[string][]any{c.operation: {c.answer}})
		if err := connector.Stop(t.Context(), task(t, c.resource, ""), c.job); err != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		var want []string
		if c.operation != "" {
			want = []string{c.operation + " " + c.sent}
		}
		if d := cmp.Diff(want, f.inputs()); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
	for _, fault := range []*awsclient.Fault{{Code: "ThrottlingException", Status: 400}, {Code: "InternalFailure", Status: 500}} {
		connector, _ := answering(map[string][]any{"TerminateJob": {fault}})
		if err := connector.Stop(t.Context(), task(t, "batch:submitJob.sync", ""), `{"JobId":"j"}`); err != fault {
			t.Errorf("%s must be tried again: %v", fault.Code, err)
		}
	}
}

// A job's name is kept in the store; one that is damaged, or of a call that has no jobs, is an answer and no panic.
func TestJobsThatCannotBe(t *testing.T) {
	c, f := answering(nil)
	for _, call := range []integration.Call{
		{Resource: asl.Resource{Service: "aws-sdk:batch", Action: "describeJobs", Pattern: asl.Sync}},
		{Resource: asl.Resource{Service: "sqs", Action: "sendMessage", Pattern: asl.Sync2}},
		{Resource: asl.Resource{Service: "eks", Action: "runJob", Pattern: asl.Sync}},
	} {
		if got, ok := c.Poll(t.Context(), call, `{}`, 0).(integration.Failed); !ok || got.Error != "States.Runtime" {
			t.Errorf("%+v: %v", call.Resource, got)
		}
		if err := c.Stop(t.Context(), call, `{}`); err != nil {
			t.Errorf("%+v: %v", call.Resource, err)
		}
	}
	batch := task(t, "batch:submitJob.sync", `{}`)
	if got, ok := c.Poll(t.Context(), batch, `{`, 0).(integration.Failed); !ok || !strings.Contains(got.Cause, "cannot be read") {
		t.Errorf("a damaged name: %v", got)
	}
	if len(f.calls) > 0 {
		t.Errorf("sent: %v", f.inputs())
	}
}

// A start that is answered without what names the job cannot be followed.
func TestAStartThatNamesNoJobFails(t *testing.T) {
	for resource, c := range map[string]struct {
		operation, answer, want string
	}{
		"batch:submitJob.sync":      {"SubmitJob", `{"jobName":"n"}`, "States.TaskFailed"},
		"ecs:runTask.sync":          {"RunTask", `{"failures":[{"arn":"a","reason":"RESOURCE:MEMORY"}],"tasks":[]}`, "AmazonECS.Unknown"},
		"codebuild:startBuild.sync": {"StartBuild", `{"build":{}}`, "States.TaskFailed"},
		"glue:startJobRun.sync":     {"StartJobRun", `{"JobRunId":null}`, "States.TaskFailed"},
	} {
		connector, _ := answering(map[string][]any{c.operation: {c.answer}})
		got, ok := connector.Invoke(t.Context(), task(t, resource, `{}`)).(integration.Failed)
		if !ok || got.Error != c.want || !strings.HasPrefix(got.Cause, "{") {
			t.Errorf("%s: %+v", resource, got)
		}
	}
}

// What names a job is found in whatever way the definition writes it.
func TestJobsAreNamedByParametersInAnySpelling(t *testing.T) {
	for _, input := range []string{`{"Name":"n","RoleArn":"r"}`, `{"name":"n","roleArn":"r"}`} {
		c, _ := answering(map[string][]any{"CreateCluster": {`{"cluster":{"name":"n"}}`}})
		if got, _ := c.Invoke(t.Context(), task(t, "eks:createCluster.sync", input)).(integration.Submitted); got.Job != `{"Name":"n"}` {
			t.Errorf("%s: %+v", input, got)
		}
	}
}

// A stopped server does not take the end of a question for the end of a job.
func TestPollAfterTheContextEnds(t *testing.T) {
	c := New(Config{Models: awsmodel.Builtin(), Caller: &fakeCaller{}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, ok := c.Poll(ctx, task(t, "batch:submitJob.sync", `{}`), `{"JobId":"j"}`, 0).(integration.Running); !ok {
		t.Errorf("%v", got)
	}
}
