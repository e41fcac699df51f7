package awsmodel

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryPollLeadsToAShape(t *testing.T) {
	for resource := range polls {
		call, pattern, _ := strings.Cut(resource, ".")
		service, action, _ := strings.Cut(call, ":")
		if _, ok := Builtin().Result(service, action, "."+pattern); !ok {
			t.Errorf("%s has no result", resource)
		}
	}
	for resource, names := range open {
		call, pattern, sync := strings.Cut(resource, ".")
		if sync {
			pattern = "." + pattern
		}
		service, action, _ := strings.Cut(call, ":")
		r, ok := Builtin().Result(service, action, pattern)
		for _, name := range names {
			if _, checked := r.Member(name); !ok || checked || slices.Contains(r.Required(), name) {
				t.Errorf("%s: %s is checked", resource, name)
			}
			all := r
			all.open = nil
			if _, known := all.Member(name); !known {
				t.Errorf("%s has no member %s", resource, name)
			}
		}
	}
}

func TestResultsOfCalls(t *testing.T) {
	x := Builtin()
	for _, call := range []string{"http:invoke", "apigateway:invoke", "eks:call", "aws-sdk:qldb:createLedger", "aws-sdk:sqs:nothing", "nothing:nothing", "aws-sdk:sns:tagNothing"} {
		i := strings.LastIndex(call, ":")
		if _, ok := x.Result(call[:i], call[i+1:], ""); ok {
			t.Errorf("%s has a result", call)
		}
	}
	r, ok := x.Result("aws-sdk:lambda", "getFunctionConfiguration", "")
	if !ok {
		t.Fatal("no result")
	}
	memory, ok := r.Member("MemorySize")
	if !ok || memory.Type() != ResultNumber {
		t.Fatalf("the memory is %v", memory.Type())
	}
	if least, greatest := memory.Bounds(); *least != 128 || *greatest != 10240 {
		t.Errorf("the memory is between %v and %v", *least, *greatest)
	}
	if r, ok = x.Result("aws-sdk:rds", "describeDBInstances", ""); !ok {
		t.Fatal("no result")
	}
	if _, ok := r.Member("DbInstances"); !ok {
		t.Error("there are no DbInstances")
	}
	if _, ok := r.Member("DBInstances"); ok {
		t.Error("results do not have the model's names")
	}
}

func TestWhatTasksCannotCall(t *testing.T) {
	for call, want := range map[string]string{
		"lambda:invokeAsync":              "AWS Step Functions does not offer the action",
		"lambda:invokeWithResponseStream": "the action streams events",
		"kinesis:subscribeToShard":        "the action streams events",
		"sts:assumeRoleWithSAML":          "AWS Step Functions does not offer the action",
		"qldb:createLedger":               "AWS has discontinued the service",
		"lambda:invoke":                   "",
		"nothing:nothing":                 "",
		"lambda:nothing":                  "",
	} {
		service, action, _ := strings.Cut(call, ":")
		if got, yes := Builtin().Unsupported(service, action); got != want || yes != (want != "") {
			t.Errorf("%s: %q, %v, want %q", call, got, yes, want)
		}
	}
	for _, name := range discontinued {
		if _, ok := Builtin().Find(name); ok {
			t.Errorf("%s is discontinued and has a model", name)
		}
	}
}
