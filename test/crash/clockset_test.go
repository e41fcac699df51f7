package crash

import (
	"strings"
	"testing"
	"time"
)

// A wall clock is set by an hour, while executions wait and run or while the server is down. Nothing is lost, nothing
// is done twice, what waits a second does not wait an hour, and histories do not go back.
func TestAClockThatIsSetHarmsNothing(t *testing.T) {
	if !withSettableClock(t) {
		return
	}
	rounds := 1 + int(setting(t, "CRASH_KILLS", 10))/100
	for _, c := range []struct {
		name string
		by   time.Duration
		down bool // set between a kill and the restart
	}{
		{"back while it runs", -time.Hour, false},
		{"back while it is down", -time.Hour, true},
		{"forward while it runs", time.Hour, false},
		{"forward while it is down", time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			const started = 11 // before the clock is set, and after it
			h := &host{t: t, data: t.TempDir(), clock: newClock(t)}
			w := newWorld(t, h)
			h.start(w.url, true)
			client := newClient(t, h, 2*rounds*started)
			for i := range rounds {
				client.startMore((2*i + 1) * started)
				time.Sleep(600 * time.Millisecond) // what waits is in the middle of it
				if c.down {
					h.kill()
				}
				h.clock.set(t, c.by)
				if c.down {
					h.start(w.url, true)
				}
				client.startMore((2*i + 2) * started)
			}
			client.finish()
			j := judge{t: t, client: client, world: w, host: h}
			j.all()
			j.report()
			if log := h.server.Log(); strings.Contains(log, "panic") {
				t.Errorf("the server's log:\n%s", log)
			}
		})
	}
}
