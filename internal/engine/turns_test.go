package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

func TestMachinesTakeTurns(t *testing.T) {
	var line turns[string]
	var got []string
	push := func(machine string, n int) {
		line.push(machine, fmt.Sprint(machine, n))
	}
	pop := func() {
		v, ok := line.pop()
		if !ok {
			v = "-"
		}
		got = append(got, v)
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
	if len(line.lines) != 0 || !line.empty() {
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

func TestWhoGivesUpItsTurnOrHasItAgain(t *testing.T) {
	var line turns[string]
	line.push("a", "a0")
	a1 := line.push("a", "a1")
	b0 := line.push("b", "b0")
	line.push("c", "c0")
	if !line.remove(b0) || line.remove(b0) || line.count("b") != 0 || line.count("a") != 2 {
		t.Error("b0 is not gone once")
	}
	if v, _ := line.pop(); v != "a0" {
		t.Errorf("first: %s", v)
	}
	line.pushFront("a", "a0") // before c, whose turn it was
	var got []string
	for v, ok := line.pop(); ok; v, ok = line.pop() {
		got = append(got, v)
	}
	if want := []string{"a0", "c0", "a1"}; !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if line.remove(a1) {
		t.Error("a1 was taken and still waits")
	}
}

func TestMachineOfAnARN(t *testing.T) {
	for arn, want := range map[string]string{
		scope.Execution("m", "x"):     "m",
		scope.Execution("m/L", "x"):   "m",
		scope.Express("m", "x", "id"): "m",
		"":                            "",
		"arn:aws:states":              "",
	} {
		if got := machineOf(arn); got != want {
			t.Errorf("%s: %q, want %q", arn, got, want)
		}
	}
}

// Thousands of starts of one machine wait for places, or are refused; the start of another has the next turn.
func TestNoisyMachineDelaysAnExpressStartByOneTurn(t *testing.T) {
	for _, kind := range []string{"synchronous", "asynchronous"} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				var quiet []time.Duration
				lambda := &connector{answer: func(c integration.Call) integration.Answer {
					if c.MachineName == "flip" {
						quiet = append(quiet, time.Since(begun))
					}
					time.Sleep(time.Second)
					return integration.Succeeded{Output: "1"}
				}}
				const places = 1000
				f := open(t, memory.New(), lambda, func(c *Config) { c.Limits.Express, c.Limits.TasksPerTarget = places, 10*places })
				defer f.close()
				var clients sync.WaitGroup
				var refused atomic.Int64
				for i := range 3 * places {
					clients.Go(func() {
						if _, err := f.StartSync(t.Context(), order("task", fmt.Sprint(i), "{}")); errors.Is(err, ErrThrottled) {
							refused.Add(1)
						} else if err != nil {
							t.Error(err)
						}
					})
				}
				time.Sleep(time.Second / 2)
				if n := refused.Load(); n != places {
					t.Errorf("%d starts are refused", n)
				}
				var err error
				if kind == "synchronous" {
					_, err = f.StartSync(t.Context(), order("flip", "quiet", "{}"))
				} else {
					_, err = f.StartExpress(t.Context(), order("flip", "quiet", "{}"))
				}
				clients.Wait()
				time.Sleep(10 * time.Second)
				synctest.Wait()
				if err != nil || len(quiet) != 1 || quiet[0] != time.Second { // when the first places come free
					t.Errorf("the quiet machine's task was called after %v, %v", quiet, err)
				}
			})
		})
	}
}

func TestExpressStartThatGetsNoTurnIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(nil), func(c *Config) { c.Limits.Express, c.Limits.Answer = 1, time.Minute })
		defer f.close()
		if _, err := f.StartExpress(t.Context(), order("task", "x", "{}")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		begun := time.Now()
		if _, err := f.StartSync(t.Context(), order("pass", "x", "{}")); !errors.Is(err, ErrThrottled) || time.Since(begun) != time.Minute {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := f.StartSync(ctx, order("pass", "x", "{}")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a client that gives up: %v", err)
		}
		time.Sleep(10 * time.Minute) // what had the place has timed out
		if _, err := f.StartSync(t.Context(), order("pass", "x", "{}")); err != nil {
			t.Errorf("the place is lost: %v", err)
		}
	})
}

func TestNoisyMachineDelaysAnActivityTaskByOneTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		const activity = "arn:aws:states:us-east-1:123456789012:activity:a"
		for i := range 3000 {
			f.start("work", fmt.Sprint(i))
		}
		quiet := f.start("job", "quiet")
		synctest.Wait()
		for turn := range 3 {
			token, _, ok, err := f.GetActivityTask(t.Context(), activity, "w")
			if !ok || err != nil {
				t.Fatal(ok, err)
			}
			a, err := f.Attempt(token)
			if is := a.ExecutionARN == quiet; err != nil || is != (turn == 1) {
				t.Errorf("turn %d: %s, %v", turn, a.ExecutionARN, err)
			}
		}
	})
}

func TestMessagesBesideAFullInboxTakeTurns(t *testing.T) {
	o := newOverflow()
	of := func(machine string) message { return occurrence(scope.Execution(machine, "x"), nil) }
	for i := range 6 {
		if got := o.offer(of("noisy"), 4); got != (i < 4) {
			t.Errorf("message %d waits: %t", i, got)
		}
	}
	taken := make(chan struct{})
	o.push(of("noisy"), nil) // what nobody may refuse
	o.push(of("quiet"), taken)
	if len(o.bell) != 1 {
		t.Error("nobody has rung")
	}
	var got []string
	for m, ok := o.pop(); ok; m, ok = o.pop() {
		got = append(got, machineOf(m.arn))
		if len(got) == 2 {
			<-taken
		}
	}
	if want := []string{"noisy", "quiet", "noisy", "noisy", "noisy", "noisy"}; !slices.Equal(got, want) || !o.empty() {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
