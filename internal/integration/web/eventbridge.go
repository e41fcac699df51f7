package web

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/query"
)

// Services calls AWS services in the manner of AWS SDK integrations: resource and action are those of their ARNs
// ("secretsmanager", "getSecretValue"). Errors: *awsclient.Fault for what a service has answered.
type Services interface {
	Call(ctx context.Context, resource, action string, parameters query.Value) (query.Value, error)
}

// EventBridge is the connections of EventBridge, with their secrets out of Secrets Manager.
type EventBridge struct{ Services Services }

// Connection implements Connections.
func (e EventBridge) Connection(ctx context.Context, connectionARN string) (Connection, error) {
	a, _ := arn.Parse(connectionARN)
	_, name, _ := strings.Cut(a.Resource, "/")
	name, _, _ = strings.Cut(name, "/")
	if name == "" {
		return Connection{}, &ConnectionError{"ResourceNotFound", fmt.Sprintf("%s is not the ARN of a connection.", connectionARN)}
	}
	described, err := e.call(ctx, "eventbridge", "describeConnection", "Name", name)
	if err != nil {
		return Connection{}, connectionError(err, connectionARN)
	}
	switch state := at(described, "ConnectionState").Str(); state {
	case "AUTHORIZED", "ACTIVE", "": // servers that resemble AWS may not know states
	case "CREATING", "UPDATING", "AUTHORIZING":
		return Connection{}, &ConnectionError{"AuthInProgress", fmt.Sprintf("The connection %s is %s.", connectionARN, state)}
	default:
		return Connection{}, &ConnectionError{"InvalidConnectionState", fmt.Sprintf("The connection %s is %s.", connectionARN, state)}
	}
	secret := at(described, "SecretArn").Str()
	if secret == "" {
		return Connection{}, &ConnectionError{"InvalidConnectionState", fmt.Sprintf("The connection %s has no secret.", connectionARN)}
	}
	answer, err := e.call(ctx, "secretsmanager", "getSecretValue", "SecretId", secret)
	if err != nil {
		return Connection{}, connectionError(err, connectionARN)
	}
	kept, err := query.Parse(at(answer, "SecretString").Str())
	if err != nil {
		return Connection{}, &ConnectionError{"InvalidConnectionState", fmt.Sprintf("The secret of the connection %s cannot be read.", connectionARN)}
	}
	return readSecret(at(described, "AuthorizationType").Str(), at(described, "AuthParameters"), kept), nil
}

func (e EventBridge) call(ctx context.Context, resource, action, name, value string) (query.Value, error) {
	var o query.ObjectBuilder
	o.Set(name, query.StringValue(value))
	return e.Services.Call(ctx, resource, action, o.Build())
}

// connectionError words why a connection could not be had.
func connectionError(err error, connectionARN string) error {
	kind, hint := "InternalError", ""
	if _, ok := errors.AsType[*awsclient.CredentialsError](err); ok {
		kind, hint = "AccessDenied", ". Or start the server with --connections FILE"
	}
	if f, ok := errors.AsType[*awsclient.Fault](err); ok {
		switch {
		case strings.Contains(f.Code, "NotFound"):
			kind = "ResourceNotFound"
		case strings.Contains(f.Code, "AccessDenied") || f.Status == 403:
			kind = "AccessDenied"
		case strings.Contains(f.Code, "ConcurrentModification"):
			kind = "ConcurrentModification"
		}
	}
	return &ConnectionError{kind, fmt.Sprintf("The connection %s could not be had: %v%s", connectionARN, err, hint)}
}

// readSecret makes a connection of what EventBridge keeps in its secret; what is not there is taken from the description,
// which has everything that is not secret. The names differ in style only: api_key_name and ApiKeyName.
func readSecret(kind string, described, kept query.Value) Connection {
	text := func(path ...string) string {
		if v := at(kept, path[len(path)-1]); v.Kind() == query.String {
			return v.Str()
		}
		return at(described, path...).Str()
	}
	group := func(place string, path []string) []Parameter {
		if all := readParameterList(at(kept, path[len(path)-1], place)); len(all) > 0 {
			return all
		}
		return readParameterList(at(at(described, path...), place))
	}
	all := func(path ...string) Parameters {
		return Parameters{Headers: group("HeaderParameters", path), Query: group("QueryStringParameters", path), Body: group("BodyParameters", path)}
	}
	c := Connection{Parameters: all("InvocationHttpParameters")}
	switch kind {
	case "BASIC":
		c.Authorization = Basic{text("BasicAuthParameters", "Username"), text("BasicAuthParameters", "Password")}
	case "API_KEY":
		c.Authorization = APIKey{text("ApiKeyAuthParameters", "ApiKeyName"), text("ApiKeyAuthParameters", "ApiKeyValue")}
	case "OAUTH_CLIENT_CREDENTIALS":
		c.Authorization = OAuth{
			Endpoint: text("OAuthParameters", "AuthorizationEndpoint"), Method: text("OAuthParameters", "HttpMethod"),
			ClientID: text("OAuthParameters", "ClientParameters", "ClientID"), ClientSecret: text("OAuthParameters", "ClientParameters", "ClientSecret"),
			Parameters: all("OAuthParameters", "OAuthHttpParameters"),
		}
	}
	return c
}

// readParameterList reads a list of {key, value}.
func readParameterList(v query.Value) (all []Parameter) {
	for _, e := range v.Elements() {
		if name, value := at(e, "Key"), at(e, "Value"); name.Str() != "" && value.Kind() == query.String {
			all = append(all, Parameter{name.Str(), value.Str()})
		}
	}
	return all
}

// at follows a path of names without regard to case and underscores; undefined if it leads nowhere.
func at(v query.Value, path ...string) query.Value {
	for _, want := range path {
		var found query.Value
		for name, member := range v.Members() {
			if strings.EqualFold(strings.ReplaceAll(name, "_", ""), want) {
				found = member
			}
		}
		v = found
	}
	return v
}
