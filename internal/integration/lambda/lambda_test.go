package lambda

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/connectortest"
)

// fake runs functions by the text of their name.
type fake struct{ last Request }

func (f *fake) Knows(name string) bool { return name != "unknown" }

func (f *fake) Invoke(ctx context.Context, r Request) (Response, error) {
	f.last = r
	ok := Response{Status: 200, Version: "$LATEST", RequestID: "id", Payload: r.Payload}
	switch r.Function {
	case "raises":
		ok.Payload, ok.FunctionError = `{"errorType":"ValueError","errorMessage":"no"}`, "Unhandled"
	case "raises-oddly":
		ok.Payload, ok.FunctionError = `"boom"`, "Unhandled"
	case "text":
		ok.Payload = "not JSON"
	case "nothing":
		ok.Payload = ""
	case "busy":
		return Response{}, &ServiceError{"TooManyRequestsException", "Rate Exceeded.", 429}
	case "lost":
		return Response{}, errors.New("connection refused")
	}
	return ok, ctx.Err()
}

func function(name string) asl.Resource {
	return asl.Resource{Kind: asl.Function, ARN: "arn:aws:lambda:us-east-1:000000000000:function:" + name}
}

var invoke = asl.Resource{ARN: "arn:aws:states:::lambda:invoke", Service: "lambda", Action: "invoke"}

func TestAnswersHaveTheServicesForms(t *testing.T) {
	callback := invoke
	callback.Pattern = asl.WaitForTaskToken
	result := `{"ExecutedVersion":"$LATEST","Payload":{"a": 0.0},"SdkHttpMetadata":{"AllHttpHeaders":{"X-Amz-Executed-Version":["$LATEST"],"x-amzn-RequestId":["id"],"Content-Type":["application/json"]},` +
		`"HttpHeaders":{"X-Amz-Executed-Version":"$LATEST","x-amzn-RequestId":"id","Content-Type":"application/json"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"id"},"StatusCode":200}`
	for name, c := range map[string]struct {
		resource asl.Resource
		input    string
		want     integration.Answer
	}{
		"a function's result is the payload":    {function("f"), `{"a": 0.0}`, integration.Succeeded{Output: `{"a": 0.0}`}},
		"text becomes a string":                 {function("text"), `{}`, integration.Succeeded{Output: `"not JSON"`}},
		"nothing is null":                       {function("nothing"), `{}`, integration.Succeeded{Output: `null`}},
		"errorType is the name":                 {function("raises"), `{}`, integration.Failed{Error: "ValueError", Cause: `{"errorType":"ValueError","errorMessage":"no"}`}},
		"no errorType":                          {function("raises-oddly"), `{}`, integration.Failed{Error: "Lambda.Unknown", Cause: `"boom"`}},
		"refusals have Lambda's names":          {function("busy"), `{}`, integration.Failed{Error: "Lambda.TooManyRequestsException", Cause: "Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: null; Proxy: null)"}},
		"out of reach":                          {function("lost"), `{}`, integration.Failed{Error: "Lambda.SdkClientException", Cause: "connection refused"}},
		"lambda:invoke wraps the payload":       {invoke, `{"FunctionName":"f","Payload":{"a": 0.0}}`, integration.Succeeded{Output: result}},
		"with a token, the answer is a receipt": {callback, `{"FunctionName":"f","Payload":{"a": 0.0}}`, integration.Submitted{Output: result}},
		"lambda:invoke needs a name":            {invoke, `{}`, integration.Failed{Error: "States.Runtime", Cause: "The field 'FunctionName' is required but was missing"}},
		"lambda:invoke fails like a function":   {invoke, `{"FunctionName":"arn:aws:lambda:us-east-1:1:function:raises:live"}`, integration.Failed{Error: "ValueError", Cause: `{"errorType":"ValueError","errorMessage":"no"}`}},
		"other actions of lambda do not exist":  {asl.Resource{Service: "lambda", Action: "list"}, `{}`, integration.Failed{Error: "States.Runtime", Cause: "lambda:list cannot be called; use lambda:invoke."}},
	} {
		got := New(new(fake)).Invoke(t.Context(), integration.Call{Resource: c.resource, Input: c.input})
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestAnUnknownFunctionNamesTheWaysToRunIt(t *testing.T) {
	failed, ok := New(new(fake)).Invoke(t.Context(), integration.Call{Resource: function("unknown"), Input: `{}`}).(integration.Failed)
	if !ok || failed.Error != "Lambda.ResourceNotFoundException" || !strings.Contains(failed.Cause, "LAMBDA_ENDPOINT") {
		t.Errorf("got %+v", failed)
	}
}

func TestParametersReachTheInvoker(t *testing.T) {
	f := new(fake)
	New(f).Invoke(t.Context(), integration.Call{Resource: invoke, Input: `{"FunctionName":"000000000000:function:f:live","InvocationType":"Event","ClientContext":"Y3R4"}`})
	want := Request{Function: "f", Qualifier: "live", Payload: "{}", ClientContext: "Y3R4", Event: true}
	if d := cmp.Diff(want, f.last); d != "" {
		t.Error(d)
	}
}

func TestConnectorContract(t *testing.T) {
	connectortest.Run(t, New(new(fake)), integration.Call{Resource: invoke, Input: `{"FunctionName":"f"}`})
}

func TestEndpointSpeaksTheInvokeAPI(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/2015-03-31/functions/f/invocations":
			w.Header().Set("X-Amz-Executed-Version", r.URL.Query().Get("Qualifier"))
			w.Header().Set("X-Amzn-Requestid", "id")
			_, _ = w.Write(body)
		case "/2015-03-31/functions/bad/invocations":
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			_, _ = io.WriteString(w, `{"errorType":"E"}`)
		default:
			w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException:http://internal")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"Message":"Function not found"}`)
		}
	}))
	defer server.Close()
	e, err := NewEndpoint(server.URL+"/", server.Client())
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.Invoke(t.Context(), Request{Function: "f", Qualifier: "7", Payload: `{"x":1}`})
	if err != nil || got != (Response{Status: 200, Version: "7", Payload: `{"x":1}`, RequestID: "id"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err = e.Invoke(t.Context(), Request{Function: "bad", Payload: `{}`}); err != nil || got.FunctionError != "Unhandled" {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = e.Invoke(t.Context(), Request{Function: "none", Payload: `{}`})
	if se, ok := errors.AsType[*ServiceError](err); !ok || *se != (ServiceError{"ResourceNotFoundException", "Function not found", 404}) {
		t.Errorf("got %v", err)
	}
	if _, err := NewEndpoint("localhost:3001", nil); err == nil {
		t.Error("an endpoint without a scheme was accepted")
	}
}
