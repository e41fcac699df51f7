package pebble

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
)

// What can stand in the way of a store. An error that wraps one of these names the directory and the remedy.
var (
	ErrLocked      = errors.New("data directory is in use by another process")
	ErrNewerFormat = errors.New("data directory was written by a newer program")
	ErrCorrupt     = errors.New("data directory is damaged")
	ErrNoSpace     = errors.New("no space left for the data directory")
	ErrNotWritable = errors.New("data directory cannot be written")
)

var remedies = []struct {
	kind   error
	remedy string
}{
	{ErrLocked, "stop the other process, or choose another directory"},
	{ErrNewerFormat, "use the newer program; nothing was changed"},
	{ErrCorrupt, "restore the whole directory from a backup"},
	{ErrNoSpace, "make room and start again; what was acknowledged is safe"},
	{ErrNotWritable, "make it writable for this user, or choose another directory"},
}

// failure is an error with its directory and remedy.
type failure struct {
	dir, remedy string
	err         error
}

func (f *failure) Error() string {
	s := fmt.Sprintf("data directory %s: %v", f.dir, f.err)
	if f.remedy != "" {
		s += " (" + f.remedy + ")"
	}
	return s
}

func (f *failure) Unwrap() error { return f.err }

// explain finds out what kind of failure err is.
func explain(dir string, err error) *failure {
	f := &failure{dir: dir, err: err}
	kind := kindOf(err)
	if kind != nil && !errors.Is(err, kind) {
		f.err = fmt.Errorf("%w: %w", kind, err)
	}
	for _, r := range remedies {
		if kind == r.kind {
			f.remedy = r.remedy
		}
	}
	return f
}

func kindOf(err error) error {
	for _, r := range remedies {
		if errors.Is(err, r.kind) {
			return r.kind
		}
	}
	text := err.Error() // Pebble's fatal errors reach us as text only
	for _, c := range []struct {
		match bool
		kind  error
	}{
		{errors.Is(err, syscall.EAGAIN) || strings.Contains(text, "lock held by current process"), ErrLocked},
		{errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || strings.Contains(text, syscall.ENOSPC.Error()), ErrNoSpace},
		{errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR) ||
			strings.Contains(text, syscall.EROFS.Error()), ErrNotWritable},
		{pebble.IsCorruptionError(err) || errors.Is(err, os.ErrNotExist) || strings.Contains(text, "corrupt") ||
			strings.Contains(text, "size mismatch"), ErrCorrupt},
	} {
		if c.match {
			return c.kind
		}
	}
	return nil
}

// unreadable adds to what Pebble says about a log that it cannot read which files that can be.
func (s *Store) unreadable(err error) error {
	if !strings.Contains(err.Error(), "replaying WAL") {
		return err
	}
	names, listErr := s.fs.List(s.database())
	logs := slices.DeleteFunc(names, func(n string) bool { return !strings.HasSuffix(n, ".log") })
	return errors.Join(fmt.Errorf("%w: one of the files %s in %s: %w", ErrCorrupt, strings.Join(logs, ", "), s.database(), err), listErr)
}

// breakdown is fail for what no caller waits for: it is logged, once.
func (s *Store) breakdown(log *slog.Logger, err error) *failure {
	first := s.broken.Load() == nil
	f := s.fail(err)
	if first {
		log.Error("store is broken: nothing more is written; stop the server", "dir", s.dir, "error", f)
	}
	return f
}

// fail breaks the store for good; the first reason counts.
func (s *Store) fail(err error) *failure {
	s.broken.CompareAndSwap(nil, explain(s.dir, err))
	return s.broken.Load()
}

// Err returns why the store is broken, nil if it is not.
func (s *Store) Err() error {
	if f := s.broken.Load(); f != nil {
		return f
	}
	return nil
}

// logger keeps Pebble quiet: what an operator must know comes by the event listener.
type logger struct {
	log *slog.Logger
	s   *Store
}

func (l logger) Infof(format string, args ...any) {}

func (l logger) Errorf(format string, args ...any) {
	l.log.Warn("store: "+fmt.Sprintf(format, args...), "dir", l.s.dir)
}

// Fatalf must not return. Its panic ends in the commit or the opening that failed; in a background goroutine it
// ends the process, as Pebble means it to.
func (l logger) Fatalf(format string, args ...any) {
	panic(l.s.breakdown(l.log, fmt.Errorf(format, args...)).err)
}
