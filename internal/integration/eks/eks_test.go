package eks

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/connectortest"
)

var (
	call = asl.Resource{ARN: "arn:aws:states:::eks:call", Service: "eks", Action: "call"}
	run  = asl.Resource{ARN: "arn:aws:states:::eks:runJob", Service: "eks", Action: "runJob"}
	wait = asl.Resource{ARN: "arn:aws:states:::eks:runJob.sync", Service: "eks", Action: "runJob", Pattern: asl.Sync}
)

type presigner struct{}

func (presigner) PresignGetCallerIdentity(_ context.Context, cluster, region, roleARN string) (string, error) {
	return "https://sts/" + cluster + "/" + region + "/" + roleARN, nil
}

// api answers by method and URL; it keeps the last request.
type api struct {
	answers map[string]string // "!404 body" is another status than 200
	asked   []string
	header  http.Header
	body    string
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	key := r.Method + " " + r.URL.String()
	a.asked, a.header, a.body = append(a.asked, key), r.Header, string(body)
	text, ok := a.answers[key]
	if !ok {
		text = "!404 " + `{"kind":"Status"}`
	}
	if status, rest, isStatus := strings.Cut(text, " "); isStatus && status[0] == '!' {
		var code int
		_, _ = fmt.Sscan(status[1:], &code)
		w.WriteHeader(code)
		text = rest
	}
	_, _ = io.WriteString(w, text)
}

// serve starts a cluster; the text is the beginning of parameters that name it.
func serve(t *testing.T, answers map[string]string, cfg Config) (*api, *Connector, string, string) {
	t.Helper()
	a := &api{answers: answers}
	server := httptest.NewTLSServer(a)
	t.Cleanup(server.Close)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	authority := base64.StdEncoding.EncodeToString(certificate)
	return a, New(cfg), fmt.Sprintf(`{"ClusterName":"c","Endpoint":%q,"CertificateAuthority":%q`, server.URL, authority), authority
}

