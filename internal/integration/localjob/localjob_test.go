//go:build unix

package localjob

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/connectortest"
)

// superviseWord makes the test program a supervisor.
const superviseWord = "supervise-a-job"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == superviseWord {
		if err := Supervise(context.Background(), os.Args[2], os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var scope = arn.Scope{Account: "123456789012", Region: "eu-west-1"}

// next is the connector behind ours.
type next struct{}

func (next) Invoke(context.Context, integration.Call) integration.Answer {
	return integration.Failed{Error: "Next"}
}
func (next) Idempotent(integration.Call) bool { return false }
func (next) Poll(context.Context, integration.Call, string, int) integration.Answer {
	return integration.Succeeded{Output: `"next"`}
}
func (next) Stop(context.Context, integration.Call, string) error { return context.DeadlineExceeded }

func open(t *testing.T, dir string, bindings Bindings, log func(string, string)) *Connector {
	t.Helper()
	c, err := Open(Config{
		Bindings: bindings, Scope: scope, Dir: dir, Supervisor: []string{os.Args[0], superviseWord},
		Env: map[string]string{"AWS_ENDPOINT_URL_SFN": "http://127.0.0.1:1"}, Log: log, Next: next{},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, c) })
	return c
}

func shut(t *testing.T, c *Connector) {
	t.Helper()
	if err := c.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// shell binds one job to a shell script.
func shell(name, script string) Bindings {
	return Bindings{name: {Entrypoint: []string{"sh", "-c", script, "sh"}}}
}

var attempts atomic.Int64

// call returns a call that no other test has made.
func call(t *testing.T, resource, input string) integration.Call {
	t.Helper()
	r, err := asl.ParseResource("arn:aws:states:::" + resource)
	if err != nil {
		t.Fatal(err)
	}
	return integration.Call{Resource: r, Input: input, ClientToken: fmt.Sprintf("%s-%d", t.Name(), attempts.Add(1))}
}

// submit starts the job of a .sync call.
func submit(t *testing.T, c *Connector, call integration.Call) integration.Submitted {
	t.Helper()
	s, ok := c.Invoke(t.Context(), call).(integration.Submitted)
	if !ok || s.Job == "" || s.Ask <= 0 || len(s.Job) > 4<<10 {
		t.Fatalf("answered %+v; want a job to ask about", c.Invoke(t.Context(), call))
	}
	return s
}

// await asks about a job, as often as it says, until it is over.
func await(t *testing.T, c *Connector, call integration.Call, job string) integration.Answer {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for asked := 0; ; asked++ {
		a := c.Poll(t.Context(), call, job, asked)
		running, ok := a.(integration.Running)
		if !ok {
			return a
		}
		select {
		case <-time.After(running.Again):
		case <-deadline:
			t.Fatal("the job does not end")
		}
	}
}

// conclude runs the job of a .sync call to its end and returns its description.
func conclude(t *testing.T, c *Connector, call integration.Call) (description map[string]any, failed bool) {
	t.Helper()
	return read(t, await(t, c, call, submit(t, c, call).Job))
}

func read(t *testing.T, a integration.Answer) (description map[string]any, failed bool) {
	t.Helper()
	text := ""
	switch a := a.(type) {
	case integration.Succeeded:
		text = a.Output
	case integration.Failed:
		text, failed = a.Cause, true
		if a.Error != "States.TaskFailed" {
			t.Errorf("failed with %s", a.Error)
		}
	}
	if err := json.Unmarshal([]byte(text), &description); err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	return description, failed
}

// at follows a path of names and indexes through JSON.
func at(t *testing.T, v any, path string) any {
	t.Helper()
	for _, step := range strings.Split(path, ".") {
		switch parent := v.(type) {
		case map[string]any:
			v = parent[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(parent) {
				return nil
			}
			v = parent[i]
		default:
			return nil
		}
	}
	return v
}

// services are what differs between the services: a call with an override, and where its result says how it went.
var services = []struct {
	binding, resource, input string
	want                     string // what the job writes: an override, and its identifier
	accepted                 string // path that the answer has
	status                   string // path in the description
	good, bad, late, stopped string // its values
	code                     string // path of the exit code; "": there is none
}{
	{
		"batch:nightly", "batch:submitJob", `{"JobName":"n","JobQueue":"arn:aws:batch:eu-west-1:123456789012:job-queue/q","JobDefinition":"arn:aws:batch:eu-west-1:123456789012:job-definition/nightly:7",` +
			`"Parameters":{"day":"monday"},"ContainerOverrides":{"Command":["Ref::day","x y"],"Environment":[{"Name":"MODE","Value":"fast"}]}}`,
		"2 monday x y fast $AWS_BATCH_JOB_ID", "JobId", "Status", "SUCCEEDED", "FAILED", "FAILED", "FAILED", "Container.ExitCode",
	},
	{
		"ecs:nightly", "ecs:runTask", `{"LaunchType":"FARGATE","Cluster":"c","TaskDefinition":"nightly:7",` +
			`"Overrides":{"ContainerOverrides":[{"Name":"main","Command":["monday","x y"],"Environment":[{"Name":"MODE","Value":"fast"}]}]}}`,
		"2 monday x y fast", "Tasks.0.TaskArn", "StopCode", "EssentialContainerExited", "EssentialContainerExited", "UserInitiated", "UserInitiated", "Containers.0.ExitCode",
	},
	{
		"codebuild:nightly", "codebuild:startBuild", `{"ProjectName":"nightly","EnvironmentVariablesOverride":[{"Name":"MODE","Value":"fast"}]}`,
		"0   fast $CODEBUILD_BUILD_ID", "Build.Id", "Build.BuildStatus", "SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED", "",
	},
	{
		"glue:nightly", "glue:startJobRun", `{"JobName":"nightly","Arguments":{"--mode":"fast","--day":"x y"}}`,
		"8 --JOB_NAME nightly", "JobRunId", "JobRunState", "SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED", "",
	},
}

func TestAJobGetsWhatTheCallSaysAndItsDescriptionIsTheServices(t *testing.T) {
	for _, s := range services {
		t.Run(s.resource, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "said")
			c := open(t, t.TempDir(), shell(s.binding, `echo "$# $1 $2 $MODE" "$AWS_BATCH_JOB_ID$CODEBUILD_BUILD_ID" "$AWS_ENDPOINT_URL_SFN" "$AWS_REGION" > `+file), nil)
			call := call(t, s.resource+".sync", s.input)
			submitted := submit(t, c, call)
			var answer map[string]any
			if err := json.Unmarshal([]byte(submitted.Output), &answer); err != nil {
				t.Fatal(err)
			}
			if at(t, answer, s.accepted) == nil || at(t, answer, "SdkHttpMetadata.HttpStatusCode") != 200.0 {
				t.Errorf("the call is answered with %s", submitted.Output)
			}
			d, failed := read(t, await(t, c, call, submitted.Job))
			if failed || at(t, d, s.status) != s.good || s.code != "" && at(t, d, s.code) != 0.0 {
				t.Errorf("described as %v", d)
			}
			said, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.NewReplacer("$AWS_BATCH_JOB_ID", fmt.Sprint(at(t, answer, "JobId")), "$CODEBUILD_BUILD_ID", fmt.Sprint(at(t, answer, "Build.Id"))).Replace(s.want)
			if !strings.HasPrefix(string(said), want) || !strings.HasSuffix(string(said), " http://127.0.0.1:1 eu-west-1\n") {
				t.Errorf("the job got %q, want %q and the surroundings", said, want)
			}
		})
	}
}

func TestAJobThatFailsFailsTheTaskWithItsDescription(t *testing.T) {
	for _, s := range services {
		for name, c := range map[string]struct {
			binding Binding
			status  string
			code    any
		}{
			"exit code": {Binding{Entrypoint: []string{"sh", "-c", "exit 3"}}, s.bad, 3.0},
			"signal":    {Binding{Entrypoint: []string{"sh", "-c", "kill -9 $$"}}, s.bad, 137.0},
			"time-out":  {Binding{Entrypoint: []string{"sh", "-c", "exec sleep 60"}, Timeout: Timeout(time.Millisecond)}, s.late, 137.0},
		} {
			t.Run(s.resource+" "+name, func(t *testing.T) {
				t.Parallel()
				k := open(t, t.TempDir(), Bindings{s.binding: c.binding}, nil)
				d, failed := conclude(t, k, call(t, s.resource+".sync", s.input))
				if !failed || at(t, d, s.status) != c.status {
					t.Errorf("failed: %t, described as %v", failed, d)
				}
				if s.code != "" && at(t, d, s.code) != c.code {
					t.Errorf("exit code %v, want %v", at(t, d, s.code), c.code)
				}
			})
		}
	}
}

func TestAProgramThatIsNotThereIsSaidSo(t *testing.T) {
	c := open(t, t.TempDir(), Bindings{"ecs:nightly": {Command: []string{"/no/such/program"}}}, nil)
	d, failed := conclude(t, c, call(t, "ecs:runTask.sync", `{"TaskDefinition":"nightly"}`))
	if !failed || at(t, d, "StopCode") != "TaskFailedToStart" || !strings.Contains(fmt.Sprint(at(t, d, "StoppedReason")), "/no/such/program") {
		t.Errorf("described as %v", d)
	}
}

func TestCallsThatAreNotBoundGoOn(t *testing.T) {
	c := open(t, t.TempDir(), shell("batch:nightly", "exit 0"), nil)
	for _, other := range []integration.Call{
		call(t, "batch:submitJob", `{"JobName":"n","JobQueue":"q","JobDefinition":"weekly"}`),
		call(t, "ecs:runTask", `{"TaskDefinition":"nightly"}`),
		call(t, "codebuild:stopBuild", `{"Id":"batch:nightly"}`),
	} {
		if a := c.Invoke(t.Context(), other); a != (integration.Failed{Error: "Next"}) {
			t.Errorf("%s: answered %+v", other.Resource.ARN, a)
		}
		if a := c.Poll(t.Context(), other, `{"JobId":"1"}`, 0); a != (integration.Succeeded{Output: `"next"`}) {
			t.Errorf("%s: asked, and answered %+v", other.Resource.ARN, a)
		}
		if c.Stop(t.Context(), other, `{"JobId":"1"}`) != context.DeadlineExceeded {
			t.Errorf("%s: the next connector was not told to stop", other.Resource.ARN)
		}
	}
}

func TestRequestResponseAndTaskTokensDoNotWait(t *testing.T) {
	c := open(t, t.TempDir(), shell("ecs:nightly", "exit 0"), nil)
	if a, ok := c.Invoke(t.Context(), call(t, "ecs:runTask", `{"TaskDefinition":"nightly"}`)).(integration.Succeeded); !ok || !strings.Contains(a.Output, `"Tasks":[{`) {
		t.Errorf("answered %+v", a)
	}
	if a, ok := c.Invoke(t.Context(), call(t, "ecs:runTask.waitForTaskToken", `{"TaskDefinition":"nightly"}`)).(integration.Submitted); !ok || a.Job != "" {
		t.Errorf("answered %+v", a)
	}
	settle(c)
}

const nightly = `{"JobName":"n","JobQueue":"q","JobDefinition":"nightly"}`

func TestACallThatIsSentTwiceIsOneJob(t *testing.T) {
	file := filepath.Join(t.TempDir(), "runs")
	c := open(t, t.TempDir(), shell("batch:nightly", "echo run >> "+file), nil)
	first := call(t, "batch:submitJob.sync", nightly)
	if !c.Idempotent(first) {
		t.Error("it may be sent again, and that is not said")
	}
	one, two := submit(t, c, first), submit(t, c, first)
	await(t, c, first, one.Job)
	await(t, c, first, submit(t, c, first).Job)
	if text, _ := os.ReadFile(file); one != two || string(text) != "run\n" {
		t.Errorf("jobs %+v and %+v, which ran: %q", one, two, text)
	}
}

// settle waits until all jobs have ended.
func settle(c *Connector) {
	c.mu.Lock()
	running := slices.Collect(maps.Values(c.jobs))
	c.mu.Unlock()
	for _, j := range running {
		<-j.ended
	}
}

// gate is a named pipe that a job waits at until the test opens it.
func gate(t *testing.T) (wait string, open func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gate")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return "read line < " + path, func() {
		if err := os.WriteFile(path, []byte("go\n"), 0); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAJobOutlivesTheServerAndIsFoundAgain(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "runs")
	wait, goOn := gate(t)
	bindings := Bindings{"batch:nightly": {Entrypoint: []string{"sh", "-c", "echo begun; echo run >> " + file + "; " + wait + "; echo over; exit 4"}, Concurrency: 1}}
	said := make(chan string, 100)
	log := func(binding, line string) { said <- binding + " " + line }
	before := open(t, dir, bindings, log)
	running, waiting := call(t, "batch:submitJob.sync", nightly), call(t, "batch:submitJob.sync", nightly)
	job := submit(t, before, running).Job
	if line := <-said; line != "batch:nightly begun" {
		t.Fatalf("said %q", line)
	}
	later := submit(t, before, waiting).Job
	shut(t, before)

	after := open(t, dir, bindings, log)
	if a, ok := after.Poll(t.Context(), running, job, 0).(integration.Running); !ok {
		t.Fatalf("answered %+v; want that it is running", a)
	}
	goOn()
	if d, failed := read(t, await(t, after, running, job)); !failed || at(t, d, "Container.ExitCode") != 4.0 {
		t.Errorf("described as %v", d)
	}
	if line := <-said; line != "batch:nightly over" {
		t.Errorf("said %q", line)
	}
	goOn()
	if d, failed := read(t, await(t, after, waiting, later)); !failed || at(t, d, "Container.ExitCode") != 4.0 {
		t.Errorf("the job that waited for a place is described as %v", d)
	}
	if text, _ := os.ReadFile(file); string(text) != "run\nrun\n" {
		t.Errorf("two jobs ran %q", text)
	}
	shut(t, after)

	last := open(t, dir, bindings, log)
	defer shut(t, last)
	if d, failed := read(t, last.Poll(t.Context(), running, job, 0)); !failed || at(t, d, "Status") != "FAILED" {
		t.Errorf("asked again by another server, described as %v", d)
	}
}

func TestAJobWhoseSupervisorWasKilledIsLostAndNotStartedAgain(t *testing.T) {
	dir := t.TempDir()
	wait, _ := gate(t)
	said := make(chan string, 100)
	bindings := shell("glue:nightly", "echo $PPID $$; "+wait)
	c := open(t, dir, bindings, func(_, line string) { said <- line })
	run := call(t, "glue:startJobRun.sync", `{"JobName":"nightly"}`)
	job := submit(t, c, run).Job
	var supervisor, process int
	if _, err := fmt.Sscan(<-said, &supervisor, &process); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(supervisor, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	d, failed := read(t, await(t, c, run, job))
	if !failed || at(t, d, "JobRunState") != "ERROR" || !strings.Contains(fmt.Sprint(at(t, d, "ErrorMessage")), "not known") {
		t.Errorf("described as %v", d)
	}
	if s := submit(t, c, run); s.Job != job {
		t.Errorf("sent again, it is the job %s; want %s", s.Job, job)
	}
	wantGone(t, process)
}

// wantGone waits until a process has ended. A zombie has: whoever is to bury it is not our business.
func wantGone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && strings.Contains(string(stat), ") Z ") || syscall.Kill(pid, 0) == syscall.ESRCH {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("process %d is still there", pid)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestStopEndsTheProcessAndAllThatItStarted(t *testing.T) {
	for _, s := range services {
		t.Run(s.resource, func(t *testing.T) {
			t.Parallel()
			said := make(chan string, 100)
			c := open(t, t.TempDir(), shell(s.binding, "sleep 60 & echo $!; wait"), func(_, line string) { said <- line })
			run := call(t, s.resource+".sync", s.input)
			job := submit(t, c, run).Job
			var child int
			if _, err := fmt.Sscan(<-said, &child); err != nil {
				t.Fatal(err)
			}
			asked := run
			asked.Input = "" // as the contract has it
			for range 2 {
				if err := c.Stop(t.Context(), asked, job); err != nil {
					t.Fatal(err)
				}
			}
			if d, failed := read(t, await(t, c, run, job)); !failed || at(t, d, s.status) != s.stopped {
				t.Errorf("described as %v", d)
			}
			wantGone(t, child)
			if err := c.Stop(t.Context(), asked, job); err != nil {
				t.Errorf("stopped when it is over: %v", err)
			}
		})
	}
}

func TestAJobThatWaitsForAPlaceNeverBeginsIfItIsStopped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "runs")
	wait, goOn := gate(t)
	said := make(chan string, 100)
	b := Binding{Entrypoint: []string{"sh", "-c", "echo begun; echo run >> " + file + "; " + wait}, Concurrency: 1}
	c := open(t, t.TempDir(), Bindings{"batch:nightly": b}, func(_, line string) { said <- line })
	first, second := call(t, "batch:submitJob.sync", nightly), call(t, "batch:submitJob.sync", nightly)
	one := submit(t, c, first).Job
	<-said // it has the place
	two := submit(t, c, second).Job
	if err := c.Stop(t.Context(), second, two); err != nil {
		t.Fatal(err)
	}
	d, failed := read(t, await(t, c, second, two))
	if _, began := d["StartedAt"]; !failed || began || at(t, d, "Container.ExitCode") != nil {
		t.Errorf("described as %v", d)
	}
	goOn()
	await(t, c, first, one)
	if text, _ := os.ReadFile(file); string(text) != "run\n" {
		t.Errorf("ran %q", text)
	}
}

func TestWithoutADirectoryJobsEndWithTheServer(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	said := make(chan string, 100)
	c := open(t, "", shell("ecs:nightly", "echo $$; exec sleep 60"), func(_, line string) { said <- line })
	submit(t, c, call(t, "ecs:runTask.sync", `{"TaskDefinition":"nightly"}`))
	var process int
	if _, err := fmt.Sscan(<-said, &process); err != nil {
		t.Fatal(err)
	}
	shut(t, c)
	wantGone(t, process)
	if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
		t.Errorf("the directory %s is left behind", c.dir)
	}
}

