package crash

import (
	"sync"
	"testing"
	"time"
)

// acks remembers when each change was asked for and acknowledged.
type acks struct {
	mu  sync.Mutex
	all []ack
}

type ack struct {
	what        string
	asked, told time.Time
}

// add takes an acknowledgement that comes now.
func (a *acks) add(what string, asked time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, ack{what, asked, time.Now()})
}

// waitedForSync checks changes that were both asked for and acknowledged while each sync took a known time: a sync that
// holds a change begins after it was asked for, so no answer comes sooner than one sync takes. It returns how many
// there were, and the shortest that one took.
func (a *acks) waitedForSync(t *testing.T, from, to time.Time, sync time.Duration) (n int, least time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, k := range a.all {
		if k.asked.Before(from) || k.told.After(to) {
			continue
		}
		took := k.told.Sub(k.asked)
		if took < sync {
			t.Errorf("%s was acknowledged after %v; a sync took %v", k.what, took, sync)
		}
		if n++; n == 1 || took < least {
			least = took
		}
	}
	return n, least
}
