package engine

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestErrandsAreBoundedForTheEngineAsAWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cfg Config
		cfg.Limits.Errands = 3
		e := New(cfg)
		defer e.Close(t.Context())
		var mu sync.Mutex
		var now, most, done int
		for i := range 100 {
			e.errands.add(fmt.Sprint("child", i), func() bool {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				defer mu.Unlock()
				now--
				done++
				return true
			})
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if most != 3 || done != 100 {
			t.Errorf("%d at once, %d done", most, done)
		}
		if len(e.errands.children) != 0 || e.errands.runners != 0 {
			t.Errorf("left over: %d children, %d runners", len(e.errands.children), e.errands.runners)
		}
	})
}

// What is wanted of a child is done in order, each thing until it is done; and who has to wait holds up nobody else.
func TestErrandsOfOneChildAreDoneInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cfg Config
		cfg.Limits.Errands = 1
		e := New(cfg)
		defer e.Close(t.Context())
		var got []string
		begun := time.Now()
		start := func() bool {
			ok := time.Since(begun) >= 100*time.Millisecond
			got = append(got, fmt.Sprint("start ", ok))
			return ok
		}
		e.errands.add("a", start)
		e.errands.add("a", func() bool { got = append(got, "stop"); return true })
		synctest.Wait()
		e.errands.add("b", func() bool { got = append(got, "other"); return true })
		time.Sleep(time.Minute)
		synctest.Wait()
		// After 0, 10, 30, 70 and 150 ms.
		want := []string{"start false", "other", "start false", "start false", "start false", "start true", "stop"}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}
