package crash

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// redriven checks that each redrive that was acknowledged was done once, and no other.
func (j *judge) redriven(end *sfn.DescribeExecutionOutput, events []types.HistoryEvent) {
	acked := j.client.redrives[*end.ExecutionArn]
	j.redrives += acked
	done := count(events, types.HistoryEventTypeExecutionRedriven)
	if told := int(aws.ToInt32(end.RedriveCount)); acked < 1 || told != acked || done != acked {
		j.t.Errorf("%s: %d redrives were acknowledged; it tells of %d, its history of %d", *end.Name, acked, told, done)
	}
}

// mapRun checks that an execution has one map run, whose children are those of its items: each once, closed, succeeded.
func (j *judge) mapRun(ctx context.Context, m machine, end *sfn.DescribeExecutionOutput) {
	var runs []types.MapRunListItem
	children := map[string]string{} // status by ARN
	inputs := map[string]int{}
	err := j.host.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
		out, err := api.ListMapRuns(ctx, &sfn.ListMapRunsInput{ExecutionArn: end.ExecutionArn})
		if err != nil {
			return err
		}
		runs = out.MapRuns
		for _, run := range runs {
			pages := sfn.NewListExecutionsPaginator(api, &sfn.ListExecutionsInput{MapRunArn: run.MapRunArn, MaxResults: 2})
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return err
				}
				for _, x := range page.Executions {
					children[*x.ExecutionArn] = string(x.Status)
				}
			}
		}
		return nil
	})
	if err != nil {
		j.t.Errorf("%s: map runs: %v", *end.Name, err)
		return
	}
	if len(runs) != 1 || runs[0].StopDate == nil {
		j.t.Errorf("%s has the map runs %v, want one that has ended", *end.Name, runs)
	}
	j.children += len(children)
	for arn, status := range children {
		child := j.end(ctx, arn)
		if child == nil {
			return
		}
		inputs[aws.ToString(child.Input)]++
		if status != "SUCCEEDED" || child.Status != types.ExecutionStatusSucceeded {
			j.t.Errorf("%s: child %s is listed as %s and is %s", *end.Name, *child.Name, status, child.Status)
		}
		events := j.history(ctx, arn)
		j.wellFormed(child, events)
		if called, started := j.world.of[*child.Name], count(events, types.HistoryEventTypeLambdaFunctionStarted); called > started {
			j.t.Errorf("%s: child %s: %d calls reached functions; its history has %d starts", *end.Name, *child.Name, called, started)
		}
	}
	for i := range m.items {
		if input := fmt.Sprintf(`{"item":%d}`, i); inputs[input] != 1 || len(children) != m.items {
			j.t.Errorf("%s: %d of its %d children have the input %s", *end.Name, inputs[input], len(children), input)
		}
	}
}
