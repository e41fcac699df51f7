package services

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// client speaks the Step Functions API as its protocol has it.
type client struct {
	t   *testing.T
	url string
}

type object = map[string]any

func (c client) call(operation string, in object) object {
	c.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(text, &out); err != nil || resp.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: %d %s", operation, resp.StatusCode, text)
	}
	return out
}

func (c client) create(name, definition string) string {
	c.t.Helper()
	arn, _ := c.call("CreateStateMachine", object{"name": name, "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/machine"})["stateMachineArn"].(string)
	return arn
}

func (c client) start(machine, input string) string {
	c.t.Helper()
	arn, _ := c.call("StartExecution", object{"stateMachineArn": machine, "input": input})["executionArn"].(string)
	return arn
}

// waitTimeMax bounds how long an execution may take: moto imports a service when it is first asked.
const waitTimeMax = 60 * time.Second

// await returns an execution when it has ended.
func (c client) await(execution string) object {
	c.t.Helper()
	for end := time.Now().Add(waitTimeMax); ; time.Sleep(20 * time.Millisecond) {
		d := c.call("DescribeExecution", object{"executionArn": execution})
		if d["status"] != "RUNNING" {
			return d
		}
		if time.Now().After(end) {
			c.t.Fatalf("%s does not end; its history: %s", execution, c.history(execution))
		}
	}
}

func (c client) history(execution string) string {
	text, _ := json.MarshalIndent(c.call("GetExecutionHistory", object{"executionArn": execution})["events"], "", " ")
	return string(text)
}

// run runs a machine to its end.
func (c client) run(machine, input string) object { return c.await(c.start(machine, input)) }

func why(d object) string { return fmt.Sprintf("%v %v: %v", d["status"], d["error"], d["cause"]) }
