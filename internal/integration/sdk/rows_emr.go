package sdk

var emr = &service{resource: "emr", names: awsNames("ElasticMapReduce", "AmazonElasticMapReduce"), metadata: true, rows: map[string]*row{
	"createCluster": {
		operation: "runJobFlow", after: answered(`{"ClusterId": JobFlowId, "ClusterArn": ClusterArn}`),
		job: &job{
			id: named("ClusterId", "Answer.ClusterId"), poll: "describeCluster",
			result: expr(`Cluster.{"ClusterId": Id, "ClusterArn": ClusterArn, "Cluster": $}`), status: expr(`Cluster.Status.State`),
			good: states("WAITING"), bad: states("TERMINATING TERMINATED TERMINATED_WITH_ERRORS"), slow: true,
		},
	},
	"terminateCluster": {
		operation: "terminateJobFlows", before: shaped(`{"JobFlowIds": [ClusterId]}`),
		job: &job{
			id: named("ClusterId", "Input.ClusterId"), poll: "describeCluster",
			result: expr(`Cluster.{"ClusterId": Id, "ClusterArn": ClusterArn, "Cluster": $}`), status: expr(`Cluster.Status.State`),
			good: states("TERMINATED TERMINATED_WITH_ERRORS"), slow: true,
		},
	},
	"addStep": {
		operation: "addJobFlowSteps",
		before:    shaped(`$merge([{"JobFlowId": ClusterId, "Steps": [Step]}, $exists(ExecutionRoleArn) ? {"ExecutionRoleArn": ExecutionRoleArn} : {}])`),
		after:     answered(`{"StepId": StepIds[0]}`),
		job: &job{
			id: named("ClusterId", "Input.ClusterId", "StepId", "Answer.StepId"), poll: "describeStep", status: expr(`Step.Status.State`),
			good: states("COMPLETED"), bad: states("FAILED CANCELLED INTERRUPTED"),
			stop: "cancelSteps", stopInput: expr(`{"ClusterId": ClusterId, "StepIds": [StepId]}`), slow: true,
		},
	},
	"cancelStep": {
		operation: "cancelSteps", before: shaped(`{"ClusterId": ClusterId, "StepIds": [StepId]}`), after: answered(`CancelStepsInfoList[0]`),
	},
	"setClusterTerminationProtection": {
		operation: "setTerminationProtection", before: shaped(`{"JobFlowIds": [ClusterId], "TerminationProtected": TerminationProtected}`),
	},
	"modifyInstanceFleetByName": {
		operation: "modifyInstanceFleet",
		lookup: &lookup{
			action: "listInstanceFleets", ask: expr(`{"ClusterId": ClusterId}`),
			then: expr(`($name := Input.InstanceFleetName; {"ClusterId": Input.ClusterId,
				"InstanceFleet": $merge([Input.InstanceFleet, {"InstanceFleetId": Answer.InstanceFleets[Name = $name].Id}])})`),
		},
	},
	"modifyInstanceGroupByName": {
		operation: "modifyInstanceGroups",
		lookup: &lookup{
			action: "listInstanceGroups", ask: expr(`{"ClusterId": ClusterId}`),
			then: expr(`($name := Input.InstanceGroupName; {"ClusterId": Input.ClusterId,
				"InstanceGroups": [$merge([Input.InstanceGroup, {"InstanceGroupId": Answer.InstanceGroups[Name = $name].Id}])]})`),
		},
	},
}}

var emrContainers = &service{resource: "emrcontainers", names: awsNames("EMRContainers", "AmazonEMRContainers"), rows: map[string]*row{
	"createVirtualCluster": {},
	"deleteVirtualCluster": {job: &job{
		id: named("Id", "Input.Id"), poll: "describeVirtualCluster", status: expr(`VirtualCluster.State`),
		good: states("TERMINATED"), bad: states("ARRESTED"), gone: true,
	}},
	"startJobRun": {job: &job{
		id: named("VirtualClusterId", "Input.VirtualClusterId", "Id", "Answer.Id"), poll: "describeJobRun", status: expr(`JobRun.State`),
		good: states("COMPLETED"), bad: states("FAILED CANCELLED"), stop: "cancelJobRun",
	}},
}}

var emrServerless = &service{resource: "emrserverless", names: awsNames("EMRServerless", "AWSEMRServerless"), rows: map[string]*row{
	"createApplication": {job: application(`Answer.ApplicationId`, "CREATED STARTED STOPPED", "TERMINATED")},
	"startApplication":  {job: application(`Input.ApplicationId`, "STARTED", "STOPPED TERMINATED")},
	"stopApplication":   {job: application(`Input.ApplicationId`, "STOPPED", "TERMINATED")},
	"deleteApplication": {job: application(`Input.ApplicationId`, "TERMINATED", "")},
	"startJobRun":       {job: serverlessRun(`Answer.JobRunId`, "SUCCESS", "FAILED CANCELLED")},
	"cancelJobRun":      {job: serverlessRun(`Input.JobRunId`, "CANCELLED SUCCESS FAILED", "")},
}}

func application(id, good, bad string) *job {
	return &job{
		id: named("ApplicationId", id), poll: "getApplication", status: expr(`Application.State`),
		good: states(good), bad: states(bad), gone: good == "TERMINATED",
	}
}

func serverlessRun(id, good, bad string) *job {
	j := &job{
		id: named("ApplicationId", "Input.ApplicationId", "JobRunId", id), poll: "getJobRun", status: expr(`JobRun.State`),
		good: states(good), bad: states(bad),
	}
	if bad != "" {
		j.stop = "cancelJobRun"
	}
	return j
}
