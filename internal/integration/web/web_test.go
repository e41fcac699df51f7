package web

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/connectortest"
)

const connectionARN = "arn:aws:events:us-east-1:000000000000:connection/api/11111111-2222-3333-4444-555555555555"

var (
	invoke  = asl.Resource{ARN: "arn:aws:states:::http:invoke", Service: "http", Action: "invoke"}
	gateway = asl.Resource{ARN: "arn:aws:states:::apigateway:invoke", Service: "apigateway", Action: "invoke"}
)

// echo answers with what it got. What Go's server and client add is left out.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	header := map[string]string{}
	for name, v := range r.Header {
		if name != "Content-Length" {
			header[name] = strings.Join(v, "|")
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"method": r.Method, "path": r.URL.EscapedPath(), "query": r.URL.RawQuery, "header": header, "body": string(body)})
}

// got is what echo has seen.
type got struct {
	Method, Path, Query, Body string
	Header                    map[string]string
}

// serve starts a server with TLS and HTTP/1.1, and a connector that trusts it.
func serve(t *testing.T, handler http.HandlerFunc, cfg Config) (string, *Connector) {
	t.Helper()
	return start(t, handler, cfg, false)
}

func start(t *testing.T, handler http.HandlerFunc, cfg Config, http2 bool) (string, *Connector) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that a test gives up
	server.EnableHTTP2 = http2
	server.StartTLS()
	t.Cleanup(server.Close)
	cfg.RootCAs = x509.NewCertPool()
	cfg.RootCAs.AddCert(server.Certificate())
	cfg.Network.Loopback = true
	cfg.Region = "us-east-1"
	c := New(cfg)
	t.Cleanup(func() {
		c.client.plain.(*http.Transport).CloseIdleConnections()
		c.client.encrypted.(*http.Transport).CloseIdleConnections()
	})
	return server.URL, c
}

// one has a single connection.
type one Connection

func (o one) Connection(_ context.Context, arn string) (Connection, error) {
	if arn != connectionARN {
		return Connection{}, &ConnectionError{"ResourceNotFound", "There is no " + arn}
	}
	return Connection(o), nil
}

// with puts endpoint and connection into parameters of a Task.
func with(endpoint, members string) string {
	if members != "" {
		members = "," + members
	}
	return fmt.Sprintf(`{"ApiEndpoint":%q,"InvocationConfig":{"ConnectionArn":%q}%s}`, endpoint, connectionARN, members)
}

func seen(t *testing.T, answer integration.Answer) got {
	t.Helper()
	ok, isResult := answer.(integration.Succeeded)
	if !isResult {
		t.Fatalf("got %+v", answer)
	}
	var doc struct{ ResponseBody got }
	if err := json.Unmarshal([]byte(ok.Output), &doc); err != nil {
		t.Fatalf("%s: %v", ok.Output, err)
	}
	return doc.ResponseBody
}

func failure(t *testing.T, answer integration.Answer) integration.Failed {
	t.Helper()
	f, ok := answer.(integration.Failed)
	if !ok {
		t.Fatalf("got %+v", answer)
	}
	return f
}

