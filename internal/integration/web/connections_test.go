package web

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/query"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConnectionsOutOfAFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("WEB_TEST_KEY", "from the environment")
	secret := write(t, dir, "secret", "first\n")
	f, err := LoadFile(write(t, dir, "connections.yaml", `
connections:
  api: {type: apikey, name: X-Key, value: "${ENV:WEB_TEST_KEY}"}
  arn:aws:events:us-east-1:000000000000:connection/other/1: {type: none, parameters: {headers: {A: b}, query: {c: d}, body: {e: f}}}
  basic: {type: basic, username: u, password: "${FILE:secret}"}
  crm: {type: oauth, endpoint: "https://example.com", clientId: i, clientSecret: s, token: {body: {scope: all}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	prefix := "arn:aws:events:us-east-1:000000000000:connection/"
	for arn, want := range map[string]Connection{
		connectionARN:      {Authorization: APIKey{"X-Key", "from the environment"}},
		prefix + "other/1": {Parameters: Parameters{Headers: []Parameter{{"A", "b"}}, Query: []Parameter{{"c", "d"}}, Body: []Parameter{{"e", "f"}}}},
		prefix + "basic/9": {Authorization: Basic{"u", "first"}},
		prefix + "crm/9":   {Authorization: OAuth{Endpoint: "https://example.com", ClientID: "i", ClientSecret: "s", Parameters: Parameters{Body: []Parameter{{"scope", "all"}}}}},
	} {
		got, err := f.Connection(t.Context(), arn)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", arn, d)
		}
	}
	write(t, dir, "secret", "second")
	if got, err := f.Connection(t.Context(), prefix+"basic/9"); err != nil || got.Authorization != (Basic{"u", "second"}) {
		t.Errorf("a secret that was changed is not seen: %v", err)
	}
	if err := os.Remove(secret); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Connection(t.Context(), prefix+"basic/9"); kind(err) != "InvalidConnectionState" {
		t.Errorf("got %v", err)
	}
	if _, err := f.Connection(t.Context(), prefix+"nobody/9"); kind(err) != "ResourceNotFound" {
		t.Errorf("got %v", err)
	}
}

func kind(err error) string {
	if e, ok := errors.AsType[*ConnectionError](err); ok {
		return e.Kind
	}
	return ""
}

func TestFilesThatAreWrongSayWhere(t *testing.T) {
	for text, want := range map[string]string{
		`connections: {api: {type: key}}`:                                                  `api: the type "key" is none of`,
		`connections: {api: {type: apikey, name: X-Key}}`:                                  "api: a connection of type apikey needs value",
		`connections: {api: {type: basic, username: "${ENV:WEB_TEST_NONE}"}}`:              "api: the environment variable WEB_TEST_NONE is not set",
		`connections: {api: {type: basic, username: u, password: "${FILE:none}"}}`:         "no such file",
		`connections: {api: {type: none, parameters: {headers: {"a b": c}}}}`:              `the header "a b" cannot be sent`,
		`connections: {api: {type: apikey, name: "a\nb", value: the-secret}}`:              "must be fit for a header",
		"connections:\n  api:\n    type: apikey\n    value: the-secret\n    nmae: X-Key\n": "nmae",
		"connections:\n  api: {type: apikey, value: the-secret":                            "connections.yaml",
	} {
		_, err := LoadFile(write(t, t.TempDir(), "connections.yaml", text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "the-secret") {
			t.Errorf("%s\ngot %v", text, err)
		}
	}
}

// services answers with texts by the names of actions.
type services map[string]string

func (s services) Call(_ context.Context, resource, action string, parameters query.Value) (query.Value, error) {
	text, ok := s[resource+":"+action+" "+parameters.Compact()]
	if !ok {
		return query.Value{}, &awsclient.Fault{Code: "ResourceNotFoundException", Message: "it does not exist", Status: 400}
	}
	if code, isFault := strings.CutPrefix(text, "!"); isFault {
		return query.Value{}, &awsclient.Fault{Code: code, Message: "no", Status: 400}
	}
	return query.Parse(text)
}

const (
	describe = `eventbridge:describeConnection {"Name":"api"}`
	getValue = `secretsmanager:getSecretValue {"SecretId":"S"}`
)

func TestConnectionsOfEventBridge(t *testing.T) {
	for name, c := range map[string]struct {
		described, secret string
		want              Connection
	}{
		"a key": {`{"ConnectionState":"AUTHORIZED","AuthorizationType":"API_KEY","SecretArn":"S","AuthParameters":{"ApiKeyAuthParameters":{"ApiKeyName":"X-Key"}}}`,
			`{"api_key_name":"X-Key","api_key_value":"v","invocation_http_parameters":{"header_parameters":[{"key":"H","value":"1","is_value_secret":true}],"body_parameters":[{"key":"B","value":"2"}]}}`,
			Connection{APIKey{"X-Key", "v"}, Parameters{Headers: []Parameter{{"H", "1"}}, Body: []Parameter{{"B", "2"}}}}},
		"a name that is in the description only": {`{"AuthorizationType":"BASIC","SecretArn":"S","AuthParameters":{"BasicAuthParameters":{"Username":"u"},"InvocationHttpParameters":{"QueryStringParameters":[{"Key":"q","Value":"1"},{"Key":"secret","IsValueSecret":true}]}}}`,
			`{"password":"p"}`, Connection{Basic{"u", "p"}, Parameters{Query: []Parameter{{"q", "1"}}}}},
		"OAuth": {`{"AuthorizationType":"OAUTH_CLIENT_CREDENTIALS","SecretArn":"S","AuthParameters":{"OauthParameters":{"ClientParameters":{"ClientId":"i"},"AuthorizationEndpoint":"https://e","HttpMethod":"POST",
			"OauthHttpParameters":{"BodyParameters":[{"Key":"scope","Value":"all","IsValueSecret":false}]}}}}`,
			`{"client_id":"i","client_secret":"s","authorization_endpoint":"https://e","http_method":"POST"}`,
			Connection{Authorization: OAuth{Endpoint: "https://e", Method: "POST", ClientID: "i", ClientSecret: "s", Parameters: Parameters{Body: []Parameter{{"scope", "all"}}}}}},
	} {
		s := services{describe: c.described, getValue: `{"SecretString":` + query.StringValue(c.secret).JSON() + `}`}
		got, err := EventBridge{s}.Connection(t.Context(), connectionARN)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestConnectionsOfEventBridgeThatCannotBeUsed(t *testing.T) {
	ready := `{"ConnectionState":"AUTHORIZED","AuthorizationType":"BASIC","SecretArn":"S"}`
	for want, s := range map[string]services{
		"ResourceNotFound":       {},
		"AccessDenied":           {describe: ready, getValue: "!AccessDeniedException"},
		"AuthInProgress":         {describe: `{"ConnectionState":"AUTHORIZING"}`},
		"ConcurrentModification": {describe: "!ConcurrentModificationException"},
		"InternalError":          {describe: "!InternalException"},
		"InvalidConnectionState": {describe: `{"ConnectionState":"DEAUTHORIZED"}`},
	} {
		if _, err := (EventBridge{s}).Connection(t.Context(), connectionARN); kind(err) != want {
			t.Errorf("%s: got %v", want, err)
		}
	}
	s := services{describe: ready, getValue: `{"SecretString":"the-secret{"}`}
	if _, err := (EventBridge{s}).Connection(t.Context(), connectionARN); kind(err) != "InvalidConnectionState" || strings.Contains(err.Error(), "the-secret") {
		t.Errorf("got %v", err)
	}
	if err := connectionError(&awsclient.CredentialsError{Err: errors.New("none")}, connectionARN); kind(err) != "AccessDenied" || !strings.Contains(err.Error(), "--connections") {
		t.Errorf("got %v", err)
	}
	if _, err := (EventBridge{s}).Connection(t.Context(), "api"); kind(err) != "ResourceNotFound" {
		t.Errorf("got %v", err)
	}
}
