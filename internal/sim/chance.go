package sim

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// stream returns the random numbers of an actor, or of a choice that is named by what it is about. Equal names give
// equal numbers, whoever asks and when.
func (w *world) stream(about ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintln(h, about...)
	return rand.New(rand.NewPCG(w.seed, h.Sum64()))
}

// upTo returns a random time below d, to the nanosecond.
func upTo(r *rand.Rand, d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) }

// chance is true with probability p.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// oneOf picks one.
func oneOf[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// pause sleeps; it is false if the actors are to stop.
func (w *world) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.ctx.Done():
		return false
	}
}

// now is the engines' time.
func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.offset.Load())) }
