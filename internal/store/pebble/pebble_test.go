package pebble

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/storetest"
)

func open(t *testing.T, fs vfs.FS) *Store {
	t.Helper()
	s, err := Open("data", Options{FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Store, k, v string) error {
	t.Helper()
	h, err := s.Open(t.Context(), 0, "test")
	if err != nil {
		t.Fatal(err)
	}
	var b store.Batch
	b.Put([]byte(k), []byte(v))
	return h.Commit(t.Context(), &b)
}

func TestPebble(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, vfs.NewMem()) })
}

func TestAckedSurvivesACrash(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 0))
		fs := vfs.NewCrashableMem()
		n := 0
		for round := range 4 {
			s := open(t, fs)
			for range r.IntN(30) {
				if err := put(t, s, fmt.Sprint(n), "v"); err != nil {
					t.Fatal(err)
				}
				n++
			}
			crashed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: r})
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			fs = crashed
			again := open(t, fs)
			for i := range n {
				if _, err := again.Reader(0).Get(t.Context(), fmt.Append(nil, i)); err != nil {
					t.Fatalf("seed %d, round %d: key %d of %d: %v", seed, round, i, n, err)
				}
			}
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestEpochGrowsAcrossOpenings(t *testing.T) {
	fs, last := vfs.NewMem(), uint64(0)
	for range 3 {
		s := open(t, fs)
		for range 2 {
			h, err := s.Open(t.Context(), 4, "test")
			if err != nil {
				t.Fatal(err)
			}
			if h.Epoch() <= last {
				t.Errorf("epoch %d after %d", h.Epoch(), last)
			}
			last = h.Epoch()
		}
		s.Close()
	}
}

func TestWhatStandsInTheWayIsNamed(t *testing.T) {
	write := func(name, text string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name   string
		spoil  func(t *testing.T, dir string)
		want   error
		remedy string
	}{
		{"newer format", write("FORMAT", formatText+"99\n"), ErrNewerFormat, "newer program"},
		{"damaged format", write("FORMAT", "?"), ErrCorrupt, "backup"},
		{"missing format", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "FORMAT")) }, ErrCorrupt, "backup"},
		{"damaged manifest", func(t *testing.T, dir string) {
			for _, m := range glob(t, dir, "db/MANIFEST-*") {
				write(m, strings.Repeat("\xff", 4096))(t, "")
			}
		}, ErrCorrupt, "backup"},
		{"locked", func(t *testing.T, dir string) {
			s, err := Open(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
		}, ErrLocked, "other process"},
		{"not a directory", func(t *testing.T, dir string) {
			os.RemoveAll(dir)
			write("data", "")(t, filepath.Dir(dir))
		}, ErrNotWritable, "writable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			s, err := Open(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := put(t, s, "k", "v"); err != nil {
				t.Fatal(err)
			}
			s.Close()
			c.spoil(t, dir)
			_, err = Open(dir, Options{})
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), c.remedy) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return names
}

func TestFullDiskBreaksTheStoreAndKeepsTheData(t *testing.T) {
	var full errorfs.Toggle
	full.Injector = errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileWrite || op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData {
			return syscall.ENOSPC
		}
		return nil
	})
	mem := vfs.NewCrashableMem()
	s := open(t, errorfs.Wrap(mem, &full))
	if err := put(t, s, "safe", "v"); err != nil {
		t.Fatal(err)
	}
	full.On()
	if err := put(t, s, "lost", "v"); !errors.Is(err, store.ErrOutcomeUnknown) || !errors.Is(err, ErrNoSpace) {
		t.Errorf("first commit: %v", err)
	}
	if err := put(t, s, "refused", "v"); !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "make room") {
		t.Errorf("second commit: %v", err)
	}
	if _, err := s.Reader(0).Get(t.Context(), []byte("safe")); err != nil {
		t.Errorf("read: %v", err)
	}
	again := open(t, mem.CrashClone(vfs.CrashCloneCfg{}))
	defer again.Close()
	if _, err := again.Reader(0).Get(t.Context(), []byte("safe")); err != nil {
		t.Errorf("read after the crash: %v", err)
	}
}
