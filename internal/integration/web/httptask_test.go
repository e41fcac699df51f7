package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// sent are the headers that every HTTP Task has, and others.
func sent(others ...string) map[string]string {
	h := map[string]string{"User-Agent": "Amazon|StepFunctions|HttpInvoke|us-east-1", "Range": "bytes=0-262144", "Content-Type": "application/json; charset=UTF-8"}
	for i := 0; i < len(others); i += 2 {
		h[others[i]] = others[i+1]
	}
	return h
}

func TestRequestsAreWhatDefinitionAndConnectionSay(t *testing.T) {
	added := Parameters{
		Headers: []Parameter{{"x-tenant", "of the connection"}}, Query: []Parameter{{"q", "of the connection"}}, Body: []Parameter{{"b", "of the connection"}},
	}
	form := `"Headers":{"Content-Type":"application/x-www-form-urlencoded"},"Transform":{"RequestBodyEncoding":"URL_ENCODED"}`
	for name, x := range map[string]struct {
		connection Connection
		path       string
		parameters string
		want       got
	}{
		"bare": {path: "/p", parameters: `"Method":"GET"`, want: got{Method: "GET", Path: "/p", Header: sent()}},
		"all parameters": {path: "/p%2Fq?z=1", parameters: `"Method":"POST","Headers":{"A":"b","C":["d","e"],"User-Agent":"mine"},"QueryParameters":{"a":"b c","d":["e","&"],"n":5,"o":{"p":1}},"RequestBody":{"x": 1.0}`,
			want: got{Method: "POST", Path: "/p%2Fq", Query: "z=1&a=b%20c&d=e&d=%26&n=5&o=%7B%22p%22%3A1%7D", Body: `{"x":1.0}`, Header: sent("A", "b", "C", "d|e")}},
		"a text is sent as it is": {path: "/", parameters: `"Method":"PUT","RequestBody":"<a/>","Headers":{"Content-Type":"text/xml"}`,
			want: got{Method: "PUT", Path: "/", Body: `<a/>`, Header: sent("Content-Type", "text/xml")}},
		"a form":            {path: "/", parameters: `"Method":"POST","RequestBody":{"a":["x","y"]},` + form, want: got{Method: "POST", Path: "/", Body: "a%5B0%5D=x&a%5B1%5D=y", Header: sent("Content-Type", formType)}},
		"a form of a text":  {path: "/", parameters: `"Method":"POST","RequestBody":"a=b",` + form, want: got{Method: "POST", Path: "/", Body: "a=b", Header: sent("Content-Type", formType)}},
		"basic":             {connection: Connection{Authorization: Basic{"user", "pass"}}, path: "/", parameters: `"Method":"GET"`, want: got{Method: "GET", Path: "/", Header: sent("Authorization", "Basic dXNlcjpwYXNz")}},
		"a key":             {connection: Connection{Authorization: APIKey{"X-Key", "k"}}, path: "/", parameters: `"Method":"GET","Headers":{"x-key":"mine"}`, want: got{Method: "GET", Path: "/", Header: sent("X-Key", "k")}},
		"a key of a server": {connection: Connection{Authorization: APIKey{"Authorization", "Token k"}}, path: "/", parameters: `"Method":"GET"`, want: got{Method: "GET", Path: "/", Header: sent("Authorization", "Token k")}},
		"the connection wins": {connection: Connection{Parameters: added}, path: "/?z=1", parameters: `"Method":"POST","Headers":{"X-Tenant":"mine"},"QueryParameters":{"q":"mine","r":"s"},"RequestBody":{"b":"mine","c":1}`,
			want: got{Method: "POST", Path: "/", Query: "z=1&r=s&q=of%20the%20connection", Body: `{"b":"of the connection","c":1}`, Header: sent("X-Tenant", "of the connection")}},
		"a connection's body alone": {connection: Connection{Parameters: added}, path: "/", parameters: `"Method":"POST"`,
			want: got{Method: "POST", Path: "/", Query: "q=of%20the%20connection", Body: `{"b":"of the connection"}`, Header: sent("X-Tenant", "of the connection")}},
		"what is only read has no body": {connection: Connection{Parameters: added}, path: "/", parameters: `"Method":"GET"`,
			want: got{Method: "GET", Path: "/", Query: "q=of%20the%20connection", Header: sent("X-Tenant", "of the connection")}},
	} {
		url, c := serve(t, echo, Config{Connections: one(x.connection)})
		answer := c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: with(url+x.path, x.parameters)})
		if d := cmp.Diff(x.want, seen(t, answer)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestForms(t *testing.T) {
	body, err := query.Parse(`{"s":"a b&c","n":1.50,"t":true,"z":null,"metadata":{"key":"v"},"list":["x","y,z"],"deep":[{"k":"v"}],"none":[]}`)
	if err != nil {
		t.Fatal(err)
	}
	start := "s=a%20b%26c&n=1.50&t=true&z=&metadata%5Bkey%5D=v"
	for format, want := range map[string]string{
		"INDICES":  start + "&list%5B0%5D=x&list%5B1%5D=y%2Cz&deep%5B0%5D%5Bk%5D=v",
		"REPEAT":   start + "&list=x&list=y%2Cz&deep%5Bk%5D=v",
		"BRACKETS": start + "&list%5B%5D=x&list%5B%5D=y%2Cz&deep%5B%5D%5Bk%5D=v",
		"COMMAS":   start + "&list=x,y%2Cz&deep=%7B%22k%22%3A%22v%22%7D&none=",
	} {
		got, err := encodeForm(body, arrayFormats[format])
		if err != nil || got != want {
			t.Errorf("%s: got  %s, %v\nwant %s", format, got, err, want)
		}
	}
	if _, err := encodeForm(query.ArrayValue(nil), nil); err == nil {
		t.Error("a list was taken for a form")
	}
}

func TestTokensAreKeptRenewedAndFetchedOnce(t *testing.T) {
	var fetches, calls atomic.Int32
	var refused atomic.Value // the token that is not taken any more
	refused.Store("")
	url, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			n := fetches.Add(1)
			_ = r.ParseForm()
			if id, secret, _ := r.BasicAuth(); id != "id" || secret != "s%3Acret" || r.PostForm.Get("grant_type") != "client_credentials" || r.PostForm.Get("scope") != "all" {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"error":"invalid_client"}`)
				return
			}
			fmt.Fprintf(w, `{"access_token":"token-%d","expires_in":600}`, n)
			return
		}
		calls.Add(1)
		if r.Header.Get("Authorization") == "Bearer "+refused.Load().(string) || r.URL.Path == "/never" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		echo(w, r)
	}, Config{})
	now := time.Unix(0, 0)
	c.tokens.now = func() time.Time { return now }
	o := OAuth{Endpoint: url + "/token", ClientID: "id", ClientSecret: "s:cret", Parameters: Parameters{Body: []Parameter{{"scope", "all"}}}}
	c.cfg.Connections = one(Connection{Authorization: o})
	call := func(path string) integration.Answer {
		return c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: with(url+path, `"Method":"GET"`)})
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { call("/") })
	}
	all.Wait()
	if n := fetches.Load(); n != 1 {
		t.Fatalf("%d tokens were fetched for calls at the same time", n)
	}
	if g := seen(t, call("/")); g.Header["Authorization"] != "Bearer token-1" {
		t.Errorf("got %s", g.Header["Authorization"])
	}
	now = now.Add(541 * time.Second)
	if g := seen(t, call("/")); g.Header["Authorization"] != "Bearer token-2" {
		t.Errorf("shortly before its end: %s", g.Header["Authorization"])
	}
	refused.Store("token-2")
	if g := seen(t, call("/")); g.Header["Authorization"] != "Bearer token-3" {
		t.Errorf("after it was refused: %s", g.Header["Authorization"])
	}
	calls.Store(0)
	if f := failure(t, call("/never")); f.Error != "States.Http.StatusCode.401" || calls.Load() != 2 || fetches.Load() != 4 {
		t.Errorf("got %+v after %d calls and %d tokens", f, calls.Load(), fetches.Load())
	}
	o.ClientSecret = "wrong-secret"
	c.cfg.Connections = one(Connection{Authorization: o})
	want := integration.Failed{Error: "Events.ConnectionResource.InvalidConnectionState", Cause: `The token of the connection could not be had: its endpoint answered 400 "invalid_client"`}
	if f := failure(t, call("/")); f != want {
		t.Errorf("got %+v", f)
	}
}

func TestClientCredentialsMayStandInTheBody(t *testing.T) {
	o := OAuth{Endpoint: "https://example.com/token?a=b", Method: "GET", ClientID: "id", ClientSecret: "secret", Parameters: Parameters{Query: []Parameter{{"client_secret", "secret"}}}}
	r, err := o.request()
	if err != nil || r.url.String() != "https://example.com/token?a=b&client_secret=secret&grant_type=client_credentials" || r.header.Get("Authorization") != "" {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestNoAnswerIsASocketError(t *testing.T) {
	url, c := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Config{
		Connections: one(Connection{Parameters: Parameters{Query: []Parameter{{"key", "the-secret"}}}}),
	})
	nobody := httptest.NewServer(nil)
	nobody.Close()
	for name, x := range map[string]struct{ endpoint, cause string }{
		"time":       {url, "Unable to execute HTTP request: 127.0.0.1: there was no answer in time"},
		"nobody":     {nobody.URL, "connection refused"},
		"no TLS":     {"https" + strings.TrimPrefix(nobody.URL, "http"), "connection refused"},
		"no network": {"https://10.0.0.1", "the address 10.0.0.1 is in a private network"},
		"metadata":   {"http://169.254.169.254/latest", "link-local"},
	} {
		c.timeMax = timeMax
		if name == "time" {
			c.timeMax = time.Millisecond
		}
		f := failure(t, c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: with(x.endpoint, `"Method":"GET"`)}))
		if f.Error != "States.Http.Socket" || !strings.Contains(f.Cause, x.cause) || strings.Contains(f.Cause, "the-secret") {
			t.Errorf("%s: got %+v", name, f)
		}
	}
}

func TestSecretsDoNotReachCauses(t *testing.T) {
	url, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "I got %s and %s", r.Header, r.URL)
	}, Config{Connections: one(Connection{Authorization: Basic{"user", "pass word"}, Parameters: Parameters{Query: []Parameter{{"key", "a secret"}}}})})
	f := failure(t, c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: with(url, `"Method":"GET"`)}))
	for _, secret := range []string{"pass word", "dXNlcjpwYXNzIHdvcmQ=", "a secret", "a%20secret"} {
		if strings.Contains(f.Cause, secret) {
			t.Errorf("%q is in %s", secret, f.Cause)
		}
	}
	if !strings.Contains(f.Cause, hidden) {
		t.Errorf("the test is blind: %s", f.Cause)
	}
}

func TestTraces(t *testing.T) {
	url, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Key", r.Header.Get("X-Key"))
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "key "+r.Header.Get("X-Key"))
	}, Config{Connections: one(Connection{Authorization: APIKey{"X-Key", "the-secret"}})})
	for _, reveal := range []bool{false, true} {
		shown := hidden
		if reveal {
			shown = "the-secret"
		}
		trace := &integration.Trace{Reveal: reveal}
		c.Invoke(integration.WithTrace(t.Context(), trace), integration.Call{Resource: invoke, Input: with(url+"/p", `"Method":"POST","RequestBody":{"a":1}`)})
		want := &integration.TraceRequest{Protocol: "HTTPS", Method: "POST", URL: url + "/p", Body: `{"a":1}`,
			Headers: "[Content-Type: application/json; charset=UTF-8, Host: " + strings.TrimPrefix(url, "https://") +
				", Range: bytes=0-262144, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, X-Key: " + shown + "]"}
		if d := cmp.Diff(want, trace.Request); d != "" {
			t.Errorf("request (-want +got):\n%s", d)
		}
		if r := trace.Response; r == nil || r.StatusCode != "418" || r.StatusMessage != "I'm a teapot" || r.Body != "key "+shown || !strings.Contains(r.Headers, "X-Key: "+shown) {
			t.Errorf("response %+v", r)
		}
	}
}

func TestUnknownConnections(t *testing.T) {
	for name, c := range map[string]*Connector{"none at all": New(Config{}), "another one": New(Config{Connections: one(Connection{})})} {
		input := `{"ApiEndpoint":"https://example.com","Method":"GET","Authentication":{"ConnectionArn":"arn:aws:events:us-east-1:0:connection/other/1"}}`
		if f := failure(t, c.Invoke(t.Context(), integration.Call{Resource: invoke, Input: input})); f.Error != "Events.ConnectionResource.ResourceNotFound" {
			t.Errorf("%s: got %+v", name, f)
		}
	}
}
