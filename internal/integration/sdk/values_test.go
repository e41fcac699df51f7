package sdk

import (
	"strings"
	"testing"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

// Parameters as definitions write them, and the input of the operation that they mean.
func TestParametersBecomeTheModels(t *testing.T) {
	for _, c := range []struct{ resource, parameters, want string }{
		// names: the SDK's, the optimized integrations', the model's
		{"s3:putObject", `{"SsekmsKeyId":"k","Acl":"private","ContentMD5":"m"}`, `{"SSEKMSKeyId":"k","ACL":"private","ContentMD5":"m"}`},
		{"s3:putObject", `{"SSEKMSKeyId":"k","ACL":"private"}`, `{"SSEKMSKeyId":"k","ACL":"private"}`},
		{"rds:describeDBInstances", `{"DbInstanceIdentifier":"d"}`, `{"DBInstanceIdentifier":"d"}`},
		{"ecs:runTask", `{"TaskDefinition":"d","taskDefinition":"e"}`, `{"taskDefinition":"e"}`},
		{"codepipeline:getPipeline", `{"Name":"n"}`, `{"name":"n"}`},

		// attribute values: both spellings of what the SDK renames
		{"dynamodb:putItem", `{"Item":{"a":{"Bool":true},"b":{"Nul":true},"c":{"Ss":["x"]},"d":{"M":{"e":{"BOOL":false,"x":null}}}}}`, ""},
		{"dynamodb:putItem", `{"Item":{"a":{"Bool":true},"b":{"NULL":true},"c":{"Ss":["x"]},"d":{"M":{"e":{"BOOL":false}}},"f":{"L":[{"Nul":true},{"N":"1"}]}}}`,
			`{"Item":{"a":{"BOOL":true},"b":{"NULL":true},"c":{"SS":["x"]},"d":{"M":{"e":{"BOOL":false}}},"f":{"L":[{"NULL":true},{"N":"1"}]}}}`},
		{"dynamodb:putItem", `{"Item":{"Nul":{"S":"a key of a map is data"}}}`, `{"Item":{"Nul":{"S":"a key of a map is data"}}}`},

		// texts: of documents, numbers, booleans (recorded: sns:publish, sfn:startExecution)
		{"sns:publish", `{"Message":{"a": [1, 2.50]}}`, `{"Message":"{\"a\":[1,2.50]}"}`},
		{"sns:publish", `{"Message":1.0}`, `{"Message":"1.0"}`},
		{"sns:publish", `{"Message":true}`, `{"Message":"true"}`},
		{"sns:publish", `{"Message":null}`, `{}`},
		{"sns:publish", `{"MessageAttributes":{"k":{"DataType":"String","StringValue":5}}}`, `{"MessageAttributes":{"k":{"DataType":"String","StringValue":"5"}}}`},
		{"sqs:sendMessage", `{"MessageBody":["x"]}`, `{"MessageBody":"[\"x\"]"}`},

		// blobs: the JSON text, so texts keep their quotes (recorded: s3:putObject, by the ETags)
		{"s3:putObject", `{"Body":{"Dict":"Value"}}`, `{"Body":"{\"Dict\":\"Value\"}"}`},
		{"s3:putObject", `{"Body":"text data"}`, `{"Body":"\"text data\""}`},
		{"s3:putObject", `{"Body":false}`, `{"Body":"false"}`},
		{"s3:putObject", `{"Body":0}`, `{"Body":"0"}`},
		{"s3:putObject", `{"Body":["List", "Data"]}`, `{"Body":"[\"List\",\"Data\"]"}`},
		{"s3:putObject", `{"Body":null}`, `{}`},

		// numbers and booleans in texts
		{"s3:listObjectsV2", `{"MaxKeys":"10","FetchOwner":"TRUE"}`, `{"MaxKeys":10,"FetchOwner":true}`},
		{"s3:listObjectsV2", `{"MaxKeys":"ten","FetchOwner":"maybe"}`, `{"MaxKeys":"ten","FetchOwner":"maybe"}`}, // the client refuses them

		// copies
		{"s3:copyObject", `{"DestinationBucket":"b","DestinationKey":"k","SourceBucket":"s","SourceKey":"a b/ü+c","SourceVersionId":"v=1"}`,
			`{"Bucket":"b","Key":"k","CopySource":"s/a%20b/%C3%BC+c?versionId=v%3D1"}`},
		{"s3:copyObject", `{"Bucket":"b","Key":"k","CopySource":"s/k"}`, `{"Bucket":"b","Key":"k","CopySource":"s/k"}`},
		{"s3:copyObject", `{"Bucket":"b","Key":"k","SourceBucket":"s"}`, ""},

		{"sqs:listQueues", `{}`, `{}`},
		{"sqs:listQueues", `{"QueueNamePrefix":"p","Colour":"red"}`, ""},
	} {
		service, action, _ := strings.Cut(c.resource, ":")
		s, o := operation(t, service, action)
		got, err := style{}.input(s, o.Input, parsed(t, c.parameters))
		switch {
		case c.want == "":
			if _, ok := err.(unknownField); !ok {
				t.Errorf("%s %s: %v, want an unknown field", c.resource, c.parameters, err)
			}
		case err != nil || got.Compact() != c.want:
			t.Errorf("%s %s\ngot  %s %v\nwant %s", c.resource, c.parameters, got.Compact(), err, c.want)
		}
	}
}

// What operations answer, and how the two kinds of integrations write it.
func TestAnswersBecomeResults(t *testing.T) {
	for _, c := range []struct{ resource, answer, sdk, optimized string }{
		{"s3:getObject", `{"ETag":"\"e\"","Metadata":{},"SSEKMSKeyId":"k","ContentLength":4,"Body":"text"}`,
			`{"Body":"text","ContentLength":4,"ETag":"\"e\"","Metadata":{},"SsekmsKeyId":"k"}`, ""},
		{"sqs:sendMessage", `{"MD5OfMessageBody":"m","MessageId":"i"}`,
			`{"Md5OfMessageBody":"m","MessageId":"i"}`, `{"MD5OfMessageBody":"m","MessageId":"i"}`},
		{"dynamodb:getItem", `{"Item":{"b":{"BOOL":true},"a":{"NULL":true},"c":{"L":[{"SS":["x"]}]}}}`,
			`{"Item":{"b":{"Bool":true},"a":{"Nul":true},"c":{"L":[{"Ss":["x"]}]}}}`, `{"Item":{"b":{"BOOL":true},"a":{"NULL":true},"c":{"L":[{"SS":["x"]}]}}}`},
		{"dynamodb:getItem", `{}`, `{}`, `{}`},
		{"secretsmanager:listSecrets", `{"SecretList":[]}`, `{"SecretList":[]}`, ""},
		{"ecs:describeTasks", `{"tasks":[{"taskArn":"t","createdAt":"2026-11-22T10:00:00.5Z"}]}`,
			`{"Tasks":[{"CreatedAt":"2026-11-22T10:00:00.5Z","TaskArn":"t"}]}`, `{"Tasks":[{"CreatedAt":1795341600500,"TaskArn":"t"}]}`},
		{"cloudwatch:getMetricData", `{"MetricDataResults":[{"Values":[1.50,2]}]}`, `{"MetricDataResults":[{"Values":[1.50,2]}]}`, ""},
		{"secretsmanager:getSecretValue", `{"SecretBinary":"text, not base64"}`, `{"SecretBinary":"text, not base64"}`, ""},
		{"sqs:deleteMessage", `{}`, `{}`, `{}`},
	} {
		service, action, _ := strings.Cut(c.resource, ":")
		_, o := operation(t, service, action)
		if got := (style{}).output(o.Output, parsed(t, c.answer)).Compact(); got != c.sdk {
			t.Errorf("%s\ngot  %s\nwant %s", c.resource, got, c.sdk)
		}
		if got := (style{optimized: true}).output(o.Output, parsed(t, c.answer)).Compact(); c.optimized != "" && got != c.optimized {
			t.Errorf("%s, optimized\ngot  %s\nwant %s", c.resource, got, c.optimized)
		}
	}
}

// Whatever name a result has, a parameter of that name means the same member: what one Task answers is the input of another.
func TestNamesOfResultsAreNamesOfParameters(t *testing.T) {
	for _, folder := range []string{"s3", "dynamodb", "ec2", "rds", "sqs", "ecs", "iam", "glue"} {
		s, ok := awsmodel.Builtin().Find(folder)
		if !ok {
			t.Fatalf("there is no model of %s", folder)
		}
		for _, o := range s.Operations() {
			for _, shape := range []*awsmodel.Shape{o.Input, o.Output} {
				if shape == nil {
					continue
				}
				for i := range shape.Members {
					m := &shape.Members[i]
					for _, name := range []string{m.SDKName(), m.OptimizedName(), m.Name} {
						if shape.Field(name) != m {
							t.Errorf("%s %s: %s does not mean %s", folder, shape.Name, name, m.Name)
						}
					}
				}
			}
		}
	}
}
