package sdk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// job says how the work of a .sync call is followed. Expressions are JSONata; names are those of the integration.
type job struct {
	id     []member    // of {"Input": parameters, "Answer": the start's answer}: together they name the job
	none   string      // error of a start whose answer names no job; "": States.TaskFailed
	poll   string      // the action that describes it
	ask    *expression // of the id: the parameters of poll; nil: the id itself
	result *expression // of the answer of poll: the result of the Task; nil: the whole answer
	status *expression // of the result: the status, a text
	good   []string    // statuses that mean success
	bad    []string    // and failure; every other one means that it goes on

	gone bool // that there is no such thing any more means success

	stop      string      // the action that stops it; "": it cannot be stopped
	stopInput *expression // of the id; nil: the id itself

	slow bool // it takes many minutes, and is asked about less often
}

// submitted is the answer of a start: the job is followed from here on.
func (c *Connector) submitted(call *integration.Call, t *target, parameters, output query.Value) integration.Answer {
	j := t.row.jobOf(call.Resource.Pattern)
	if j == nil {
		return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("%s cannot be called by this server.", call.Resource.ARN)}
	}
	var both query.ObjectBuilder
	both.Set("Input", t.spelled(parameters))
	both.Set("Answer", output)
	id, ok := identify(j.id, both.Build())
	if !ok {
		return integration.Failed{Error: cmp.Or(j.none, "States.TaskFailed"), Cause: output.Compact()}
	}
	return integration.Submitted{Output: output.JSON(), Job: id.Compact(), Ask: j.pause(0)}
}

// spelled gives parameters the names of optimized integrations, where they are those of the operation: definitions may
// write them in other ways too.
func (t *target) spelled(parameters query.Value) query.Value {
	if t.row.before != nil || t.row.lookup != nil {
		return parameters
	}
	in, err := t.style.input(t.service, t.operation.Input, parameters)
	if err != nil {
		return parameters
	}
	return t.style.output(t.operation.Input, in)
}

// member is a member of an object that is made of another value.
type member struct {
	name string
	from *expression
}

// named lists members: their names and their expressions in turn.
func named(pairs ...string) (members []member) {
	for pair := range slices.Chunk(pairs, 2) {
		members = append(members, member{pair[0], expr(pair[1])})
	}
	return members
}

// identify makes the object that members describe; false if one of them is not there.
func identify(members []member, of query.Value) (query.Value, bool) {
	var o query.ObjectBuilder
	for _, m := range members {
		v, err := m.from.eval(of)
		if err != nil || v.IsUndefined() || v.Kind() == query.Null {
			return query.Value{}, false
		}
		o.Set(m.name, v)
	}
	return o.Build(), true
}

// pause is how long to wait before a job is asked about for the n-th time: longer each time, up to a bound.
func (j *job) pause(n int) time.Duration {
	first, most := 500*time.Millisecond, 15*time.Second
	if j.slow {
		first, most = 5*time.Second, time.Minute
	}
	pause := float64(first)
	for range min(n, 60) {
		pause *= 1.4
	}
	return min(time.Duration(pause), most)
}

// Poll implements integration.Jobs.
func (c *Connector) Poll(ctx context.Context, call integration.Call, name string, asked int) integration.Answer {
	t, no := c.target(call.Resource)
	if no != nil {
		return *no
	}
	j := t.row.jobOf(call.Resource.Pattern)
	if j == nil {
		return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("%s has no jobs.", call.Resource.ARN)}
	}
	again := integration.Running{Again: j.pause(asked + 1)}
	output, err := c.side(ctx, &call, t, j.poll, j.ask, name)
	switch f, ok := errors.AsType[*awsclient.Fault](err); {
	case err == nil:
	case ok && j.gone && isGone(f):
		return integration.Succeeded{Output: name}
	case ok && f.Status < 500 && !throttled(f), !ok && !passes(err):
		return failed(t.names, &call, err)
	default:
		return again // the service is not well, or out of reach; the task's time-out bounds this
	}
	result, err := j.result.orWhole(output)
	if err != nil || result.Kind() == query.Undefined || result.Kind() == query.Null {
		return again // not there yet: services answer with a delay
	}
	status, err := j.status.eval(result)
	switch text := status.Str(); {
	case err != nil:
		return integration.Failed{Error: "States.TaskFailed", Cause: fmt.Sprintf("The status of the job cannot be read: %v", err)}
	case slices.Contains(j.good, text):
		return integration.Succeeded{Output: result.JSON()}
	case slices.Contains(j.bad, text):
		return integration.Failed{Error: "States.TaskFailed", Cause: result.Compact()}
	}
	return again
}

// Stop implements integration.Jobs.
func (c *Connector) Stop(ctx context.Context, call integration.Call, name string) error {
	t, no := c.target(call.Resource)
	if no != nil {
		return nil
	}
	j := t.row.jobOf(call.Resource.Pattern)
	if j == nil || j.stop == "" {
		return nil
	}
	_, err := c.side(ctx, &call, t, j.stop, j.stopInput, name)
	if f, ok := errors.AsType[*awsclient.Fault](err); ok && f.Status < 500 && !throttled(f) {
		return nil // it is over, or not ours to stop
	}
	return err
}

// side performs an action beside the one that was called, with parameters made from the name of a job.
func (c *Connector) side(ctx context.Context, call *integration.Call, t *target, action string, parameters *expression, name string) (query.Value, error) {
	id, err := query.Parse(name)
	if err != nil {
		return id, fmt.Errorf("the job %q cannot be read: %w", name, err)
	}
	in, err := parameters.orWhole(id)
	if err != nil {
		return in, err
	}
	service, operation, ok := c.cfg.Models.Action(t.service.Resource, action)
	if !ok {
		return in, fmt.Errorf("there is no model of %s:%s", t.service.Resource, action)
	}
	beside := *t
	beside.service, beside.operation = service, operation
	output, _, err := c.perform(ctx, call, &beside, in)
	return output, err
}

// passes reports whether an error that no service has answered may pass: the network, credentials and the server's own
// end do, what is wrong with the question does not.
func passes(err error) bool {
	_, lost := errors.AsType[*awsclient.TransportError](err)
	_, denied := errors.AsType[*awsclient.CredentialsError](err)
	return lost || denied || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func throttled(f *awsclient.Fault) bool {
	return f.Status == 429 || strings.Contains(f.Code, "Throttl") || strings.Contains(f.Code, "TooManyRequests") || f.Code == "RequestLimitExceeded"
}

// isGone reports whether a fault says that something does not exist.
func isGone(f *awsclient.Fault) bool {
	return f.Status == 404 || strings.Contains(f.Code, "NotFound")
}
