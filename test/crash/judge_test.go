package crash

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// endTimeMax is how long executions may go on when the kills have stopped.
const endTimeMax = 90 * time.Second

// judge compares what the server tells with what the client and the world remember.
type judge struct {
	t      *testing.T
	client *client
	world  *world
	host   *host

	succeeded, unknown, redrives, children, publications int
}

func (j *judge) all() {
	ctx, cancel := context.WithTimeout(j.t.Context(), endTimeMax)
	defer cancel()
	if acked := len(j.client.acked) + len(j.client.launched); acked != j.client.released {
		j.t.Errorf("%d executions were acknowledged, want %d", acked, j.client.released)
	}
	ends := map[string]*sfn.DescribeExecutionOutput{}
	for arn := range j.client.acked {
		if ends[arn] = j.end(ctx, arn); ends[arn] == nil {
			return
		}
	}
	j.world.work.Wait()
	for arn, m := range j.client.acked {
		j.execution(ctx, m, ends[arn])
	}
	for i, m := range machines {
		if !m.express {
			j.lists(ctx, m.name, j.client.machines[i])
		}
	}
	j.versions(ctx)
	j.launched(ctx)
}

// report says how much there was to judge.
func (j *judge) report() {
	j.t.Logf("%d executions succeeded, %d failed with an unknown outcome; %d Express executions, %d redrives, %d children of map runs, "+
		"%d publications; %d calls reached the functions, %d tasks the worker",
		j.succeeded, j.unknown, len(j.client.launched), j.redrives, j.children, j.publications, j.world.total(), j.client.worker.tasks)
}

// end follows an execution to its end.
func (j *judge) end(ctx context.Context, arn string) *sfn.DescribeExecutionOutput {
	for {
		var out *sfn.DescribeExecutionOutput
		err := j.host.ask(ctx, func(ctx context.Context, api *sfn.Client) (err error) {
			out, err = api.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
			return err
		})
		if err != nil {
			j.t.Errorf("%s was acknowledged; it has not ended: %v", arn, err)
			last, cancel := context.WithTimeout(j.t.Context(), answerTimeMax)
			defer cancel()
			if events := j.history(last, arn); len(events) > 0 {
				j.t.Errorf("its last event is %s", events[len(events)-1].Type)
			}
			return nil
		}
		if out.Status != types.ExecutionStatusRunning {
			return out
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (j *judge) history(ctx context.Context, arn string) (events []types.HistoryEvent) {
	err := j.host.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
		events = nil
		pages := sfn.NewGetExecutionHistoryPaginator(api, &sfn.GetExecutionHistoryInput{ExecutionArn: &arn, MaxResults: 10})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			events = append(events, page.Events...)
		}
		return nil
	})
	if err != nil {
		j.t.Errorf("%s: history: %v", arn, err)
	}
	return events
}

func (j *judge) execution(ctx context.Context, m machine, end *sfn.DescribeExecutionOutput) {
	events := j.history(ctx, *end.ExecutionArn)
	j.wellFormed(end, events)
	started := count(events, types.HistoryEventTypeLambdaFunctionStarted, types.HistoryEventTypeTaskStarted)
	if called := j.world.of[*end.Name]; called > started {
		j.t.Errorf("%s: %d calls reached functions; its history has %d starts", *end.Name, called, started)
	}
	if m.items > 0 {
		j.mapRun(ctx, m, end)
	}
	if m.redriven {
		j.redriven(end, events)
	}
	if end.Status == types.ExecutionStatusSucceeded {
		j.succeeded++
		if m.worked {
			j.client.worker.check(*end.Name, aws.ToString(end.Output))
		}
		if m.aliased {
			j.aliased(end)
		}
		return
	}
	j.unknown++
	if m.retries || j.world.settled[*end.Name] {
		j.t.Errorf("%s ended as %s (%s: %s); it must succeed", *end.Name, end.Status, aws.ToString(end.Error), aws.ToString(end.Cause))
	}
	j.unknownOutcome(end, events)
}

func count(events []types.HistoryEvent, kinds ...types.HistoryEventType) (n int) {
	for _, ev := range events {
		for _, k := range kinds {
			if ev.Type == k {
				n++
			}
		}
	}
	return n
}

// terminal are the events that end an execution, with the status they mean.
var terminal = map[types.HistoryEventType]types.ExecutionStatus{
	types.HistoryEventTypeExecutionSucceeded: types.ExecutionStatusSucceeded,
	types.HistoryEventTypeExecutionFailed:    types.ExecutionStatusFailed,
	types.HistoryEventTypeExecutionAborted:   types.ExecutionStatusAborted,
	types.HistoryEventTypeExecutionTimedOut:  types.ExecutionStatusTimedOut,
}