func TestCalls(t *testing.T) {
	for name, x := range map[string]struct {
		parameters, asked, body, contentType string
		want                                 integration.Answer
	}{
		"a list": {`"Method":"GET","Path":"/api/v1/namespaces/default/pods","QueryParameters":{"labelSelector":["job-name=a"]}`,
			"GET /api/v1/namespaces/default/pods?labelSelector=job-name%3Da", "", "", integration.Succeeded{Output: `{"ResponseBody":{"items":[]},"StatusCode":200,"StatusText":"OK"}`}},
		"a body":        {`"Method":"POST","Path":"/x","RequestBody":{"a": 1.0}`, "POST /x", `{"a":1.0}`, "application/json", integration.Succeeded{Output: `{"ResponseBody":"made","StatusCode":201,"StatusText":"Created"}`}},
		"a patch":       {`"Method":"PATCH","Path":"/x","RequestBody":"{}"`, "PATCH /x", `{}`, "application/merge-patch+json", integration.Succeeded{Output: `{"ResponseBody":{},"StatusCode":200,"StatusText":"OK"}`}},
		"another patch": {`"Method":"PATCH","Path":"/x","RequestBody":[]`, "PATCH /x", `[]`, "application/json-patch+json", integration.Succeeded{Output: `{"ResponseBody":{},"StatusCode":200,"StatusText":"OK"}`}},
		"an error": {`"Method":"GET","Path":"/none"`, "GET /none", "", "",
			integration.Failed{Error: "EKS.404", Cause: `{"ResponseBody":{"kind":"Status"},"StatusCode":404,"StatusText":"Not Found"}`}},
	} {
		a, c, cluster, _ := serve(t, map[string]string{
			"GET /api/v1/namespaces/default/pods?labelSelector=job-name%3Da": `{"items":[]}`, "POST /x": "!201 made", "PATCH /x": "{}",
		}, Config{Presigner: presigner{}, Region: "us-east-1", AssumeMachineRoles: true})
		got := c.Invoke(t.Context(), integration.Call{Resource: call, RoleARN: "R", Input: cluster + "," + x.parameters + "}"})
		if d := cmp.Diff(x.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if d := cmp.Diff([]string{x.asked}, a.asked); d != "" || a.body != x.body || a.header.Get("Content-Type") != x.contentType {
			t.Errorf("%s: %s, body %q of type %q", name, d, a.body, a.header.Get("Content-Type"))
		}
		token := "Bearer k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte("https://sts/c/us-east-1/R"))
		if got := a.header.Get("Authorization"); got != token {
			t.Errorf("%s: token %q", name, got)
		}
	}
}

func TestBadParameters(t *testing.T) {
	_, c, cluster, _ := serve(t, nil, Config{Presigner: presigner{}})
	for name, x := range map[string]struct {
		resource asl.Resource
		input    string
		reason   string
	}{
		"no cluster":       {call, `{"Method":"GET","Path":"/"}`, "The field 'ClusterName' is required but was missing"},
		"no method":        {call, cluster + `}`, "The field 'Method' is required but was missing"},
		"another method":   {call, cluster + `,"Method":"TRACE","Path":"/"}`, "The value of the field 'Method' has an invalid format"},
		"a query":          {call, cluster + `,"Method":"GET","Path":"/","QueryParameters":{"a":"b"}}`, "The value of the field 'QueryParameters' has an invalid format"},
		"plain HTTP":       {call, `{"ClusterName":"c","Endpoint":"http://a","CertificateAuthority":"YQ==","Method":"GET","Path":"/"}`, "The value of the field 'Endpoint' has an invalid format"},
		"a certificate":    {call, `{"ClusterName":"c","Endpoint":"https://a","CertificateAuthority":"YQ==","Method":"GET","Path":"/"}`, "The value of the field 'CertificateAuthority' has an invalid format"},
		"a job of nothing": {run, cluster + `}`, "The value of the field 'Job' has an invalid format"},
	} {
		f, ok := c.Invoke(t.Context(), integration.Call{Resource: x.resource, Input: x.input}).(integration.Failed)
		if !ok || f.Error != "States.Runtime" || !strings.HasSuffix(f.Cause, "could not be used to start the Task: ["+x.reason+"]") {
			t.Errorf("%s: got %+v", name, f)
		}
	}
}

func TestAddressesAndCredentialsAreNeeded(t *testing.T) {
	a, c, cluster, _ := serve(t, nil, Config{Presigner: presigner{}, Control: func(string, string, syscall.RawConn) error { return errors.New("not allowed") }})
	input := cluster + `,"Method":"GET","Path":"/"}`
	if f, ok := c.Invoke(t.Context(), integration.Call{Resource: call, Input: input}).(integration.Failed); !ok || f.Error != "EKS.SdkClientException" || !strings.Contains(f.Cause, "not allowed") {
		t.Errorf("got %+v", f)
	}
	if f, ok := New(Config{}).Invoke(t.Context(), integration.Call{Resource: call, Input: input}).(integration.Failed); !ok || !strings.Contains(f.Cause, "no AWS credentials") {
		t.Errorf("got %+v", f)
	}
	if len(a.asked) > 0 {
		t.Errorf("the cluster was called: %v", a.asked)
	}
}

// A cluster of the kubeconfig is reached there, with its credentials, wherever the definition wants them to go.
func TestClustersOfTheKubeconfig(t *testing.T) {
	a, _, _, authority := serve(t, map[string]string{"GET /base/x": "{}"}, Config{})
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the definition's endpoint was called") }))
	defer elsewhere.Close()
	server := httptest.NewTLSServer(a)
	defer server.Close()
	dir := t.TempDir()
	text := fmt.Sprintf(`
clusters: [{name: kind-c, cluster: {server: %q, certificate-authority-data: %q}}]
contexts: [{name: c, context: {cluster: kind-c, user: me}}, {name: d, context: {cluster: kind-c, user: filed}}, {name: e, context: {cluster: kind-c, user: exec}}]
users: [{name: me, user: {token: mine}}, {name: filed, user: {tokenFile: token}}, {name: exec, user: {exec: {command: aws}}}]
`, server.URL+"/base", authority)
	for name, content := range map[string]string{"config": text, "token": "out of a file\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, err := LoadKubeconfig(filepath.Join(dir, "config"))
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Kubeconfig: k})
	for cluster, want := range map[string]string{"c": "mine", "kind-c": "mine", "d": "out of a file"} {
		input := fmt.Sprintf(`{"ClusterName":%q,"Endpoint":%q,"CertificateAuthority":"YQ==","Method":"GET","Path":"/x"}`, cluster, elsewhere.URL)
		if got, ok := c.Invoke(t.Context(), integration.Call{Resource: call, Input: input}).(integration.Succeeded); !ok || a.header.Get("Authorization") != "Bearer "+want {
			t.Errorf("%s: got %+v with %q", cluster, got, a.header.Get("Authorization"))
		}
	}
	if _, _, err := k.cluster("e"); err == nil || !strings.Contains(err.Error(), "exec") {
		t.Errorf("got %v", err)
	}
	if _, ok, err := k.cluster("none"); ok || err != nil {
		t.Errorf("got %t, %v", ok, err)
	}
}

