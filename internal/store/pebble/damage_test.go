package pebble

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// damages are what happens to files that lie about.
var damages = []struct {
	name  string
	spoil func(content []byte) []byte // nil: the file is gone
}{
	{"removed", func([]byte) []byte { return nil }},
	{"emptied", func([]byte) []byte { return []byte{} }},
	{"cut in half", func(b []byte) []byte { return b[:len(b)/2] }},
	{"cut by 3 bytes", func(b []byte) []byte { return b[:max(0, len(b)-3)] }},
	{"first bit", func(b []byte) []byte { b[0] ^= 1; return b }},
	{"a bit at a third", func(b []byte) []byte { b[len(b)/3] ^= 1; return b }},
	{"a bit at two thirds", func(b []byte) []byte { b[len(b)*2/3] ^= 1; return b }},
	{"second half zero", func(b []byte) []byte { clear(b[len(b)/2:]); return b }},
}

// Whatever happens to one file of a closed directory, nothing that was acknowledged reads as if it never was: the
// store does not open and names the file, or the read fails. Pebble alone takes a log or a manifest that ends early
// for the work of a crash.
func TestADamagedFileIsNeverLossInSilence(t *testing.T) {
	base := filepath.Join(t.TempDir(), "data")
	n := 0
	for range 3 { // logs become tables when the store is opened again
		s, err := Open(base, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			if err := put(t, s, fmt.Sprint(n), value(n)); err != nil {
				t.Fatal(err)
			}
			n++
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	refused := 0
	for _, file := range glob(t, base, "db/*") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(content) == 0 { // markers, the lock
			continue
		}
		for _, d := range damages {
			t.Run(filepath.Base(file)+" "+d.name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "data")
				if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
					t.Fatal(err)
				}
				spoilt := filepath.Join(dir, "db", filepath.Base(file))
				if b := d.spoil(append([]byte{}, content...)); b == nil {
					err = os.Remove(spoilt)
				} else {
					err = os.WriteFile(spoilt, b, 0o644)
				}
				if err != nil {
					t.Fatal(err)
				}
				if judgeDamage(t, dir, spoilt, n) {
					refused++
				}
			})
		}
	}
	if refused < 20 {
		t.Errorf("%d damages were refused when the store was opened", refused)
	}
}

// judgeDamage reports whether the store does not open.
func judgeDamage(t *testing.T, dir, spoilt string, n int) (refused bool) {
	var log strings.Builder
	s, err := Open(dir, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		said(t, err, spoilt)
		return true
	}
	failed := 0
	for i := range n {
		v, err := s.Reader(0).Get(t.Context(), fmt.Append(nil, i))
		switch {
		case err == nil && string(v) == value(i):
		case err == nil:
			t.Errorf("key %d reads as %q", i, v)
		default:
			said(t, err, spoilt)
			failed++
		}
	}
	if err := s.Close(); failed > 0 {
		said(t, err, spoilt)
		if lines := strings.Count(log.String(), "level=ERROR"); lines != 1 {
			t.Errorf("%d reads failed; the log has %d lines:\n%s", failed, lines, log.String())
		}
	} else if err != nil {
		t.Error(err)
	}
	return false
}

// said checks that an error names the damaged file and the remedy.
func said(t *testing.T, err error, file string) {
	t.Helper()
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), filepath.Base(file)) || !strings.Contains(err.Error(), "backup") {
		t.Errorf("error %v; want one that names %s and the remedy", err, filepath.Base(file))
	}
}

func value(i int) string { return strings.Repeat(fmt.Sprint(i, " "), 50) }

// The seal is of the files as they were closed: a store that was killed has none, and opens.
func TestASealIsGoneOnceTheStoreIsOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for range 2 {
		s, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, sealName)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the store is open; its seal: %v", err)
		}
		if err := put(t, s, "k", "v"); err != nil {
			t.Fatal(err)
		}
		killed := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(killed, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		again, err := Open(killed, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := again.Reader(0).Get(t.Context(), []byte("k")); err != nil {
			t.Error(err)
		}
		for _, open := range []*Store{again, s} {
			if err := open.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, sealName)); err != nil {
			t.Error(err)
		}
	}
}
