package model

import (
	"errors"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/query"
)

func TestConstraintsFailWithTheServicesSentences(t *testing.T) {
	long := strings.Repeat("x", 81)
	for _, c := range []struct{ operation, body, want string }{
		{"ListExecutions", `{"maxResults":1000}`, ""},
		{"ListExecutions", `{"maxResults":1001}`, "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"},
		{"ListExecutions", `{"statusFilter":"succeeded"}`, "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"},
		{"DescribeExecution", `{}`, "1 validation error detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null"},
		{"DescribeExecution", `{"executionArn":null}`, "1 validation error detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null"},
		{"CreateActivity", `{"name":"` + long + `"}`, "1 validation error detected: Value '" + long + "' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80"},
		{"CreateActivity", `{"name":"","tags":[{"key":""}]}`, "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"CreateStateMachineAlias", `{"name":"12","routingConfiguration":[{"stateMachineVersionArn":"a","weight":101}]}`,
			"2 validation errors detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$; Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100"},
		{"CreateStateMachineAlias", `{"name":"a","routingConfiguration":[]}`,
			"1 validation error detected: Value '[]' at 'routingConfiguration' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"UpdateStateMachineAlias", `{"stateMachineAliasArn":"a","routingConfiguration":[{"stateMachineVersionArn":"a","weight":1},{"weight":2,"stateMachineVersionArn":"b"},{"stateMachineVersionArn":"c","weight":3}]}`,
			"1 validation error detected: Value '[RoutingConfigurationListItem(stateMachineVersionArn=a, weight=1), RoutingConfigurationListItem(stateMachineVersionArn=b, weight=2), RoutingConfigurationListItem(stateMachineVersionArn=c, weight=3)]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2"},
		{"StartExecution", `{"stateMachineArn":"a","input":"{}","unknown":1}`, ""},
	} {
		s := Load()
		body, err := query.Parse(c.body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Check(s.Operations[c.operation], body)
		if err != nil || got != c.want {
			t.Errorf("%s %s:\n got %q, %v\nwant %q", c.operation, c.body, got, err, c.want)
		}
	}
}

func TestPayloadsNeverShowInConstraintErrors(t *testing.T) {
	s := Load()
	body := query.Value{}
	secret := strings.Repeat("secret", 262144/6+1)
	var o query.ObjectBuilder
	o.Set("stateMachineArn", query.StringValue("a"))
	o.Set("input", query.StringValue(secret))
	body = o.Build()
	got, err := s.Check(s.Operations["StartExecution"], body)
	if err != nil || got == "" || strings.Contains(got, "secret") {
		t.Errorf("got %.200q, %v", got, err)
	}
}

func TestWrongJSONTypesAreTypeErrors(t *testing.T) {
	s := Load()
	for _, text := range []string{`[]`, `{"executionArn":1}`, `{"executionArn":"a","reverseOrder":"yes"}`, `{"executionArn":"a","maxResults":"1"}`} {
		body, err := query.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Check(s.Operations["GetExecutionHistory"], body)
		if _, ok := errors.AsType[*TypeError](err); !ok {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
