package engine

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/store/memory"
)

func slowly(c *Config) { c.Transitions = Transitions{Bucket: 10, Refill: 2} }

// Beyond the bucket executions are delayed, and nothing is refused: starts are answered at once, what runs can be seen
// and stopped, and a quiet machine has its turn.
func TestTransitionsBeyondTheBucketAreDelayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, nil, slowly)
		begun := time.Now()
		var arns []string
		for i := range 45 { // of two transitions each
			arns = append(arns, f.start("pass", fmt.Sprint(i)))
		}
		quiet := f.start("twice", "quiet")
		last := arns[44]
		if h, err := f.Describe(t.Context(), last); err != nil || !h.Open() {
			t.Errorf("%v, %v", h.Status, err)
		}
		equal(t, f.types(last), []string{"ExecutionStarted"})
		if _, err := f.Stop(t.Context(), last, "", ""); err != nil {
			t.Error(err)
		}
		if d := time.Since(begun); d != 0 {
			t.Errorf("requests had to wait for %v", d)
		}
		f.wait(quiet, "SUCCEEDED", "*")
		if d := time.Since(begun); d > 3*time.Second {
			t.Errorf("the quiet machine had to wait for %v", d)
		}
		time.Sleep(10 * time.Second)
		f.close() // what waits is durable
		f = open(t, m.Reopen(), nil, slowly)
		defer f.close()
		for _, arn := range arns[:44] {
			f.wait(arn, "SUCCEEDED", "*")
		}
		// 90 transitions: 10 at once, 10 again at the restart, the others two a second.
		if d := time.Since(begun); d < 34*time.Second || d > 37*time.Second {
			t.Errorf("it took %v", d)
		}
	})
}

func TestStoppedWhileItWaitedForATokenAndRedriven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil, slowly)
		defer f.close()
		for i := range 20 {
			f.start("pass", fmt.Sprint(i))
		}
		arn := f.start("pass", "x")
		if _, err := f.Stop(t.Context(), arn, "", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		for i := range 20 {
			f.start("pass", fmt.Sprint("more", i))
		}
		if _, err := f.Redrive(t.Context(), arn, ""); err != nil {
			t.Fatal(err)
		}
		f.wait(arn, "SUCCEEDED", "*")
	})
}

func TestExpressExecutionsAreNotThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil, slowly)
		defer f.close()
		begun := time.Now()
		for range 100 {
			if _, err := f.StartSync(t.Context(), order("pass", "x", "{}")); err != nil {
				t.Fatal(err)
			}
		}
		f.wait(f.startWith("express children", "x", "[1,2,3,4,5,6,7,8,9]"), "SUCCEEDED", "*")
		if d := time.Since(begun); d != 0 {
			t.Errorf("it took %v", d)
		}
	})
}

func TestThrottlePaysForWhatWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newThrottle(Transitions{Bucket: 5, Refill: 1}, time.Now)
		if !b.try() {
			t.Fatal("a full bucket has no token")
		}
		b.settle(8) // three more than there were
		if b.try() {
			t.Error("there is a token in debt")
		}
		var got []time.Duration
		begun := time.Now()
		for range 2 {
			b.enqueue("a", func() { got = append(got, time.Since(begun).Round(time.Millisecond)) })
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		equal(t, got, []time.Duration{4 * time.Second, 5 * time.Second})
		b.settle(0) // a step that has done nothing gives its token back
		for range 5 {
			if !b.try() {
				t.Error("the bucket is not full again")
			}
		}
		if b.try() {
			t.Error("the bucket holds too much")
		}
		if newThrottle(Transitions{}, time.Now) != nil {
			t.Error("no limit is a limit")
		}
	})
}
