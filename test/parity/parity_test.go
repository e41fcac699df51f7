// Package parity writes docs/parity.md: what of the service works here, operation by operation, member by member, call
// by call, event by event, and where Cogstep differs. What can be read from the program's own tables is; what only
// people know stands in differences_test.go. The document cannot fall behind: a test compares.
package parity

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/api"
	"github.com/cogstep/cogstep/internal/api/model"
	"github.com/cogstep/cogstep/internal/server"
)

var update = flag.Bool("update", false, "rewrite docs/parity.md")

const document = "../../docs/parity.md"

func TestTheDocumentSaysWhatThereIs(t *testing.T) {
	var b strings.Builder
	b.WriteString(preface)
	operations(&b)
	states(&b)
	objects(&b)
	integrations(t, &b)
	events(t, &b)
	known(&b)
	want := b.String()
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/parity.md is not what the program says; go test ./test/parity -update writes it, and the diff is the review")
	}
}

const preface = `# Parity with AWS Step Functions

This page is written by a test (` + "`go test ./test/parity -update`" + `) from the tables that the program itself goes by, so it says what
this revision does. Where the service has been recorded, recordings decide; where they are silent, its documentation does.
`

func operations(b *strings.Builder) {
	served := api.Operations()
	fmt.Fprintf(b, "\n## Operations\n\n%d of %d are served: `%s`.\n", len(served), len(model.Load().Operations), strings.Join(served, "`, `"))
}

var stateTypes = []string{"Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"}

// states writes the matrix of members and types.
func states(b *strings.Builder) {
	cells := map[string]map[string]string{} // member, type
	var names []string
	for _, o := range asl.Objects() {
		if !slices.Contains(stateTypes, o.Name) {
			continue
		}
		for _, m := range o.Members {
			if cells[m.Name] == nil {
				cells[m.Name] = map[string]string{}
				names = append(names, m.Name)
			}
			cells[m.Name][o.Name] = languages(m)
		}
	}
	slices.Sort(names)
	b.WriteString("\n## States\n\nThe members that each type of state may have: P in JSONPath only, A in JSONata only, ● in both.\n\n")
	fmt.Fprintf(b, "| Member | %s |\n|---|%s\n", strings.Join(stateTypes, " | "), strings.Repeat(":-:|", len(stateTypes)))
	for _, name := range names {
		fmt.Fprintf(b, "| `%s` |", name)
		for _, state := range stateTypes {
			fmt.Fprintf(b, " %s |", cells[name][state])
		}
		b.WriteString("\n")
	}
}

func languages(m asl.Member) string {
	switch {
	case m.JSONPath && m.JSONata:
		return "●"
	case m.JSONPath:
		return "P"
	}
	return "A"
}

// objects writes the members of everything that is no state.
func objects(b *strings.Builder) {
	b.WriteString("\n## Other objects of the language\n\n| Object | Members |\n|---|---|\n")
	for _, o := range asl.Objects() {
		if slices.Contains(stateTypes, o.Name) {
			continue
		}
		var names []string
		for _, m := range o.Members {
			name := "`" + m.Name + "`"
			if l := languages(m); l != "●" {
				name += " (" + l + ")"
			}
			names = append(names, name)
		}
		fmt.Fprintf(b, "| %s | %s |\n", o.Name, strings.Join(names, ", "))
	}
}

func integrations(t *testing.T, b *strings.Builder) {
	connected, err := server.Connected()
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString(`
## Integrations

Definitions may name all of these. Those that run call something real; for the others there is the mock configuration, and without a mock
the task fails and says what is missing. Lambda function ARNs and activities run.

| ` + "`arn:aws:states:::…`" + ` | Patterns | Runs |
|---|---|:-:|
`)
	for _, i := range asl.OptimizedIntegrations() {
		var patterns []string
		for _, p := range i.Patterns[1:] {
			patterns = append(patterns, "`"+p.String()+"`")
		}
		runs := ""
		if slices.Contains(connected, i.Service) {
			runs = "●"
		}
		fmt.Fprintf(b, "| `%s:%s` | %s | %s |\n", i.Service, i.Action, strings.Join(patterns, " "), runs)
	}
	var missing []string
	for _, name := range asl.SDKServices() {
		if !slices.Contains(connected, "aws-sdk:"+name) {
			missing = append(missing, "`"+name+"`")
		}
	}
	fmt.Fprintf(b, "\nOf the %d services of `aws-sdk:`, each with `.waitForTaskToken`, all run but these, of which there is no model: %s.\n",
		len(asl.SDKServices()), strings.Join(missing, ", "))
}

// events writes which types of history events are recorded: those that the engine's source names, and those of
// entering and leaving a state, which it finds by the state's type.
func events(t *testing.T, b *strings.Builder) {
	var recorded, never []string
	used := map[string]bool{}
	for _, folder := range []string{"execution", "engine"} {
		for _, file := range parse(t, "../../internal/"+folder) {
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "history" {
						used[s.Sel.Name] = true
					}
				}
				return true
			})
		}
	}
	for _, name := range eventTypes(t) {
		if used[name] || strings.HasSuffix(name, "StateEntered") || strings.HasSuffix(name, "StateExited") {
			recorded = append(recorded, "`"+name+"`")
		} else {
			never = append(never, "`"+name+"`")
		}
	}
	fmt.Fprintf(b, "\n## History events\n\n%d of the %d types are recorded: %s.\n", len(recorded), len(recorded)+len(never), strings.Join(recorded, ", "))
	if len(never) > 0 {
		fmt.Fprintf(b, "\nNever recorded, because nothing here makes them happen: %s.\n", strings.Join(never, ", "))
	}
}

// eventTypes returns the names of the types of events, in the order of the service's model.
func eventTypes(t *testing.T) []string {
	var names []string
	for _, file := range parse(t, "../../internal/history") {
		ast.Inspect(file, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST && len(d.Specs) > 60 {
				for _, s := range d.Specs {
					if name := s.(*ast.ValueSpec).Names[0].Name; ast.IsExported(name) {
						names = append(names, name)
					}
				}
			}
			return true
		})
	}
	if len(names) != 62 {
		t.Fatalf("found %d types of events, not 62", len(names))
	}
	return names
}

// parse returns the files of a package, tests aside.
func parse(t *testing.T, folder string) []*ast.File {
	paths, err := filepath.Glob(folder + "/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatalf("nothing in %s: %v", folder, err)
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func known(b *strings.Builder) {
	b.WriteString("\n## Known differences\n\n| | The service | Here | Why |\n|---|---|---|---|\n")
	for _, d := range differences {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", d.subject, d.service, d.here, d.reason)
	}
}
