// Package archtest holds the repository to its own rules: who may import whom, what the pure rooms may know, that
// everything exported is documented, that files stay small.
//
// Every rule stands beside its reason, so that a failing test teaches. There is no code here, only tests.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/cogstep/cogstep"
)

// source is one parsed Go file.
type source struct {
	path string // from the root, with slashes
	ast  *ast.File
	fset *token.FileSet
	test bool
}

// dir is the package's folder, which stands for its import path.
func (s source) dir() string { return path.Dir(s.path) }

// at is a position a reader can click on.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}

// imported is one import of a file.
type imported struct {
	name string // the import path; of our own packages, the folder
	ours bool
	at   string
}

func (s source) imports() []imported {
	var all []imported
	for _, spec := range s.ast.Imports {
		name, _ := strconv.Unquote(spec.Path.Value) // it has been parsed
		folder, ours := strings.CutPrefix(name, module+"/")
		all = append(all, imported{folder, ours, s.at(spec)})
	}
	return all
}

// load parses every Go file of the repository, once: whatever their build tags, so that no platform is forgotten.
var load = sync.OnceValues(func() ([]source, error) {
	var files []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if name == "testdata" || name == "node_modules" || name == "bin" || len(name) > 2 && name[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		files = append(files, source{filepath.ToSlash(rel), tree, fset, strings.HasSuffix(name, "_test.go")})
		return nil
	})
	return files, err
})

// sources returns all Go files in the order of their paths.
func sources(t *testing.T) []source {
	t.Helper()
	files, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d Go files were found under %s", len(files), root)
	}
	return files
}

// packages groups files by their folder.
func packages(t *testing.T) map[string][]source {
	t.Helper()
	all := map[string][]source{}
	for _, s := range sources(t) {
		all[s.dir()] = append(all[s.dir()], s)
	}
	return all
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// covers reports whether a pattern ("asl", "store/*", "query/...") stands for a folder.
func covers(pattern, folder string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return folder == prefix || strings.HasPrefix(folder, prefix+"/")
	}
	ok, _ := path.Match(pattern, folder) // the patterns are ours
	return ok
}
