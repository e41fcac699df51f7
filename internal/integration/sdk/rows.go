package sdk

// services are the optimized integrations that are operations of services.
//
// Sources: the documentation of each integration; the models for the statuses of jobs. Which results have metadata is
// recorded for dynamodb, sqs, sns and ecs, and for events that they have none; the others follow the generation that they
// belong to, which is unverified.
var services = map[string]*service{
	"athena": {resource: "athena", names: awsNames("Athena", "AmazonAthena"), metadata: true, rows: map[string]*row{
		"startQueryExecution": {job: &job{
			id: named("QueryExecutionId", "Answer.QueryExecutionId"), poll: "getQueryExecution",
			status: expr(`QueryExecution.Status.State`), good: states("SUCCEEDED"), bad: states("FAILED CANCELLED"),
			stop: "stopQueryExecution",
		}},
		"stopQueryExecution": {}, "getQueryExecution": {}, "getQueryResults": {},
	}},
	"batch": {resource: "batch", names: awsNames("Batch", "AWSBatch"), metadata: true, rows: map[string]*row{
		"submitJob": {job: &job{
			id: named("JobId", "Answer.JobId"), poll: "describeJobs", ask: expr(`{"Jobs": [JobId]}`), result: expr(`Jobs[0]`),
			status: expr(`Status`), good: states("SUCCEEDED"), bad: states("FAILED"),
			stop: "terminateJob", stopInput: expr(`{"JobId": JobId, "Reason": "` + stopReason + `"}`),
		}},
	}},
	"bedrock": {resource: "bedrock", names: awsNames("Bedrock", "AmazonBedrock"), rows: map[string]*row{
		"invokeModel": {resource: "bedrockruntime", before: modelBody, after: modelAnswer},
		"createModelCustomizationJob": {job: &job{
			id: named("JobIdentifier", "Answer.JobArn"), poll: "getModelCustomizationJob", status: expr(`Status`),
			good: states("Completed"), bad: states("Failed Stopped"), stop: "stopModelCustomizationJob", slow: true,
		}},
	}},
	"codebuild": {resource: "codebuild", names: awsNames("CodeBuild", "AWSCodeBuild"), metadata: true, rows: map[string]*row{
		"startBuild":      {job: build},
		"stopBuild":       {},
		"startBuildBatch": {job: buildBatch},
		"retryBuildBatch": {job: buildBatch},
		"stopBuildBatch":  {}, "deleteBuildBatch": {}, "batchDeleteBuilds": {}, "batchGetReports": {},
	}},
	"databrew": {resource: "databrew", names: awsNames("DataBrew", "AWSGlueDataBrew"), metadata: true, rows: map[string]*row{
		"startJobRun": {job: &job{
			id: named("Name", "Input.Name", "RunId", "Answer.RunId"), poll: "describeJobRun", status: expr(`State`),
			good: states("SUCCEEDED"), bad: states("FAILED TIMEOUT STOPPED"), stop: "stopJobRun",
		}},
	}},
	"dynamodb": {resource: "dynamodb", names: awsNames("DynamoDB", "AmazonDynamoDBv2"), metadata: true, rows: map[string]*row{
		"getItem": {}, "putItem": {}, "updateItem": {}, "deleteItem": {},
	}},
	"ecs": {resource: "ecs", names: awsNames("ECS", "AmazonECS"), metadata: true, rows: map[string]*row{
		"runTask": {before: shaped(`$merge([{"StartedBy": "AWS Step Functions"}, $])`), job: &job{
			id:   named("Cluster", "Answer.Tasks[0].ClusterArn", "Task", "Answer.Tasks[0].TaskArn"),
			none: "AmazonECS.Unknown", // such answers list failures
			poll: "describeTasks", ask: expr(`{"Cluster": Cluster, "Tasks": [Task]}`), result: expr(`Tasks[0]`),
			status: expr(`LastStatus != "STOPPED" ? LastStatus
				: Containers[$exists(ExitCode) and ExitCode != 0] or StopCode in ["TaskFailedToStart", "UserInitiated", "SpotInterruption"] ? "FAILED" : "DONE"`),
			good: states("DONE"), bad: states("FAILED"),
			stop: "stopTask", stopInput: expr(`{"Cluster": Cluster, "Task": Task, "Reason": "` + stopReason + `"}`),
		}},
	}},
	"eks":              eks,
	"elasticmapreduce": emr,
	"emr-containers":   emrContainers,
	"emr-serverless":   emrServerless,
	"events": {resource: "eventbridge", names: awsNames("EventBridge", "AmazonEventBridge"), rows: map[string]*row{
		"putEvents": {before: ownEvents, after: refusedEvents},
	}},
	"glue": {resource: "glue", names: awsNames("Glue", "AWSGlue"), metadata: true, rows: map[string]*row{
		"startJobRun": {job: &job{
			id: named("JobName", "Input.JobName", "RunId", "Answer.JobRunId"), poll: "getJobRun", result: expr(`JobRun`),
			status: expr(`JobRunState`), good: states("SUCCEEDED"), bad: states("FAILED TIMEOUT STOPPED ERROR EXPIRED"),
			stop: "batchStopJobRun", stopInput: expr(`{"JobName": JobName, "JobRunIds": [RunId]}`),
		}},
	}},
	"mediaconvert": {resource: "mediaconvert", names: awsNames("MediaConvert", "AWSMediaConvert"), rows: map[string]*row{
		"createJob": {job: &job{
			id: named("Id", "Answer.Job.Id"), poll: "getJob", status: expr(`Job.Status`),
			good: states("COMPLETE"), bad: states("ERROR CANCELED"), stop: "cancelJob",
		}},
	}},
	"sagemaker": {resource: "sagemaker", names: awsNames("SageMaker", "AmazonSageMaker"), metadata: true, rows: map[string]*row{
		"createEndpoint": {}, "createEndpointConfig": {}, "createModel": {}, "updateEndpoint": {},
		"createHyperParameterTuningJob": {job: sagemakerJob("HyperParameterTuning", "DeleteFailed")},
		"createLabelingJob":             {job: sagemakerJob("Labeling")},
		"createProcessingJob":           {job: sagemakerJob("Processing")},
		"createTrainingJob":             {job: sagemakerJob("Training")},
		"createTransformJob":            {job: sagemakerJob("Transform")},
	}},
	"states": {resource: "sfn", names: awsNames("StepFunctions", "AWSStepFunctions"), metadata: true, rows: map[string]*row{
		"startExecution": {job: execution(`$`), job2: execution(`$merge([$, $sift({"Input": $eval(Input), "Output": $exists(Output) ? $eval(Output)}, $exists)])`)},
	}},
	"sns": {resource: "sns", names: awsNames("SNS", "AmazonSNS"), metadata: true, rows: map[string]*row{"publish": {}}},
	"sqs": {resource: "sqs", names: awsNames("SQS", "AmazonSQS"), metadata: true, rows: map[string]*row{"sendMessage": {}}},
}

