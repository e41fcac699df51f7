package localfunction

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// buildTimeMax bounds one build: the first one of a program compiles its whole world.
const buildTimeMax = 5 * time.Minute

// Builder turns functions that are given as Go packages into programs. The go command decides what has to be compiled
// again, so that building what has not changed costs a fraction of a second.
type Builder struct {
	Cache string // directory for the programs, one folder for each function
}

// Buildable reports whether f is given as the source of a Go program: a runtime that wants a bootstrap, and a
// directory that has Go files instead of one.
func (f Function) Buildable() bool {
	if len(f.Command) > 0 || !boots(f.Runtime) {
		return false
	}
	if _, err := os.Stat(filepath.Join(f.Dir, "bootstrap")); err == nil {
		return false
	}
	sources, _ := filepath.Glob(filepath.Join(f.Dir, "*.go")) // the pattern is well-formed but for odd names
	return len(sources) > 0
}

// Build builds a buildable function and returns it with the command to run. Errors: what the compiler says.
func (b Builder) Build(ctx context.Context, f Function) (Function, error) {
	ctx, cancel := context.WithTimeout(ctx, buildTimeMax)
	defer cancel()
	dir, err := filepath.Abs(filepath.Join(b.Cache, filepath.Base(f.Name)))
	if err != nil {
		return f, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return f, fmt.Errorf("build function %s: %w", f.Name, err)
	}
	program := filepath.Join(dir, "bootstrap")
	if _, err := goCommand(ctx, f.Dir, "build", "-o", program, "."); err != nil {
		return f, fmt.Errorf("build function %s: %w", f.Name, err)
	}
	f.Command = []string{program}
	return f, nil
}

// Sources returns the directories whose Go files a buildable function is made of: its own and those of the packages of
// the same module that it imports. If that cannot be found out, it is its own only.
func (b Builder) Sources(ctx context.Context, f Function) []string {
	ctx, cancel := context.WithTimeout(ctx, buildTimeMax)
	defer cancel()
	const ofMainModule = "{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}"
	out, err := goCommand(ctx, f.Dir, "list", "-e", "-deps", "-f", ofMainModule, ".")
	if out = strings.TrimSpace(out); err == nil && out != "" {
		return strings.Split(out, "\n")
	}
	return []string{f.Dir}
}

// goCommand runs the go command and returns what it printed. Without cgo the program runs wherever it is put.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	cmd.WaitDelay = time.Second // for pipes that compilers of a cancelled build still hold
	switch err := cmd.Run(); {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("the go command is not installed; install Go, or build the function's bootstrap elsewhere")
	case err != nil && complaints.Len() > 0:
		return "", errors.New(strings.TrimSpace(complaints.String()))
	case err != nil:
		return "", err
	}
	return out.String(), nil
}
