//go:build unix

package localjob

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
)

// fakeEngine is a container engine as far as jobs see one: it keeps containers and runs nothing. What is called "missing"
// it has to pull, "broken" does not start, and "gone" it cannot pull.
type fakeEngine struct {
	address string

	mu         sync.Mutex
	pulled     bool
	containers map[string]*fakeContainer
	requests   []string
}

type fakeContainer struct {
	created map[string]any
	status  string
	code    int
	over    chan struct{}
}

func newFakeEngine(t *testing.T) *fakeEngine {
	t.Helper()
	f := &fakeEngine{address: filepath.Join(t.TempDir(), "engine.sock"), containers: map[string]*fakeContainer{}}
	listener, err := net.Listen("unix", f.address)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("POST /v1.41/containers/create", f.create)
	mux.HandleFunc("POST /v1.41/images/create", f.pull)
	mux.HandleFunc("GET /v1.41/containers/{name}/json", f.of(f.inspect))
	mux.HandleFunc("POST /v1.41/containers/{name}/start", f.of(f.start))
	mux.HandleFunc("POST /v1.41/containers/{name}/stop", f.of(func(_ http.ResponseWriter, _ *http.Request, c *fakeContainer) { f.end(c, 143) }))
	mux.HandleFunc("POST /v1.41/containers/{name}/wait", f.of(f.wait))
	mux.HandleFunc("GET /v1.41/containers/{name}/logs", f.of(f.logs))
	mux.HandleFunc("DELETE /v1.41/containers/{name}", func(_ http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.containers, r.PathValue("name"))
	})
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.requests = append(f.requests, r.Method+" "+r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:])
		f.mu.Unlock()
		mux.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.Cleanup(func() { server.Close() })
	return f
}

func complain(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"message":%q}`, message)
}

func (f *fakeEngine) create(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &fakeContainer{status: "created", over: make(chan struct{})}
	if err := json.NewDecoder(r.Body).Decode(&c.created); err != nil {
		complain(w, http.StatusBadRequest, err.Error())
		return
	}
	name := r.URL.Query().Get("name")
	switch image := c.created["Image"]; {
	case f.containers[name] != nil:
		complain(w, http.StatusConflict, "the name is in use")
	case image == "gone", image == "missing" && !f.pulled:
		complain(w, http.StatusNotFound, "no such image")
	default:
		f.containers[name] = c
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"Id":"1"}`)
	}
}

func (f *fakeEngine) pull(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Fprintln(w, `{"status":"pulling"}`)
	if r.URL.Query().Get("fromImage") != "missing:latest" {
		fmt.Fprintln(w, `{"error":"there is none"}`)
	}
	f.pulled = true
}

func (f *fakeEngine) of(do func(http.ResponseWriter, *http.Request, *fakeContainer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		c := f.containers[r.PathValue("name")]
		f.mu.Unlock()
		if c == nil {
			complain(w, http.StatusNotFound, "no such container")
			return
		}
		do(w, r, c)
	}
}

func (f *fakeEngine) inspect(w http.ResponseWriter, _ *http.Request, c *fakeContainer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Fprintf(w, `{"State":{"Status":%q,"ExitCode":%d,"StartedAt":"2026-01-02T03:04:05.678Z"}}`, c.status, c.code)
}

func (f *fakeEngine) start(w http.ResponseWriter, _ *http.Request, c *fakeContainer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.created["Image"] == "broken" {
		complain(w, http.StatusBadRequest, "exec: no such file")
		return
	}
	c.status = "running"
	w.WriteHeader(http.StatusNoContent)
}

func (f *fakeEngine) end(c *fakeContainer, code int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.status != "exited" {
		c.status, c.code = "exited", code
		close(c.over)
	}
}

func (f *fakeEngine) wait(w http.ResponseWriter, r *http.Request, c *fakeContainer) {
	select {
	case <-c.over:
		fmt.Fprintf(w, `{"StatusCode":%d}`, c.code)
	case <-r.Context().Done():
	}
}

func (f *fakeEngine) logs(w http.ResponseWriter, r *http.Request, c *fakeContainer) {
	if r.URL.Query().Get("since") == "" {
		for i, part := range []string{"first\nsec", "ond\n"} {
			frame := binary.BigEndian.AppendUint32([]byte{byte(i + 1), 0, 0, 0}, uint32(len(part)))
			_, _ = w.Write(append(frame, part...))
		}
	}
	w.(http.Flusher).Flush()
	select {
	case <-c.over:
	case <-r.Context().Done():
	}
}

// only returns the one container that there is.
func (f *fakeEngine) only(t *testing.T) *fakeContainer {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.containers {
		return c
	}
	t.Fatal("there is no container")
	return nil
}

func (f *fakeEngine) count(request string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.requests {
		if r == request {
			n++
		}
	}
	return n
}

