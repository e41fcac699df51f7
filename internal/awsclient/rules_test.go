package awsclient

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// Endpoints that the services' own documentation gives, or that follow from its rules.
func TestEndpoints(t *testing.T) {
	const s3Object, s3Bucket = "s3:getObject", `{"Bucket":"orders","Key":"k"}`
	for _, c := range []struct {
		call, region, input, own string
		want                     string // URL, signing name and signing region; or part of the error, after "!"
	}{
		{s3Object, "us-east-1", s3Bucket, "", "https://orders.s3.us-east-1.amazonaws.com s3 us-east-1"},
		{s3Object, "eu-central-1", s3Bucket, "", "https://orders.s3.eu-central-1.amazonaws.com s3 eu-central-1"},
		{s3Object, "ap-southeast-7", s3Bucket, "", "https://orders.s3.ap-southeast-7.amazonaws.com s3 ap-southeast-7"},
		{s3Object, "cn-north-1", s3Bucket, "", "https://orders.s3.cn-north-1.amazonaws.com.cn s3 cn-north-1"},
		{s3Object, "us-gov-west-1", s3Bucket, "", "https://orders.s3.us-gov-west-1.amazonaws.com s3 us-gov-west-1"},
		{s3Object, "us-iso-east-1", s3Bucket, "", "https://orders.s3.us-iso-east-1.c2s.ic.gov s3 us-iso-east-1"},
		{s3Object, "eu-central-1", `{"Bucket":"with.dots","Key":"k"}`, "", "https://s3.eu-central-1.amazonaws.com/with.dots s3 eu-central-1"},
		{s3Object, "eu-central-1", `{"Bucket":"Under_Score","Key":"k"}`, "", "https://s3.eu-central-1.amazonaws.com/Under_Score s3 eu-central-1"},
		{s3Object, "eu-central-1", `{"Bucket":"a b/c","Key":"k"}`, "", "https://s3.eu-central-1.amazonaws.com/a%20b%2Fc s3 eu-central-1"},
		{s3Object, "eu-central-1", `{"Bucket":"192.168.1.1","Key":"k"}`, "", "https://s3.eu-central-1.amazonaws.com/192.168.1.1 s3 eu-central-1"},
		{s3Object, "eu-central-1", `{"Bucket":"-a-","Key":"k"}`, "", "https://s3.eu-central-1.amazonaws.com/-a- s3 eu-central-1"},
		{s3Object, "eu-central-1", `{"Bucket":"` + strings.Repeat("x", 64) + `","Key":"k"}`, "", "https://s3.eu-central-1.amazonaws.com/" + strings.Repeat("x", 64) + " s3 eu-central-1"},
		{s3Object, "eu-central-1", `{"Bucket":"arn:aws:s3:eu-west-1:123456789012:accesspoint:point","Key":"k"}`, "",
			"https://point-123456789012.s3-accesspoint.eu-west-1.amazonaws.com s3 eu-west-1"},
		{s3Object, "us-east-1", `{"Bucket":"arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/point","Key":"k"}`, "",
			"https://point-123456789012.s3-object-lambda.us-east-1.amazonaws.com s3-object-lambda us-east-1"},
		{s3Object, "us-east-1", `{"Bucket":"arn:aws:s3:us-west-2:123456789012:nothing:x","Key":"k"}`, "", "!Invalid ARN: Unrecognized format"},
		{s3Object, "cn-north-1", `{"Bucket":"arn:aws:s3:us-west-2:123456789012:accesspoint:point","Key":"k"}`, "", "!Client was configured for partition `aws-cn` but ARN"},
		{s3Object, "us-east-1", `{"Bucket":"arn:aws:s3::123456789012:accesspoint:many.mrap","Key":"k"}`, "", "!version 4a"},
		{s3Object, "us-east-1", `{"Bucket":"orders--use1-az4--x-s3","Key":"k"}`, "", "!S3 Express"},
		{"s3:createBucket", "us-east-1", `{"Bucket":"orders--use1-az4--x-s3"}`, "", "https://s3express-control.us-east-1.amazonaws.com/orders--use1-az4--x-s3 s3express us-east-1"},
		{"s3:listBuckets", "eu-central-1", `{}`, "", "https://s3.eu-central-1.amazonaws.com s3 eu-central-1"},
		{s3Object, "eu-central-1", s3Bucket, "http://localhost:9000", "http://localhost:9000/orders s3 eu-central-1"},
		{s3Object, "eu-central-1", s3Bucket, "http://127.0.0.1:9000/base/", "http://127.0.0.1:9000/base/orders s3 eu-central-1"},
		{"s3:listBuckets", "eu-central-1", `{}`, "http://localhost:9000", "http://localhost:9000 s3 eu-central-1"},
		{"s3:listBuckets", "", `{}`, "", "!A region must be set when sending requests to S3"},

		{"s3control:listAccessPoints", "eu-central-1", `{"AccountId":"123456789012"}`, "", "https://123456789012.s3-control.eu-central-1.amazonaws.com s3 eu-central-1"},
		{"s3control:listAccessPoints", "cn-north-1", `{"AccountId":"123456789012"}`, "", "https://123456789012.s3-control.cn-north-1.amazonaws.com.cn s3 cn-north-1"},
		{"s3control:listAccessPoints", "eu-central-1", `{"AccountId":"a/b"}`, "", "!AccountId must only contain a-z, A-Z, 0-9 and `-`"},
		{"s3control:listAccessPoints", "eu-central-1", `{}`, "", "!AccountId is required"},

		{"iam:listUsers", "eu-central-1", `{}`, "", "https://iam.amazonaws.com iam us-east-1"},
		{"iam:listUsers", "cn-north-1", `{}`, "", "https://iam.cn-north-1.amazonaws.com.cn iam cn-north-1"},
		{"iam:listUsers", "us-gov-west-1", `{}`, "", "https://iam.us-gov.amazonaws.com iam us-gov-west-1"},
		{"sts:getCallerIdentity", "eu-central-1", `{}`, "", "https://sts.eu-central-1.amazonaws.com sts eu-central-1"},
		{"sts:getCallerIdentity", "us-east-1", `{}`, "", "https://sts.us-east-1.amazonaws.com sts us-east-1"},
		{"route53:listHostedZones", "eu-central-1", `{}`, "", "https://route53.amazonaws.com route53 us-east-1"},
		{"route53:listHostedZones", "cn-north-1", `{}`, "", "https://route53.amazonaws.com.cn route53 cn-northwest-1"},
		{"cloudfront:listDistributions", "eu-central-1", `{}`, "", "https://cloudfront.amazonaws.com cloudfront us-east-1"},
		{"organizations:describeOrganization", "eu-central-1", `{}`, "", "https://organizations.us-east-1.amazonaws.com organizations us-east-1"},
		{"dynamodb:listTables", "eu-central-1", `{}`, "", "https://dynamodb.eu-central-1.amazonaws.com dynamodb eu-central-1"},
		{"dynamodb:listTables", "eu-central-1", `{}`, "http://localhost:8000", "http://localhost:8000 dynamodb eu-central-1"},
		{"sfn:listActivities", "eu-central-1", `{}`, "", "https://states.eu-central-1.amazonaws.com states eu-central-1"},
		{"sqs:listQueues", "eu-central-1", `{}`, "", "https://sqs.eu-central-1.amazonaws.com sqs eu-central-1"},
		{"ec2:describeRegions", "us-iso-east-1", `{}`, "", "https://ec2.us-iso-east-1.c2s.ic.gov ec2 us-iso-east-1"},
		{"cloudwatchlogs:describeLogGroups", "eu-central-1", `{}`, "", "https://logs.eu-central-1.amazonaws.com logs eu-central-1"},
		{"ses:listIdentities", "eu-central-1", `{}`, "", "https://email.eu-central-1.amazonaws.com ses eu-central-1"},
		{"bedrockruntime:invokeModel", "eu-central-1", `{"modelId":"m"}`, "", "https://bedrock-runtime.eu-central-1.amazonaws.com bedrock eu-central-1"},
		{"eventbridge:putEvents", "eu-central-1", `{"Entries":[]}`, "", "https://events.eu-central-1.amazonaws.com events eu-central-1"},
		{"eventbridge:putEvents", "eu-central-1", `{"Entries":[],"EndpointId":"abcde.veo"}`, "", "!version 4a"},
		{"kinesis:describeStream", "eu-central-1", `{"StreamARN":"arn:aws:kinesis:eu-central-1:123456789012:stream/s"}`, "", "https://123456789012.control-kinesis.eu-central-1.amazonaws.com kinesis eu-central-1"},
		{"lambda:listFunctions", "eu-central-1", `{}`, "ftp://localhost", "!is not an http or https URL"},
		{"lambda:listFunctions", "eu-central-1", `{}`, "localhost:9000", "!is not an http or https URL"},
	} {
		service, action, _ := strings.Cut(c.call, ":")
		s, ok := awsmodel.Builtin().Find(service)
		if !ok {
			t.Fatalf("there is no model of %s", service)
		}
		i := slices.IndexFunc(s.Operations(), func(o *awsmodel.Operation) bool { return strings.HasPrefix(o.Action, action) })
		if i < 0 {
			t.Fatalf("there is no model of %s", c.call)
		}
		o := s.Operations()[i]
		input, err := query.Parse(c.input)
		if err != nil {
			t.Fatal(err)
		}
		client := New(Config{Models: awsmodel.Builtin(), Endpoints: func(*awsmodel.Service) string { return c.own }})
		e, err := client.endpoint(t.Context(), &Call{Service: s, Operation: o, Input: input, Region: c.region})
		got := ""
		if err != nil {
			if _, ok := err.(*EndpointError); !ok {
				t.Errorf("%s: an error of the type %T", c.call, err)
			}
			got = "!" + err.Error()
		} else {
			got = strings.Join([]string{e.url, e.signingName, e.signingRegion}, " ")
		}
		if problem, fails := strings.CutPrefix(c.want, "!"); got != c.want && !(fails && err != nil && strings.Contains(got, problem)) {
			t.Errorf("%s in %s of %s\ngot  %s\nwant %s", c.call, c.region, c.input, got, c.want)
		}
	}
}

