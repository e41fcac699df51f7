package localfunction

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/cogstep/cogstep/internal/integration/lambda"
)

//go:embed shim
var shims embed.FS

// Config is what a host needs.
type Config struct {
	Region  string
	Account string
	// Env are variables that every function gets.
	Env map[string]string
	// Log gets each line that a function writes to its standard output or error. It must be safe for concurrent
	// use.
	Log func(function, line string)
}

// Host runs functions. It implements lambda.Invoker and is safe for concurrent use.
type Host struct {
	cfg     Config
	dir     string // of the shims
	spawner *spawner

	mu        sync.Mutex
	pools     map[string]*pool
	instances map[*instance]struct{} // whose processes live, of whatever pool
	closed    bool
	processes sync.WaitGroup
}

// NewHost returns a host without functions.
func NewHost(cfg Config) (*Host, error) {
	dir, err := os.MkdirTemp("", "cogstep-shim-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the runtime shims: %w", err)
	}
	err = fs.WalkDir(shims, "shim", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := shims.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, d.Name()), text, 0o644)
	})
	if err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("write the runtime shims: %w", err)
	}
	return &Host{cfg: cfg, dir: dir, spawner: newSpawner(), pools: map[string]*pool{}, instances: map[*instance]struct{}{}}, nil
}

// Replace makes the host run these functions and no others. Functions that have not changed keep their instances;
// instances of the others end when their current call is over. A function that cannot run is no error here: its calls
// fail and say why.
func (h *Host) Replace(functions []Function) error {
	next := map[string]*pool{}
	for _, f := range functions {
		f = f.withDefaults()
		if next[f.Name] != nil {
			return fmt.Errorf("two functions are called %s", f.Name)
		}
		p := &pool{host: h, f: f}
		if f.URL != "" {
			p.remote, p.broken = newRemote(f.URL)
		} else if p.command, p.broken = f.command(h.dir); p.broken == nil {
			p.made = modified(p.command[0])
		}
		next[f.Name] = p
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, old := range h.pools {
		if p := next[name]; p != nil && p.same(old) {
			next[name] = old
		} else {
			old.retire()
		}
	}
	h.pools = next
	return nil
}

// Names returns the names of the functions, sorted.
func (h *Host) Names() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.pools))
}

// Knows implements lambda.Invoker.
func (h *Host) Knows(function string) bool { return h.pool(function) != nil }

func (h *Host) pool(function string) *pool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pools[function]
}

// Invoke implements lambda.Invoker. A function that fails, exits or takes too long is a response with a function error;
// errors are *lambda.ServiceError and ctx's.
func (h *Host) Invoke(ctx context.Context, r lambda.Request) (lambda.Response, error) {
	p := h.pool(r.Function)
	if p == nil {
		return lambda.Response{}, &lambda.ServiceError{Name: "ResourceNotFoundException", Message: "Function not found: " + r.Function, Status: 404}
	}
	if len(r.Payload) > PayloadBytesMax {
		return lambda.Response{}, &lambda.ServiceError{Name: "RequestTooLargeException", Message: fmt.Sprintf("The payload has %d bytes; %d are allowed.", len(r.Payload), PayloadBytesMax), Status: 413}
	}
	if r.Event {
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.f.Timeout+initTimeMax)
			defer cancel()
			_, _ = p.invoke(ctx, r) // nobody waits for the result; the function's own log tells
		}()
		return lambda.Response{Status: 202, Version: "$LATEST"}, nil
	}
	return p.invoke(ctx, r)
}

// Close ends all functions and returns when their processes are gone.
func (h *Host) Close() error {
	h.mu.Lock()
	h.closed = true
	for in := range h.instances {
		in.kill()
	}
	h.mu.Unlock()
	h.processes.Wait()
	h.spawner.close()
	return os.RemoveAll(h.dir)
}

// admit takes note of an instance that is about to get a process. It is refused when the host closes.
func (h *Host) admit(in *instance) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return errClosed
	}
	h.instances[in] = struct{}{}
	h.processes.Add(1)
	return nil
}

// dismiss forgets an instance whose process is gone.
func (h *Host) dismiss(in *instance) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.instances, in)
	h.processes.Done()
}

// modified returns when a program was written, so that a rebuilt one is noticed.
func modified(program string) time.Time {
	path, err := exec.LookPath(program)
	if err != nil {
		return time.Time{}
	}
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
