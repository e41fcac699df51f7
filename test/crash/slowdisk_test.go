package crash

import (
	"math/rand/v2"
	"testing"
	"time"
)

const (
	slowSync  = 200 * time.Millisecond
	stallSync = 3 * time.Second
)

// A disk is slow, and once it stalls. Whatever is acknowledged has waited for its sync, and nothing of it is lost when
// the server is killed in the middle of one.
func TestASlowDiskIsWaitedFor(t *testing.T) {
	const started = 22 // in each round
	rounds := 1 + int(setting(t, "CRASH_KILLS", 10))/50
	h := &host{t: t, data: t.TempDir()}
	w := newWorld(t, h)
	h.start(w.url, true)
	c := newClient(t, h, (rounds+1)*started)
	for i := range rounds {
		disk := slow(t, h.data, slowSync)
		from := time.Now()
		c.startMore((i + 1) * started)
		time.Sleep(1500*time.Millisecond + time.Duration(rand.IntN(1000))*time.Millisecond) // the moment is the test
		to := time.Now()
		h.kill()
		disk.end()
		if judgeSyncs(t, h, from, to, slowSync) == 0 {
			t.Errorf("nothing was acknowledged in %v", to.Sub(from))
		}
		h.start(w.url, true)
	}
	disk := slow(t, h.data, stallSync)
	from := time.Now()
	c.startMore((rounds + 1) * started)
	time.Sleep(stallSync + stallSync/6) // one stall, and not another whole one
	to := time.Now()
	disk.end()
	judgeSyncs(t, h, from, to, stallSync) // it may be that nothing was acknowledged
	c.finish()
	j := judge{t: t, client: c, world: w, host: h}
	j.all()
	j.report()
}

// judgeSyncs checks the acknowledgements of a time in which each sync took so long, and returns how many there were.
func judgeSyncs(t *testing.T, h *host, from, to time.Time, sync time.Duration) int {
	t.Helper()
	n, least := h.acks.waitedForSync(t, from, to, sync)
	t.Logf("a sync took %v: %d changes were acknowledged, none before %v", sync, n, least)
	return n
}