// endpointsDiffer are services that botocore sends elsewhere, each with the reason.
var endpointsDiffer = map[string]string{
	"neptune-graph": "its rules want a parameter that operations bring; both refuse to go without it, in other words",
}

// botocore reads the same rules, and sends the calls of every service to the same places.
func TestEndpointsAreBotocores(t *testing.T) {
	python := findPython(t)
	out, err := exec.Command(python, "testdata/endpoints.py", "us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "ap-southeast-7", "us-iso-east-1").Output()
	if err != nil {
		t.Fatal(err)
	}
	models := folders(t)
	client := New(Config{Models: awsmodel.Builtin()})
	p, err := client.partitions()
	if err != nil {
		t.Fatal(err)
	}
	compared, failing := 0, 0
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var theirs struct {
			Service, Region, URL, Scheme, Name, SigningRegion, Error string
			Headers                                                  map[string][]string
		}
		if err := json.Unmarshal(lines.Bytes(), &theirs); err != nil {
			t.Fatal(err)
		}
		s := models[theirs.Service]
		if s == nil {
			continue // the same API under another name
		}
		rules, err := client.ruleSet(s)
		if err != nil || rules == nil {
			t.Errorf("%s has no rules: %v", theirs.Service, err)
			continue
		}
		compared++
		e, err := rules.resolve(map[string]any{"Region": theirs.Region}, p)
		var same bool
		switch {
		case err != nil:
			failing++
			same = theirs.Error != "" && strings.Contains(theirs.Error, err.Error())
		default:
			same = theirs.Error == "" && e.url == theirs.URL && e.signingName == theirs.Name && e.signingRegion == theirs.SigningRegion &&
				e.sigV4A == (theirs.Scheme == "sigv4a") && len(e.headers) == len(theirs.Headers)
		}
		if _, known := endpointsDiffer[theirs.Service]; !same && !known {
			t.Errorf("%s in %s: %+v %v, botocore has %s", theirs.Service, theirs.Region, e, err, lines.Bytes())
		}
	}
	t.Logf("%d endpoints compared, %d of them errors", compared, failing)
	if compared < 2000 {
		t.Errorf("only %d endpoints were compared", compared)
	}
}
