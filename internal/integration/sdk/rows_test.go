package sdk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/internal/integration"
)

const runARNs = `"arn:aws:states:eu-central-1:123456789012:execution:orders:run-1","arn:aws:states:eu-central-1:123456789012:stateMachine:orders"`

// What the calls send that are more than their operation, and what they answer.
func TestCallsThatAreMoreThanTheirOperation(t *testing.T) {
	for _, c := range []struct {
		resource, parameters string
		answers              map[string][]any
		sent                 []string
		want                 integration.Answer
	}{
		// The execution and its machine are added to each event. Source: documentation of the integration.
		{"events:putEvents", `{"Entries":[{"Detail":{"a": 1},"DetailType":"d","Source":"s"},{"Detail":"text","Resources":["r"]}]}`,
			map[string][]any{"PutEvents": {`{"FailedEntryCount":0,"Entries":[{"EventId":"1"},{"EventId":"2"}]}`}},
			[]string{`PutEvents {"Entries":[{"Detail":"{\"a\":1}","DetailType":"d","Source":"s","Resources":[` + runARNs + `]},{"Detail":"text","Resources":["r",` + runARNs + `]}]}`},
			integration.Succeeded{Output: `{"Entries":[{"EventId":"1"},{"EventId":"2"}],"FailedEntryCount":0}`}},
		{"events:putEvents", `{"Entries":[{"Source":"s"}]}`,
			map[string][]any{"PutEvents": {`{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"m"}]}`}},
			[]string{`PutEvents {"Entries":[{"Source":"s","Resources":[` + runARNs + `]}]}`},
			integration.Failed{Error: "EventBridge.FailedEntry", Cause: `{"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"m"}],"FailedEntryCount":1}`}},
		{"events:putEvents.waitForTaskToken", `{"Entries":"none"}`,
			map[string][]any{"PutEvents": {`{"FailedEntryCount":0,"Entries":[]}`}},
			[]string{`PutEvents {"Entries":"none"}`}, // the client refuses it
			integration.Submitted{Output: `{"Entries":[],"FailedEntryCount":0}`}},

		// The body is a document both ways.
		{"bedrock:invokeModel", `{"ModelId":"m","Body":{"prompt": "p"},"ContentType":"application/json"}`,
			map[string][]any{"InvokeModel": {`{"body":"{\"text\": \"hello\"}","contentType":"application/json"}`}},
			[]string{`InvokeModel {"modelId":"m","body":"{\"prompt\":\"p\"}","contentType":"application/json"}`},
			integration.Succeeded{Output: `{"Body":{"text":"hello"},"ContentType":"application/json"}`}},
		{"bedrock:invokeModel", `{"ModelId":"m","Body":{}}`,
			map[string][]any{"InvokeModel": {`{"body":"no JSON","contentType":"text/plain"}`}},
			[]string{`InvokeModel {"modelId":"m","body":"{}"}`},
			integration.Succeeded{Output: `{"Body":"no JSON","ContentType":"text/plain"}`}},
		{"bedrock:invokeModel", `{"ModelId":"m","Input":{"S3Uri":"s3://b/k"}}`, nil, nil,
			integration.Failed{Error: "States.Runtime",
				Cause: `The Parameters '{"ModelId":"m","Input":{"S3Uri":"s3://b/k"}}' could not be used to start the Task: [The field "Input" is not supported by Step Functions]`}},

		// EMR's names are the integration's own.
		{"elasticmapreduce:createCluster", `{"Name":"n","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}`,
			map[string][]any{"RunJobFlow": {`{"JobFlowId":"j","ClusterArn":"a"}`}},
			[]string{`RunJobFlow {"Name":"n","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}`},
			integration.Succeeded{Output: `{"ClusterArn":"a","ClusterId":"j"}`}},
		{"elasticmapreduce:createCluster.sync", `{"Name":"n"}`,
			map[string][]any{"RunJobFlow": {`{"JobFlowId":"j","ClusterArn":"a"}`}},
			[]string{`RunJobFlow {"Name":"n"}`},
			integration.Submitted{Output: `{"ClusterArn":"a","ClusterId":"j"}`, Job: `{"ClusterId":"j"}`, Ask: 5e9}},
		{"elasticmapreduce:terminateCluster", `{"ClusterId":"j"}`,
			map[string][]any{"TerminateJobFlows": {`{}`}},
			[]string{`TerminateJobFlows {"JobFlowIds":["j"]}`},
			integration.Succeeded{Output: `{}`}},
		{"elasticmapreduce:addStep", `{"ClusterId":"j","Step":{"Name":"s","HadoopJarStep":{"Jar":"x.jar","Args":["a"]}}}`,
			map[string][]any{"AddJobFlowSteps": {`{"StepIds":["s-1"]}`}},
			[]string{`AddJobFlowSteps {"JobFlowId":"j","Steps":[{"Name":"s","HadoopJarStep":{"Jar":"x.jar","Args":["a"]}}]}`},
			integration.Succeeded{Output: `{"StepId":"s-1"}`}},
		{"elasticmapreduce:addStep.sync", `{"ClusterId":"j","Step":{"Name":"s"},"ExecutionRoleArn":"r"}`,
			map[string][]any{"AddJobFlowSteps": {`{"StepIds":["s-1"]}`}},
			[]string{`AddJobFlowSteps {"JobFlowId":"j","Steps":[{"Name":"s"}],"ExecutionRoleArn":"r"}`},
			integration.Submitted{Output: `{"StepId":"s-1"}`, Job: `{"ClusterId":"j","StepId":"s-1"}`, Ask: 5e9}},
		{"elasticmapreduce:cancelStep", `{"ClusterId":"j","StepId":"s"}`,
			map[string][]any{"CancelSteps": {`{"CancelStepsInfoList":[{"StepId":"s","Status":"SUBMITTED"}]}`}},
			[]string{`CancelSteps {"ClusterId":"j","StepIds":["s"]}`},
			integration.Succeeded{Output: `{"Status":"SUBMITTED","StepId":"s"}`}},
		{"elasticmapreduce:setClusterTerminationProtection", `{"ClusterId":"j","TerminationProtected":false}`,
			map[string][]any{"SetTerminationProtection": {`{}`}},
			[]string{`SetTerminationProtection {"JobFlowIds":["j"],"TerminationProtected":false}`},
			integration.Succeeded{Output: `{}`}},
		{"elasticmapreduce:modifyInstanceFleetByName", `{"ClusterId":"j","InstanceFleetName":"two","InstanceFleet":{"TargetSpotCapacity":0}}`,
			map[string][]any{"ListInstanceFleets": {`{"InstanceFleets":[{"Id":"1","Name":"one"},{"Id":"2","Name":"two"}]}`}, "ModifyInstanceFleet": {`{}`}},
			[]string{`ListInstanceFleets {"ClusterId":"j"}`, `ModifyInstanceFleet {"ClusterId":"j","InstanceFleet":{"TargetSpotCapacity":0,"InstanceFleetId":"2"}}`},
			integration.Succeeded{Output: `{}`}},
		{"elasticmapreduce:modifyInstanceGroupByName", `{"ClusterId":"j","InstanceGroupName":"one","InstanceGroup":{"InstanceCount":4}}`,
			map[string][]any{"ListInstanceGroups": {`{"InstanceGroups":[{"Id":"1","Name":"one"}]}`}, "ModifyInstanceGroups": {`{}`}},
			[]string{`ListInstanceGroups {"ClusterId":"j"}`, `ModifyInstanceGroups {"ClusterId":"j","InstanceGroups":[{"InstanceCount":4,"InstanceGroupId":"1"}]}`},
			integration.Succeeded{Output: `{}`}},
	} {
		connector, f := answering(c.answers)
		got := connector.Invoke(t.Context(), task(t, c.resource, c.parameters))
		if _, ok := got.(integration.Failed); !ok {
			got = withoutMetadata(t, got)
		}
		if want := c.want; !cmp.Equal(want, got) {
			t.Errorf("%s %s\ngot  %+v\nwant %+v", c.resource, c.parameters, got, want)
		}
		if d := cmp.Diff(c.sent, f.inputs()); d != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.resource, c.parameters, d)
		}
	}
}
