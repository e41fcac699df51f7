package awsclient

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

// readers are operations of each protocol whose answers have many forms.
var readers = []struct {
	call     string
	protocol awsmodel.Protocol
}{
	{"dynamodb getItem", awsmodel.JSON}, {"dynamodb describeTable", awsmodel.JSON}, {"lambda listFunctions", awsmodel.RESTJSON},
	{"batch describeJobs", awsmodel.RESTJSON}, {"apigateway getResources", awsmodel.RESTJSON}, {"s3 listObjectsV2", awsmodel.RESTXML},
	{"s3 getBucketLifecycleConfiguration", awsmodel.RESTXML}, {"cloudwatch getMetricData", awsmodel.CBOR}, {"cloudwatch listMetrics", awsmodel.Query},
	{"ec2 describeInstances", awsmodel.EC2},
}

// Whatever a server answers, reading it ends without a panic, and what was read is JSON whose size follows from the
// answer's.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"Item":{"a":{"M":{"b":{"L":[{"B":"AA=="},{"N":"1e400"},null]}}}}}`, `{"Table":{"CreationDateTime":1e300}}`,
		`{"Functions":[{"Environment":{"Variables":{"k":"v"}}}]}`, `{"__type":"a#b:c","message":[]}`, `[[[[`, "\"\\ud800\"",
		`<ListBucketResult><Contents><Key>a%zz</Key></Contents><EncodingType>url</EncodingType></ListBucketResult>`,
		`<a><b/><c x="1">t</c></a>`, `<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>`, `<a`, `<Errors><Error><Code/></Error></Errors>`,
		"\xa1\x61a\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00", "\xbf\xff", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", "\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
		"\xc1\xfb\x41\xd0\x00\x00\x00\x00\x00\x00", "\xbb\x00\x00\x00\x01\x00\x00\x00\x00",
	} {
		for i := range readers {
			f.Add(i, 200, seed)
			f.Add(i, 400, seed)
		}
	}
	f.Fuzz(func(t *testing.T, which, status int, body string) {
		r := readers[uint(which)%uint(len(readers))]
		service, action, _ := strings.Cut(r.call, " ")
		s, o, ok := awsmodel.Builtin().Action(service, action)
		if !ok {
			t.Fatalf("there is no model of %s", r.call)
		}
		a := &answer{status, http.Header{"X-Amzn-Errortype": {body}}, []byte(body)}
		_ = a.fault(r.protocol, s, o)
		w := &wire{service: s, protocol: r.protocol}
		v, err := a.custom(w, &Call{Service: s, Operation: o})
		if err != nil {
			return
		}
		if text := v.Compact(); len(text) > 1000+100*len(body) {
			t.Errorf("%d bytes became %d", len(body), len(text))
		}
	})
}
