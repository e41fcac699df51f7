package asl

import (
	"strings"
	"testing"
)

// aService offers one action with one parameter.
type aService struct{}

func (aService) Offers(service, action string) bool {
	return service != "sqs" || action == "sendMessage"
}

func (aService) Takes(service, _, parameter string) bool {
	return service != "sqs" || parameter == "QueueUrl"
}

func TestCallsAreHeldAgainstTheServices(t *testing.T) {
	for _, c := range []struct{ resource, parameters, want string }{
		{"aws-sdk:sqs:sendMessage", `{"QueueUrl":"q"}`, ""},
		{"aws-sdk:sqs:sendMessage", `{"QueueUrl.$":"$.q"}`, ""},
		{"aws-sdk:sqs:sendMessage", `{"queueurl":"q"}`, `The field "queueurl" is not supported by Step Functions at /States/T/Parameters`},
		{"aws-sdk:sqs:sendMessages", `{}`, "The resource provided arn:aws:states:::aws-sdk:sqs:sendMessages is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/T/Resource"},
		{"aws-sdk:sns:anything", `{"Some":1}`, ""},
	} {
		definition := `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::` + c.resource + `","Parameters":` + c.parameters + `,"End":true}}}`
		_, diagnostics := Compile(definition, Options{Services: aService{}})
		var got []string
		for _, d := range diagnostics {
			got = append(got, d.Message+" at "+d.Location)
		}
		if text := strings.Join(got, "\n"); text != c.want {
			t.Errorf("%s %s: %q, want %q", c.resource, c.parameters, text, c.want)
		}
		if _, diagnostics := Compile(definition, Options{}); len(diagnostics) > 0 {
			t.Errorf("%s: %v without services", c.resource, diagnostics)
		}
	}
}
