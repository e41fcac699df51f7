package clients

import "strings"

// redrive lets an execution fail by its worker and takes it up again.
func (s *scenario) redrive() {
	activity := s.call("CreateActivity", object{"name": s.prefix + "-flaky"})["activityArn"].(string)
	machine := s.create("redrive", "STANDARD", `{"StartAt":"Before","States":{
		"Before":{"Type":"Pass","Next":"Work"},"Work":{"Type":"Task","Resource":"`+activity+`","End":true}}}`)
	run := s.start(machine, "once-more", "{}")
	take := func() string {
		return s.call("GetActivityTask", object{"activityArn": activity, "workerName": "worker"})["taskToken"].(string)
	}
	token := take()
	s.want(s.call("DescribeExecution", object{"executionArn": run}), "redriveStatusReason", "Execution is RUNNING and cannot be redriven")
	s.refused("ExecutionNotRedrivable", "RedriveExecution", object{"executionArn": run})
	s.call("SendTaskFailure", object{"taskToken": token, "error": "Flaky"})
	s.want(s.await(run), "redriveStatus", "REDRIVABLE")

	s.call("RedriveExecution", object{"executionArn": run, "clientToken": "again"})
	s.call("SendTaskSuccess", object{"taskToken": take(), "output": `"at last"`})
	end := s.await(run)
	s.want(end, "status", "SUCCEEDED")
	s.want(end, "output", `"at last"`)
	s.want(end, "redriveCount", 1)
	s.want(end, "redriveStatus", "NOT_REDRIVABLE")
	s.call("RedriveExecution", object{"executionArn": run, "clientToken": "again"}) // the same request: nothing new
	s.refused("ExecutionNotRedrivable", "RedriveExecution", object{"executionArn": run, "clientToken": "different"})
	if got := types(s.history(run, false)); strings.Count(got, "PassStateEntered") != 1 || strings.Count(got, "ExecutionRedriven") != 1 {
		s.t.Errorf("history is %s", got)
	}
	rows := list(s.call("ListExecutions", object{"stateMachineArn": machine}), "executions")
	if len(rows) != 1 {
		s.t.Fatalf("executions: %v", rows)
	}
	s.want(rows[0], "redriveCount", 1)
	s.call("DeleteStateMachine", object{"stateMachineArn": machine})
	s.call("DeleteActivity", object{"activityArn": activity})
}

// mapRun runs a Distributed Map of which too many items fail, tolerates more, and redrives it.
func (s *scenario) mapRun() {
	machine := s.create("map", "STANDARD", `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Each","MaxConcurrency":1,
		"ToleratedFailureCount":1,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Check","States":{
			"Check":{"Type":"Choice","Choices":[{"Variable":"$","IsString":true,"Next":"Good"}],"Default":"Bad"},
			"Good":{"Type":"Succeed"},"Bad":{"Type":"Fail","Error":"NoText"}}},"End":true}}}`)
	run := s.start(machine, "items", `["a",1,"b",2,"c"]`)
	end := s.await(run)
	s.want(end, "status", "FAILED")
	s.want(end, "error", "States.ExceedToleratedFailureThreshold")
	runs := list(s.call("ListMapRuns", object{"executionArn": run}), "mapRuns")
	if len(runs) != 1 {
		s.t.Fatalf("map runs: %v", runs)
	}
	s.want(runs[0], "stateMachineArn", machine+"/Each")
	arn := runs[0]["mapRunArn"]
	described := s.call("DescribeMapRun", object{"mapRunArn": arn})
	s.want(described, "status", "FAILED")
	s.want(described, "itemCounts.succeeded", 2)
	s.want(described, "itemCounts.failed", 2)
	s.want(described, "itemCounts.pending", 1)
	s.want(described, "toleratedFailureCount", 1)
	s.refused("ValidationException", "UpdateMapRun", object{"mapRunArn": arn, "maxConcurrency": 2})
	s.refused("ResourceNotFound", "DescribeMapRun", object{"mapRunArn": arn.(string) + "x"})

	failed := list(s.call("ListExecutions", object{"mapRunArn": arn, "statusFilter": "FAILED"}), "executions")
	if len(failed) != 2 {
		s.t.Fatalf("failed children: %v", failed)
	}
	s.want(failed[0], "itemCount", 1)
	child := s.call("DescribeExecution", object{"executionArn": failed[0]["executionArn"]})
	s.want(child, "error", "NoText")
	s.want(child, "mapRunArn", arn)
	s.want(child, "redriveStatus", "REDRIVABLE_BY_MAP_RUN")
	s.refused("ValidationException", "RedriveExecution", object{"executionArn": failed[0]["executionArn"]})
	definition := s.call("DescribeStateMachineForExecution", object{"executionArn": failed[0]["executionArn"]})
	s.want(definition, "mapRunArn", arn)
	s.want(definition, "label", "Each")

	labelled := s.call("DescribeStateMachine", object{"stateMachineArn": machine + "/Each"})
	s.want(labelled, "label", "Each")
	s.want(labelled, "definition", definition["definition"])
	s.refused("ValidationException", "StartExecution", object{"stateMachineArn": machine + "/Each"})

	s.call("RedriveExecution", object{"executionArn": run})
	s.want(s.await(run), "status", "FAILED") // the same two fail again
	described = s.call("DescribeMapRun", object{"mapRunArn": arn})
	s.want(described, "redriveCount", 1)
	s.want(described, "itemCounts.succeeded", 2)
	s.call("DeleteStateMachine", object{"stateMachineArn": machine})
}
