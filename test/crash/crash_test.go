// Package crash kills the server without a warning, again and again, while it works, and judges what is left.
//
// Parties outlive every crash because they are in the test's own process: the world (functions that remember each call
// that reached them), the client, the worker and the publisher (they remember each yes that they got, and having got
// one never ask again) and the clock of the kills. In the end, what they remember must agree with what the server
// tells. The same parties meet a slow disk and a clock that is set.
//
//	CRASH_KILLS=50    how often the server is killed; 10 by default; with more the other stories are longer, too
//	CRASH_SEED=7      repeats the moments of another run, as far as the machine allows; random by default
package crash

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/cogstep/cogstep/test/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// executions is how many are started in one run, spread evenly between the kills.
const executions = 200

func TestNothingAcknowledgedIsLostAndNothingIsDoneTwice(t *testing.T) {
	kills, seed := setting(t, "CRASH_KILLS", 10), setting(t, "CRASH_SEED", rand.Uint64()>>1)
	t.Logf("%d kills, CRASH_SEED=%d", kills, seed)
	random := rand.New(rand.NewPCG(seed, 0))

	h := &host{t: t, data: t.TempDir()}
	w := newWorld(t, h)
	h.start(w.url, true)
	c := newClient(t, h, executions)
	for i := range kills {
		c.startMore(int(i+1) * executions / int(kills))
		time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond) // the moment is the test
		h.kill()
		h.start(w.url, random.IntN(4) > 0) // else it may be killed while it still picks up what was under way
	}
	h.await()
	c.finish()
	j := judge{t: t, client: c, world: w, host: h}
	j.all()
	j.report()
}

// setting reads a number from the environment.
func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 && name == "CRASH_KILLS" {
		t.Fatalf("%s=%s is not a number above 0", name, text)
	}
	return n
}
