package engine

import (
	"context"
	"errors"
	"time"

	"github.com/cogstep/cogstep/internal/store"
)

// Pauses between commits of the same batch.
const (
	retryPauseMin = 10 * time.Millisecond
	retryPauseMax = time.Second
)

// commitAll makes batches durable, one after the other, and hands them back. A batch whose commit fails is
// committed again: it holds absolute values, so once or twice is the same. It ends when s.sealed is closed, or when
// the shard can never be written again: then the batches come back with an error.
func (s *shard) commitAll() {
	defer close(s.durable)
	for w := range s.sealed {
		s.durable <- committed{w, s.commit(s.e.ctx, w)}
	}
}

type committed struct {
	*work
	err error
}

// commit makes w durable. It gives up when ctx ends. An empty batch goes to the store too: that writes nothing, but says
// whether the shard is still ours, and an answer from memory is true only then.
func (s *shard) commit(ctx context.Context, w *work) error {
	for wait := retryPauseMin; ; wait = min(2*wait, retryPauseMax) {
		err := s.store.Commit(context.Background(), &w.batch)
		switch {
		case err == nil, planted(refusedIsDone) && errors.Is(err, store.ErrUnavailable), planted(fencedGoesOn) && errors.Is(err, store.ErrFenced):
			s.ailing.Store(false)
			return nil
		case errors.Is(err, store.ErrFenced), errors.Is(err, store.ErrClosed):
			s.e.cfg.Logger.Error("shard is lost", "error", err)
			return err
		}
		s.ailing.Store(wait >= retryPauseMax)
		if errors.Is(err, store.ErrBroken) {
			if s.e.broken.CompareAndSwap(false, true) {
				s.e.cfg.Logger.Error("the store is broken: requests that write are refused until the server is started again", "error", err)
			}
		} else if wait == retryPauseMin {
			s.e.cfg.Logger.Warn("store does not commit; trying again", "error", err)
		}
		if !pause(ctx, wait) {
			return err // nothing of the batch has left, so nothing is owed
		}
	}
}
