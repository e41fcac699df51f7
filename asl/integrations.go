package asl

// patterns says which patterns an integration has besides request and response.
type patterns uint8

const (
	canSync patterns = 1 << iota
	canSync2
	canToken
)

// integration is one optimized integration. The names of parameters are separated by spaces; if optional is empty,
// parameters with other names are let through.
type integration struct {
	patterns patterns
	required string
	optional string
}

// integrations are the optimized integrations by service and action.
// Source: documentation of the service, 2026; required parameters of lambda, sqs, sns, dynamodb, states, events, ecs
// and glue measured with its validator.
var integrations = map[string]integration{
	"apigateway:invoke": {canToken, "ApiEndpoint Method", ""},

	"athena:startQueryExecution": {canSync, "QueryString", ""},
	"athena:stopQueryExecution":  {0, "", ""},
	"athena:getQueryExecution":   {0, "", ""},
	"athena:getQueryResults":     {0, "", ""},

	"batch:submitJob": {canSync, "JobName JobQueue JobDefinition", ""},

	"bedrock:invokeModel":                 {canToken, "ModelId", ""},
	"bedrock:createModelCustomizationJob": {canSync, "", ""},
	"bedrock-agentcore:invokeHarness":     {0, "", ""},

	"codebuild:startBuild":        {canSync, "ProjectName", ""},
	"codebuild:stopBuild":         {0, "", ""},
	"codebuild:batchDeleteBuilds": {0, "", ""},
	"codebuild:batchGetReports":   {0, "", ""},
	"codebuild:startBuildBatch":   {canSync, "", ""},
	"codebuild:stopBuildBatch":    {0, "", ""},
	"codebuild:retryBuildBatch":   {canSync, "", ""},
	"codebuild:deleteBuildBatch":  {0, "", ""},

	"databrew:startJobRun": {canSync, "", ""},

	"dynamodb:getItem":    {0, "TableName Key", ""},
	"dynamodb:putItem":    {0, "TableName Item", ""},
	"dynamodb:updateItem": {0, "TableName Key", ""},
	"dynamodb:deleteItem": {0, "TableName Key", ""},

	"ecs:runTask": {canSync | canToken, "TaskDefinition", ""},

	"eks:createCluster":        {canSync, "", ""},
	"eks:deleteCluster":        {canSync, "", ""},
	"eks:createNodegroup":      {canSync, "", ""},
	"eks:deleteNodegroup":      {canSync, "", ""},
	"eks:createFargateProfile": {canSync, "", ""},
	"eks:deleteFargateProfile": {canSync, "", ""},
	"eks:runJob":               {canSync, "ClusterName CertificateAuthority Endpoint Job", ""},
	"eks:call":                 {0, "ClusterName CertificateAuthority Endpoint Method Path", ""},

	"elasticmapreduce:createCluster":                   {canSync, "", ""},
	"elasticmapreduce:terminateCluster":                {canSync, "", ""},
	"elasticmapreduce:addStep":                         {canSync, "", ""},
	"elasticmapreduce:cancelStep":                      {0, "", ""},
	"elasticmapreduce:setClusterTerminationProtection": {0, "", ""},
	"elasticmapreduce:modifyInstanceFleetByName":       {0, "", ""},
	"elasticmapreduce:modifyInstanceGroupByName":       {0, "", ""},

	"emr-containers:createVirtualCluster": {0, "", ""},
	"emr-containers:deleteVirtualCluster": {canSync, "", ""},
	"emr-containers:startJobRun":          {canSync, "", ""},

	"emr-serverless:createApplication": {canSync, "", ""},
	"emr-serverless:startApplication":  {canSync, "", ""},
	"emr-serverless:stopApplication":   {canSync, "", ""},
	"emr-serverless:deleteApplication": {canSync, "", ""},
	"emr-serverless:startJobRun":       {canSync, "", ""},
	"emr-serverless:cancelJobRun":      {canSync, "", ""},

	"events:putEvents": {canToken, "Entries", ""},

	"glue:startJobRun": {canSync, "JobName", ""},

	"http:invoke": {0, "ApiEndpoint Method", "Authentication InvocationConfig Headers QueryParameters RequestBody Transform"},

	"lambda:invoke": {canToken, "FunctionName", "Payload InvocationType Qualifier ClientContext LogType"},

	"mediaconvert:createJob": {canSync, "Role Settings", ""},

	"sagemaker:createEndpoint":                {0, "", ""},
	"sagemaker:createEndpointConfig":          {0, "", ""},
	"sagemaker:createModel":                   {0, "", ""},
	"sagemaker:updateEndpoint":                {0, "", ""},
	"sagemaker:createHyperParameterTuningJob": {canSync, "", ""},
	"sagemaker:createLabelingJob":             {canSync, "", ""},
	"sagemaker:createProcessingJob":           {canSync, "", ""},
	"sagemaker:createTrainingJob":             {canSync, "", ""},
	"sagemaker:createTransformJob":            {canSync, "", ""},

	"sns:publish": {canToken, "Message", "TopicArn TargetArn PhoneNumber MessageAttributes MessageStructure Subject MessageGroupId MessageDeduplicationId"},

	"sqs:sendMessage": {canToken, "QueueUrl MessageBody", "DelaySeconds MessageAttributes MessageSystemAttributes MessageDeduplicationId MessageGroupId"},

	"states:startExecution": {canSync | canSync2 | canToken, "StateMachineArn", "Name Input TraceHeader"},
}
