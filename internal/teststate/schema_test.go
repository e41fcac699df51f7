package teststate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/internal/teststate"
)

func TestMockedResultsAreHeldAgainstTheModel(t *testing.T) {
	const (
		start  = "states:startExecution"
		put    = "dynamodb:putItem"
		events = "events:putEvents"
	)
	for _, c := range []struct {
		resource, mode, result, want string
	}{
		{start, "", `{}`, `Required field 'ExecutionArn' is missing`},
		{start, "STRICT", `{"ExecutionArn":"a"}`, `Required field 'StartDate' is missing`},
		{start, "PRESENT", `{}`, ``},
		{start, "PRESENT", `{"ExecutionArn":7}`, `Field 'ExecutionArn' must be a string`},
		{start, "PRESENT", `{"executionArn":7}`, ``}, // no member of that name: letters count
		{start, "PRESENT", `{"ExecutionArn":null}`, ``},
		{start, "STRICT", `{"ExecutionArn":null,"StartDate":"d"}`, `Required field 'ExecutionArn' is missing`},
		{start, "NONE", `{"ExecutionArn":7}`, ``},
		{start, "", `[]`, `Result must be an object`},
		{start, "NONE", `[]`, ``},
		{start, "", `{"ExecutionArn":"a","StartDate":1764103483}`, `Field 'StartDate' must be a string`},
		{start, "", `{"ExecutionArn":"","StartDate":"d"}`, `Field 'ExecutionArn' is smaller than the minimum length`},
		{start, "", `{"ExecutionArn":"` + strings.Repeat("a", 257) + `","StartDate":"d"}`, `Field 'ExecutionArn' exceeds the maximum length`},
		{start, "", `{"ExecutionArn":"` + strings.Repeat("ä", 256) + `","StartDate":"d"}`, ``},

		// A job is held against the operation that tells how it is getting on.
		{start + ".sync", "", `{"ExecutionArn":"a","StartDate":"d"}`, `Required field 'StateMachineArn' is missing`},
		{start + ".sync", "PRESENT", `{"Output":{}}`, `Field 'Output' must be a string`},
		{start + ".sync:2", "PRESENT", `{"Output":{}}`, ``},
		{start + ".sync:2", "PRESENT", `{"Status":"DONE"}`, `Field 'Status' is not an expected value`},
		{start + ".waitForTaskToken", "", `7`, ``},
		{"ecs:runTask", "", `{"Tasks":[{"TaskArn":7}]}`, `Field 'TaskArn' must be a string`},
		{"ecs:runTask.sync", "", `{"TaskArn":7}`, `Field 'TaskArn' must be a string`},
		{"batch:submitJob", "", `{"JobName":"n"}`, `Required field 'JobId' is missing`},
		{"batch:submitJob.sync", "PRESENT", `{"JobName":7}`, `Field 'JobName' must be a string`},
		{"glue:startJobRun", "", `{"JobRunId":7}`, `Field 'JobRunId' must be a string`},
		{"glue:startJobRun.sync", "", `{"Attempt":"one"}`, `Field 'Attempt' must be a number`},

		{put, "", `{}`, ``},
		{put, "", `{"ConsumedCapacity":{"CapacityUnits":"1"}}`, `Field 'CapacityUnits' must be a number`},
		{put, "", `{"ConsumedCapacity":[]}`, `Field 'ConsumedCapacity' must be an object`},
		{put, "", `{"Attributes":{"a":{"S":7}}}`, `Field 'S' must be a string`},
		{put, "", `{"Attributes":{"a":{"L":[{"M":{"b":{"N":7}}}]}}}`, `Field 'N' must be a string`},
		{put, "", `{"Attributes":{"a":{"BOOL":"true"}}}`, `Field 'BOOL' must be a boolean`},
		{"aws-sdk:dynamodb:putItem", "", `{"Attributes":{"a":{"Bool":"true"}}}`, `Field 'Bool' must be a boolean`},
		{events, "", `{"Entries":{}}`, `Field 'Entries' must be an array`},
		{events, "", `{"Entries":[{"EventId":[]}]}`, `Field 'EventId' must be a string`},
		{"sqs:sendMessage", "", `{"MD5OfMessageBody":7}`, `Field 'MD5OfMessageBody' must be a string`},
		{"sns:publish", "", `{"MessageId":7}`, `Field 'MessageId' must be a string`},
		{"lambda:invoke", "", `{"Payload":{"any":["thing"]},"StatusCode":"200"}`, `Field 'StatusCode' must be a number`},
		{"aws-sdk:lambda:getFunction", "", `{"Configuration":{"MemorySize":127}}`, `Field 'MemorySize' is less than the minimum value`},
		{"aws-sdk:lambda:getFunction", "", `{"Configuration":{"MemorySize":10241}}`, `Field 'MemorySize' exceeds the maximum value`},
		{"aws-sdk:kms:encrypt", "", `{"CiphertextBlob":""}`, `Field 'CiphertextBlob' is smaller than the minimum length`},
		{"aws-sdk:s3:getObject", "", `{"StorageClass":"Papyrus"}`, `Field 'StorageClass' is not an expected value`},
		{"aws-sdk:polly:synthesizeSpeech", "", `7`, `Result must be an object`},
		{"aws-sdk:rds:describeDBInstances", "", `{"DbInstances":[{"AllocatedStorage":"5"}]}`, `Field 'AllocatedStorage' must be a number`},
		{"bedrock:invokeModel", "", `{"Body":{"any":"thing"},"ContentType":7}`, `Field 'ContentType' must be a string`},

		// What nobody has a model of is let through.
		{"http:invoke", "", `[7]`, ``},
		{"apigateway:invoke", "", `7`, ``},
		{"eks:call", "", `7`, ``},
		{"aws-sdk:qldbsession:sendCommand", "", `7`, ``},
	} {
		definition := fmt.Sprintf(`{"Type":"Task","QueryLanguage":"JSONata","Resource":"arn:aws:states:::%s","Arguments":"{%% $states.input %%}","End":true}`, c.resource)
		_, got := run(t, nil, teststate.Request{Definition: definition, Mock: &teststate.Mock{Result: &c.result, Validation: teststate.Validation(c.mode)}})
		want := c.want
		if want != "" {
			want = "ValidationException: Mock result schema validation error: " + want
		}
		if got != want {
			t.Errorf("%s %s %.60s\n got %s\nwant %s", c.resource, c.mode, c.result, got, want)
		}
	}
}