func (j *judge) wellFormed(end *sfn.DescribeExecutionOutput, events []types.HistoryEvent) {
	name := *end.Name
	entered := map[int64]time.Time{} // wait states, by the event that entered them
	for i, ev := range events {
		if ev.Id != int64(i)+1 {
			j.t.Errorf("%s: event %d has the id %d", name, i+1, ev.Id)
		}
		if ev.PreviousEventId < 0 || ev.PreviousEventId >= ev.Id {
			j.t.Errorf("%s: event %d follows event %d", name, ev.Id, ev.PreviousEventId)
		}
		if i > 0 && ev.Timestamp.Before(*events[i-1].Timestamp) {
			j.t.Errorf("%s: event %d is older than the one before it", name, ev.Id)
		}
		last := i == len(events)-1
		status, ended := terminal[ev.Type]
		if again := !last && events[i+1].Type == types.HistoryEventTypeExecutionRedriven; ended != (last || again) || last && status != end.Status {
			j.t.Errorf("%s is %s; event %d of %d is %s", name, end.Status, ev.Id, len(events), ev.Type)
		}
		switch ev.Type {
		case types.HistoryEventTypeWaitStateEntered:
			entered[ev.Id] = *ev.Timestamp
		case types.HistoryEventTypeWaitStateExited:
			if waited := ev.Timestamp.Sub(entered[ev.PreviousEventId]); waited < waitSeconds*time.Second {
				j.t.Errorf("%s: it waited %v, not %d s", name, waited, waitSeconds)
			}
		}
	}
	if len(events) == 0 || events[0].Type != types.HistoryEventTypeExecutionStarted {
		j.t.Errorf("%s: its history of %d events does not begin with ExecutionStarted", name, len(events))
	}
}

// unknownOutcome checks the one failure that a crash may cause: a task without a retrier was under way.
func (j *judge) unknownOutcome(end *sfn.DescribeExecutionOutput, events []types.HistoryEvent) {
	name, cause := *end.Name, aws.ToString(end.Cause)
	if aws.ToString(end.Error) != "States.TaskFailed" || !strings.Contains(cause, "outcome of the call is unknown") {
		j.t.Errorf("%s ended with %s: %s", name, aws.ToString(end.Error), cause)
		return
	}
	for _, failed := range events {
		if failed.Type != types.HistoryEventTypeLambdaFunctionFailed && failed.Type != types.HistoryEventTypeTaskFailed {
			continue
		}
		if !strings.Contains(causeOf(failed), "outcome of the call is unknown") {
			continue // it has failed by itself, and was redriven
		}
		scheduled := failed
		for scheduled.PreviousEventId > 0 && !strings.HasSuffix(string(scheduled.Type), "Scheduled") {
			scheduled = events[scheduled.PreviousEventId-1]
		}
		if !j.host.during(*scheduled.Timestamp, *failed.Timestamp) {
			j.t.Errorf("%s: no kill fell between %s and %s, when its task was under way; the server was down %s", name,
				scheduled.Timestamp.Format(time.StampMilli), failed.Timestamp.Format(time.StampMilli), j.host.outages())
		}
	}
}

// causeOf is the cause of a task's failure.
func causeOf(ev types.HistoryEvent) string {
	switch {
	case ev.LambdaFunctionFailedEventDetails != nil:
		return aws.ToString(ev.LambdaFunctionFailedEventDetails.Cause)
	case ev.TaskFailedEventDetails != nil:
		return aws.ToString(ev.TaskFailedEventDetails.Cause)
	}
	return ""
}

// lists checks that the lists know each execution once, and none as running.
func (j *judge) lists(ctx context.Context, machine, arn string) {
	seen := map[string]int{}
	err := j.host.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
		clear(seen)
		pages := sfn.NewListExecutionsPaginator(api, &sfn.ListExecutionsInput{StateMachineArn: &arn, MaxResults: 7})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, x := range page.Executions {
				if seen[*x.ExecutionArn]++; x.Status == types.ExecutionStatusRunning {
					j.t.Errorf("%s is listed as running", *x.Name)
				}
			}
		}
		return nil
	})
	if err != nil {
		j.t.Errorf("list the executions of %s: %v", machine, err)
	}
	for x, m := range j.client.acked {
		if m.name == machine && seen[x] != 1 {
			j.t.Errorf("%s is listed %d times", x, seen[x])
		}
		delete(seen, x)
	}
	for x := range seen {
		j.t.Errorf("%s is listed; nobody was told that it exists", x)
	}
}