func TestAJobIsStartedFollowedAndStopped(t *testing.T) {
	const jobs, pods = "/apis/batch/v1/namespaces/ns/jobs", "/api/v1/namespaces/ns/pods"
	answers := map[string]string{
		"POST " + jobs: `!201 {"metadata":{"name":"j","uid":"u"}}`,
		"GET " + pods + "?labelSelector=job-name%3Dj":     `{"items":[{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}}]}`,
		"GET " + pods + "/p/log?container=a&tailLines=10": `{"n": 1}`,
		"GET " + pods + "/p/log?container=b&tailLines=10": "text\n",
		"DELETE " + jobs + "/j":                           "{}",
	}
	a, c, cluster, _ := serve(t, answers, Config{Presigner: presigner{}})
	in := integration.Call{Resource: wait, Input: cluster + `,"Namespace":"ns","Job":{"kind":"Job"},"LogOptions":{"RetrieveLogs":true,"LogParameters":{"tailLines":["10"]}}}`}
	started, ok := c.Invoke(t.Context(), in).(integration.Submitted)
	if !ok || started.Ask <= 0 || started.Output != `{"ResponseBody":{"metadata":{"name":"j","uid":"u"}},"StatusCode":201,"StatusText":"Created"}` || len(started.Job) > jobBytesMax {
		t.Fatalf("got %+v", started)
	}
	logs := `"logs":{"pods":{"p":{"containers":{"a":{"log":{"n": 1}},"b":{"log":"text\n"},"c":{"error":"EKS.404","cause":"{\"ResponseBody\":{\"kind\":\"Status\"},\"StatusCode\":404,\"StatusText\":\"Not Found\"}"}}}}}`
	condition := func(kind string) string { return `{"status":{"conditions":[{"type":"` + kind + `","status":"True"}]}}` }
	for name, x := range map[string]struct {
		described string
		want      integration.Answer
	}{
		"it runs":               {`{"status":{}}`, integration.Running{Again: pause(3)}},
		"it may run on":         {condition("Suspended"), integration.Running{Again: pause(3)}},
		"the cluster is unwell": {"!503 no", integration.Running{Again: pause(3)}},
		"too many questions":    {"!429 no", integration.Running{Again: pause(3)}},
		"it is over":            {condition("Complete"), integration.Succeeded{Output: strings.TrimSuffix(condition("Complete"), "}") + "," + logs + "}"}},
		"it has failed":         {condition("Failed"), integration.Failed{Error: "States.TaskFailed", Cause: strings.TrimSuffix(condition("Failed"), "}") + "," + strings.ReplaceAll(logs, `"n": 1`, `"n":1`) + "}"}},
		"it is gone":            {`!404 {}`, integration.Failed{Error: "EKS.404", Cause: `{"ResponseBody":{},"StatusCode":404,"StatusText":"Not Found"}`}},
	} {
		answers["GET "+jobs+"/j"] = x.described
		if d := cmp.Diff(x.want, c.Poll(t.Context(), in, started.Job, 2)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	stop := in
	stop.Input = ""
	if err := c.Stop(t.Context(), stop, started.Job); err != nil || a.asked[len(a.asked)-1] != "DELETE "+jobs+"/j" {
		t.Errorf("got %v after %v", err, a.asked)
	}
	var options struct{ Preconditions struct{ UID string } }
	if err := json.Unmarshal([]byte(a.body), &options); err != nil || options.Preconditions.UID != "u" {
		t.Errorf("got %s", a.body)
	}
	for answer, again := range map[string]bool{"!404 ": false, "!409 ": false, "!500 ": true} {
		answers["DELETE "+jobs+"/j"] = answer
		if err := c.Stop(t.Context(), stop, started.Job); (err != nil) != again {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestAJobThatNobodyWaitsFor(t *testing.T) {
	_, c, cluster, _ := serve(t, map[string]string{"POST /apis/batch/v1/namespaces/default/jobs": `{}`}, Config{Presigner: presigner{}})
	got := c.Invoke(t.Context(), integration.Call{Resource: run, Input: cluster + `,"Job":"{}"}`})
	if d := cmp.Diff(integration.Succeeded{Output: `{"ResponseBody":{},"StatusCode":200,"StatusText":"OK"}`}, got); d != "" {
		t.Error(d)
	}
}

// others stands for the connector of EKS's own operations.
type others struct{}

func (others) Invoke(context.Context, integration.Call) integration.Answer {
	return integration.Succeeded{Output: "others"}
}
func (others) Idempotent(integration.Call) bool { return true }
func (others) Poll(context.Context, integration.Call, string, int) integration.Answer {
	return integration.Succeeded{Output: "polled"}
}
func (others) Stop(context.Context, integration.Call, string) error { return errors.New("stopped") }

func TestOtherCallsAreOthersBusiness(t *testing.T) {
	create := integration.Call{Resource: asl.Resource{Service: "eks", Action: "createCluster"}}
	c := New(Config{Others: others{}})
	if !c.Idempotent(create) || c.Invoke(t.Context(), create) != (integration.Succeeded{Output: "others"}) || c.Poll(t.Context(), create, "", 0) != (integration.Succeeded{Output: "polled"}) || c.Stop(t.Context(), create, "") == nil {
		t.Error("they were not asked")
	}
}

func TestConnectorContract(t *testing.T) {
	_, c, cluster, _ := serve(t, map[string]string{"GET /": "{}"}, Config{Presigner: presigner{}})
	connectortest.Run(t, c, integration.Call{Resource: call, Input: cluster + `,"Method":"GET","Path":"/"}`})
	connectortest.Run(t, c, integration.Call{Resource: wait, Input: cluster + `,"Job":{}}`})
	for input, want := range map[string]bool{`{"Method":"GET"}`: true, `{"Method":"POST"}`: false, `{`: false} {
		if got := c.Idempotent(integration.Call{Resource: call, Input: input}); got != want {
			t.Errorf("%s: %t", input, got)
		}
	}
}
