package memory_test

import (
	"testing"

	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/internal/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return memory.New() })
}

func TestReopenedStoreHoldsWhatWasCommitted(t *testing.T) {
	a := memory.New()
	h, err := a.Open(t.Context(), 0, "test")
	if err != nil {
		t.Fatal(err)
	}
	var b store.Batch
	b.Put([]byte("k"), []byte("v"))
	if err := h.Commit(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if v, err := a.Reopen().Reader(0).Get(t.Context(), []byte("k")); string(v) != "v" || err != nil {
		t.Errorf("Get = %q, %v", v, err)
	}
}
