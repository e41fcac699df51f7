package awsclient

import (
	"strings"
	"testing"
)

// What is sent because a single service wants it. Source: the customisations that all AWS SDKs share.
func TestCustomRequests(t *testing.T) {
	for _, c := range []struct{ call, region, input, want string }{ // want: method, path and query, header or body that is there; after "!" one that is not
		{"s3:createBucket", "eu-central-1", `{"Bucket":"orders"}`, "<LocationConstraint>eu-central-1</LocationConstraint>"},
		{"s3:createBucket", "us-east-1", `{"Bucket":"orders"}`, "!LocationConstraint"},
		{"s3:createBucket", "eu-central-1", `{"Bucket":"orders","CreateBucketConfiguration":{"LocationConstraint":"EU"}}`, "<LocationConstraint>EU</LocationConstraint>"},
		{"s3:listObjectsV2", "", `{"Bucket":"orders"}`, "encoding-type=url"},
		{"s3:listObjectsV2", "", `{"Bucket":"orders","EncodingType":"none"}`, "encoding-type=none"},
		{"s3:getObject", "", `{"Bucket":"orders","Key":"/a//b"}`, "GET //a//b"},
		{"s3:getBucketAcl", "", `{"Bucket":"orders"}`, "GET /?acl"},
		{"s3:deleteObjects", "", `{"Bucket":"orders","Delete":{"Objects":[{"Key":"k"}]}}`, "X-Amz-Checksum-Crc32: "},
		{"s3:putObject", "", `{"Bucket":"orders","Key":"k","Body":"hello"}`, "X-Amz-Checksum-Crc32: NhCmhg=="},
		{"s3:putObject", "", `{"Bucket":"orders","Key":"k","Body":"hello","ChecksumAlgorithm":"SHA256"}`, "X-Amz-Checksum-Sha256: LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
		{"s3:putObject", "", `{"Bucket":"orders","Key":"k","Body":"hello","ChecksumAlgorithm":"SHA256"}`, "!X-Amz-Checksum-Crc32"},
		{"s3:putObject", "", `{"Bucket":"orders","Key":"k","Body":"hello","ChecksumSHA1":"mine"}`, "X-Amz-Checksum-Sha1: mine"},
		{"s3:putObject", "", `{"Bucket":"orders","Key":"k","Body":"hello","ChecksumSHA1":"mine"}`, "!Crc32"},
		{"s3:putBucketReplication", "", `{"Bucket":"orders","ReplicationConfiguration":{"Role":"r","Rules":[]}}`, "X-Amz-Checksum-Crc32: "},
		{"route53:getHostedZone", "", `{"Id":"/hostedzone/Z1"}`, "GET /2013-04-01/hostedzone/Z1\n"},
		{"route53:getChange", "", `{"Id":"/change/C1"}`, "GET /2013-04-01/change/C1\n"},
		{"route53:getHostedZone", "", `{"Id":"Z1"}`, "GET /2013-04-01/hostedzone/Z1\n"},
		{"glacier:listVaults", "", `{}`, "GET /-/vaults\n"},
		{"glacier:listVaults", "", `{"accountId":"123456789012"}`, "GET /123456789012/vaults\n"},
		{"glacier:listVaults", "", `{}`, "X-Amz-Glacier-Version: 2012-06-01"},
		{"apigateway:getRestApis", "", `{}`, "Accept: application/json"},
		{"cloudwatch:putMetricData", "", `{"Namespace":"` + strings.Repeat("n", compressBytesMin) + `","MetricData":[]}`, "Content-Encoding: gzip"},
		{"cloudwatch:putMetricData", "", `{"Namespace":"n","MetricData":[]}`, "!Content-Encoding"},
		{"bedrockagent:listAgents", "", `{}`, "POST /agents/\n"},
		{"bedrockagent:listAgents", "", `{}`, "\n{}"},
		{"dynamodb:listTables", "", `{}`, "X-Amz-Target: DynamoDB_20120810.ListTables"},
	} {
		client, tr := answering(reply{status: 200, body: "<x/>"})
		_, err := do(t, client, c.call, c.input, func(call *Call) { call.Region = c.region })
		if len(tr.requests) != 1 {
			t.Errorf("%s %.80s was not sent: %v", c.call, c.input, err)
			continue
		}
		r := tr.requests[0]
		var text strings.Builder
		text.WriteString(r.Method + " " + r.URL.RequestURI() + "\n")
		_ = r.Header.Write(&text)
		text.WriteString("\n" + tr.bodies[0])
		sent := strings.ReplaceAll(text.String(), "\r\n", "\n")
		absent, no := strings.CutPrefix(c.want, "!")
		if no && strings.Contains(sent, absent) || !no && !strings.Contains(sent, c.want) {
			t.Errorf("%s %.80s: want %q in\n%.800s", c.call, c.input, c.want, sent)
		}
	}
}

// The checksums of "123456789", which the catalogues of such algorithms give.
func TestChecksums(t *testing.T) {
	for algorithm, want := range map[string]string{
		"CRC32":     "y/Q5Jg==",     // cbf43926
		"CRC32C":    "4waSgw==",     // e3069283
		"CRC64NVME": "rosUhgp5mIg=", // ae8b14860a799888
		"SHA1":      "98O8HYCOBHMq32eZZczDTKeuNEE=",
		"SHA256":    "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
	} {
		client, tr := answering(reply{status: 200})
		if _, err := do(t, client, "s3:putObject", `{"Bucket":"orders","Key":"k","Body":"123456789","ChecksumAlgorithm":"`+algorithm+`"}`); err != nil {
			t.Errorf("%s: %v", algorithm, err)
			continue
		}
		h := tr.requests[0].Header
		if got := h.Get("X-Amz-Checksum-" + algorithm); got != want || h.Get("X-Amz-Sdk-Checksum-Algorithm") != algorithm {
			t.Errorf("%s: %s, want %s", algorithm, got, want)
		}
	}
	client, tr := answering(reply{status: 200})
	if _, err := do(t, client, "s3:putObject", `{"Bucket":"orders","Key":"k","Body":"b","ChecksumAlgorithm":"CRC7"}`); err == nil || len(tr.requests) > 0 {
		t.Errorf("an algorithm nobody knows: %v", err)
	}
}

// What is read otherwise than its model says.
func TestCustomAnswers(t *testing.T) {
	for _, c := range []struct{ call, answer, want string }{
		{"s3:getBucketLocation", `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-central-1</LocationConstraint>`, `{"LocationConstraint":"eu-central-1"}`},
		{"s3:getBucketLocation", `<?xml version="1.0"?><LocationConstraint/>`, `{"LocationConstraint":""}`},
		{"s3:listObjectsV2", `<ListBucketResult><Contents><Key>a%20b%2Fc+d%C3%BC</Key></Contents><Prefix>a%20</Prefix><EncodingType>url</EncodingType></ListBucketResult>`,
			`{"Contents":[{"Key":"a b/c dü"}],"Prefix":"a ","EncodingType":"url"}`},
		{"s3:listObjectsV2", `<ListBucketResult><Contents><Key>100%25</Key></Contents></ListBucketResult>`, `{"Contents":[{"Key":"100%25"}]}`},
	} {
		client, _ := answering(reply{status: 200, body: c.answer})
		r, err := do(t, client, c.call, `{"Bucket":"orders"}`)
		if err != nil || r.Output.Compact() != c.want {
			t.Errorf("%s: %v %v\nwant %s", c.call, r, err, c.want)
		}
	}
}
