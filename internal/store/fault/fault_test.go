package fault_test

import (
	"errors"
	"testing"

	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/fault"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/internal/store/storetest"
)

func TestWithoutFaultsItIsTheStoreItself(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return fault.Wrap(memory.New(), fault.Script()) })
}

func TestEachOutcomeTellsTheTruth(t *testing.T) {
	for _, c := range []struct {
		outcome fault.Outcome
		err     error
		written bool
	}{
		{fault.Pass, nil, true},
		{fault.Unavailable, store.ErrUnavailable, false},
		{fault.UnknownLost, store.ErrOutcomeUnknown, false},
		{fault.UnknownWritten, store.ErrOutcomeUnknown, true},
	} {
		m := memory.New()
		h, err := fault.Wrap(m, fault.Script(c.outcome)).Open(t.Context(), 0, "test")
		if err != nil {
			t.Fatal(err)
		}
		var b store.Batch
		b.Put([]byte("k"), nil)
		if err := h.Commit(t.Context(), &b); !errors.Is(err, c.err) {
			t.Errorf("outcome %d: %v, want %v", c.outcome, err, c.err)
		}
		if _, err := m.Reader(0).Get(t.Context(), []byte("k")); (err == nil) != c.written {
			t.Errorf("outcome %d: written = %v", c.outcome, err == nil)
		}
	}
}

func TestSeededFaultsHappen(t *testing.T) {
	d := fault.Seeded(1, 0.5)
	n := 0
	for range 100 {
		if d(t.Context(), fault.Operation{Batch: new(store.Batch)}) != fault.Pass {
			n++
		}
	}
	if n < 30 || n > 70 {
		t.Errorf("%d faults of 100", n)
	}
}
