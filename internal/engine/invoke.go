package engine

import (
	"context"
	"math"

	"github.com/cogstep/cogstep/internal/integration"
)

// Invoke performs a call that belongs to no execution. It waits for its place like any other; when ctx ends, nobody
// hears of the answer.
func (e *Engine) Invoke(ctx context.Context, c integration.Call) integration.Answer {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.ctx, cancel)()
	target := e.dispatcher.at(c.Resource.Service)
	if !target.acquire(ctx, c.MachineName, math.MaxInt) {
		return integration.Failed{Error: "States.TaskFailed", Cause: "The call was given up before it was sent."}
	}
	defer target.release()
	return e.dispatcher.invoke(ctx, c)
}
