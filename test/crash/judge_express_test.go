package crash

import (
	"context"
	"time"
)

// launched checks that each Express start that was acknowledged has run: its function has seen a call of it.
func (j *judge) launched(ctx context.Context) {
	for name := range j.client.launched {
		for j.world.seen(name) == 0 {
			select {
			case <-ctx.Done():
				j.t.Errorf("%s was acknowledged; its function has never been called", name)
				return
			case <-time.After(20 * time.Millisecond): // the pace of a client that polls
			}
		}
	}
}
