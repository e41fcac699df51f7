// Package localjob runs jobs of other services on this machine: ECS tasks, Batch jobs, CodeBuild builds and Glue job runs
// whose task definition, job definition, project or job is bound to a command or a container image in a configuration file.
// Calls of anything else go on to the next connector.
//
// A call becomes an order: what is to be run, with what the call overrides. The order is put into a folder of its own
// before anything happens, and everything that is known of the job is files in that folder, so a server that comes up
// again knows what the last one knew. The name of the folder is made from the attempt, and therefore a call that is sent
// twice is one job.
//
// A process is started by a supervisor, which is this program once more. It holds a lock in the folder for as long as it
// lives, says in a file that it begins, and at the end how the process ended. So nobody has to trust process numbers: if
// the lock is free, the job has not begun, or has ended, or its supervisor was killed and the process with it. A container
// has its engine for a supervisor. Where executions outlive the server, jobs do too; elsewhere they end with it.
package localjob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/integration"
)

// Config is what a connector is made of.
type Config struct {
	Bindings Bindings
	Scope    arn.Scope

	// Dir is the directory that jobs are kept in. They go on when the server ends, and are found again. "": jobs end with
	// the server.
	Dir string
	// Supervisor is the command, without its last argument, that calls [Supervise] with its last argument.
	Supervisor []string

	// Env are variables that every job gets.
	Env map[string]string
	// Log gets each line that a job writes, of 64 KiB at most, with its binding. It must be safe for concurrent use; nil: discarded.
	Log func(binding, line string)

	// Next performs the calls that are not bound.
	Next integration.Connector
}

// Connector implements integration.Connector and integration.Jobs for [Services]. It is safe for concurrent use.
type Connector struct {
	cfg       Config
	dir       string // of the folders
	ctx       context.Context
	cancel    context.CancelFunc
	tending   sync.WaitGroup
	processes processes

	mu      sync.Mutex
	jobs    map[string]*job          // those that have not ended, by name
	places  map[string]chan struct{} // of each binding: one element for each job that runs
	engines map[string]*engine       // by address
	closed  bool
}

// Services are the services that the connector belongs in front of.
func Services() []string { return []string{"batch", "codebuild", "ecs", "glue"} }

