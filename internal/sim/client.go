package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/query"
)

// client asks engines for things at random. Told "yes", it never asks again; told anything else, it may.
type client struct {
	w *world
	n int
	r *rand.Rand
	k int // counts what it asks for
}

func (c *client) run() {
	for !c.w.quiet.Load() {
		if !c.w.pause(oneOf(c.r, upTo(c.r, 50*time.Millisecond), upTo(c.r, 3*time.Second), upTo(c.r, 20*time.Second))) {
			return
		}
		l := c.w.one(c.r.IntN)
		if l == nil || c.w.quiet.Load() {
			continue
		}
		c.k++
		ctx, cancel := c.w.ctx, context.CancelFunc(func() {})
		if chance(c.r, 0.1) { // it gives up soon
			ctx, cancel = context.WithTimeout(ctx, upTo(c.r, 50*time.Millisecond))
		}
		c.ask(ctx, l)
		cancel()
	}
}

func (c *client) ask(ctx context.Context, l *life) {
	switch roll := c.r.IntN(100); {
	case roll < 40:
		c.start(ctx, l)
	case roll < 46:
		c.startExpress(ctx, l)
	case roll < 54:
		c.stopOne(ctx, l)
	case roll < 62:
		c.redrive(ctx, l)
	case roll < 84:
		c.w.answer(ctx, l, c.r, fmt.Sprintf("c%d-%d", c.n, c.k))
	case roll < 88:
		c.update(ctx, l)
	case roll < 95:
		l.described(c.any())
	default:
		l.listed(oneOf(c.r, c.w.names...))
	}
}

// any returns an execution that somebody has tried to start, rather a new one than an old one; "" if there is none.
func (c *client) any() string {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if len(c.w.arns) == 0 {
		return ""
	}
	return c.w.arns[max(c.r.IntN(len(c.w.arns)), c.r.IntN(len(c.w.arns)))]
}

func (c *client) start(ctx context.Context, l *life) {
	w := c.w
	machine := oneOf(c.r, w.names...)
	name := fmt.Sprintf("c%d-%d", c.n, c.k)
	input := `{"items":[` + oneOf(c.r, "", "1", "1,2,3", "1,2,3,4") + `]}`
	w.mu.Lock()
	again := len(w.arns) > 0 && c.r.IntN(6) == 0
	if again {
		if k := w.known[oneOf(c.r, w.arns...)]; w.machines[k.machine] != nil && k.machine != "leaf" {
			machine, name = k.machine, k.arn[len(scope.Execution(k.machine, "")):]
			if k.input != "" && c.r.IntN(2) == 0 {
				input = k.input
			}
		}
	}
	full := w.started >= w.rules.starts
	w.started++
	w.mu.Unlock()
	if full {
		return
	}
	w.know(scope.Execution(machine, name), machine)
	s, err := l.Start(ctx, startOf(machine, name, input))
	l.startTold(s, err, machine, input)
}

func (c *client) startExpress(ctx context.Context, l *life) {
	r := startOf(oneOf(c.r, c.w.express...), fmt.Sprintf("c%d-%d", c.n, c.k), `{"items":[1,2]}`)
	if c.r.IntN(3) == 0 {
		h, err := l.StartSync(ctx, r)
		c.w.note("client %d: Express execution %s has run: %v", c.n, h.ARN, err)
		return
	}
	s, err := l.StartExpress(ctx, r)
	l.expressTold(s, err)
}

func (c *client) stopOne(ctx context.Context, l *life) {
	if arn := c.any(); arn != "" {
		at, err := l.Stop(ctx, arn, "Stopped", "by a client")
		l.stopTold(arn, at, err)
	}
}

func (c *client) redrive(ctx context.Context, l *life) {
	if arn := c.any(); arn != "" {
		at, err := l.Redrive(ctx, arn, oneOf(c.r, "", fmt.Sprint("t", c.n)))
		l.redriveTold(arn, at, err)
	}
}

// update changes how many children of a map run may run at once.
func (c *client) update(ctx context.Context, l *life) {
	arn := c.any()
	runs, _, err := l.MapRuns(ctx, arn, 10, "")
	if err != nil || len(runs) == 0 {
		return
	}
	n := c.r.IntN(4)
	err = l.UpdateMapRun(ctx, execution.MapRunUpdated{ARN: runs[0].ARN, MaxConcurrency: &n})
	c.w.note("map run %s may run %d children: %v", runs[0].ARN, n, err)
}

// answer uses a token: the right way, late, twice, or forged.
func (w *world) answer(ctx context.Context, l *life, r *rand.Rand, marker string) {
	w.mu.Lock()
	if len(w.tokens) == 0 {
		w.mu.Unlock()
		return
	}
	t := w.tokens[max(r.IntN(len(w.tokens)), r.IntN(len(w.tokens)))]
	t.tried++
	before := len(w.history(t.arn))
	w.mu.Unlock()
	switch roll := r.IntN(10); {
	case roll < 1:
		i := len(t.text) - 2 - r.IntN(42) // in the seal
		forged := t.text[:i] + string(t.text[i]^1) + t.text[i+1:]
		err := l.SendTaskSuccess(ctx, forged, query.Trusted("1"))
		l.forgeryTold(t, forged, err)
	case roll < 3:
		err := l.SendTaskHeartbeat(ctx, t.text)
		w.note("heartbeat for %s: %v", t.arn, err)
	case roll < 5:
		l.answerTold(t, marker, before, l.SendTaskFailure(ctx, t.text, "E1", marker))
	default:
		l.answerTold(t, marker, before, l.SendTaskSuccess(ctx, t.text, query.Trusted(fmt.Sprintf("{%q:1}", marker))))
	}
}

// worker takes tasks of activities and answers them, later or never.
type worker struct {
	w *world
	n int
	r *rand.Rand
	k int
}

func (k *worker) run() {
	for k.w.ctx.Err() == nil {
		l := k.w.one(k.r.IntN)
		if k.w.quiet.Load() {
			l = k.w.one(func(n int) int { return n - 1 })
		}
		if l == nil {
			k.w.pause(time.Second)
			continue
		}
		k.k++
		name := fmt.Sprintf("w%d-%d", k.n, k.k)
		ctx, cancel := context.WithTimeout(k.w.ctx, time.Millisecond+upTo(k.r, 20*time.Second))
		text, _, ok, err := l.GetActivityTask(ctx, scope.Activity([]string{"a", "b"}[k.k%2]), name)
		cancel()
		switch {
		case err != nil:
			k.w.pause(time.Second + upTo(k.r, time.Second))
		case ok:
			k.taken(l, text, name)
		}
	}
}

func (k *worker) taken(l *life, text, name string) {
	a, err := l.Attempt(text)
	if err != nil || !l.taskTold(a, name) {
		return
	}
	k.w.hold(text, a.ExecutionARN)
	if k.r.IntN(3) == 0 && !k.w.quiet.Load() {
		return // somebody else may answer
	}
	k.w.pause(oneOf(k.r, upTo(k.r, 100*time.Millisecond), upTo(k.r, 30*time.Second)))
	if now := k.w.one(func(n int) int { return n - 1 }); now != nil {
		k.w.answer(k.w.ctx, now, k.r, name)
	}
}
