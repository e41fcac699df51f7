package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
)

const gatewayAgent = "Amazon|StepFunctions|ApiGatewayInvoke|us-east-1"

func TestRequestsToAGateway(t *testing.T) {
	base, c := serve(t, echo, Config{Signer: signer{}, AssumeMachineRoles: true})
	for name, x := range map[string]struct {
		parameters string
		want       got
	}{
		"bare":          {`"Method":"GET"`, got{Method: "GET", Path: "/", Header: map[string]string{"User-Agent": gatewayAgent}}},
		"stage, path":   {`"Method":"DELETE","Stage":"dev","Path":"/pets/a b/1"`, got{Method: "DELETE", Path: "/dev/pets/a%20b/1", Header: map[string]string{"User-Agent": gatewayAgent}}},
		"query, header": {`"Method":"GET","QueryParameters":{"a":["b","c d"]},"Headers":{"X-A":["1","2"]}`, got{Method: "GET", Path: "/", Query: "a=b&a=c%20d", Header: map[string]string{"User-Agent": gatewayAgent, "X-A": "1|2"}}},
		"nulls go":      {`"Method":"POST","RequestBody":{"a":null,"b":[{"c":null}],"d": 1}`, got{Method: "POST", Path: "/", Body: `{"b":[{}],"d":1}`, Header: map[string]string{"User-Agent": gatewayAgent, "Content-Type": "application/json"}}},
		"nulls stay":    {`"Method":"POST","AllowNullValues":true,"RequestBody":{"a":null}`, got{Method: "POST", Path: "/", Body: `{"a":null}`, Header: map[string]string{"User-Agent": gatewayAgent, "Content-Type": "application/json"}}},
		"a text":        {`"Method":"PUT","RequestBody":"a\"b"`, got{Method: "PUT", Path: "/", Body: `"a\"b"`, Header: map[string]string{"User-Agent": gatewayAgent, "Content-Type": "application/json"}}},
		"no body":       {`"Method":"POST","RequestBody":null,"AuthType":"RESOURCE_POLICY"`, got{Method: "POST", Path: "/", Header: map[string]string{"User-Agent": gatewayAgent}}},
		"signed":        {`"Method":"POST","RequestBody":1,"AuthType":"IAM_ROLE"`, got{Method: "POST", Path: "/", Body: "1", Header: map[string]string{"User-Agent": gatewayAgent, "Content-Type": "application/json", "Authorization": "1 in us-east-1 as R"}}},
	} {
		answer := c.Invoke(t.Context(), integration.Call{Resource: gateway, RoleARN: "R", Input: `{"ApiEndpoint":"` + base + `",` + x.parameters + `}`})
		if d := cmp.Diff(x.want, seen(t, answer)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// signer writes what it was asked into the header.
type signer struct{ err error }

func (s signer) Sign(_ context.Context, req *http.Request, body, region, roleARN string) error {
	req.Header.Set("Authorization", body+" in "+region+" as "+roleARN)
	return s.err
}

func TestTheRegionOfAGatewayIsInItsName(t *testing.T) {
	for endpoint, want := range map[string]string{
		"abc.execute-api.eu-central-1.amazonaws.com": "eu-central-1", "abc.execute-api.cn-north-1.amazonaws.com.cn": "cn-north-1", "api.example.com": "us-east-1",
	} {
		c := New(Config{Signer: signer{}, Region: "us-east-1"})
		req := &http.Request{URL: &url.URL{Scheme: "https", Host: endpoint}, Header: http.Header{}}
		err := c.sign(t.Context(), &integration.Call{TaskRoleARN: "T", RoleARN: "R"}, req, "")
		if got := req.Header.Get("Authorization"); err != nil || got != " in "+want+" as T" {
			t.Errorf("%s: got %q, %v", endpoint, got, err)
		}
	}
}

func TestAnswersOfAGateway(t *testing.T) {
	base, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("x-amzn-RequestId", "id")
		w.Header().Set("x-amz-apigw-id", "id")
		w.Header().Set("X-Amzn-Trace-Id", "id")
		if r.URL.Path != "/" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = io.WriteString(w, `{"message": "Forbidden"}`)
	}, Config{})
	callback := gateway
	callback.Pattern = asl.WaitForTaskToken
	output := `{"Headers":{"Content-Length":["24"],"Content-Type":["application/json"],"x-amz-apigw-id":["id"],"x-amzn-RequestId":["id"],"X-Amzn-Trace-Id":["id"]},` +
		`"ResponseBody":{"message":"Forbidden"},"StatusCode":200,"StatusText":"OK"}`
	for name, x := range map[string]struct {
		resource asl.Resource
		input    string
		want     integration.Answer
	}{
		"a result":     {gateway, `{"ApiEndpoint":"` + base + `","Method":"GET"}`, integration.Succeeded{Output: output}},
		"a callback":   {callback, `{"ApiEndpoint":"` + base + `","Method":"GET"}`, integration.Submitted{Output: output}},
		"an error":     {gateway, `{"ApiEndpoint":"` + base + `","Method":"GET","Path":"x"}`, integration.Failed{Error: "ApiGateway.403", Cause: `{"message": "Forbidden"}`}},
		"no signature": {gateway, `{"ApiEndpoint":"` + base + `","Method":"GET","AuthType":"IAM_ROLE"}`, integration.Failed{Error: "ApiGateway.SdkClientException", Cause: "the request could not be signed: this server has no AWS credentials"}},
	} {
		if d := cmp.Diff(x.want, c.Invoke(t.Context(), integration.Call{Resource: x.resource, Input: x.input})); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	c.cfg.Signer = signer{errors.New("no such role")}
	f := failure(t, c.Invoke(t.Context(), integration.Call{Resource: gateway, Input: `{"ApiEndpoint":"` + base + `","Method":"GET","AuthType":"IAM_ROLE"}`}))
	if !strings.HasSuffix(f.Cause, "no such role") {
		t.Errorf("got %+v", f)
	}
}
