package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/cogstep/cogstep/internal/localfunction"
)

// workshop makes declared functions ready to run and remembers what it made them from.
type workshop struct {
	builder localfunction.Builder
	made    map[string]product // by function name
}

// product is a function as it was last made.
type product struct {
	function localfunction.Function // ready to run, or broken
	good     localfunction.Function // the last one that was not broken
	sources  []string               // files and directories that it is made from
	counts   func(path string) bool // which files of the directories matter
	seen     string                 // fingerprint of the sources
	err      error                  // why the last build failed
}

// buildsMax is how many builds run at once; each uses several cores by itself.
const buildsMax = 2

// make makes the functions ready to run. A function whose build fails is reported; it stays as it last was, or breaks
// if it never worked.
func (w *workshop) make(ctx context.Context, functions []localfunction.Function, out console) []localfunction.Function {
	products := make([]product, len(functions))
	slots := make(chan struct{}, buildsMax)
	var all sync.WaitGroup
	for i, f := range functions {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			products[i] = w.product(ctx, f)
		})
	}
	all.Wait()
	made := map[string]product{}
	ready := make([]localfunction.Function, len(functions))
	for i, p := range products {
		last := w.made[functions[i].Name]
		if p.err == nil {
			p.err = p.function.Check()
		}
		if p.err != nil && (last.err == nil || last.err.Error() != p.err.Error()) && ctx.Err() == nil {
			out.problem(p.err)
		}
		made[functions[i].Name] = p
		ready[i] = p.function
	}
	w.made = made
	return ready
}

// product makes one function. It only reads w.
func (w *workshop) product(ctx context.Context, f localfunction.Function) product {
	last := w.made[f.Name]
	if !f.Buildable() {
		p := product{function: f, sources: []string{f.Dir}, counts: anyFile}
		p.seen = fingerprint(p.sources, p.counts)
		p.function.Revision = p.seen
		return p
	}
	p := product{sources: w.builder.Sources(ctx, f), counts: goFile, good: last.good}
	p.seen = fingerprint(p.sources, p.counts)
	p.function, p.err = w.builder.Build(ctx, f)
	switch {
	case p.err == nil:
		p.good = p.function
	case p.good.Name != "":
		p.err = fmt.Errorf("%w\n%s keeps running as it last was", p.err, f.Name)
		p.function = p.good
	default:
		p.function.Broken = p.err.Error()
	}
	return p
}

// stale reports whether the sources of a function have changed since it was made.
func (w *workshop) stale() bool {
	for _, p := range w.made {
		if fingerprint(p.sources, p.counts) != p.seen {
			return true
		}
	}
	return false
}

func anyFile(path string) bool { return filepath.Ext(path) != ".pyc" }

func goFile(path string) bool {
	base := filepath.Base(path)
	return base == "go.mod" || strings.HasSuffix(base, ".go") && !strings.HasSuffix(base, "_test.go")
}

// filesMax is how many files of one set of sources are looked at.
const filesMax = 20_000

// fingerprint changes when one of the files does, or a file under one of the directories: by name, size or time of
// modification. Hidden directories and those that tools fill are left out.
func fingerprint(paths []string, counts func(path string) bool) string {
	h := fnv.New64a()
	n := 0
	for _, root := range paths {
		// What cannot be read counts as absent.
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if n++; n > filesMax {
				return fs.SkipAll
			}
			if err != nil {
				return nil
			}
			if name := entry.Name(); entry.IsDir() {
				if path != root && (name[0] == '.' || name == "node_modules" || name == "__pycache__") {
					return fs.SkipDir
				}
				return nil
			}
			if info, err := os.Stat(path); err == nil && counts(path) {
				fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return fmt.Sprintf("%016x", h.Sum64())
}
