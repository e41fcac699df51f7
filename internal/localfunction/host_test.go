//go:build unix

package localfunction_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cogstep/cogstep/internal/integration/lambda"
	"github.com/cogstep/cogstep/internal/localfunction"
)

// languages are the ways that a function's code becomes a process.
var languages = []struct {
	name, needs, initError string
	function               localfunction.Function
}{
	{"Go", "go", "Runtime.ExitError", localfunction.Function{Runtime: "provided.al2023"}},
	{"Python", "python3", "RuntimeError", localfunction.Function{Runtime: "python3.13", Handler: "app.handler"}},
	{"Node", "node", "RangeError", localfunction.Function{Runtime: "nodejs22.x", Handler: "index.handler"}},
}

// ofEach runs a test for a function of each language; a language that is not installed is skipped, aloud.
func ofEach(t *testing.T, test func(t *testing.T, f localfunction.Function, initError string)) {
	programs := t.TempDir()
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			if exec.Command(l.needs, "--version").Run() != nil && exec.Command(l.needs, "version").Run() != nil {
				t.Skipf("%s is not installed: its functions are not tested", l.needs)
			}
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			f := l.function
			f.Name, f.Timeout = "subject", 20*time.Second
			f.Dir, _ = filepath.Abs(filepath.Join("testdata", strings.ToLower(l.name)))
			if f.Buildable() {
				var err error
				if f, err = (localfunction.Builder{Cache: programs}).Build(t.Context(), f); err != nil {
					t.Fatal(err)
				}
			}
			test(t, f, l.initError)
		})
	}
}

type host struct {
	*localfunction.Host
	t     *testing.T
	lines chan string
}

func newHost(t *testing.T, functions ...localfunction.Function) host {
	t.Helper()
	lines := make(chan string, 1000)
	h, err := localfunction.NewHost(localfunction.Config{
		Region: "us-east-1", Account: "000000000000", Env: map[string]string{"GREETING": "hello"},
		Log: func(_, line string) { lines <- line },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Replace(functions); err != nil {
		t.Fatal(err)
	}
	return host{h, t, lines}
}

func (h host) invoke(payload string) lambda.Response {
	h.t.Helper()
	r, err := h.Invoke(context.Background(), lambda.Request{Function: "subject", Payload: payload})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// pid makes a good call and returns the process that answered it.
func (h host) pid() int {
	h.t.Helper()
	r := h.invoke(`{}`)
	var doc struct {
		PID      int
		Greeting string
	}
	if err := json.Unmarshal([]byte(r.Payload), &doc); err != nil || doc.PID == 0 || doc.Greeting != "hello" || r.FunctionError != "" {
		h.t.Fatalf("not a good answer: %+v", r)
	}
	return doc.PID
}

func (h host) wantError(r lambda.Response, errorType string) {
	h.t.Helper()
	var doc struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal([]byte(r.Payload), &doc); err != nil || r.FunctionError == "" || doc.ErrorType != errorType {
		h.t.Fatalf("answered %+v; want an error document of type %s", r, errorType)
	}
}

// wantGone waits until a process has ended. A zombie has: whoever is to bury it is not our business.
func wantGone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && bytes.Contains(stat, []byte(") Z ")) || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("process %d is still there", pid)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestOneProcessAnswersOneCallAfterAnother(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, _ string) {
		h := newHost(t, f)
		defer h.Close()
		first := h.pid()
		h.wantError(h.invoke(`{"do":"fail"}`), "NoLuck")
		if again := h.pid(); again != first {
			t.Errorf("process %d answered after %d; want the same", again, first)
		}
	})
}

func TestExitDuringACallIsTheFunctionsErrorAndTheNextCallWorks(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, _ string) {
		h := newHost(t, f)
		defer h.Close()
		r := h.invoke(`{"do":"exit"}`)
		h.wantError(r, "Runtime.ExitError")
		if !strings.Contains(r.Payload, "exit status 3") {
			t.Errorf("%s does not tell the exit status", r.Payload)
		}
		h.pid()
	})
}

