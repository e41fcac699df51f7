package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// endpoint is a Step Functions service that says what a test wants it to say.
type endpoint struct {
	mu      sync.Mutex
	calls   map[string]int
	deleted []string
	// answer may replace the answer of an operation: n counts its calls from 1. "": the answer of good health.
	answer func(operation string, n int, body map[string]any) (status int, text string)
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
	raw, _ := io.ReadAll(r.Body)
	var body map[string]any
	err := json.Unmarshal(raw, &body)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	e.calls[operation]++
	if e.answer != nil {
		if status, text := e.answer(operation, e.calls[operation], body); text != "" {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
			return
		}
	}
	switch operation {
	case "CreateStateMachine":
		fmt.Fprintf(w, `{"stateMachineArn":"arn:%s"}`, body["name"])
	case "DeleteStateMachine":
		e.deleted = append(e.deleted, body["stateMachineArn"].(string))
		fmt.Fprint(w, `{}`)
	case "StartExecution":
		fmt.Fprintf(w, `{"executionArn":"%s:%s","startDate":1}`, body["stateMachineArn"], body["name"])
	case "StartSyncExecution", "DescribeExecution":
		fmt.Fprint(w, `{"executionArn":"x", "status": "SUCCEEDED", "output": "{\"status\": \"FAILED\"}"}`)
	case "ListExecutions":
		fmt.Fprint(w, `{"executions":[]}`)
	}
}

// play runs a scenario against an endpoint.
func play(t *testing.T, ctx context.Context, e *endpoint, change func(*Config)) (*Report, error) {
	t.Helper()
	e.calls = map[string]int{}
	server := httptest.NewServer(e)
	defer server.Close()
	cfg := good()
	cfg.Endpoint, cfg.Concurrency, cfg.Count, cfg.FunctionsListen = server.URL, 4, 30, "127.0.0.1:0"
	cfg.Credentials.AccessKeyID, cfg.Credentials.SecretAccessKey = "test", "test"
	change(&cfg)
	r, err := Run(ctx, cfg)
	if len(e.deleted) != e.calls["CreateStateMachine"] {
		t.Errorf("%d state machines were created, %d deleted", e.calls["CreateStateMachine"], len(e.deleted))
	}
	return r, err
}

func scenarioIs(name string) func(*Config) { return func(c *Config) { c.Scenario = name } }

func check(t *testing.T, r *Report, err error, started, completed, failed, unfinished int, errors map[string]int) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r.Started != started || r.Completed != completed || r.Failed != failed || r.Unfinished != unfinished || !maps.Equal(r.Errors, errors) {
		t.Errorf("started %d, completed %d, failed %d, unfinished %d, errors %v; want %d, %d, %d, %d, %v",
			r.Started, r.Completed, r.Failed, r.Unfinished, r.Errors, started, completed, failed, unfinished, errors)
	}
}

