package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cogstep/cogstep/internal/store"
)

// clock is the engine's time. It is the wall clock's while that goes on; when the wall clock is set back, it goes on
// from where it was at the pace of the monotonic clock, until the wall clock has caught up. So it neither goes back nor
// stands still, and what waits for a second does not wait for the hour by which somebody has set a clock.
type clock struct {
	read func() time.Time

	mu   sync.Mutex
	at   time.Time // what was last told, without a monotonic reading
	seen time.Time // what was read then, with one
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.read()
	at := t.Round(0)
	if on := c.at.Add(max(0, t.Sub(c.seen))); !c.seen.IsZero() && on.After(at) {
		at = on
	}
	c.at, c.seen = at, t
	return at
}

// notBefore lets the clock go on from t, if it is behind: the store has seen that time.
func (c *clock) notBefore(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = c.read()
	c.at = c.seen.Round(0)
	if t.After(c.at) {
		c.at = t
	}
}

var clockKey = []byte{kindMeta, 'c', 'l', 'o', 'c', 'k'}

// sealTime writes the time of a batch into it, if it changes anything at all.
func (s *shard) sealTime(w *work) {
	if w.batch.Len() == 0 || s.latest.IsZero() {
		return
	}
	w.batch.Put(clockKey, binary.BigEndian.AppendUint64(nil, uint64(s.latest.UnixMilli())))
}

// loadClock lets time go on from the latest that any shard has made durable.
func (e *Engine) loadClock(ctx context.Context) error {
	var latest time.Time
	for _, s := range e.shards {
		b, err := s.store.Get(ctx, clockKey)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("clock: %w", err)
		}
		if t := time.UnixMilli(int64(binary.BigEndian.Uint64(b))).UTC(); t.After(latest) {
			latest = t
		}
	}
	e.clock.notBefore(latest)
	return nil
}
