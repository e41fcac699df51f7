package asl_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/asl"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected diagnostics in testdata")

// TestDiagnostics compiles the definitions in testdata/diagnostics. Beside each definition stands, in a file whose
// name ends in .want, a line for each diagnostic: line, column, severity, code, text, location, and the pointer if it
// says more than the location. An empty file means that the definition is fine.
//
// A definition's name ends in .machine, .express (a machine of that type) or .state (a state alone).
func TestDiagnostics(t *testing.T) {
	files, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var kept []txtar.File
		for i, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".want") {
				continue
			}
			name := strings.TrimSuffix(filepath.Base(file), ".txtar") + "/" + strings.TrimSuffix(f.Name, filepath.Ext(f.Name))
			want := ""
			if i+1 < len(archive.Files) && archive.Files[i+1].Name == f.Name+".want" {
				want = string(archive.Files[i+1].Data)
			}
			var got string
			t.Run(name, func(t *testing.T) {
				got = diagnose(t, filepath.Ext(f.Name), string(f.Data))
				if got != want && !*update {
					t.Errorf("diagnostics are\n%swant\n%s", got, want)
				}
			})
			kept = append(kept, f, txtar.File{Name: f.Name + ".want", Data: []byte(got)})
		}
		if *update {
			archive.Files = kept
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func diagnose(t *testing.T, kind, source string) string {
	var m *asl.Machine
	var ds asl.Diagnostics
	if kind == ".state" {
		m, ds = asl.CompileState(source, asl.Options{})
	} else {
		m, ds = asl.Compile(source, asl.Options{Express: kind == ".express"})
	}
	if (m == nil) != ds.HasErrors() {
		t.Errorf("machine is %v, errors: %v", m, ds.HasErrors())
	}
	var b strings.Builder
	for _, d := range ds {
		location := d.Location
		if d.Code == asl.InvalidJSON && d.Pointer == "" {
			location = strings.TrimPrefix(location, "[Source: (String)")
			d.Message, _, _ = strings.Cut(d.Message, "\n at [Source")
		}
		fmt.Fprintf(&b, "%d:%d %s %s: %s", d.Line, d.Column, d.Severity, d.Code, strings.ReplaceAll(d.Message, "\n", "\\n"))
		if location != "" {
			fmt.Fprintf(&b, " at %s", strings.ReplaceAll(location, "\n", "\\n"))
		}
		if d.Pointer != asPointer(location) {
			fmt.Fprintf(&b, " (%s)", d.Pointer)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// asPointer returns the pointer that means the same as a location.
func asPointer(location string) string {
	p := strings.NewReplacer("[", "/", "]", "").Replace(location)
	return strings.TrimSuffix(strings.TrimPrefix(p, "/States/StateName"), "/")
}
