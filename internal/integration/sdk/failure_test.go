package sdk

import (
	"errors"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/integration"
)

// Texts marked R were recorded on the service; the others follow the same forms.
func TestErrorNamesAndCauses(t *testing.T) {
	for _, c := range []struct {
		resource, shape string // shape in the model; "": the model does not have the error
		fault           awsclient.Fault
		want            integration.Failed
	}{
		{"aws-sdk:dynamodb:getItem", "ResourceNotFoundException", // R
			awsclient.Fault{Code: "ResourceNotFoundException", Message: "Requested resource not found", Status: 400, RequestID: "ID", Attempts: 1},
			integration.Failed{Error: "DynamoDb.ResourceNotFoundException", Cause: "Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)"}},
		{"aws-sdk:dynamodb:putItem", "", // R
			awsclient.Fault{Code: "ValidationException", Message: "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null", Status: 400, RequestID: "ID", Attempts: 1},
			integration.Failed{Error: "DynamoDb.DynamoDbException", Cause: "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null (Service: DynamoDb, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)"}},
		{"aws-sdk:s3:getObject", "NoSuchKey", // R
			awsclient.Fault{Code: "NoSuchKey", Message: "The specified key does not exist.", Status: 404, RequestID: "ID", ExtendedRequestID: "EXT", Attempts: 1},
			integration.Failed{Error: "S3.NoSuchKeyException", Cause: "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ID, Extended Request ID: EXT) (SDK Attempt Count: 1)"}},
		{"aws-sdk:s3:listObjects", "NoSuchBucket", // R
			awsclient.Fault{Code: "NoSuchBucket", Message: "The specified bucket does not exist", Status: 404, RequestID: "ID", ExtendedRequestID: "EXT", Attempts: 2},
			integration.Failed{Error: "S3.NoSuchBucketException", Cause: "The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: ID, Extended Request ID: EXT) (SDK Attempt Count: 2)"}},
		{"aws-sdk:sfn:sendTaskSuccess", "InvalidToken", // R
			awsclient.Fault{Code: "InvalidToken", Message: "Invalid Token: 'Invalid token'", Status: 400, RequestID: "ID", Attempts: 1},
			integration.Failed{Error: "Sfn.InvalidTokenException", Cause: "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)"}},
		{"aws-sdk:secretsmanager:createSecret", "", // R
			awsclient.Fault{Code: "ValidationException", Message: "Invalid name.", Status: 400, RequestID: "ID", Attempts: 1},
			integration.Failed{Error: "SecretsManager.SecretsManagerException", Cause: "Invalid name. (Service: SecretsManager, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)"}},
		{"aws-sdk:rds:describeDBInstances", "DBInstanceNotFoundFault",
			awsclient.Fault{Code: "DBInstanceNotFound", Message: "no", Status: 404, Attempts: 1},
			integration.Failed{Error: "Rds.DbInstanceNotFoundException", Cause: "no (Service: Rds, Status Code: 404, Request ID: null) (SDK Attempt Count: 1)"}},

		{"dynamodb:putItem", "", // R
			awsclient.Fault{Code: "ValidationException", Message: "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null", Status: 400, RequestID: "ID"},
			integration.Failed{Error: "DynamoDB.AmazonDynamoDBException", Cause: "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: ID; Proxy: null)"}},
		{"dynamodb:getItem", "ResourceNotFoundException",
			awsclient.Fault{Code: "ResourceNotFoundException", Message: "Requested resource not found", Status: 400, RequestID: "ID"},
			integration.Failed{Error: "DynamoDB.ResourceNotFoundException", Cause: "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ID; Proxy: null)"}},
		{"sqs:sendMessage", "", // R
			awsclient.Fault{Code: "MissingParameter", Message: "The request must contain the parameter MessageBody.", Status: 400, RequestID: "ID"},
			integration.Failed{Error: "SQS.AmazonSQSException", Cause: "The request must contain the parameter MessageBody. (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: ID; Proxy: null)"}},
		{"sns:publish", "InvalidParameterException", // R
			awsclient.Fault{Code: "InvalidParameter", Message: "Invalid parameter: The MessageGroupId parameter is required for FIFO topics", Status: 400, RequestID: "ID"},
			integration.Failed{Error: "SNS.InvalidParameterException", Cause: "Invalid parameter: The MessageGroupId parameter is required for FIFO topics (Service: AmazonSNS; Status Code: 400; Error Code: InvalidParameter; Request ID: ID; Proxy: null)"}},
		{"states:startExecution", "StateMachineDoesNotExist", // R
			awsclient.Fault{Code: "StateMachineDoesNotExist", Message: "State Machine Does Not Exist: 'arn'", Status: 400, RequestID: "ID"},
			integration.Failed{Error: "StepFunctions.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: 'arn' (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: ID; Proxy: null)"}},
	} {
		s, o := model(t, c.resource)
		if c.shape != "" {
			if c.fault.Shape = s.Shape(c.shape); c.fault.Shape == nil {
				t.Fatalf("%s: the model has no %s", c.resource, c.shape)
			}
		}
		connector, _ := answering(map[string][]any{o.Name: {&c.fault}})
		if got := connector.Invoke(t.Context(), task(t, c.resource, `{}`)); got != c.want {
			t.Errorf("%s\ngot  %+v\nwant %+v", c.resource, got, c.want)
		}
	}
}

