package awsclient

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// read reads an answer of service:action with a status of 200.
func read(t *testing.T, name string, p awsmodel.Protocol, header, body string) (query.Value, error) {
	t.Helper()
	service, action, _ := strings.Cut(name, ":")
	_, o, ok := awsmodel.Builtin().Action(service, action)
	if !ok {
		t.Fatalf("there is no model of %s", name)
	}
	return (&answer{200, headers(header), []byte(body)}).result(p, o)
}

// headers are written in lines.
func headers(lines string) http.Header {
	h := http.Header{}
	for line := range strings.SplitSeq(lines, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			h.Add(name, value)
		}
	}
	return h
}

// What servers send that only resemble AWS, or that are newer than the model: what can be read is read.
func TestAnswersAreReadLeniently(t *testing.T) {
	const j, rj, rx, q, e = awsmodel.JSON, awsmodel.RESTJSON, awsmodel.RESTXML, awsmodel.Query, awsmodel.EC2
	for _, c := range []struct {
		call               string
		p                  awsmodel.Protocol
		header, body, want string
	}{
		// JSON
		{"dynamodb:describeTable", j, "", `{"Table":{"CreationDateTime":1795341600.123,"ItemCount":"7","TableSizeBytes":1.0,"TableName":5,"Unknown":{}}}`,
			`{"Table":{"TableName":"5","CreationDateTime":"2026-11-22T10:00:00.123Z","TableSizeBytes":1.0,"ItemCount":7}}`},
		{"dynamodb:describeTable", j, "", `{"Table":{"CreationDateTime":"2026-11-22 10:00:00.5","DeletionProtectionEnabled":"True"}}`,
			`{"Table":{"CreationDateTime":"2026-11-22T10:00:00.500Z","DeletionProtectionEnabled":true}}`},
		{"dynamodb:describeTable", j, "", `{"Table":{"CreationDateTime":"soon","ItemCount":"many","DeletionProtectionEnabled":1,"KeySchema":{},"TableName":"t"}}`, `{"Table":{"TableName":"t"}}`},
		{"dynamodb:describeTable", j, "", `{"Table":null}`, `{}`},
		{"dynamodb:describeTable", j, "", `{"Table":[]}`, `{}`},
		{"dynamodb:describeTable", j, "", ``, `{}`},
		{"dynamodb:getItem", j, "", `{"Item":{"a":{"S":"x"},"b":{"Newer":1},"c":{"N":1.50},"d":{"B":"aGVsbG8="},"e":{"B":"not base64"},"f":{"B":"AP/+"},"g":null}}`,
			`{"Item":{"a":{"S":"x"},"b":{},"c":{"N":"1.50"},"d":{"B":"hello"},"e":{"B":"not base64"},"f":{"B":"AP/+"}}}`},
		{"dynamodb:batchGetItem", j, "", `{"Responses":{"t":[{"a":{"L":[{"S":"x"},null,{"NULL":true}]}}]}}`, `{"Responses":{"t":[{"a":{"L":[{"S":"x"},{"NULL":true}]}}]}}`},
		{"sfn:describeExecution", j, "", `{"input":{"a": 1},"status":"RUNNING","startDate":"1795341600"}`, `{"status":"RUNNING","startDate":"2026-11-22T10:00:00Z","input":"{\"a\":1}"}`},
		{"cloudwatch:getMetricData", j, "", `{"MetricDataResults":[{"Values":[1,"NaN","Infinity",1e400,"2.50"]}]}`, `{"MetricDataResults":[{"Values":[1,"NaN","Infinity",1e400,2.50]}]}`},

		// rest-json: wire names, headers, payloads, status
		{"lambda:invoke", rj, "X-Amz-Function-Error: Unhandled\nX-Amz-Executed-Version: 3", `{"errorMessage":"m"}`, `{"Payload":"{\"errorMessage\":\"m\"}","StatusCode":200,"FunctionError":"Unhandled","ExecutedVersion":"3"}`},
		{"lambda:listFunctions", rj, "", `{"Functions":[{"FunctionName":"f","Timeout":"3","LastModified":"2026-11-22T10:00:00.000+0000"}],"NextMarker":null}`,
			`{"Functions":[{"FunctionName":"f","Timeout":3,"LastModified":"2026-11-22T10:00:00.000+0000"}]}`},
		{"batch:describeJobs", rj, "", `{"jobs":[{"jobName":"n","container":{"exitCode":0}}]}`, `{"jobs":[{"jobName":"n","container":{"exitCode":0}}]}`},

		// rest-xml: namespaces, prefixes, order, empty elements, headers
		{"s3:listBuckets", rx, "", `<?xml version="1.0" encoding="ISO-8859-1"?><x:ListAllMyBucketsResult xmlns:x="urn:else"><x:Buckets><x:Bucket><x:Name>b</x:Name><x:CreationDate>2026-11-22T10:00:00</x:CreationDate></x:Bucket></x:Buckets><Owner/></x:ListAllMyBucketsResult>`,
			`{"Buckets":[{"Name":"b","CreationDate":"2026-11-22T10:00:00Z"}],"Owner":{}}`},
		{"s3:listObjectsV2", rx, "", `<ListBucketResult><KeyCount> 2 </KeyCount><Contents><Size>x</Size><Key>a &amp; b</Key></Contents><IsTruncated>FALSE</IsTruncated><Contents/></ListBucketResult>`,
			`{"IsTruncated":false,"Contents":[{"Key":"a & b"},{}],"KeyCount":2}`},
		{"s3:headObject", rx, "Content-Length: 4\nLast-Modified: Sun, 22 Nov 2026 10:00:00 GMT\nX-Amz-Meta-One: 1\nX-Amz-Meta-Two-Three: x\nEtag: \"e\"\nExpires: never", "",
			`{"LastModified":"2026-11-22T10:00:00Z","ContentLength":4,"ETag":"\"e\"","Expires":"never","Metadata":{"one":"1","two-three":"x"}}`},
		{"s3:getObject", rx, "Content-Type: text/plain", "text", `{"Body":"text","ContentType":"text/plain","Metadata":{}}`},
		{"s3:getObject", rx, "", "\x00\xff", `{"Body":"AP8=","Metadata":{}}`},
		{"s3:getObject", rx, "", "", `{"Body":"","Metadata":{}}`},

		// query and ec2
		{"iam:listUsers", q, "", `<ListUsersResponse><ListUsersResult><Users><member><UserName>u</UserName></member></Users><IsTruncated>false</IsTruncated></ListUsersResult></ListUsersResponse>`,
			`{"Users":[{"UserName":"u"}],"IsTruncated":false}`},
		{"iam:listUsers", q, "", `<ListUsersResponse><Users/></ListUsersResponse>`, `{"Users":[]}`}, // without the wrapper
		{"sqs:getQueueAttributes", q, "", `<GetQueueAttributesResponse><GetQueueAttributesResult><Attribute><Name>A</Name><Value>1</Value></Attribute></GetQueueAttributesResult></GetQueueAttributesResponse>`, ``},
		{"ec2:describeRegions", e, "", `<DescribeRegionsResponse><regionInfo><item><regionName>r</regionName><regionEndpoint>e</regionEndpoint></item></regionInfo></DescribeRegionsResponse>`,
			`{"Regions":[{"RegionName":"r","Endpoint":"e"}]}`},
		{"ec2:describeInstances", e, "", `<DescribeInstancesResponse><reservationSet><item><instancesSet><item><launchTime>2026-11-22T10:00:00.000Z</launchTime><ebsOptimized>nonsense</ebsOptimized></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
			`{"Reservations":[{"Instances":[{"LaunchTime":"2026-11-22T10:00:00Z"}]}]}`},
	} {
		got, err := read(t, c.call, c.p, c.header, c.body)
		if c.want == "" {
			continue // it must not panic
		}
		if want, _ := query.Parse(c.want); err != nil || !query.Equal(got, want) {
			t.Errorf("%s %s\ngot  %s %v\nwant %s", c.call, c.body, got.Compact(), err, c.want)
		}
	}
}

// What cannot be read at all is an error that says so.
func TestAnswersThatCannotBeRead(t *testing.T) {
	for _, c := range []struct {
		call string
		p    awsmodel.Protocol
		body string
		want string
	}{
		{"dynamodb:getItem", awsmodel.JSON, `<html/>`, "no JSON"},
		{"dynamodb:getItem", awsmodel.JSON, `[]`, "not an object"},
		{"iam:listUsers", awsmodel.Query, `{}`, "no XML"},
		{"iam:listUsers", awsmodel.Query, strings.Repeat("<a>", 2000), "deep"},
		{"dynamodb:getItem", awsmodel.JSON, `{"Item":` + strings.Repeat(`[`, 2000), "no JSON"},
		{"cloudwatch:listMetrics", awsmodel.CBOR, "\xbf", "no CBOR"},
		{"cloudwatch:listMetrics", awsmodel.CBOR, strings.Repeat("\x81", 100000) + "\x00", "CBOR"},
	} {
		if _, err := read(t, c.call, c.p, "", c.body); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %.40s: %v, want %q", c.call, c.body, err, c.want)
		}
	}
}

// Errors of every protocol.
func TestFaults(t *testing.T) {
	const j, rj, rx, q, e = awsmodel.JSON, awsmodel.RESTJSON, awsmodel.RESTXML, awsmodel.Query, awsmodel.EC2
	item := cbor.Encode(cbor.Map{"__type": cbor.String("com.amazonaws#ResourceNotFoundException"), "message": cbor.String("m")})
	for _, c := range []struct {
		call         string
		p            awsmodel.Protocol
		status       int
		header, body string
		want         Fault
		shape        string
		detail       string
	}{
		{"dynamodb:getItem", j, 400, "X-Amzn-Requestid: id", `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"}`,
			Fault{Code: "ResourceNotFoundException", Message: "m", RequestID: "id"}, "ResourceNotFoundException", `{"message":"m"}`},
		{"dynamodb:getItem", j, 400, "", `{"__type":"ValidationException","Message":"M"}`, Fault{Code: "ValidationException", Message: "M"}, "", ""},
		{"dynamodb:getItem", j, 400, "", `{"code":"ResourceNotFoundException:http://x/"}`, Fault{Code: "ResourceNotFoundException"}, "ResourceNotFoundException", `{}`},
		{"dynamodb:transactWriteItems", j, 400, "", `{"__type":"TransactionCanceledException","Message":"m","CancellationReasons":[{"Code":"None"}]}`,
			Fault{Code: "TransactionCanceledException", Message: "m"}, "TransactionCanceledException", `{"Message":"m","CancellationReasons":[{"Code":"None"}]}`},
		{"sqs:sendMessage", j, 400, "X-Amzn-Query-Error: AWS.SimpleQueueService.NonExistentQueue;Sender", `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"}`,
			Fault{Code: "AWS.SimpleQueueService.NonExistentQueue", Message: "m"}, "QueueDoesNotExist", `{"message":"m"}`},
		{"lambda:invoke", rj, 404, "X-Amzn-Errortype: ResourceNotFoundException:http://internal/", `{"Type":"User","Message":"m"}`,
			Fault{Code: "ResourceNotFoundException", Message: "m"}, "ResourceNotFoundException", `{"Type":"User","Message":"m"}`},
		{"lambda:invoke", rj, 429, "X-Amzn-Errortype: TooManyRequestsException\nRetry-After: 3", `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","message":"Rate Exceeded."}`,
			Fault{Code: "TooManyRequestsException", Message: "Rate Exceeded."}, "TooManyRequestsException", `{"message":"Rate Exceeded.","Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","retryAfterSeconds":"3"}`},
		{"lambda:invoke", rj, 502, "", `<html>Bad Gateway</html>`, Fault{Code: "BadGateway", Message: "Bad Gateway"}, "", ""},
		{"lambda:invoke", rj, 403, "", `{"message":"The security token included in the request is invalid."}`, Fault{Code: "Forbidden", Message: "The security token included in the request is invalid."}, "", ""},
		{"s3:getObject", rx, 404, "X-Amz-Request-Id: id\nX-Amz-Id-2: ext", `<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>m</Message><Key>k</Key><RequestId>other</RequestId></Error>`,
			Fault{Code: "NoSuchKey", Message: "m", RequestID: "id", ExtendedRequestID: "ext"}, "NoSuchKey", `{}`},
		{"s3:headObject", rx, 404, "", ``, Fault{Code: "NotFound"}, "", ""},
		{"s3:headObject", rx, 403, "", ``, Fault{Code: "Forbidden"}, "", ""},
		{"s3:getObject", rx, 412, "", `<Error><Code>PreconditionFailed</Code></Error>`, Fault{Code: "PreconditionFailed"}, "", ""},
		{"route53:getHostedZone", rx, 404, "", `<ErrorResponse xmlns="urn:x"><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code><Message>m</Message></Error><RequestId>id</RequestId></ErrorResponse>`,
			Fault{Code: "NoSuchHostedZone", Message: "m", RequestID: "id"}, "NoSuchHostedZone", `{}`},
		{"iam:getUser", q, 404, "", `<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>m</Message></Error><RequestId>id</RequestId></ErrorResponse>`,
			Fault{Code: "NoSuchEntity", Message: "m", RequestID: "id"}, "NoSuchEntityException", `{}`},
		{"rds:describeDBInstances", q, 404, "", `<ErrorResponse><Error><Code>DBInstanceNotFound</Code><Message>m</Message></Error></ErrorResponse>`,
			Fault{Code: "DBInstanceNotFound", Message: "m"}, "DBInstanceNotFoundFault", `{}`},
		{"ec2:describeInstances", e, 400, "", `<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>m</Message></Error></Errors><RequestID>id</RequestID></Response>`,
			Fault{Code: "InvalidInstanceID.NotFound", Message: "m", RequestID: "id"}, "", ""},
		{"cloudwatch:getDashboard", awsmodel.CBOR, 404, "", string(item), Fault{Code: "ResourceNotFoundException", Message: "m"}, "ResourceNotFoundException", ""},
		{"dynamodb:getItem", j, 400, "", `[]`, Fault{Code: "BadRequest"}, "", ""},
		{"dynamodb:getItem", j, 799, "", ``, Fault{Code: "799"}, "", ""},
	} {
		service, action, _ := strings.Cut(c.call, ":")
		s, o, ok := awsmodel.Builtin().Action(service, action)
		if !ok {
			t.Fatalf("there is no model of %s", c.call)
		}
		f := (&answer{c.status, headers(c.header), []byte(c.body)}).fault(c.p, s, o)
		if f.Code != c.want.Code || f.Message != c.want.Message || f.Status != c.status || f.RequestID != c.want.RequestID || f.ExtendedRequestID != c.want.ExtendedRequestID {
			t.Errorf("%s %d %s\ngot  %+v", c.call, c.status, c.body, f)
		}
		shape := ""
		if f.Shape != nil {
			shape = f.Shape.Name
		}
		if shape != c.shape {
			t.Errorf("%s %d %s: the shape is %q, want %q", c.call, c.status, c.body, shape, c.shape)
		}
		if want, _ := query.Parse(c.detail); c.detail != "" && !query.Equal(f.Detail, want) {
			t.Errorf("%s %s: the detail is %s, want %s", c.call, c.body, f.Detail.Compact(), c.detail)
		}
	}
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-22T10:00:00Z":             "2026-11-22T10:00:00Z",
		"2026-11-22T12:00:00+02:00":        "2026-11-22T10:00:00Z",
		"2026-11-22T10:00:00.497671":       "2026-11-22T10:00:00.497671Z",
		"2026-11-22 10:00:00.671000":       "2026-11-22T10:00:00.671Z",
		"2026-11-22 10:00:00+00:00":        "2026-11-22T10:00:00Z",
		"2026-11-22T10:00:00.000+0000":     "2026-11-22T10:00:00Z",
		" 2026-11-22T10:00Z ":              "2026-11-22T10:00:00Z",
		"2026-11-22":                       "2026-11-22T00:00:00Z",
		"Sun, 22 Nov 2026 10:00:00 GMT":    "2026-11-22T10:00:00Z",
		"Sun,  1 Nov 2026 10:00:00 GMT":    "2026-11-01T10:00:00Z",
		"Sunday, 22-Nov-26 10:00:00 GMT":   "2026-11-22T10:00:00Z",
		"1795341600":                       "2026-11-22T10:00:00Z",
		"1795341600.5":                     "2026-11-22T10:00:00.500Z",
		"1.7953416E9":                      "2026-11-22T10:00:00Z",
		"-1":                               "1969-12-31T23:59:59Z",
		"2026-11-22T10:00:00.000000001Z":   "2026-11-22T10:00:00.000000001Z",
		"1795341600000000000000000000":     "",
		"NaN":                              "",
		"Inf":                              "",
		"":                                 "",
		"tomorrow":                         "",
		"2026-13-22T10:00:00Z":             "",
		"2026-11-22T10:00:00Z and so on":   "",
		strings.Repeat("1", 100000) + ".1": "",
	} {
		got, ok := parseTime(text)
		if ok != (want != "") || ok && instant(got) != want {
			t.Errorf("%.40q: %v %v, want %q", text, got.Format(time.RFC3339Nano), ok, want)
		}
	}
}