// stopReason is what a service is told of why its job is stopped.
const stopReason = "The state machine execution that waited for it does not any more."

var build = &job{
	id: named("Id", "Answer.Build.Id"), poll: "batchGetBuilds", ask: expr(`{"Ids": [Id]}`),
	result: expr(`Builds[0].{"Build": $}`), status: expr(`Build.BuildStatus`),
	good: states("SUCCEEDED"), bad: states("FAILED FAULT TIMED_OUT STOPPED"), stop: "stopBuild",
}

var buildBatch = &job{
	id: named("Id", "Answer.BuildBatch.Id"), poll: "batchGetBuildBatches", ask: expr(`{"Ids": [Id]}`),
	result: expr(`BuildBatches[0].{"BuildBatch": $}`), status: expr(`BuildBatch.BuildBatchStatus`),
	good: states("SUCCEEDED"), bad: states("FAILED FAULT TIMED_OUT STOPPED"), stop: "stopBuildBatch",
}

// execution is an execution of another Step Functions; result is made of its description.
func execution(result string) *job {
	return &job{
		id: named("ExecutionArn", "Answer.ExecutionArn"), poll: "describeExecution", result: expr(result), status: expr(`Status`),
		good: states("SUCCEEDED"), bad: states("FAILED TIMED_OUT ABORTED"), stop: "stopExecution",
	}
}

// sagemakerJob is a job of one of the kinds of SageMaker, which all have names of one form; bad are failures of this kind
// alone.
func sagemakerJob(kind string, bad ...string) *job {
	name := kind + "JobName"
	return &job{
		id: named(name, "Input."+name), poll: "describe" + kind + "Job", status: expr(kind + "JobStatus"),
		good: states("Completed"), bad: append(bad, "Failed", "Stopped"), stop: "stop" + kind + "Job",
	}
}
