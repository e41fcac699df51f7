package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// outside is what Tasks call. What becomes of a call is drawn from its client token, so an idempotent one that comes
// twice is answered twice the same.
type outside struct {
	*life
	idempotent bool
}

// token is a task token that somebody outside has got.
type token struct {
	text    string
	arn     string
	settled int // answers that were accepted
	tried   int
}

func (l *life) connect(r *integration.Registry) {
	r.Functions = outside{l, false}
	r.Services = map[string]integration.Connector{
		"lambda":   outside{l, false},
		"sqs":      outside{l, false},
		"dynamodb": outside{l, true},
		"states":   nested{l},
		"batch":    workshop{l},
	}
}

// Idempotent implements integration.Connector.
func (o outside) Idempotent(integration.Call) bool { return o.idempotent }

// Invoke implements integration.Connector.
func (o outside) Invoke(ctx context.Context, c integration.Call) integration.Answer {
	if !o.arrived(c, o.idempotent) {
		return integration.Failed{Error: "Dead"}
	}
	w := o.w
	r := w.stream("outside", c.ClientToken)
	if c.Resource.Pattern == asl.WaitForTaskToken {
		w.hold(c.Token, c.ExecutionARN)
	}
	var wait time.Duration
	switch p := r.Float64(); {
	case p < 0.5:
		wait = upTo(r, 50*time.Millisecond)
	case p < 0.8:
		wait = upTo(r, 3*time.Second)
	case p < 0.95 || w.quiet.Load():
		wait = upTo(r, 30*time.Second)
	default:
		w.note("the answer to %s of %s is lost", c.State, c.ExecutionARN)
		select {
		case <-ctx.Done():
		case <-w.released:
		}
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return integration.Failed{Error: "Cancelled"}
	case <-t.C:
	}
	switch {
	case chance(r, 0.2):
		return integration.Failed{Error: oneOf(r, "E1", "E2"), Cause: "bad luck"}
	case c.Resource.Pattern == asl.WaitForTaskToken:
		return integration.Submitted{Output: "{}"}
	}
	return integration.Succeeded{Output: fmt.Sprintf(`{"of":%q}`, c.State)}
}

// hold gives a token to whoever may use it.
func (w *world) hold(text, arn string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens = append(w.tokens, &token{text: text, arn: arn})
}

// nested starts executions as the connector of states:startExecution does: the name is the attempt's, so a start that
// is sent again finds what it has started.
type nested struct{ *life }

// Idempotent implements integration.Connector.
func (nested) Idempotent(integration.Call) bool { return true }

// Invoke implements integration.Connector.
func (n nested) Invoke(ctx context.Context, c integration.Call) integration.Answer {
	if !n.arrived(c, true) {
		return integration.Failed{Error: "Dead"}
	}
	r := startOf("leaf", c.ClientToken, `{"items":[1]}`)
	if c.Resource.Pattern != asl.RequestResponse {
		parent, err := n.Parent(c.Token, c.Resource.Pattern)
		if err != nil {
			return integration.Failed{Error: "Token", Cause: err.Error()}
		}
		r.Parent = parent
	}
	n.w.know(scope.Execution("leaf", c.ClientToken), "leaf")
	s, err := n.Start(ctx, r)
	if err != nil {
		return integration.Failed{Error: "E1", Cause: err.Error()}
	}
	if c.Resource.Pattern == asl.RequestResponse {
		return integration.Succeeded{Output: fmt.Sprintf(`{"ExecutionArn":%q}`, s.ARN)}
	}
	return integration.Submitted{Output: fmt.Sprintf(`{"ExecutionArn":%q}`, s.ARN)}
}

// startOf is the start of an execution.
func startOf(machine, name, input string) engine.StartExecution {
	return engine.StartExecution{
		Name: name, StateMachineARN: scope.StateMachine(machine), MachineName: machine, Definition: machine,
		RoleARN: "role", Incarnation: "1", Input: query.Trusted(input),
	}
}

// known is an execution that somebody has tried to start.
type known struct {
	arn     string
	machine string // "standard0", or "standard0/s3" of a map run's child
	input   string // that was acknowledged; "": none was
	created int    // acknowledgements that say that the execution is new

	// What was seen of it last.
	events   int64
	redrives int
	status   string
}

// know notes an execution; it is the same for the same ARN.
func (w *world) know(arn, machine string) *known {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.knowing(arn, machine)
}

// knowing is know for those who hold w.mu.
func (w *world) knowing(arn, machine string) *known {
	k := w.known[arn]
	if k == nil {
		k = &known{arn: arn, machine: machine}
		w.known[arn] = k
		w.arns = append(w.arns, arn)
	}
	return k
}

// definition is the machine that an execution runs.
func (w *world) definition(k *known) *machine {
	name, _, _ := strings.Cut(k.machine, "/")
	return w.machines[name]
}
