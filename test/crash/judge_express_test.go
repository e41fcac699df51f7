package crash

import (
	"context"
	"time"
)

// launched checks that each Express start that was acknowledged has run, to its last task: the function has seen it. An
// hour by which a clock is set forward is more than an Express execution may take, so then it need only have begun.
func (j *judge) launched(ctx context.Context) {
	state := "B"
	if j.host.clock.doubt() > 0 {
		state = "A"
	}
	for name := range j.client.launched {
		for !j.world.seen(name, state) {
			select {
			case <-ctx.Done():
				j.t.Errorf("%s was acknowledged; its state %s has never called its function", name, state)
				return
			case <-time.After(20 * time.Millisecond): // the pace of a client that polls
			}
		}
	}
}
