package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// world is what executions act upon: functions behind an endpoint that speaks Lambda's Invoke API. It remembers.
type world struct {
	t    *testing.T
	host *host
	url  string
	ctx  context.Context

	mu      sync.Mutex
	calls   map[string]int  // by everything that tells one attempt from every other
	of      map[string]int  // by execution
	settled map[string]bool // executions whose task token was accepted
	work    sync.WaitGroup  // functions and callbacks under way
}

// invocation is what a function is told.
type invocation struct {
	Execution, State string
	Item             json.RawMessage
	Retry            int
	Token            string
}

func newWorld(t *testing.T, h *host) *world {
	w := &world{t: t, host: h, ctx: t.Context(), calls: map[string]int{}, of: map[string]int{}, settled: map[string]bool{}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// ServeHTTP is the Invoke operation. A function takes up to 40 ms and goes on when nobody waits for it any more. The
// first attempt of a state with a retrier fails in some executions; what is to be redriven fails when it is called
// first.
func (w *world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	var in invocation
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // a kill has cut the request off: it is no call
	}
	if err := json.Unmarshal(body, &in); err != nil || in.Execution == "" || in.State == "" {
		w.t.Errorf("a function was called with %q: %v", body, err)
		return
	}
	calls := w.remember(in)
	time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
	if in.Token != "" {
		w.work.Go(func() { w.settle(in) })
	}
	first := in.Retry == 0 && strings.Contains(in.Execution, "again-1")
	if first || calls == 1 && in.State == "A" && redriven(in.Execution) {
		out.Header().Set("X-Amz-Function-Error", "Unhandled")
		fmt.Fprint(out, `{"errorType":"Flaky","errorMessage":"not the first time"}`)
		return
	}
	fmt.Fprint(out, `{"done":true}`)
}

// redriven reports whether an execution is one that the client redrives. A redrive calls with the parameters of the
// failed attempt, so such attempts cannot be told apart here; the judge counts them by the history.
func redriven(execution string) bool { return strings.HasPrefix(execution, "redriven-") }

// repeatable reports whether the same attempt of an execution may be seen twice: an Express execution runs at least once.
func repeatable(execution string) bool {
	return redriven(execution) || strings.HasPrefix(execution, "express-")
}

// remember returns how many times the attempt has reached its function.
func (w *world) remember(in invocation) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := fmt.Sprint(in.Execution, " ", in.State, " ", string(in.Item), " retry ", in.Retry)
	w.of[in.Execution]++
	if w.calls[key]++; w.calls[key] > 1 && !repeatable(in.Execution) {
		w.t.Errorf("the same attempt reached its function %d times: %s", w.calls[key], key)
	}
	return w.calls[key]
}

// settle gives a task token back, as soon as it is known or a little later.
func (w *world) settle(in invocation) {
	time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
	err := w.host.change(w.ctx, "SendTaskSuccess", func(ctx context.Context, api *sfn.Client) error {
		_, err := api.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: &in.Token, Output: aws.String("{}")})
		return err
	})
	switch {
	case err == nil:
		w.mu.Lock()
		w.settled[in.Execution] = true
		w.mu.Unlock()
	case code(err) == "TaskTimedOut": // the attempt is over: its outcome was unknown, or an unanswered yes was one
	default:
		w.t.Errorf("%s: the task token was refused: %v", in.Execution, err)
	}
}

// seen reports whether a call of a state of an execution has reached its function.
func (w *world) seen(execution, state string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for key := range w.calls {
		if strings.HasPrefix(key, execution+" "+state+" ") {
			return true
		}
	}
	return false
}

func (w *world) total() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, times := range w.calls {
		n += times
	}
	return n
}
