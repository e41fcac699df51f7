package awsmodel

import (
	"strings"
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
		{"MD5OfMessageBody", "Md5OfMessageBody", "MD5OfMessageBody"},
		{"ChecksumCRC32", "ChecksumCRC32", "ChecksumCRC32"},
		{"BOOL", "Bool", "BOOL"},
		{"S", "S", "S"},
		{"", "", ""},
	} {
		if got := sdkName(c.model); got != c.sdk {
			t.Errorf("%s: aws-sdk integrations write %s, want %s", c.model, got, c.sdk)
		}
		if got := capitalized(c.model); got != c.optimized {
			t.Errorf("%s: optimized integrations write %s, want %s", c.model, got, c.optimized)
		}
	}
}

// Every reference in the data leads somewhere, and every type is one that we know.
func TestTheDataIsWhole(t *testing.T) {
	known := map[Type]bool{Structure: true, Map: true, List: true, String: true, Number: true, Boolean: true, Any: true}
	shapes := 0
	for name := range unpack().Services {
		s := load(name, true)
		for action, shape := range s.results {
			if s.shapes[shape] == nil {
				t.Errorf("%s:%s has no shape %s", name, action, shape)
			}
		}
		for at, shape := range s.shapes {
			shapes++
			if !known[shape.Type] {
				t.Errorf("%s %s has the type %q", name, at, shape.Type)
			}
			if (shape.Type == List || shape.Type == Map) && shape.Element() == nil {
				t.Errorf("%s %s has no elements", name, at)
			}
			for member := range shape.members {
				if shape.Member(member) == nil {
					t.Errorf("%s %s.%s leads nowhere", name, at, member)
				}
			}
			for _, member := range shape.Required {
				if shape.Member(member) == nil {
					t.Errorf("%s %s requires %s and does not have it", name, at, member)
				}
			}
		}
	}
	if shapes < 1000 {
		t.Errorf("only %d shapes", shapes)
	}
}

func TestEveryPollLeadsToAShape(t *testing.T) {
	for resource := range polls {
		call, pattern, _ := strings.Cut(resource, ".")
		service, action, _ := strings.Cut(call, ":")
		if Result(service, action, "."+pattern) == nil {
			t.Errorf("%s has no result", resource)
		}
	}
}

func TestOriginTravelsWithTheData(t *testing.T) {
	for _, want := range []string{"botocore", "Apache License 2.0", "Amazon.com, Inc."} {
		if !strings.Contains(Origin(), want) {
			t.Errorf("the origin does not mention %s: %s", want, Origin())
		}
	}
}
