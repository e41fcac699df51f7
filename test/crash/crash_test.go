// Package crash kills the server without a warning, again and again, while it works, and judges what is left.
//
// Three parties outlive every crash because they are in the test's own process: the world (functions that remember
// each call that reached them), the client (it remembers each yes that it got, and having got one never asks again)
// and the clock of the kills. In the end, what they remember must agree with what the server tells.
//
//	CRASH_KILLS=50    how often the server is killed; 10 by default
//	CRASH_SEED=7      repeats the moments of another run, as far as the machine allows; random by default
package crash

import (
	"fmt"
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
	c := newClient(t, h)
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
	t.Logf("%d executions succeeded, %d failed with an unknown outcome; %d redrives, %d children of map runs; %d calls reached the functions",
		j.succeeded, j.unknown, j.redrives, j.children, w.total())
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

// machine is a definition and what may become of its executions.
type machine struct {
	name       string
	definition string
	retries    bool // every task has a retrier, or the client redrives, so every execution succeeds
	redriven   bool // the client redrives what fails, and each execution fails at first
	items      int  // of its map run; 0: it has none
}

// machines are one of each thing that can be under way when the power goes.
var machines = []machine{
	{name: "once", definition: chain(task("A", "$", false), wait("W"), task("B", "$", false))},
	{name: "again", definition: chain(task("A", "$", true), wait("W"), task("B", "$", true)), retries: true},
	{name: "parallel", definition: chain(
		`"P":{"Type":"Parallel","ResultPath":null,"Branches":[` + chain(task("A", "$", true)) + `,` + chain(wait("W"), task("B", "$", true)) + `]`), retries: true},
	{name: "map", definition: chain(
		`"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemSelector":{"item.$":"$$.Map.Item.Index"},"ResultPath":null,` +
			`"ItemProcessor":` + chain(task("A", "$.item", true))), retries: true},
	{name: "callback-once", definition: chain(callback("A", false))},
	{name: "callback-again", definition: chain(callback("A", true)), retries: true},
	{name: "distributed", definition: chain(
		`"D":{"Type":"Map","Label":"D","ItemsPath":"$.items","MaxConcurrency":2,"ItemSelector":{"item.$":"$$.Map.Item.Index"},"ResultPath":null,` +
			`"ItemProcessor":` + distributed(chain(task("A", "$.item", true), wait("W"), task("B", "$.item", true)))), retries: true, items: 3},
	{name: "redriven", definition: chain(task("A", "$", false), wait("W"), task("B", "$", false)), retries: true, redriven: true},
}

// chain puts states ("name":{… without its end) one after the other.
func chain(states ...string) string {
	text := ""
	for i, s := range states {
		if text += s; i < len(states)-1 {
			text += `,"Next":` + nameOf(states[i+1]) + `},`
		} else {
			text += `,"End":true}`
		}
	}
	return `{"StartAt":` + nameOf(states[0]) + `,"States":{` + text + `}}`
}

// distributed makes the processor of a Map's items that of a map run.
func distributed(processor string) string {
	return `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},` + processor[1:]
}

// nameOf returns the quoted name that a state's text begins with.
func nameOf(state string) string {
	name, _ := strconv.QuotedPrefix(state)
	return name
}

func wait(name string) string {
	return fmt.Sprintf(`%q:{"Type":"Wait","Seconds":%d`, name, waitSeconds)
}

const waitSeconds = 1

// call is what a function is told, so that the world can tell one call from another: item is a path.
func call(item string) string {
	return `{"execution.$":"$$.Execution.Name","state.$":"$$.State.Name","item.$":"` + item + `","retry.$":"$$.State.RetryCount"`
}

func task(name, item string, retry bool) string {
	return fmt.Sprintf(`%q:{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:work","Parameters":%s},"ResultPath":null%s`,
		name, call(item), retrier(retry))
}

func callback(name string, retry bool) string {
	return fmt.Sprintf(`%q:{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",`+
		`"Parameters":{"FunctionName":"work","Payload":%s,"token.$":"$$.Task.Token"}},"ResultPath":null%s`, name, call("$"), retrier(retry))
}

func retrier(retry bool) string {
	if !retry {
		return ""
	}
	return `,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":99}]`
}
