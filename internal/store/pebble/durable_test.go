package pebble_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/pebble"
)

// held is a file system whose logs can be kept from being synced.
type held struct {
	vfs.FS
	mu   sync.Mutex
	gate chan struct{} // closed when syncs may go on; nil: they may
}

func (h *held) hold() (release func()) {
	gate := make(chan struct{})
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gate = gate
	return sync.OnceFunc(func() {
		h.mu.Lock()
		h.gate = nil
		h.mu.Unlock()
		close(gate)
	})
}

func (h *held) wait() {
	h.mu.Lock()
	gate := h.gate
	h.mu.Unlock()
	if gate != nil {
		<-gate
	}
}

func (h *held) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := h.FS.Create(name, category)
	if err == nil && strings.HasSuffix(name, ".log") {
		f = heldFile{f, h}
	}
	return f, err
}

type heldFile struct {
	vfs.File
	h *held
}

func (f heldFile) Sync() error {
	f.h.wait()
	return f.File.Sync()
}

func (f heldFile) SyncData() error {
	f.h.wait()
	return f.File.SyncData()
}

// What is not durable is shown to nobody but the shard's owner, and what is to everybody, without waiting.
func TestReadersSeeNothingBeforeItIsDurable(t *testing.T) {
	fs := &held{FS: vfs.NewMem()}
	s, err := pebble.Open("data", pebble.Options{FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	shard, err := s.Open(t.Context(), 7, "test")
	if err != nil {
		t.Fatal(err)
	}
	put := func(value string) *store.Batch {
		b := new(store.Batch)
		b.Put([]byte("k"), []byte(value))
		return b
	}
	if err := shard.Commit(t.Context(), put("old")); err != nil {
		t.Fatal(err)
	}
	release := fs.hold()
	defer release()
	done := make(chan error)
	go func() { done <- shard.Commit(context.Background(), put("new")) }()
	read := func(r store.Reader) (got, scanned string) {
		v, err := r.Get(t.Context(), []byte("k"))
		if err != nil {
			t.Fatal(err)
		}
		for p, err := range r.Scan(t.Context(), nil, nil, false) {
			if err != nil {
				t.Fatal(err)
			}
			scanned = string(p.Value)
		}
		return string(v), scanned
	}
	for end := time.Now().Add(10 * time.Second); ; { // until Pebble shows the batch to its owner
		if got, _ := read(shard); got == "new" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the batch does not show")
		}
	}
	for range 100 {
		if got, scanned := read(s.Reader(7)); got != "old" || scanned != "old" {
			t.Fatalf("a reader sees %q and %q, which are not durable", got, scanned)
		}
	}
	select {
	case err := <-done:
		t.Fatalf("the commit is done before its sync: %v", err)
	default:
	}
	release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got, scanned := read(s.Reader(7)); got != "new" || scanned != "new" {
		t.Errorf("a reader sees %q and %q after the commit", got, scanned)
	}
	if _, err := s.Reader(7).Get(t.Context(), []byte("other")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a key that is not there: %v", err)
	}
}