func TestABoundJobEndsWhenItsServerIsKilled(t *testing.T) {
	dir, over := t.TempDir(), make(chan struct{})
	o := newOrder("ecs:nightly", Binding{Entrypoint: []string{"sleep", "60"}, Dir: dir}, "1")
	o.Bound = true
	f := folder(filepath.Join(dir, o.Name))
	if err := f.make(o); err != nil {
		t.Fatal(err)
	}
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(over)
		if err := Supervise(context.Background(), string(f), in); err != nil {
			t.Error(err)
		}
	}()
	out.Close()
	<-over
	if e, ok := f.ending(); !ok || e.How != stopped {
		t.Errorf("ended %+v", e)
	}
}

func TestWhatWasToldGoesAfterAWhile(t *testing.T) {
	c := open(t, t.TempDir(), shell("batch:nightly", "exit 0"), nil)
	asked, forgotten := call(t, "batch:submitJob.sync", nightly), call(t, "batch:submitJob.sync", nightly)
	one, two := submit(t, c, asked).Job, submit(t, c, forgotten).Job
	await(t, c, asked, one)
	first, _ := c.folder(one)
	second, _ := c.folder(two)
	settle(c)
	now := time.Now()
	for _, step := range []struct {
		after       time.Duration
		first, last bool
	}{{0, true, true}, {toldTimeMax + time.Minute, false, true}, {untoldTime + time.Minute, false, false}} {
		c.sweepOnce(now.Add(step.after))
		if first.marked(orderFile) != step.first || second.marked(orderFile) != step.last {
			t.Errorf("after %s: %t and %t, want %t and %t", step.after, first.marked(orderFile), second.marked(orderFile), step.first, step.last)
		}
	}
	if a, ok := c.Poll(t.Context(), asked, one, 0).(integration.Failed); !ok || a.Error != "States.TaskFailed" {
		t.Errorf("a job that nobody knows is answered with %+v", a)
	}
}

func TestOutputIsBounded(t *testing.T) {
	var kept strings.Builder
	b := &bounded{to: &kept, left: 10}
	for _, part := range []string{"12345", "6789012", "more"} {
		if n, err := b.Write([]byte(part)); n != len(part) || err != nil {
			t.Errorf("wrote %d bytes, %v", n, err)
		}
	}
	if got := kept.String(); !strings.HasPrefix(got, "1234567890\n(") || strings.Contains(got, "more than 16777216 bytes; the rest is not kept)\nmore") {
		t.Errorf("kept %q", got)
	}
	var got []string
	l := &lines{line: func(s string) { got = append(got, fmt.Sprint(len(s))) }}
	fmt.Fprintf(l, "a\r\n%s", strings.Repeat("b", 2*lineBytesMax))
	fmt.Fprintf(l, "c\nlast")
	l.rest()
	if strings.Join(got, " ") != "1 65536 65536 1 4" {
		t.Errorf("lines of %s bytes", got)
	}
}

func TestContract(t *testing.T) {
	c := open(t, t.TempDir(), shell("batch:nightly", "exit 0"), nil)
	connectortest.Run(t, c, call(t, "batch:submitJob.sync", nightly))
	settle(c)
}
