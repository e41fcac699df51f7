package sdk

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/connectortest"
)

func TestConnectorContract(t *testing.T) {
	for resource, call := range map[string][2]string{
		"aws-sdk:dynamodb:getItem": {`{"TableName":"T","Key":{"id":{"S":"1"}}}`, "GetItem"},
		"sqs:sendMessage":          {`{"QueueUrl":"q","MessageBody":"m"}`, "SendMessage"},
		"events:putEvents":         {`{"Entries":[{"Detail":"{}"}]}`, "PutEvents"},
		"batch:submitJob.sync":     {`{"JobName":"j","JobQueue":"q","JobDefinition":"d"}`, "SubmitJob"},
	} {
		t.Run(resource, func(t *testing.T) {
			c, _ := answering(map[string][]any{call[1]: {`{}`}})
			connectortest.Run(t, c, task(t, resource, call[0]))
		})
	}
}

// What a call of each pattern answers, and what is sent for it.
func TestPatterns(t *testing.T) {
	const input = `{"Cluster":"c","TaskDefinition":"d"}`
	const sent = `RunTask {"startedBy":"AWS Step Functions","cluster":"c","taskDefinition":"d"}`
	for resource, want := range map[string]integration.Answer{
		"ecs:runTask":                  integration.Succeeded{Output: `{"Failures":[],"Tasks":[{"ClusterArn":"C","TaskArn":"T"}]}`},
		"ecs:runTask.waitForTaskToken": integration.Submitted{Output: `{"Failures":[],"Tasks":[{"ClusterArn":"C","TaskArn":"T"}]}`},
		"ecs:runTask.sync": integration.Submitted{
			Output: `{"Failures":[],"Tasks":[{"ClusterArn":"C","TaskArn":"T"}]}`, Job: `{"Cluster":"C","Task":"T"}`, Ask: 500e6,
		},
	} {
		c, f := answering(map[string][]any{"RunTask": {`{"tasks":[{"taskArn":"T","clusterArn":"C"}],"failures":[]}`}})
		got := withoutMetadata(t, c.Invoke(t.Context(), task(t, resource, input)))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", resource, d)
		}
		if d := cmp.Diff([]string{sent}, f.inputs()); d != "" {
			t.Errorf("%s (-want +got):\n%s", resource, d)
		}
	}
}

func withoutMetadata(t *testing.T, a integration.Answer) integration.Answer {
	strip := func(output string) string {
		v := parsed(t, output)
		var names []string
		for name, m := range v.Members() {
			if !strings.HasPrefix(name, "Sdk") {
				names = append(names, `"`+name+`":`+m.Compact())
			}
		}
		return "{" + strings.Join(names, ",") + "}"
	}
	switch a := a.(type) {
	case integration.Succeeded:
		a.Output = strip(a.Output)
		return a
	case integration.Submitted:
		a.Output = strip(a.Output)
		return a
	}
	return a
}

// Source of the form: recorded results of dynamodb:putItem.
func TestMetadataOfTheAnswer(t *testing.T) {
	c, _ := answering(map[string][]any{"GetItem": {`{"Item":{"id":{"S":"1"}}}`}})
	const input = `{"TableName":"T","Key":{"id":{"S":"1"}}}`
	const headers = `{"Content-Type":["application/json"],"Vary":["a","b"],"x-amz-crc32":["7"],"x-amzn-RequestId":["the-request"]}`
	const single = `{"Content-Type":"application/json","Vary":"a","x-amz-crc32":"7","x-amzn-RequestId":"the-request"}`
	for resource, want := range map[string]string{
		"dynamodb:getItem": `{"Item":{"id":{"S":"1"}},"SdkHttpMetadata":{"AllHttpHeaders":` + headers + `,"HttpHeaders":` + single +
			`,"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"the-request"}}`,
		"aws-sdk:dynamodb:getItem": `{"Item":{"id":{"S":"1"}}}`,
	} {
		if got := c.Invoke(t.Context(), task(t, resource, input)); got != (integration.Succeeded{Output: want}) {
			t.Errorf("%s: %v\nwant %s", resource, got, want)
		}
	}
}

