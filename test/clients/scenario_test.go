package clients

import (
	"fmt"
	"slices"
	"strings"
)

// greeting has white space, an escape and an order of members that nobody would write by accident.
const greeting = "{ \"StartAt\":\"Greet\",\n\t\"States\":{\"Greet\":{\"Type\":\"Pass\",\"Result\":{\"gr\\u00fcn\":1.0},\"End\":true}},  \"Comment\":\"é\" }\n"

func (s *scenario) stateMachine() {
	machine := s.create("greeting", "STANDARD", greeting, object{"key": "team", "value": "blue"}, object{"key": "cost", "value": "7"})
	described := s.call("DescribeStateMachine", object{"stateMachineArn": machine})
	s.want(described, "definition", greeting) // byte for byte
	s.want(described, "status", "ACTIVE")
	s.want(described, "type", "STANDARD")
	s.want(described, "roleArn", role)
	s.want(described, "name", s.prefix+"-greeting")

	again := s.create("greeting", "STANDARD", greeting, object{"key": "team", "value": "blue"}, object{"key": "cost", "value": "7"})
	if again != machine {
		s.t.Errorf("creating it again gave %s, want %s", again, machine)
	}
	if all := names(list(s.call("ListStateMachines", object{}), "stateMachines")); !slices.Contains(all, s.prefix+"-greeting") {
		s.t.Errorf("it is not listed: %v", all)
	}

	s.call("UntagResource", object{"resourceArn": machine, "tagKeys": []any{"cost"}})
	s.call("TagResource", object{"resourceArn": machine, "tags": []any{object{"key": "team", "value": "red"}}})
	tags := list(s.call("ListTagsForResource", object{"resourceArn": machine}), "tags")
	if len(tags) != 1 || tags[0]["key"] != "team" || tags[0]["value"] != "red" {
		s.t.Errorf("tags are %v, want team=red alone", tags)
	}

	s.want(s.call("ValidateStateMachineDefinition", object{"definition": greeting}), "result", "OK")
	broken := s.call("ValidateStateMachineDefinition", object{"definition": `{"StartAt":"Nowhere","States":{"A":{"Type":"Succeed"}}}`})
	s.want(broken, "result", "FAIL")
	if len(list(broken, "diagnostics")) == 0 {
		s.t.Error("a definition that fails has no diagnostics")
	}

	changed := strings.Replace(greeting, "1.0", "2.0", 1)
	s.call("UpdateStateMachine", object{"stateMachineArn": machine, "definition": changed})
	s.want(s.call("DescribeStateMachine", object{"stateMachineArn": machine}), "definition", changed)

	s.call("DeleteStateMachine", object{"stateMachineArn": machine})
}

func (s *scenario) execution() {
	machine := s.create("two", "STANDARD", `{"StartAt":"A","States":{
		"A":{"Type":"Pass","Result":{"n":1},"ResultPath":"$.a","Next":"B"},"B":{"Type":"Succeed"}}}`)
	run := s.start(machine, "first", `{"order":7}`)
	end := s.await(run)
	s.want(end, "status", "SUCCEEDED")
	s.want(end, "output", `{"order":7,"a":{"n":1}}`)
	s.want(end, "name", "first")

	const all = "ExecutionStarted PassStateEntered PassStateExited SucceedStateEntered SucceedStateExited ExecutionSucceeded"
	events := s.history(run, false)
	if got := types(events); got != all {
		s.t.Fatalf("history is %s, want %s", got, all)
	}
	for i, ev := range events {
		if id(ev) != fmt.Sprint(i+1) {
			s.t.Errorf("event %d has the id %s", i+1, id(ev))
		}
	}
	s.want(events[1], "stateEnteredEventDetails.name", "A")
	reversed := s.history(run, true)
	slices.Reverse(reversed)
	if quoted(reversed) != quoted(events) {
		s.t.Errorf("reversed, the history is %s, want %s", quoted(reversed), quoted(events))
	}

	s.await(s.start(machine, "second", "{}"))
	found := list(s.call("ListExecutions", object{"stateMachineArn": machine, "statusFilter": "SUCCEEDED"}), "executions")
	if got := fmt.Sprint(names(found)); got != "[first second]" {
		s.t.Errorf("listed are %v, want first and second", got)
	}
	if none := list(s.call("ListExecutions", object{"stateMachineArn": machine, "statusFilter": "FAILED"}), "executions"); len(none) > 0 {
		s.t.Errorf("listed as failed are %v", none)
	}
}

