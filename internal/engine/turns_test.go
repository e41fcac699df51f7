package engine

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

func TestMachinesTakeTurns(t *testing.T) {
	var line turns
	var got []string
	push := func(machine string, n int) {
		line.push(machine, func() { got = append(got, fmt.Sprint(machine, n)) })
	}
	pop := func() {
		if grant := line.pop(); grant != nil {
			grant()
		} else {
			got = append(got, "-")
		}
	}
	pop()
	for i := range 4 {
		push("a", i)
	}
	pop()
	push("b", 0)
	push("c", 0)
	pop()
	pop()
	push("b", 1) // again at the end
	for range 5 {
		pop()
	}
	push("a", 4)
	pop()
	pop()
	if want := []string{"-", "a0", "a1", "b0", "c0", "a2", "b1", "a3", "-", "a4", "-"}; !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if len(line.lines) != 0 || len(line.order) != 0 {
		t.Errorf("left over: %v", line)
	}
}

// A machine with ten thousand waiting tasks delays another's task by one turn at most, and its Express executions too.
func TestNoisyMachineDelaysOthersByOneTurn(t *testing.T) {
	for _, kind := range []string{"Standard", "Express"} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lambda := &connector{answer: func(integration.Call) integration.Answer {
					time.Sleep(time.Second)
					return integration.Succeeded{Output: "1"}
				}}
				f := open(t, memory.New(), lambda, func(c *Config) { c.Limits.TasksPerTarget = 4 })
				defer f.close()
				for i := range 10_000 {
					f.start("task", fmt.Sprint(i))
				}
				time.Sleep(10*time.Second + time.Second/2)
				begun := len(lambda.sent())
				if kind == "Standard" {
					f.start("flip", "quiet")
				} else if _, err := f.StartExpress(t.Context(), order("flip", "quiet", "{}")); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Second)
				turn := slices.IndexFunc(lambda.sent()[begun:], func(c integration.Call) bool { return c.MachineName == "flip" })
				if turn < 0 || turn > 4 { // four places come free at one moment
					t.Errorf("the quiet machine's task is number %d after it came", turn)
				}
			})
		})
	}
}