func model(t *testing.T, resource string) (*awsmodel.Service, *awsmodel.Operation) {
	t.Helper()
	name, action := modelOf(resource)
	return operation(t, name, action)
}

// modelOf is the service and action in the models that a resource means.
func modelOf(resource string) (string, string) {
	service, action := resource[:strings.LastIndex(resource, ":")], resource[strings.LastIndex(resource, ":")+1:]
	if name, ok := strings.CutPrefix(service, "aws-sdk:"); ok {
		return name, action
	}
	s := services[service]
	r := s.rows[action]
	return s.model(r), r.action(action)
}

func TestErrorsThatNoServiceHasAnswered(t *testing.T) {
	denied := &awsclient.CredentialsError{RoleARN: "arn:task", Err: errors.New("denied")}
	for _, c := range []struct {
		resource string
		role     string // of the state
		err      error
		want     integration.Failed
	}{
		{"sqs:sendMessage", "", &awsclient.TransportError{Host: "no-such-queue", Unsent: true, Err: errors.New("Name or service not known")}, // recorded
			integration.Failed{Error: "SQS.SdkClientException", Cause: "Unable to execute HTTP request: no-such-queue: Name or service not known"}},
		{"aws-sdk:sqs:sendMessage", "", &awsclient.TransportError{Host: "h", Err: errors.New("EOF")},
			integration.Failed{Error: "Sqs.SdkClientException", Cause: "Unable to execute HTTP request: h: EOF"}},
		{"aws-sdk:s3:getObject", "", &awsclient.EndpointError{Problem: "no endpoint"},
			integration.Failed{Error: "S3.SdkClientException", Cause: "no endpoint"}},
		{"aws-sdk:s3:getObject", "arn:task", denied, // recorded: credentials
			integration.Failed{Error: "States.TaskFailed", Cause: "The role arn:aws:iam::123456789012:role/machine is not authorized to assume the task state's role, arn:task."}},
		{"aws-sdk:s3:getObject", "", denied,
			integration.Failed{Error: "S3.SdkClientException", Cause: "the role arn:task could not be assumed: denied"}},
		{"dynamodb:getItem", "", &awsclient.ParameterError{Path: "Key.id.S", Problem: "it must be a JSON string, not a number"},
			integration.Failed{Error: "States.Runtime", Cause: "The Parameters '{}' could not be used to start the Task: [Key.id.S: it must be a JSON string, not a number]"}},
	} {
		_, o := model(t, c.resource)
		connector, _ := answering(map[string][]any{o.Name: {c.err}})
		call := task(t, c.resource, `{}`)
		call.TaskRoleARN = c.role
		if got := connector.Invoke(t.Context(), call); got != c.want {
			t.Errorf("%s\ngot  %+v\nwant %+v", c.resource, got, c.want)
		}
	}
}
