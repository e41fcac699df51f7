package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

const activityARN = "arn:aws:states:us-east-1:000000000000:activity:hand"

// pollers is how many tasks the worker may have at once.
const pollers = 4

// worker takes the tasks of an activity and says of each that it succeeded, by an output that is said once.
type worker struct {
	t    *testing.T
	host *host

	mu    sync.Mutex
	said  map[string]map[string]bool // outputs, by execution: sent, acknowledged or not
	acked map[string]string          // the output that was acknowledged, by execution
	tasks int                        // taken
}

func newWorker(t *testing.T, h *host) *worker {
	w := &worker{t: t, host: h, said: map[string]map[string]bool{}, acked: map[string]string{}}
	err := h.change(t.Context(), "CreateActivity", func(ctx context.Context, api *sfn.Client) error {
		_, err := api.CreateActivity(ctx, &sfn.CreateActivityInput{Name: aws.String("hand")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var polling sync.WaitGroup
	for range pollers {
		polling.Go(func() {
			for ctx.Err() == nil {
				w.poll(ctx)
			}
		})
	}
	t.Cleanup(func() {
		cancel()
		polling.Wait()
	})
	return w
}

// poll waits for one task and does it. A poll that was cut off has no task.
func (w *worker) poll(ctx context.Context) {
	var task *sfn.GetActivityTaskOutput
	err := w.host.ask(ctx, func(ctx context.Context, api *sfn.Client) (err error) {
		task, err = api.GetActivityTask(ctx, &sfn.GetActivityTaskInput{ActivityArn: aws.String(activityARN), WorkerName: aws.String("crash")})
		return err
	})
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		w.t.Errorf("GetActivityTask: %v", err)
		return
	}
	if aws.ToString(task.TaskToken) == "" {
		return
	}
	var in invocation
	if err := json.Unmarshal([]byte(*task.Input), &in); err != nil || in.Execution == "" {
		w.t.Errorf("the worker was given %q: %v", *task.Input, err)
		return
	}
	output := w.say(in.Execution)
	time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond) // a kill may fall in between
	err = w.host.change(ctx, "SendTaskSuccess", func(ctx context.Context, api *sfn.Client) error {
		_, err := api.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: &output})
		return err
	})
	switch {
	case ctx.Err() != nil:
	case err == nil:
		w.keep(in.Execution, output)
	case code(err) == "TaskTimedOut": // the attempt is over, or an unanswered yes was one
	default:
		w.t.Errorf("%s: the worker's answer was refused: %v", in.Execution, err)
	}
}

// say returns an output that was never said before.
func (w *worker) say(execution string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tasks++
	output := fmt.Sprintf(`{"task":%d}`, w.tasks)
	if w.said[execution] == nil {
		w.said[execution] = map[string]bool{}
	}
	w.said[execution][output] = true
	return output
}

func (w *worker) keep(execution, output string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if other, ok := w.acked[execution]; ok {
		w.t.Errorf("%s: its only task has succeeded twice, with %s and %s", execution, other, output)
	}
	w.acked[execution] = output
}

// check holds the output of an execution against what the worker said.
func (w *worker) check(execution, output string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if acked, ok := w.acked[execution]; ok && acked != output {
		w.t.Errorf("%s: the answer %s was acknowledged; its output is %s", execution, acked, output)
	}
	if !w.said[execution][output] {
		w.t.Errorf("%s: the worker never said its output %s", execution, output)
	}
}