func TestAnswersHaveTheServicesForm(t *testing.T) {
	url, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		w.Header()["X-Two"] = []string{"a", "b"}
		if r.URL.Query().Get("to") != "" {
			w.Header().Set("Location", r.URL.Query().Get("to"))
		}
		var status int
		_, _ = fmt.Sscan(r.URL.Path[1:], &status)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, r.URL.Query().Get("body"))
	}, Config{Connections: one(Connection{})})
	large := strings.Repeat("é", causeBytesMax)
	for name, x := range map[string]struct {
		path, query string
		want        integration.Answer
	}{
		"JSON is parsed": {"200", `"type":"application/json","body":"{\"a\": 1.0}"`,
			integration.Succeeded{Output: `{"Headers":{"Content-Length":["10"],"Content-Type":["application/json"],"X-Two":["a","b"]},"ResponseBody":{"a":1.0},"StatusCode":200,"StatusText":"OK"}`}},
		"text stays text": {"201", `"type":"text/plain","body":"not {"`,
			integration.Succeeded{Output: `{"Headers":{"Content-Length":["5"],"Content-Type":["text/plain"],"X-Two":["a","b"]},"ResponseBody":"not {","StatusCode":201,"StatusText":"Created"}`}},
		"a part is a result": {"206", `"type":"text/plain","body":""`,
			integration.Succeeded{Output: `{"Headers":{"Content-Length":["0"],"Content-Type":["text/plain"],"X-Two":["a","b"]},"ResponseBody":"","StatusCode":206,"StatusText":"Partial Content"}`}},
		"a status is an error with the body": {"404", `"type":"text/plain","body":"no such thing"`, integration.Failed{Error: "States.Http.StatusCode.404", Cause: "no such thing"}},
		"a cause has a limit, between characters": {"500", fmt.Sprintf(`"type":"text/plain","body":%q`, "x"+large),
			integration.Failed{Error: "States.Http.StatusCode.500", Cause: "x" + large[:causeBytesMax-2]}},
		"redirects are not followed": {"302", `"type":"text/plain","to":"/200","body":"moved"`, integration.Failed{Error: "States.Http.StatusCode.302", Cause: "moved"}},
		"images are refused": {"200", `"type":"image/png","body":"x"`,
			integration.Failed{Error: "States.Runtime", Cause: "The response has the content type image/png, which is not supported"}},
		"bytes are refused": {"200", `"type":"application/octet-stream","body":"x"`,
			integration.Failed{Error: "States.Runtime", Cause: "The response has the content type application/octet-stream, which is not supported"}},
	} {
		input := with(url+"/"+x.path, `"Method":"GET","QueryParameters":{`+x.query+`}`)
		if d := cmp.Diff(x.want, c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: input})); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestHeadersOfHTTP2AreInLowerCase(t *testing.T) {
	url, c := start(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("X-A", r.Proto)
	}, Config{Connections: one(Connection{})}, true)
	want := integration.Succeeded{Output: `{"Headers":{"content-length":["0"],"x-a":["HTTP/2.0"]},"ResponseBody":"","StatusCode":200,"StatusText":"OK"}`}
	if d := cmp.Diff(want, c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: with(url, `"Method":"GET"`)})); d != "" {
		t.Error(d)
	}
}

func TestBodiesThatAreNoTextOrTooLarge(t *testing.T) {
	url, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if r.URL.Path == "/binary" {
			_, _ = w.Write([]byte{0xff, 0xfe})
			return
		}
		for range 1 << 20 {
			if _, err := io.WriteString(w, "é"); err != nil {
				return
			}
		}
	}, Config{Connections: one(Connection{})})
	f := failure(t, c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: with(url+"/binary", `"Method":"GET"`)}))
	if want := (integration.Failed{Error: "States.Runtime", Cause: "The response is not valid text"}); f != want {
		t.Errorf("got %+v", f)
	}
	// The engine refuses what is too large; the connector reads enough for that, and no more.
	answer, ok := c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: with(url+"/large", `"Method":"GET"`)}).(integration.Succeeded)
	if !ok || len(answer.Output) <= 256<<10 || len(answer.Output) > 257<<10 {
		t.Errorf("got %d bytes", len(answer.Output))
	}
}

