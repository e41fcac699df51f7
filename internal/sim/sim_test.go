package sim

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// seedsDefault is how many worlds an ordinary test run plays.
const seedsDefault = 300

// number reads an environment variable.
func number(t *testing.T, name string, otherwise uint64) (n uint64, given bool) {
	text := os.Getenv(name)
	if text == "" {
		return otherwise, false
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n, true
}

// single runs the test on one processor: what is left to chance is less then.
func single(t *testing.T) {
	was := runtime.GOMAXPROCS(1)
	t.Cleanup(func() { runtime.GOMAXPROCS(was) })
}

// tail is the end of a trace.
func tail(trace []string, lines int) string {
	return strings.Join(trace[max(0, len(trace)-lines):], "\n")
}

// TestWorlds plays one world after the other. COGSTEP_SIM_SEEDS says how many, COGSTEP_SIM_FIRST with which seed they
// begin; COGSTEP_SIM_SEED plays a single one and prints all that happens in it.
func TestWorlds(t *testing.T) {
	single(t)
	if seed, given := number(t, "COGSTEP_SIM_SEED", 0); given {
		r := Run(t, seed)
		t.Log("\n" + strings.Join(r.Trace, "\n"))
		for _, f := range r.Found {
			t.Errorf("seed %d: %s", seed, f)
		}
		return
	}
	first, _ := number(t, "COGSTEP_SIM_FIRST", 0)
	seeds, _ := number(t, "COGSTEP_SIM_SEEDS", seedsDefault)
	var executions, calls, yes int
	for seed := first; seed < first+seeds; seed++ {
		r := Run(t, seed)
		executions, calls, yes = executions+r.Executions, calls+r.Calls, yes+r.Yes
		for _, f := range r.Found {
			t.Errorf("seed %d: %s", seed, f)
		}
		if t.Failed() {
			t.Logf("the end of the trace:\n%s\n\nrepeat with: COGSTEP_SIM_SEED=%d go test -count=1 -v -run TestWorlds ./internal/sim", tail(r.Trace, 60), seed)
		}
	}
	t.Logf("%d worlds: %d executions, %d calls, %d times yes", seeds, executions, calls, yes)
	if n := int(seeds); !t.Failed() && (executions < 3*n || calls < 3*n || yes < 3*n) {
		t.Errorf("the worlds are too quiet to show anything")
	}
}
