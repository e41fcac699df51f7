package crash

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// clock is the wall clock of a server that was built to have one of its own; nil is the machine's.
type clock struct {
	file  *os.File
	shift atomic.Int64 // seconds
	moved atomic.Int64 // seconds that it was ever set forward or back, added up
}

func newClock(t *testing.T) *clock {
	file, err := os.Create(filepath.Join(t.TempDir(), "clock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	c := &clock{file: file}
	c.set(t, 0)
	return c
}

// set moves the clock by whole seconds, at once.
func (c *clock) set(t *testing.T, by time.Duration) {
	t.Helper()
	seconds := int64(by / time.Second)
	c.moved.Add(max(seconds, -seconds))
	shift := binary.NativeEndian.AppendUint64(nil, uint64(c.shift.Add(seconds)))
	if _, err := c.file.WriteAt(shift, 0); err != nil {
		t.Fatal(err)
	}
}

func (c *clock) environ() []string {
	if c == nil {
		return nil
	}
	return []string{"CRASH_CLOCK=" + c.file.Name()}
}

func (c *clock) now() time.Time {
	if c == nil {
		return time.Now()
	}
	return time.Now().Add(time.Duration(c.shift.Load()) * time.Second)
}

// doubt is how far a history, which may not go back, can be away from a clock that was set.
func (c *clock) doubt() time.Duration {
	if c == nil {
		return 0
	}
	return time.Duration(c.moved.Load()) * time.Second
}

// wallClock is where the standard library reads the wall clock for time.Now.
const wallClock = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"

// overlay makes the go command build programs whose wall clock can be set. It returns the flag that does it.
func overlay(t *testing.T) string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	library := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	source, err := os.ReadFile(filepath.Join(library, "time.go"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), wallClock); n != 1 {
		t.Fatalf("%s has the text %q %d times, want once: the standard library reads the clock in another way now", library, wallClock, n)
	}
	here, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	shifted, list := filepath.Join(dir, "time.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(library, "time.go"):  shifted,
		filepath.Join(library, "shift.go"): filepath.Join(here, "shift.go"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		shifted: strings.Replace(string(source), wallClock, wallClock+"\tsec += wallShift()\n", 1),
		list:    string(replace),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return "-overlay=" + list
}

// settable is set in a test process whose program was built with a clock that can be set.
const settable = "CRASH_CLOCK_SETTABLE"

// withSettableClock runs the test again in a process of its own, which builds the program with a clock that can be set.
// It reports whether this is that process.
func withSettableClock(t *testing.T) bool {
	t.Helper()
	if os.Getenv(settable) != "" {
		return true
	}
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: the clock of a program can be set on Linux only")
	}
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.count=1")
	again.Env = append(os.Environ(), settable+"=1", "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" "+overlay(t)))
	out, err := again.CombinedOutput()
	t.Logf("by itself:\n%s", out)
	if err != nil {
		t.Errorf("with a clock that can be set: %v", err)
	}
	return false
}