func TestRunCountsWhatWentWell(t *testing.T) {
	for _, name := range []string{"pass10", "map", "express10"} {
		t.Run(name, func(t *testing.T) {
			r, err := play(t, t.Context(), &endpoint{}, scenarioIs(name))
			check(t, r, err, 30, 30, 0, 0, nil)
			if !r.Clean() || r.ExecutionsPerSecond <= 0 || r.Latency.Max <= 0 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// Being accepted is not being done: what fails afterwards is no completed execution, and what still runs is waited for.
func TestRunWaitsForWhatStillRunsAndCountsWhatFailed(t *testing.T) {
	running := 0
	e := &endpoint{answer: func(operation string, _ int, body map[string]any) (int, string) {
		switch {
		case operation == "ListExecutions" && body["statusFilter"] == "RUNNING":
			if running++; running < 3 {
				return 200, `{"executions":[{},{}]}`
			}
		case operation == "ListExecutions" && body["statusFilter"] == "FAILED" && body["nextToken"] == nil:
			return 200, `{"executions":[{},{}],"nextToken":"more"}`
		case operation == "ListExecutions" && body["statusFilter"] == "FAILED":
			return 200, `{"executions":[{}]}`
		}
		return 0, ""
	}}
	r, err := play(t, t.Context(), e, scenarioIs("pass10"))
	check(t, r, err, 30, 27, 3, 0, map[string]int{"FAILED": 3})
	if running != 3 || r.Sampled != sampleMax || r.Clean() {
		t.Errorf("asked %d times what runs; %+v", running, r)
	}
}

// A list may be behind; executions that were started last are looked at themselves.
func TestRunSamplesExecutions(t *testing.T) {
	e := &endpoint{answer: func(operation string, n int, _ map[string]any) (int, string) {
		if operation == "DescribeExecution" && n > 1 { // the first is tried before the load
			return 200, `{"executionArn":"x","status":"TIMED_OUT"}`
		}
		return 0, ""
	}}
	r, err := play(t, t.Context(), e, scenarioIs("pass10"))
	check(t, r, err, 30, 10, 20, 0, map[string]int{"TIMED_OUT": 20})
}

// Nobody can tell what runs: then nothing counts as completed.
func TestRunDoesNotGuess(t *testing.T) {
	e := &endpoint{answer: func(operation string, _ int, _ map[string]any) (int, string) {
		if operation == "ListExecutions" {
			return 400, `{"__type":"com.amazonaws#AccessDeniedException","message":"no"}`
		}
		return 0, ""
	}}
	r, err := play(t, t.Context(), e, scenarioIs("pass10"))
	check(t, r, err, 30, 0, 0, 30, map[string]int{"AccessDeniedException": 4})
}

func TestRunCountsRefusalsByCode(t *testing.T) {
	e := &endpoint{answer: func(operation string, n int, _ map[string]any) (int, string) {
		switch {
		case operation == "StartSyncExecution" && n > 1 && n <= 6:
			return 400, `{"__type":"ThrottlingException","message":"slow down"}`
		case operation == "StartSyncExecution" && n == 7:
			return 503, `<html>`
		case operation == "StartSyncExecution" && n == 8:
			return 200, `{"executionArn":"x","status":"FAILED","error":"States.Runtime"}`
		}
		return 0, ""
	}}
	r, err := play(t, t.Context(), e, scenarioIs("express10"))
	check(t, r, err, 24, 23, 1, 0, map[string]int{"ThrottlingException": 5, "HTTP503": 1, "FAILED States.Runtime": 1})
}

func TestRunRefusesASetUpThatDoesNotWork(t *testing.T) {
	failed := func(operation string, _ int, _ map[string]any) (int, string) {
		if operation == "DescribeExecution" {
			return 200, `{"executionArn":"x","status":"FAILED","error":"E","cause":"because"}`
		}
		return 0, ""
	}
	_, err := play(t, t.Context(), &endpoint{answer: failed}, scenarioIs("pass10"))
	if err == nil || err.Error() != "the first execution did not succeed: FAILED E because" {
		t.Errorf("%v", err)
	}
	_, err = play(t, t.Context(), &endpoint{answer: failed}, scenarioIs("task5"))
	if err == nil || !strings.Contains(err.Error(), "start the server with LAMBDA_ENDPOINT=http://127.0.0.1:") {
		t.Errorf("%v", err)
	}
	refused := &endpoint{answer: func(string, int, map[string]any) (int, string) { return 400, `{"__type":"InvalidArn"}` }}
	_, err = Run(t.Context(), func() Config {
		refused.calls = map[string]int{}
		server := httptest.NewServer(refused)
		t.Cleanup(server.Close)
		c := good()
		c.Endpoint = server.URL
		return c
	}())
	if err == nil || !strings.Contains(err.Error(), "create the state machine") || !strings.Contains(err.Error(), "InvalidArn") {
		t.Errorf("%v", err)
	}
}

// Ctrl-C under load: the report is there, and the state machines are not.
func TestRunReportsAfterAnInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	e := &endpoint{answer: func(operation string, n int, _ map[string]any) (int, string) {
		if operation == "StartExecution" && n == 20 {
			cancel()
		}
		return 0, ""
	}}
	r, err := play(t, ctx, e, func(c *Config) { c.Count = 1_000_000 })
	if err != nil || !r.Interrupted || r.Started < 10 || r.Started > 40 || r.Completed != r.Started || len(e.deleted) != 2 {
		t.Errorf("%+v, %v, deleted %v", r, err, e.deleted)
	}
}

// The service behind task5: it calls the function five times for each execution, which runs until then.
func TestRunServesTheFunctionsOfTask5(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	var called sync.WaitGroup
	work := func(n int) {
		for step := 1; step <= taskStates; step++ {
			body := fmt.Sprintf(`{"n":%d,"step":%d}`, n, step)
			resp, err := http.Post("http://"+address+"/2015-03-31/functions/any/invocations", "application/json", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("the function answered with %s", resp.Status)
			}
		}
	}
	e := &endpoint{answer: func(operation string, _ int, body map[string]any) (int, string) {
		if operation == "StartExecution" {
			var input struct{ N int }
			if err := json.Unmarshal([]byte(body["input"].(string)), &input); err != nil {
				t.Error(err)
			}
			called.Go(func() { work(input.N) })
		}
		return 0, ""
	}}
	r, err := play(t, t.Context(), e, func(c *Config) { c.Scenario, c.FunctionsListen = "task5", address })
	called.Wait()
	check(t, r, err, 30, 30, 0, 0, nil)
	if r.LatencyUntil != UntilEnd || r.Sampled != 0 || e.calls["ListExecutions"] != 0 {
		t.Errorf("every end is seen, so nothing is listed or sampled: %+v, %v", r, e.calls)
	}
	if described := e.calls["DescribeExecution"]; described != 31 { // the first execution is tried before the load
		t.Errorf("31 executions were described %d times: the last call says when", described)
	}
}

func TestFunctionsAnnounceTheLastCallOnly(t *testing.T) {
	f := &functions{}
	last := f.expect(7)
	for step := 1; step <= taskStates; step++ {
		select {
		case <-last:
			t.Fatalf("the last call was announced before call %d", step)
		default:
		}
		body := strings.NewReader(fmt.Sprintf(`{"n":%d,"step":%d}`, numberBase+7, step))
		f.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", body))
	}
	<-last
	if f.calls.Load() != taskStates {
		t.Errorf("%d calls", f.calls.Load())
	}
}

// Timers are judged by the histories: late ones are measured, early ones are an error.
func TestTimersAreReadFromHistories(t *testing.T) {
	histories := []string{
		`{"events":[{"type":"WaitStateEntered","timestamp":100.100},{"type":"WaitStateExited","timestamp":101.100}]}`,
		`{"events":[{"type":"WaitStateEntered","timestamp":100.1},{"type":"WaitStateExited","timestamp":101.107}]}`,
		`{"events":[{"type":"WaitStateEntered","timestamp":100},{"type":"WaitStateExited","timestamp":100.999}]}`,
		`{"events":[{"type":"WaitStateEntered","timestamp":100}]}`,
	}
	e := &endpoint{calls: map[string]int{}, answer: func(_ string, n int, _ map[string]any) (int, string) { return 200, histories[n-1] }}
	server := httptest.NewServer(e)
	defer server.Close()
	cfg := good()
	cfg.Endpoint, cfg.Credentials.AccessKeyID, cfg.Credentials.SecretAccessKey = server.URL, "test", "test"
	r := &run{cfg: cfg, client: newClient(cfg)}
	got := r.timers(t.Context(), []string{"a", "b", "c", "d"})
	if got.Read != 2 || got.Early != 1 || got.Unread != 1 || got.Late.Max < 7 || got.Late.Max > 7.01 {
		t.Errorf("%+v", got)
	}
}

func TestSyncEndpointIsAHostOfItsOwnInTheCloudOnly(t *testing.T) {
	for endpoint, want := range map[string]string{
		"https://states.eu-west-1.amazonaws.com":     "https://sync-states.eu-west-1.amazonaws.com",
		"https://states.cn-north-1.amazonaws.com.cn": "https://sync-states.cn-north-1.amazonaws.com.cn",
		"http://127.0.0.1:8083":                      "http://127.0.0.1:8083",
		"http://amazonaws.com.example:1":             "http://amazonaws.com.example:1",
	} {
		if got := syncEndpoint(endpoint); got != want {
			t.Errorf("%s: %s", endpoint, got)
		}
	}
}