func TestAContainerRunsAJob(t *testing.T) {
	e, said := newFakeEngine(t), make(chan string, 100)
	c := open(t, t.TempDir(), Bindings{"ecs:report": {Image: "missing", Engine: e.address, Command: []string{"own"}, Env: map[string]string{"OWN": "1"}}}, func(_, line string) { said <- line })
	run := call(t, "ecs:runTask.sync", `{"TaskDefinition":"report","Overrides":{"ContainerOverrides":[{"Command":["given"],"Environment":[{"Name":"MODE","Value":"fast"}]}]}}`)
	job := submit(t, c, run).Job
	for _, want := range []string{"pulling missing", "first", "second"} {
		if line := <-said; line != want {
			t.Errorf("said %q, want %q", line, want)
		}
	}
	container := e.only(t)
	env := fmt.Sprint(container.created["Env"])
	if fmt.Sprint(container.created["Cmd"]) != "[given]" || !strings.Contains(env, "MODE=fast") || !strings.Contains(env, "OWN=1") ||
		!strings.Contains(env, "AWS_ENDPOINT_URL_SFN=http://host.docker.internal:1") || strings.Contains(env, "HOME=") {
		t.Errorf("created with %v", container.created)
	}
	e.end(container, 5)
	d, failed := read(t, await(t, c, run, job))
	if !failed || at(t, d, "Containers.0.ExitCode") != 5.0 || at(t, d, "Containers.0.Image") != "missing" {
		t.Errorf("described as %v", d)
	}
	shut(t, c)
	if n := e.count("DELETE " + "cogstep-" + strings.TrimPrefix(job, jobPrefix)); n != 1 {
		t.Errorf("the container was removed %d times", n)
	}
}

func TestAContainerOutlivesTheServerAndIsStartedOnce(t *testing.T) {
	e, dir, said := newFakeEngine(t), t.TempDir(), make(chan string, 100)
	bindings := Bindings{"batch:nightly": {Image: "here", Engine: e.address}}
	before := open(t, dir, bindings, func(_, line string) { said <- line })
	run := call(t, "batch:submitJob.sync", nightly)
	job := submit(t, before, run).Job
	<-said
	shut(t, before)
	after := open(t, dir, bindings, nil)
	if _, ok := after.Poll(t.Context(), run, job, 0).(integration.Running); !ok {
		t.Error("it does not run any more")
	}
	e.end(e.only(t), 0)
	if d, failed := read(t, await(t, after, run, job)); failed || at(t, d, "Status") != "SUCCEEDED" {
		t.Errorf("described as %v", d)
	}
	if n := e.count("POST start"); n != 1 {
		t.Errorf("started %d times", n)
	}
}

func TestAContainerIsStopped(t *testing.T) {
	for name, timeout := range map[string]time.Duration{"by the engine of executions": 0, "by its timeout": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			e, said := newFakeEngine(t), make(chan string, 100)
			c := open(t, t.TempDir(), Bindings{"glue:nightly": {Image: "here", Engine: e.address, Timeout: Timeout(timeout)}}, func(_, line string) { said <- line })
			run := call(t, "glue:startJobRun.sync", `{"JobName":"nightly"}`)
			job := submit(t, c, run).Job
			<-said
			want := "TIMEOUT"
			if timeout == 0 {
				want = "STOPPED"
				if err := c.Stop(t.Context(), run, job); err != nil {
					t.Fatal(err)
				}
			}
			if d, failed := read(t, await(t, c, run, job)); !failed || at(t, d, "JobRunState") != want {
				t.Errorf("described as %v", d)
			}
		})
	}
}

func TestAContainerThatCannotRunIsSaidSo(t *testing.T) {
	for image, want := range map[string]string{"gone": "there is none", "broken": "no such file"} {
		t.Run(image, func(t *testing.T) {
			e := newFakeEngine(t)
			c := open(t, t.TempDir(), Bindings{"ecs:report": {Image: image, Engine: e.address}}, nil)
			d, failed := conclude(t, c, call(t, "ecs:runTask.sync", `{"TaskDefinition":"report"}`))
			if !failed || at(t, d, "StopCode") != "TaskFailedToStart" || !strings.Contains(fmt.Sprint(at(t, d, "StoppedReason")), want) {
				t.Errorf("described as %v", d)
			}
		})
	}
	c := open(t, t.TempDir(), Bindings{"ecs:report": {Image: "here", Engine: "/no/such/socket"}}, nil)
	if d, failed := conclude(t, c, call(t, "ecs:runTask.sync", `{"TaskDefinition":"report"}`)); !failed || at(t, d, "StopCode") != "TaskFailedToStart" {
		t.Errorf("without an engine, described as %v", d)
	}
}

func TestAddressesOfThisMachineAsContainersReachThem(t *testing.T) {
	var got []string
	for _, value := range []string{"http://127.0.0.1:8083", "http://localhost/x", "http://[::1]:80", "http://10.0.0.1:80", "us-east-1"} {
		got = append(got, reachable(value, ""), reachable(value, hostNetwork))
	}
	want := []string{
		"http://host.docker.internal:8083", "http://127.0.0.1:8083", "http://host.docker.internal/x", "http://localhost/x",
		"http://host.docker.internal:80", "http://[::1]:80", "http://10.0.0.1:80", "http://10.0.0.1:80", "us-east-1", "us-east-1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