func TestWhatCannotBeCalledSaysWhy(t *testing.T) {
	c, f := answering(nil)
	for resource, want := range map[string]string{
		"aws-sdk:qldb:listLedgers":                "AWS has discontinued the service",
		"aws-sdk:sts:assumeRole":                  "AWS Step Functions does not offer the action",
		"aws-sdk:kinesis:subscribeToShard":        "the action streams events",
		"aws-sdk:s3:frobnicate":                   "There is no model of s3:frobnicate",
		"aws-sdk:nosuchservice:doIt":              "There is no model of nosuchservice:doIt",
		"nosuchservice:doIt":                      "cannot be called by this server",
		"eks:call":                                "cannot be called by this server",
		"sqs:receiveMessage":                      "cannot be called by this server",
		"bedrock:invokeModel ":                    "cannot be called by this server",
		"aws-sdk:bedrockruntime:converseStream":   "the action streams events",
		"aws-sdk:bedrockagentruntime:invokeAgent": "the action streams events",
	} {
		service, action := resource[:strings.LastIndex(resource, ":")], resource[strings.LastIndex(resource, ":")+1:]
		call := integration.Call{Resource: asl.Resource{ARN: "arn:aws:states:::" + resource, Service: service, Action: action}, Input: "{}"}
		got, _ := c.Invoke(t.Context(), call).(integration.Failed)
		if got.Error != "States.Runtime" || !strings.Contains(got.Cause, want) {
			t.Errorf("%s: %+v, want %q", resource, got, want)
		}
		if c.Idempotent(call) {
			t.Errorf("%s: idempotent", resource)
		}
	}
	if len(f.calls) > 0 {
		t.Errorf("sent: %v", f.inputs())
	}
}

func TestParametersThatDoNotFit(t *testing.T) {
	c, f := answering(nil)
	for input, want := range map[string]string{
		`{"Bucket":"b","Key":"k","Nope":1}`:    `The Parameters '{"Bucket":"b","Key":"k","Nope":1}' could not be used to start the Task: [The field "Nope" is not supported by Step Functions]`,
		`[]`:                                   `The Parameters '[]' could not be used to start the Task: [The parameters must be a JSON object]`,
		`{"x":"` + strings.Repeat("y", 5000):   `…' could not be used to start the Task: [The parameters must be a JSON object]`,
		`{"Tagging":{"TagSet":[{"Nope":1}]}}`:  `The field "Tagging" is not supported by Step Functions]`,
		`{"Bucket":"b","Key":"k","nope":null}`: `The field "nope" is not supported by Step Functions]`,
	} {
		got, _ := c.Invoke(t.Context(), task(t, "aws-sdk:s3:headObject", input)).(integration.Failed)
		if got.Error != "States.Runtime" || !strings.Contains(got.Cause, want) {
			t.Errorf("%s: %+v, want %q", input, got, want)
		}
		if len(got.Cause) > 3000 {
			t.Errorf("a cause of %d bytes", len(got.Cause))
		}
	}
	if len(f.calls) > 0 {
		t.Errorf("sent: %v", f.inputs())
	}
}

func TestRolesAndSessions(t *testing.T) {
	for name, c := range map[string]struct {
		assume    bool
		task      string
		execution string
		role      string
		session   string
	}{
		"the caller's own credentials": {false, "", "arn:aws:states:r:1:execution:m:run-1", "", "run-1"},
		"the state's Credentials":      {false, "arn:task", "arn:aws:states:r:1:execution:m:run-1", "arn:task", "run-1"},
		"the machine's role":           {true, "", "arn:aws:states:r:1:execution:m:run-1", "arn:aws:iam::123456789012:role/machine", "run-1"},
		"the state's goes before":      {true, "arn:task", "arn:aws:states:r:1:execution:m:run-1", "arn:task", "run-1"},
		"a name STS does not take":     {true, "arn:task", "arn:aws:states:r:1:execution:m:Überweisung 1/2", "arn:task", "-berweisung-1-2"},
		"a name too short for STS":     {true, "arn:task", "arn:aws:states:r:1:execution:m:x", "arn:task", "cogstep"},
		"a long name":                  {true, "arn:task", "arn:aws:states:r:1:execution:m:" + strings.Repeat("n", 80), "arn:task", strings.Repeat("n", 64)},
	} {
		f := &fakeCaller{answers: map[string][]any{"ListQueues": {`{}`}}}
		connector := New(Config{Models: awsmodel.Builtin(), Caller: f, AssumeMachineRoles: c.assume})
		call := task(t, "aws-sdk:sqs:listQueues", `{}`)
		call.TaskRoleARN, call.ExecutionARN = c.task, c.execution
		connector.Invoke(t.Context(), call)
		if got := f.calls[0]; got.RoleARN != c.role || got.Session != c.session || got.Token != call.ClientToken {
			t.Errorf("%s: role %q, session %q, token %q", name, got.RoleARN, got.Session, got.Token)
		}
	}
}

