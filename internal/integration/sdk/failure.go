package sdk

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/integration"
)

// names are how the errors of a kind of integration are called.
type names interface {
	// fault words what a service has answered.
	fault(f *awsclient.Fault) integration.Failed
	// client is the name of an error that no service has answered.
	client() string
}

// sdkNames are those of AWS SDK integrations, which call through version 2 of the SDK for Java.
type sdkNames struct{ service *awsmodel.Service }

func (n sdkNames) fault(f *awsclient.Fault) integration.Failed {
	cause := fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: %s", f.Message, n.service.Prefix, f.Status, orNull(f.RequestID))
	if f.ExtendedRequestID != "" {
		cause += ", Extended Request ID: " + f.ExtendedRequestID
	}
	return integration.Failed{
		Error: n.service.ErrorName(f.Shape),
		Cause: fmt.Sprintf("%s) (SDK Attempt Count: %d)", cause, f.Attempts), // recorded since November 2025
	}
}

func (n sdkNames) client() string { return n.service.Prefix + ".SdkClientException" }

// optimizedNames are those of an optimized integration, which calls through version 1 of the SDK for Java.
type optimizedNames struct {
	prefix string // "DynamoDB"
	label  string // "AmazonDynamoDBv2"
	base   string // "AmazonDynamoDBException": what the SDK has no class for
}

func (n optimizedNames) fault(f *awsclient.Fault) integration.Failed {
	name := n.base
	if f.Shape != nil {
		name = strings.TrimSuffix(f.Shape.Name, "Exception") + "Exception"
	}
	return integration.Failed{
		Error: n.prefix + "." + name,
		Cause: fmt.Sprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
			f.Message, n.label, f.Status, f.Code, orNull(f.RequestID)),
	}
}

func (n optimizedNames) client() string { return n.prefix + ".SdkClientException" }

func orNull(id string) string {
	if id == "" {
		return "null"
	}
	return id
}

// failed words an error of a call.
func failed(n names, c *integration.Call, err error) integration.Failed {
	if f, ok := errors.AsType[*awsclient.Fault](err); ok {
		return n.fault(f)
	}
	if p, ok := errors.AsType[*awsclient.ParameterError](err); ok {
		return badParameters(c, p.Error())
	}
	if f, ok := errors.AsType[unknownField](err); ok {
		return badParameters(c, f.Error())
	}
	if r, ok := errors.AsType[*awsclient.CredentialsError](err); ok && r.RoleARN != "" && r.RoleARN == c.TaskRoleARN {
		return integration.Failed{ // recorded: credentials
			Error: "States.TaskFailed",
			Cause: fmt.Sprintf("The role %s is not authorized to assume the task state's role, %s.", c.RoleARN, r.RoleARN),
		}
	}
	return integration.Failed{Error: n.client(), Cause: err.Error()}
}

// badParameters words parameters that the service cannot take (recorded: apigateway:invoke with wrong headers).
func badParameters(c *integration.Call, problem string) integration.Failed {
	return integration.Failed{
		Error: "States.Runtime",
		Cause: fmt.Sprintf("The Parameters '%s' could not be used to start the Task: [%s]", shortened(c.Input), problem),
	}
}

// inputShownMax bounds how much of the parameters a cause shows.
const inputShownMax = 2048

func shortened(s string) string {
	if len(s) > inputShownMax {
		return s[:inputShownMax] + "…"
	}
	return s
}