// Open returns the connector, and goes on with the jobs that its directory holds. Errors: the directory cannot be used.
func Open(cfg Config) (*Connector, error) {
	c := &Connector{
		cfg: cfg, dir: cfg.Dir, jobs: map[string]*job{}, places: map[string]chan struct{}{}, engines: map[string]*engine{},
		processes: processes{supervisor: cfg.Supervisor, env: variables(surroundings(cfg.Scope.Region, cfg.Env))},
	}
	var err error
	if c.dir == "" {
		c.dir, err = os.MkdirTemp("", "cogstep-jobs-")
	} else {
		err = os.MkdirAll(c.dir, 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("make a directory for local jobs: %w", err)
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	if err := c.recover(); err != nil {
		c.cancel()
		return nil, err
	}
	c.tending.Go(c.sweep)
	return c, nil
}

// Close stops looking after jobs. Those that end with the server are stopped first, and waited for until ctx ends.
// Closing twice is safe.
func (c *Connector) Close(ctx context.Context) error {
	c.mu.Lock()
	closed := c.closed
	c.closed = true
	var waiting []*job
	if c.cfg.Dir == "" {
		for _, j := range c.jobs {
			waiting = append(waiting, j)
		}
	}
	c.mu.Unlock()
	if closed {
		return nil
	}
	var errs []error
	for _, j := range waiting {
		errs = append(errs, j.stop())
	}
	for _, j := range waiting {
		select {
		case <-j.ended:
		case <-ctx.Done():
		}
	}
	c.cancel()
	c.tending.Wait()
	if c.cfg.Dir == "" {
		errs = append(errs, os.RemoveAll(c.dir))
	}
	return errors.Join(errs...)
}

// Idempotent reports whether a call may be sent again: a job here is not started twice.
func (c *Connector) Idempotent(call integration.Call) bool {
	if _, _, ok := c.bound(&call); ok {
		return call.ClientToken != ""
	}
	return c.cfg.Next != nil && c.cfg.Next.Idempotent(call)
}

// bound returns the binding that a call is for.
func (c *Connector) bound(call *integration.Call) (kind, Binding, bool) {
	k, ok := kinds[call.Resource.Service+":"+call.Resource.Action]
	if !ok {
		return k, Binding{}, false
	}
	b, ok := c.cfg.Bindings[k.bindingName(call)]
	return k, b, ok
}

// Invoke implements integration.Connector.
func (c *Connector) Invoke(ctx context.Context, call integration.Call) integration.Answer {
	k, b, ok := c.bound(&call)
	switch {
	case !ok && c.cfg.Next == nil:
		return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("%s cannot be called by this server.", call.Resource.ARN)}
	case !ok:
		return c.cfg.Next.Invoke(ctx, call)
	case ctx.Err() != nil:
		return integration.Failed{Error: "States.TaskFailed", Cause: ctx.Err().Error()}
	}
	r, err := k.read(call.Input)
	if err != nil {
		return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("The parameters are not what %s takes: %v", call.Resource.ARN, err)}
	}
	o := newOrder(k.bindingName(&call), b, call.ClientToken)
	o.Awaited = call.Resource.Pattern == asl.Sync || call.Resource.Pattern == asl.Sync2
	o.Bound = c.cfg.Dir == ""
	r.tailor(c.cfg.Scope, &o)
	if o, err = c.submit(o); err != nil {
		return integration.Failed{Error: "States.TaskFailed", Cause: fmt.Sprintf("The job %s could not be started on this machine: %v", o.Binding, err)}
	}
	output := toJSON(r.accepted(c.cfg.Scope, &o))
	switch {
	case o.Awaited:
		return integration.Submitted{Output: output, Job: jobPrefix + o.Name, Ask: pause(0)}
	case call.Resource.Pattern == asl.WaitForTaskToken:
		return integration.Submitted{Output: output}
	}
	return integration.Succeeded{Output: output}
}

// jobPrefix tells our jobs from those of the next connector.
const jobPrefix = "local:"

// pause is how long to wait before a job is asked about for the n-th time. Asking costs reading a file.
func pause(n int) time.Duration {
	d := 25 * time.Millisecond
	for range min(n, 20) {
		d = d * 3 / 2
	}
	return min(d, 2*time.Second)
}

// Poll implements integration.Jobs.
func (c *Connector) Poll(ctx context.Context, call integration.Call, name string, asked int) integration.Answer {
	f, ours := c.folder(name)
	if !ours {
		if next, ok := c.cfg.Next.(integration.Jobs); ok {
			return next.Poll(ctx, call, name, asked)
		}
		return integration.Failed{Error: "States.TaskFailed", Cause: "This server cannot tell how the job of " + call.Resource.ARN + " is getting on."}
	}
	o, err := f.order()
	if err != nil {
		return integration.Failed{Error: "States.TaskFailed", Cause: fmt.Sprintf("Nothing is known of the local job any more: %v", err)}
	}
	e, ok := f.ending()
	if !ok {
		return integration.Running{Again: pause(asked + 1)}
	}
	k := kinds[call.Resource.Service+":"+call.Resource.Action]
	r, err := k.read(call.Input)
	if err != nil {
		return integration.Failed{Error: "States.Runtime", Cause: err.Error()}
	}
	description := toJSON(r.described(c.cfg.Scope, &o, &e))
	f.mark(told)
	if e.good() {
		return integration.Succeeded{Output: description}
	}
	return integration.Failed{Error: "States.TaskFailed", Cause: description}
}

// Stop implements integration.Jobs. A process gets ten seconds between being asked to end and being ended.
func (c *Connector) Stop(ctx context.Context, call integration.Call, name string) error {
	f, ours := c.folder(name)
	if !ours {
		if next, ok := c.cfg.Next.(integration.Jobs); ok {
			return next.Stop(ctx, call, name)
		}
		return nil
	}
	f.mark(told) // nobody will ask about it any more
	c.mu.Lock()
	j := c.jobs[f.name()]
	c.mu.Unlock()
	if j == nil {
		return nil // it has ended
	}
	return j.stop()
}
