package awsmodel

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

func TestNamesOfMembers(t *testing.T) {
	for _, c := range []struct{ model, sdk, optimized string }{
		{"executionArn", "ExecutionArn", "ExecutionArn"},
		{"ETag", "ETag", "ETag"},
		{"SSEKMSKeyId", "SsekmsKeyId", "SSEKMSKeyId"},
		{"SSECustomerKeyMD5", "SseCustomerKeyMD5", "SSECustomerKeyMD5"},
		{"DBInstances", "DbInstances", "DBInstances"},
		{"ARN", "Arn", "ARN"},
		{"ACL", "Acl", "ACL"},
		{"MD5OfMessageBody", "Md5OfMessageBody", "MD5OfMessageBody"},
		{"ChecksumCRC32", "ChecksumCRC32", "ChecksumCRC32"},
		{"BOOL", "Bool", "BOOL"},
		{"vCPU", "Vcpu", "VCPU"},
		{"S", "S", "S"},
		{"equals", "EqualsValue", "Equals"},
		{"default", "DefaultValue", "Default"},
		{"Default", "DefaultValue", "Default"},
		{"wait", "WaitValue", "Wait"},
		{"statusCode", "StatusCode", "StatusCode"}, // reserved in exceptions only
		{"", "", ""},
	} {
		if got := sdkName(&Shape{}, c.model); got != c.sdk {
			t.Errorf("%s: aws-sdk integrations write %s, want %s", c.model, got, c.sdk)
		}
		if got := Capitalized(c.model); got != c.optimized {
			t.Errorf("%s: optimized integrations write %s, want %s", c.model, got, c.optimized)
		}
	}
	if got := sdkName(&Shape{Union: true}, "Type"); got != "TypeValue" {
		t.Errorf("a union's Type is %s", got)
	}
	if got := sdkName(&Shape{Exception: true}, "statusCode"); got != "StatusCodeValue" {
		t.Errorf("an exception's statusCode is %s", got)
	}
}

func TestNamesOfActionsServicesAndErrors(t *testing.T) {
	for operation, want := range map[string]string{
		"DescribeDBInstances": "describeDBInstances",
		"DBInstances":         "dbInstances",
		"ListObjectsV2":       "listObjectsV2",
		"PutItem":             "putItem",
		"A":                   "a",
	} {
		if got := uncapitalized(operation); got != want {
			t.Errorf("%s is the action %s, want %s", operation, got, want)
		}
	}
	for id, want := range map[string]string{
		"SFN":                        "Sfn",
		"DynamoDB":                   "DynamoDb",
		"CloudWatch Logs":            "CloudWatchLogs",
		"Config Service":             "Config",
		"Database Migration Service": "DatabaseMigration",
		"IoTSiteWise":                "IoTSiteWise",
		"SageMaker A2I Runtime":      "SageMakerA2IRuntime",
		"Amazon Foo":                 "Foo",
		"SESv2":                      "SesV2",
		"ApiGatewayV2":               "ApiGatewayV2",
		"S3":                         "S3",
		"":                           "",
	} {
		if got := prefix(id); got != want {
			t.Errorf("errors of %q begin with %s, want %s", id, got, want)
		}
	}
	for shape, want := range map[string]string{
		"ConditionalCheckFailedException": "ConditionalCheckFailedException",
		"BucketAlreadyExists":             "BucketAlreadyExistsException",
		"DBInstanceNotFoundFault":         "DbInstanceNotFoundException",
		"NoSuchKey":                       "NoSuchKeyException",
	} {
		if got := ExceptionName(shape); got != want {
			t.Errorf("%s is the error %s, want %s", shape, got, want)
		}
	}
	s, _ := Builtin().Find("dynamodb")
	if got := s.ErrorName(nil); got != "DynamoDb.DynamoDbException" {
		t.Errorf("an unknown error is %s", got)
	}
	if got := s.ErrorName(s.Shape("ResourceNotFoundException")); got != "DynamoDb.ResourceNotFoundException" {
		t.Errorf("a known error is %s", got)
	}
}

