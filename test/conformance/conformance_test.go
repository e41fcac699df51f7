// Package conformance plays recorded behaviour of the real service against the program.
//
// The recordings are kept beside the repository, in ../shared/conformance, or where COGSTEP_CONFORMANCE says; without
// them the test is skipped. How many of them have to pass is written in expected.json: the number only grows, and
// whoever makes more pass writes the new number down.
package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/cogstep/cogstep/test/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// expected is what expected.json holds.
type expected struct {
	// MinPass is the least number of recordings that must pass.
	MinPass int `json:"min_pass"`
	// Filter chooses recordings as run.py --filter does; empty: all.
	Filter []string `json:"filter"`
}

func TestRecordedBehaviour(t *testing.T) {
	runner := find(t)
	var want expected
	text, err := os.ReadFile("expected.json")
	if err == nil {
		err = json.Unmarshal(text, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	salt := strconv.FormatInt(time.Now().UnixNano(), 36) // new names in each run, whatever the data directory holds
	mocks := filepath.Join(t.TempDir(), "mock.json")
	config, err := exec.Command("python3", runner, "mock-config", "--salt", salt).Output()
	if err == nil {
		err = os.WriteFile(mocks, config, 0o600)
	}
	if err != nil {
		t.Fatalf("make the mock configuration: %v", err)
	}
	s := program.Start(t, nil, "--data", t.TempDir(), "--mock-config", mocks, "--lambda-endpoint", echo(t), "--log-level", "error")

	args := []string{runner, "run", "--endpoint", s.URL, "--salt", salt, "--min-pass", strconv.Itoa(want.MinPass),
		"--jobs", "12", "--wait", "25", "-q"}
	for _, f := range want.Filter {
		args = append(args, "--filter", f)
	}
	report := os.Getenv("COGSTEP_CONFORMANCE_REPORT")
	if report != "" {
		args = append(args, "--json", report)
	}
	out, err := exec.Command("python3", args...).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("run.py: %v; %s --filter TEXT -v shows a recording in full", err, fmt.Sprint(args[:4]))
	}
	if log := s.Log(); log != "" {
		t.Errorf("the server logged errors:\n%s", log)
	}
}

// echo serves functions that return what they are given. Two recordings call such functions in the children of a map
// run, which cannot name a mocked test case.
func echo(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Amz-Executed-Version", "$LATEST")
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// find returns the path of run.py. The test is skipped, aloud, if it or Python is not here.
func find(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("COGSTEP_CONFORMANCE")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	runner, err := filepath.Abs(filepath.Join(dir, "run.py"))
	if err == nil {
		_, err = os.Stat(runner)
	}
	if err != nil {
		t.Skipf("SKIPPED: the recordings are not here (%v); COGSTEP_CONFORMANCE=DIR says where they are", err)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	return runner
}
