package crash

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// client starts executions and remembers each yes. Having got one, it never asks again: a client that repeats
// itself would heal what the server lost.
type client struct {
	t        *testing.T
	host     *host
	machines []string // ARNs, in the order of machines
	names    chan int
	released int
	workers  sync.WaitGroup
	patience context.Context // ends when it has waited long enough
	giveUp   context.CancelFunc

	publisher *publisher
	worker    *worker

	mu       sync.Mutex
	acked    map[string]machine // Standard, by execution ARN
	launched map[string]bool    // Express, by name
	redrives map[string]int     // acknowledged, by execution ARN
	spans    map[string]span    // of those started by the alias, by execution ARN
}

const workers = 8

// newClient returns a client that may start up to total executions.
func newClient(t *testing.T, h *host, total int) *client {
	c := &client{
		t: t, host: h, names: make(chan int, total), worker: newWorker(t, h),
		acked: map[string]machine{}, launched: map[string]bool{}, redrives: map[string]int{}, spans: map[string]span{},
	}
	c.patience, c.giveUp = context.WithCancel(t.Context())
	for _, m := range machines {
		kind := types.StateMachineTypeStandard
		if m.express {
			kind = types.StateMachineTypeExpress
		}
		err := h.change(t.Context(), "CreateStateMachine", func(ctx context.Context, api *sfn.Client) error {
			out, err := api.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
				Name: &m.name, Definition: &m.definition, Type: kind, RoleArn: aws.String("arn:aws:iam::000000000000:role/any"),
			})
			if err == nil {
				c.machines = append(c.machines, *out.StateMachineArn)
			}
			return err
		})
		if err != nil {
			t.Fatalf("create %s: %v\n%s", m.name, err, m.definition)
		}
	}
	c.publisher = newPublisher(t, h)
	for range workers {
		c.workers.Go(func() {
			for i := range c.names {
				c.start(i)
			}
		})
	}
	return c
}

// startMore lets the workers start executions until n have been.
func (c *client) startMore(n int) {
	for ; c.released < n; c.released++ {
		c.names <- c.released
	}
}

// finish waits until everything has been acknowledged.
func (c *client) finish() {
	defer time.AfterFunc(endTimeMax, c.giveUp).Stop()
	close(c.names)
	c.workers.Wait()
	c.publisher.finish()
}

// start starts one execution. A start that was not answered may have happened, so the same name is used again: the
// server says yes while it runs, and that it exists when it has ended.
func (c *client) start(i int) {
	m, arn := machines[i%len(machines)], c.machines[i%len(machines)]
	if m.aliased {
		arn = aliasARN
	}
	name := fmt.Sprintf("%s-%d", m.name, i)
	tries := 0
	var execution string
	before := c.publisher.reach()
	err := c.host.change(c.patience, "StartExecution", func(ctx context.Context, api *sfn.Client) error {
		tries++
		out, err := api.StartExecution(ctx, &sfn.StartExecutionInput{
			StateMachineArn: &arn, Name: &name, Input: aws.String(`{"items":[1,2,3]}`),
		})
		if err == nil {
			execution = *out.ExecutionArn
		}
		return err
	})
	if code(err) == "ExecutionAlreadyExists" && tries > 1 {
		execution, err = executionARN(m.name, name), nil
	}
	if err != nil {
		c.t.Errorf("start %s: %v", name, err)
		return
	}
	c.mu.Lock()
	if m.express {
		c.launched[name] = true
	} else {
		c.acked[execution] = m
	}
	if m.aliased {
		c.spans[execution] = span{before.from, c.publisher.reach().to}
	}
	c.mu.Unlock()
	if m.redriven {
		c.workers.Go(func() { c.redrive(name, execution) })
	}
}

// redrive redrives an execution each time it has failed, until it succeeds. A redrive that was not answered is asked
// for again by its token.
func (c *client) redrive(name, execution string) {
	for acked := 0; ; acked++ {
		var status types.ExecutionStatus
		for status == "" || status == types.ExecutionStatusRunning {
			err := c.host.ask(c.patience, func(ctx context.Context, api *sfn.Client) error {
				out, err := api.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
				if err == nil {
					status = out.Status
				}
				return err
			})
			if err != nil {
				c.t.Errorf("%s was acknowledged: %v", name, err)
				return
			}
			time.Sleep(20 * time.Millisecond) // the pace of a client that polls
		}
		if status == types.ExecutionStatusSucceeded {
			c.mu.Lock()
			c.redrives[execution] = acked
			c.mu.Unlock()
			return
		}
		token := fmt.Sprint(name, "-redrive-", acked)
		err := c.host.change(c.patience, "RedriveExecution", func(ctx context.Context, api *sfn.Client) error {
			_, err := api.RedriveExecution(ctx, &sfn.RedriveExecutionInput{ExecutionArn: &execution, ClientToken: &token})
			return err
		})
		if err != nil {
			c.t.Errorf("redrive %d of %s: %v", acked+1, name, err)
			return
		}
	}
}

func executionARN(machine, name string) string {
	return "arn:aws:states:us-east-1:000000000000:execution:" + machine + ":" + name
}