func TestNamesBeyondTheRules(t *testing.T) {
	for _, c := range []struct{ service, shape, field, member string }{
		{"dynamodb", "AttributeValue", "Nul", "NULL"},
		{"dynamodb", "AttributeValue", "NULL", "NULL"},
		{"dynamodb", "AttributeValue", "Bool", "BOOL"},
		{"s3", "CopyObjectRequest", "DestinationBucket", "Bucket"},
		{"s3", "CopyObjectRequest", "Bucket", "Bucket"},
		{"s3", "UploadPartCopyRequest", "DestinationKey", "Key"},
		{"s3", "PutObjectRequest", "SsekmsKeyId", "SSEKMSKeyId"},
		{"sfn", "StartExecutionInput", "stateMachineArn", "stateMachineArn"},
		{"sfn", "StartExecutionInput", "StateMachineArn", "stateMachineArn"},
		{"sfn", "StartExecutionInput", "statemachinearn", ""},
		{"s3", "PutObjectRequest", "DestinationBucket", ""},
	} {
		s, _ := Builtin().Find(c.service)
		got := ""
		if m := s.Shape(c.shape).Field(c.field); m != nil {
			got = m.Name
		}
		if got != c.member {
			t.Errorf("%s %s: %s means the member %q, want %q", c.service, c.shape, c.field, got, c.member)
		}
	}
	s, _ := Builtin().Find("s3")
	if !s.HasCopySource(s.Operation("copyObject").Input) || s.HasCopySource(s.Operation("putObject").Input) {
		t.Error("copyObject has a source, putObject has none")
	}
}

// Otherwise Field could not take the names of both kinds of integration.
func TestNoNameCanMeanTwoMembers(t *testing.T) {
	for _, e := range Builtin().Services() {
		s, _ := Builtin().Find(e.Resource)
		for _, shape := range s.shapes {
			means := map[string]string{}
			for i := range shape.Members {
				m := &shape.Members[i]
				for _, name := range []string{m.SDKName(), m.OptimizedName(), m.Name} {
					if other, ok := means[name]; ok && other != m.Name {
						t.Errorf("%s %s: %s means %s and %s", s.Folder, shape.Name, name, other, m.Name)
					}
					means[name] = m.Name
				}
			}
		}
	}
}

// What the documentation lists and the models do not have, and why. The second list says the reverse.
var (
	newerThanTheModels = []string{"lambdacore", "lambdamicrovms", "partnercentralrevenuemeasurement", "resiliencehubv2", "sagemakerjobruntime", "supportauthz"}
	notInTheModels     = []string{
		"iotdeviceadvisor:ListTestCases", // gone from the service
		"s3control:SelectObjectContent",  // an operation of s3
		"securitylake:(pre-GA Datalake-spelled actions, e.g. CreateDatalake GetDatalake UpdateDatalake DeleteDatalake)", // before its release
	}
)

// The rules give the names that the documentation gives: resources, prefixes of errors, actions that are withheld.
func TestNamesAreThoseOfTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../../shared/reference/sdk-integrations.json")
	if err != nil {
		t.Skipf("SKIPPED: the list of the documentation is not here: %v", err)
	}
	type service struct {
		Resource, Prefix string
		Unsupported      []string
	}
	var list struct{ Services, Added2026 []service }
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	x, compared := Builtin(), 0
	for _, want := range append(list.Services, list.Added2026...) {
		s, ok := x.Find(want.Resource)
		if !ok {
			if !slices.Contains(discontinued, want.Resource) && !slices.Contains(newerThanTheModels, want.Resource) {
				t.Errorf("there is no service %s", want.Resource)
			}
			continue
		}
		compared++
		if want.Prefix != "" && s.Prefix != want.Prefix {
			t.Errorf("errors of %s begin with %s, want %s", want.Resource, s.Prefix, want.Prefix)
		}
		for _, name := range want.Unsupported {
			if s.Operation(uncapitalized(name)) == nil && !slices.Contains(notInTheModels, want.Resource+":"+name) {
				t.Errorf("%s has no operation %s", want.Resource, name)
			}
			if _, yes := x.Unsupported(want.Resource, uncapitalized(name)); !yes && s.Operation(uncapitalized(name)) != nil {
				t.Errorf("%s:%s can be called", want.Resource, name)
			}
		}
	}
	if compared < 400 {
		t.Errorf("only %d services compared", compared)
	}
}