func TestBadParametersAreStatesRuntime(t *testing.T) {
	url, c := serve(t, echo, Config{Connections: one(Connection{Parameters: Parameters{Body: []Parameter{{"k", "v"}}}})})
	for name, x := range map[string]struct {
		resource      asl.Resource
		input, reason string
	}{
		"no endpoint":            {invoke, `{"Method":"GET"}`, "The field 'ApiEndpoint' is required but was missing"},
		"no URL":                 {invoke, with("example.com", `"Method":"GET"`), "The value of the field 'ApiEndpoint' has an invalid format"},
		"another scheme":         {invoke, with("file:///etc/passwd", `"Method":"GET"`), "The value of the field 'ApiEndpoint' has an invalid format"},
		"a password in the URL":  {invoke, with("https://u:p@example.com", `"Method":"GET"`), "The value of the field 'ApiEndpoint' has an invalid format"},
		"no method":              {invoke, with(url, ``), "The field 'Method' is required but was missing"},
		"another method":         {invoke, with(url, `"Method":"TRACE"`), "The value of the field 'Method' has an invalid format"},
		"no connection":          {invoke, fmt.Sprintf(`{"ApiEndpoint":%q,"Method":"GET"}`, url), "The field 'Authentication' is required but was missing"},
		"a forbidden header":     {invoke, with(url, `"Method":"GET","Headers":{"Authorization":"x","X-Amz-Date":"y","Accept":"z"}`), "The 'Headers' field contains unsupported values: [authorization, x-amz-date]"},
		"a header with a number": {invoke, with(url, `"Method":"GET","Headers":{"A":1}`), "The value of the field 'Headers' has an invalid format"},
		"a header with a break":  {invoke, with(url, `"Method":"GET","Headers":{"A":"b\r\nC: d"}`), "The value of the field 'Headers' has an invalid format"},
		"a query that is a list": {invoke, with(url, `"Method":"GET","QueryParameters":["a"]`), "The value of the field 'QueryParameters' has an invalid format"},
		"text that is merged":    {invoke, with(url, `"Method":"POST","RequestBody":"text"`), "The RequestBody must be a JSON object, because the connection has body parameters"},
		"a form without its type": {invoke, with(url, `"Method":"POST","RequestBody":{},"Transform":{"RequestBodyEncoding":"URL_ENCODED"}`),
			"The RequestBodyEncoding URL_ENCODED needs the header 'Content-Type: application/x-www-form-urlencoded'"},
		"an unknown array format": {invoke, with(url, `"Method":"POST","Transform":{"RequestBodyEncoding":"URL_ENCODED","RequestEncodingOptions":{"ArrayFormat":"X"}}`),
			"The value of the field 'ArrayFormat' has an invalid format"},
		"a gateway's header that is no array": {gateway, `{"ApiEndpoint":"a.b","Method":"GET","Headers":{"A":"b"}}`, "The value of the field 'Headers' has an invalid format"},
		"a gateway's forbidden header":        {gateway, `{"ApiEndpoint":"a.b","Method":"GET","Headers":{"Host":["b"]}}`, "The 'Headers' field contains unsupported values: [host]"},
		"a gateway's query that is no array":  {gateway, `{"ApiEndpoint":"a.b","Method":"GET","QueryParameters":{"A":"b"}}`, "The value of the field 'QueryParameters' has an invalid format"},
		"another AuthType":                    {gateway, `{"ApiEndpoint":"a.b","Method":"GET","AuthType":"COGNITO"}`, "The value of the field 'AuthType' has an invalid format"},
	} {
		f := failure(t, c.Invoke(t.Context(), integration.Call{Resource: x.resource, Input: x.input}))
		want := integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("The Parameters '%s' could not be used to start the Task: [%s]", x.input, x.reason)}
		if d := cmp.Diff(want, f); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestWhatMayBeSentTwice(t *testing.T) {
	c := New(Config{})
	for method, want := range map[string]bool{"GET": true, "HEAD": true, "OPTIONS": true, "PUT": true, "DELETE": true, "POST": false, "PATCH": false, "": false} {
		if got := c.Idempotent(integration.Call{Resource: invoke, Input: fmt.Sprintf(`{"Method":%q}`, method)}); got != want {
			t.Errorf("%s: %t", method, got)
		}
	}
}

func TestConnectorContract(t *testing.T) {
	url, c := serve(t, echo, Config{Connections: one(Connection{})})
	t.Run("http", func(t *testing.T) {
		connectortest.Run(t, c, integration.Call{Resource: invoke, Input: with(url, `"Method":"GET"`)})
	})
	t.Run("apigateway", func(t *testing.T) {
		connectortest.Run(t, c, integration.Call{Resource: gateway, Input: fmt.Sprintf(`{"ApiEndpoint":%q,"Method":"GET"}`, url)})
	})
}