func TestWhatMayBeSentAgain(t *testing.T) {
	c, _ := answering(nil)
	for resource, want := range map[string]bool{
		"aws-sdk:s3:getObject":             true,  // reads
		"aws-sdk:dynamodb:query":           true,  // reads
		"aws-sdk:ecs:runTask":              true,  // takes a token
		"ecs:runTask":                      true,  //
		"aws-sdk:dynamodb:putItem":         false, // would overwrite what came between
		"dynamodb:putItem":                 false,
		"sqs:sendMessage":                  false,
		"sns:publish":                      false,
		"events:putEvents":                 false,
		"aws-sdk:sfn:startExecution":       true, // the name is made of the attempt
		"states:startExecution":            true,
		"aws-sdk:sfn:getActivityTask":      false, // takes a task away
		"aws-sdk:sqs:receiveMessage":       false,
		"bedrock:invokeModel":              false,
		"aws-sdk:secretsmanager:putSecret": false, // there is no such action
	} {
		service, action := resource[:strings.LastIndex(resource, ":")], resource[strings.LastIndex(resource, ":")+1:]
		if got := c.Idempotent(integration.Call{Resource: asl.Resource{Service: service, Action: action}}); got != want {
			t.Errorf("%s: %v", resource, got)
		}
	}
}

// An execution that a Task starts is named after the attempt if the definition gives no name.
func TestStartedExecutionsAreNamedAfterTheAttempt(t *testing.T) {
	for input, want := range map[string]string{
		`{"StateMachineArn":"m"}`:                                 `StartExecution {"stateMachineArn":"m","name":"0123-abcd"}`,
		`{"StateMachineArn":"m","Name":"mine"}`:                   `StartExecution {"stateMachineArn":"m","name":"mine"}`,
		`{"StateMachineArn":"m","Input":{"a": 1},"Name":null}`:    `StartExecution {"stateMachineArn":"m","input":"{\"a\":1}","name":"0123-abcd"}`,
		`{"StateMachineArn":"m","Input":"{\"a\": 1}","Name":"x"}`: `StartExecution {"stateMachineArn":"m","input":"{\"a\": 1}","name":"x"}`,
	} {
		for _, resource := range []string{"states:startExecution", "aws-sdk:sfn:startExecution"} {
			c, f := answering(map[string][]any{"StartExecution": {`{"executionArn":"e","startDate":"2026-11-22T10:00:00.123Z"}`}})
			got := withoutMetadata(t, c.Invoke(t.Context(), task(t, resource, input)))
			started := `"2026-11-22T10:00:00.123Z"`
			if resource == "states:startExecution" {
				started = "1795341600123"
			}
			if got != (integration.Succeeded{Output: `{"ExecutionArn":"e","StartDate":` + started + `}`}) {
				t.Errorf("%s: %v", resource, got)
			}
			if d := cmp.Diff([]string{want}, f.inputs()); d != "" {
				t.Errorf("%s (-want +got):\n%s", resource, d)
			}
		}
	}
}

// Call is for those in this house that are no Task.
func TestCallsThatAreNoTasks(t *testing.T) {
	c, f := answering(map[string][]any{"DescribeCluster": {`{"cluster":{"name":"n","endpoint":"https://e"}}`, context.Canceled}})
	got, err := c.Call(t.Context(), "eks", "describeCluster", parsed(t, `{"Name":"n"}`))
	if err != nil || got.Compact() != `{"Cluster":{"Endpoint":"https://e","Name":"n"}}` {
		t.Errorf("%s %v", got.Compact(), err)
	}
	if _, err := c.Call(t.Context(), "eks", "describeCluster", parsed(t, `{"Name":"n"}`)); err != context.Canceled {
		t.Errorf("the caller's error: %v", err)
	}
	if _, err := c.Call(t.Context(), "eks", "noSuchAction", parsed(t, `{}`)); err == nil {
		t.Error("an action that does not exist")
	}
	if d := cmp.Diff([]string{`DescribeCluster {"name":"n"}`, `DescribeCluster {"name":"n"}`}, f.inputs()); d != "" {
		t.Error(d)
	}
}

func TestOptimizedListsTheTable(t *testing.T) {
	names := Optimized()
	if len(names) != len(services) || !slices.IsSorted(names) || !slices.Contains(names, "emr-serverless") {
		t.Errorf("%v", names)
	}
}
