package awsclient

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// One call through the client to a server on this machine: written, signed, sent, answered and read.
func BenchmarkCall(b *testing.B) {
	for _, c := range []struct{ name, resource, action, input, answer string }{
		{"dynamodb", "dynamodb", "getItem", `{"TableName":"orders","Key":{"id":{"S":"1"}}}`, `{"Item":{"id":{"S":"1"},"total":{"N":"12.50"},"lines":{"L":[{"S":"a"},{"S":"b"}]}}}`},
		{"s3", "s3", "putObject", `{"Bucket":"orders","Key":"2026/11/22/1","Body":"{\"id\":1}"}`, ``},
		{"query", "sns", "publish", `{"TopicArn":"arn:aws:sns:eu-central-1:123456789012:orders","Message":"m"}`, `<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`},
	} {
		b.Run(c.name, func(b *testing.B) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, c.answer)
			}))
			defer server.Close()
			client := testClient(server.URL)
			s, o, _ := awsmodel.Builtin().Action(c.resource, c.action)
			input, _ := query.Parse(c.input)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Call(b.Context(), Call{Service: s, Operation: o, Input: input}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The schemas of one operation, made anew: usual ones, and the last two are among the worst of all services.
func BenchmarkSchemas(b *testing.B) {
	build := func(s *awsmodel.Service, o *awsmodel.Operation) { newSchemas(s.Protocols[0]).operation(o) }
	for _, name := range [][2]string{{"dynamodb", "putItem"}, {"s3", "putObject"}, {"ec2", "runInstances"}, {"mediaconvert", "createJob"}, {"quicksight", "createDashboard"}} {
		s, o, ok := awsmodel.Builtin().Action(name[0], name[1])
		if !ok {
			b.Fatalf("there is no model of %v", name)
		}
		b.Run(name[0]+"_"+name[1], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				build(s, o)
			}
		})
	}
}