func TestTimeOutEndsTheWholeProcessGroup(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, _ string) {
		f.Timeout = time.Second
		h := newHost(t, f)
		defer h.Close()
		h.wantError(h.invoke(`{"do":"hang"}`), "Sandbox.Timedout")
		for line := range h.lines {
			if rest, ok := strings.CutPrefix(line, "child "); ok {
				var child int
				fmt.Sscan(rest, &child)
				wantGone(t, child)
				break
			}
		}
		h.pid()
	})
}

func TestAFunctionThatCannotStartSaysWhy(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, initError string) {
		f.Env = map[string]string{"BREAK": "yes"}
		h := newHost(t, f)
		defer h.Close()
		h.wantError(h.invoke(`{}`), initError)
	})
}

func TestAProcessThatDiedBetweenCallsIsReplacedSilently(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, _ string) {
		h := newHost(t, f)
		defer h.Close()
		first := h.pid()
		if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		wantGone(t, first)
		if second := h.pid(); second == first {
			t.Errorf("process %d answered after its death", second)
		}
	})
}

func TestConcurrencyBoundsTheProcesses(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, _ string) {
		f.Concurrency = 2
		h := newHost(t, f)
		defer h.Close()
		pids := make(chan int, 20)
		var calls sync.WaitGroup
		for range cap(pids) {
			calls.Go(func() { pids <- h.pid() })
		}
		calls.Wait()
		close(pids)
		distinct := map[int]bool{}
		for pid := range pids {
			distinct[pid] = true
		}
		if len(distinct) > f.Concurrency {
			t.Errorf("%d processes answered; at most %d may run", len(distinct), f.Concurrency)
		}
	})
}

func TestReplaceKeepsWhatIsTheSameAndEndsTheRest(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, _ string) {
		h := newHost(t, f)
		defer h.Close()
		first := h.pid()
		replace := func(functions ...localfunction.Function) {
			if err := h.Replace(functions); err != nil {
				t.Fatal(err)
			}
		}
		replace(f)
		if again := h.pid(); again != first {
			t.Errorf("the process of an unchanged function was replaced")
		}
		f.Revision = "2"
		replace(f)
		wantGone(t, first)
		second := h.pid()
		replace()
		wantGone(t, second)
		if h.Knows("subject") {
			t.Error("a function that was taken away is still known")
		}
	})
}

func TestCloseLeavesNoProcess(t *testing.T) {
	ofEach(t, func(t *testing.T, f localfunction.Function, _ string) {
		h := newHost(t, f)
		idle := h.pid()
		ended := make(chan lambda.Response)
		go func() { ended <- h.invoke(`{"do":"hang"}`) }()
		for line := range h.lines {
			if strings.HasPrefix(line, "child ") {
				break
			}
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
		h.wantError(<-ended, "Runtime.ExitError")
		wantGone(t, idle)
		if _, err := os.Stat("testdata"); err != nil {
			t.Error("the function's own directory is gone")
		}
	})
}

func TestAFunctionWithoutAProgramFailsItsCallsAndSaysWhy(t *testing.T) {
	for name, f := range map[string]localfunction.Function{
		"no bootstrap": {Name: "subject", Runtime: "provided.al2023", Dir: t.TempDir()},
		"broken build": {Name: "subject", Runtime: "provided.al2023", Broken: "main.go:3:1: syntax error"},
		"no runtime":   {Name: "subject"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, f)
			defer h.Close()
			reason := f.Check()
			if reason == nil {
				t.Fatal("Check finds nothing wrong")
			}
			r := h.invoke(`{}`)
			h.wantError(r, "Runtime.InvalidEntrypoint")
			if !strings.Contains(r.Payload, strings.Fields(reason.Error())[0]) {
				t.Errorf("%s does not give the reason: %v", r.Payload, reason)
			}
		})
	}
}

func TestBuildErrorsAreTheCompilers(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module broken\n", "main.go": "package main\n\nfunc main() { undefined() }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := localfunction.Function{Name: "broken", Runtime: "provided.al2023", Dir: dir}
	_, err := localfunction.Builder{Cache: t.TempDir()}.Build(t.Context(), f)
	if err == nil || !strings.Contains(err.Error(), "main.go:3:15: undefined: undefined") || !strings.Contains(err.Error(), "function broken") {
		t.Errorf("got %v", err)
	}
}