// The SDKs put "sync-" before the host of this operation unless they are told not to.
func (s *scenario) express() {
	machine := s.create("express", "EXPRESS", `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`)
	answer := s.call("StartSyncExecution", object{"stateMachineArn": machine, "input": `{"fast":true}`})
	s.want(answer, "status", "SUCCEEDED")
	s.want(answer, "output", `{"fast":true}`)
}

func (s *scenario) activity() {
	activity := s.call("CreateActivity", object{"name": s.prefix + "-work"})["activityArn"].(string)
	machine := s.create("activity", "STANDARD", `{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"`+activity+`","End":true}}}`)
	work := func(name string) (run, token string) {
		run = s.start(machine, name, `{"piece":"`+name+`"}`)
		task := s.call("GetActivityTask", object{"activityArn": activity, "workerName": "worker"})
		s.want(task, "input", `{"piece":"`+name+`"}`)
		token, _ = task["taskToken"].(string)
		return run, token
	}

	run, token := work("good")
	s.call("SendTaskHeartbeat", object{"taskToken": token})
	s.call("SendTaskSuccess", object{"taskToken": token, "output": `{"done":true}`})
	s.want(s.await(run), "output", `{"done":true}`)
	s.refused("TaskTimedOut", "SendTaskSuccess", object{"taskToken": token, "output": "{}"})
	s.refused("InvalidToken", "SendTaskSuccess", object{"taskToken": "forged", "output": "{}"})

	run, token = work("bad")
	s.call("SendTaskFailure", object{"taskToken": token, "error": "Broken", "cause": "it fell"})
	end := s.await(run)
	s.want(end, "status", "FAILED")
	s.want(end, "error", "Broken")
	s.want(end, "cause", "it fell")

	s.call("DeleteActivity", object{"activityArn": activity})
	s.refused("ActivityDoesNotExist", "DescribeActivity", object{"activityArn": activity})
}

func (s *scenario) stop() {
	machine := s.create("long", "STANDARD", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`)
	run := s.start(machine, "stopped", "{}")
	if again := s.start(machine, "stopped", "{}"); again != run {
		s.t.Errorf("while it runs, the same name and input gave %s, want %s", again, run)
	}
	s.refused("ExecutionAlreadyExists", "StartExecution", object{"stateMachineArn": machine, "name": "stopped", "input": "[]"})
	s.call("StopExecution", object{"executionArn": run, "error": "Enough", "cause": "no more"})
	end := s.await(run)
	s.want(end, "status", "ABORTED")
	s.want(end, "error", "Enough")
	if got := types(s.history(run, false)); got != "ExecutionStarted WaitStateEntered ExecutionAborted" {
		s.t.Errorf("history is %s", got)
	}

	running := s.start(machine, "orphan", "{}")
	s.call("DeleteStateMachine", object{"stateMachineArn": machine})
	s.call("StopExecution", object{"executionArn": running})
}

func (s *scenario) refusals() {
	missing := "arn:aws:states:us-east-1:000000000000:stateMachine:" + s.prefix + "-missing"
	s.refused("StateMachineDoesNotExist", "DescribeStateMachine", object{"stateMachineArn": missing})
	s.refused("InvalidArn", "DescribeStateMachine", object{"stateMachineArn": "not-an-arn"})
	s.refused("InvalidDefinition", "CreateStateMachine", object{"name": s.prefix + "-broken", "definition": "{}", "roleArn": role})
	s.refused("ExecutionDoesNotExist", "DescribeExecution",
		object{"executionArn": "arn:aws:states:us-east-1:000000000000:execution:" + s.prefix + "-missing:x"})
}
