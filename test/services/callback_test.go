package services

import (
	"strings"
	"testing"

	"github.com/cogstep/cogstep/test/program"
)

// A task token travels in a message; who receives it ends the task. The state's own role makes the call.
func TestATokenTravelsThroughAQueue(t *testing.T) {
	m := startMoto(t)
	s := program.Start(t, program.Environ("AWS_ENDPOINT_URL="+m.URL, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test"), "--account", "123456789012")
	c := client{t, s.URL}
	queue := c.run(c.create("queue", `{"QueryLanguage":"JSONata","StartAt":"Create","States":{"Create":{"Type":"Task",
		"Resource":"arn:aws:states:::aws-sdk:sqs:createQueue","Arguments":{"QueueName":"approvals"},"Output":"{% $states.result.QueueUrl %}","End":true}}}`), "{}")
	if queue["status"] != "SUCCEEDED" {
		t.Fatal(why(queue))
	}
	ask := c.create("ask", `{"QueryLanguage":"JSONata","StartAt":"Ask","States":{"Ask":{"Type":"Task","TimeoutSeconds":60,
		"Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Credentials":{"RoleArn":"arn:aws:iam::123456789012:role/asker"},
		"Arguments":{"QueueUrl":"{% $states.input %}","MessageBody":{"token":"{% $states.context.Task.Token %}"}},
		"Catch":[{"ErrorEquals":["Declined"],"Output":"{% $states.errorOutput.Cause %}","Next":"No"}],"End":true},"No":{"Type":"Succeed"}}}`)
	receive := c.create("receive", `{"QueryLanguage":"JSONata","StartAt":"Receive","States":{"Receive":{"Type":"Task",
		"Resource":"arn:aws:states:::aws-sdk:sqs:receiveMessage","Arguments":{"QueueUrl":"{% $states.input %}","WaitTimeSeconds":5},
		"Assign":{"m":"{% $states.result.Messages[0] %}"},"Next":"Delete"},
		"Delete":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sqs:deleteMessage","Arguments":{"QueueUrl":"{% $states.context.Execution.Input %}","ReceiptHandle":"{% $m.ReceiptHandle %}"},
		"Output":"{% $parse($m.Body).token %}","End":true}}}`)
	for _, end := range []struct{ operation, name, value, output string }{
		{"SendTaskSuccess", "output", `{"approved":true}`, `{"approved":true}`},
		{"SendTaskFailure", "cause", "too late", `"too late"`},
	} {
		run := c.start(ask, queue["output"].(string))
		received := c.run(receive, queue["output"].(string))
		if received["status"] != "SUCCEEDED" {
			t.Fatal(why(received))
		}
		in := object{"taskToken": strings.Trim(received["output"].(string), `"`), end.name: end.value}
		if end.operation == "SendTaskFailure" {
			in["error"] = "Declined"
		}
		c.call(end.operation, in)
		if d := c.await(run); d["status"] != "SUCCEEDED" || d["output"] != end.output {
			t.Errorf("%s: %v %s", end.operation, d["output"], why(d))
		}
		if h := c.history(run); !strings.Contains(h, `"roleArn": "arn:aws:iam::123456789012:role/asker"`) || !strings.Contains(h, "TaskSubmitted") {
			t.Errorf("%s: history %s", end.operation, h)
		}
	}
	if m.requests("sts") == 0 {
		t.Error("nobody assumed the state's role")
	}
}
