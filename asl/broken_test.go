package asl_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/asl"
)

// TestBroken spoils one thing at a time in definitions that are fine, and holds all diagnostics against what is
// written beside the fault. The bases are testdata/broken/*.asl.json, the faults testdata/broken/*.txt: lines of four
// columns that '|' separates.
//
//	edit | location | place | message
//
// An edit is one of these, or several with ' ; ' in between:
//
//	P = JSON     give the member or element P this value, and make it if it is not there; P/- is one more element
//	P -          take it away
//	P ~ name     rename the member
//	P + JSON     a second member of that name
//	'a' -> 'b'   replace the first such text
//	text T       replace all of it
//
// P is a JSON pointer; one without a slash in front begins below /States. ‹x*81› is x 81 times; '\n' is a line break.
//
// The location is what the service calls the place, shortened in the same way; '-' is none, and '?' is the position
// that messages about JSON end with, which is not compared. The place is where line and column have to point: empty
// is the value at the location, '^' its name, '.m' the value of its member m, '^m' the name of that member, 3:14 line
// and column. The message starts with its code and ": ", unless that is SCHEMA_VALIDATION_FAILED; with "…" at its end
// it is the beginning of one.
//
// A line without an edit is a further diagnostic of the fault above. A line "base NAME" chooses the base, "express
// NAME" as a machine of that type; '#' begins a comment.
func TestBroken(t *testing.T) {
	cases := brokenCases(t)
	if len(cases) < 300 {
		t.Errorf("there are %d faults; there have to be at least 300", len(cases))
	}
	met := map[asl.Code]bool{}
	seen := map[string]string{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			source := c.spoil(t)
			if other := seen[source]; other != "" {
				t.Errorf("%s is the same fault", other)
			}
			seen[source] = c.name
			m, ds := asl.Compile(source, asl.Options{Express: c.express})
			if (m == nil) != ds.HasErrors() {
				t.Errorf("machine is %v, errors: %v", m, ds.HasErrors())
			}
			for i, d := range ds {
				met[d.Code] = true
				if i >= len(c.want) {
					t.Errorf("too many: %s", d)
				} else if problem := c.want[i].differs(t, source, d); problem != "" {
					t.Errorf("%s\n%s: %s", problem, d.Code, d)
				}
			}
			for i := len(ds); i < len(c.want); i++ {
				t.Errorf("lacks %+v", c.want[i])
			}
		})
	}
	for _, code := range codes(t) {
		if !met[code] {
			t.Errorf("no fault is a %s", code)
		}
	}
}

// TestTheBasesOfBrokenAreFine is what makes one fault in them the only one.
func TestTheBasesOfBrokenAreFine(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.asl.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no bases", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, ds := asl.Compile(string(text), asl.Options{Express: strings.Contains(file, "express")}); len(ds) > 0 {
			t.Errorf("%s", ds.Format(file))
		}
	}
}

// broken is one fault.
type broken struct {
	name    string
	base    string // text of the base
	express bool
	edits   []string
	want    []remark
}

// remark is one expected diagnostic.
type remark struct{ location, place, message string }

// differs says how a diagnostic is not the remark, or "".
func (r remark) differs(t *testing.T, source string, d asl.Diagnostic) string {
	code, message := asl.SchemaFailed, r.message
	if before, after, ok := strings.Cut(message, ": "); ok && before == strings.ToUpper(before) {
		code, message = asl.Code(before), after
	}
	got, _, _ := strings.Cut(d.Message, "\n at [")
	beginning, cut := strings.CutSuffix(message, "…")
	location := below(r.location)
	switch {
	case d.Code != code:
		return fmt.Sprintf("code is %s, want %s", d.Code, code)
	case got != message && !(cut && strings.HasPrefix(got, beginning)):
		return fmt.Sprintf("message is %q, want %q", got, message)
	case r.location == "-" && d.Location != "", r.location != "?" && r.location != "-" && d.Location != location:
		return fmt.Sprintf("location is %q, want %q", d.Location, location)
	}
	want := r.place
	if !strings.Contains(want, ":") {
		line, column := position(source, r.offset(t, source, location))
		want = fmt.Sprintf("%d:%d", line, column)
	}
	if at := fmt.Sprintf("%d:%d", d.Line, d.Column); at != want {
		return fmt.Sprintf("stands at %s, want %s", at, want)
	}
	return ""
}

// offset returns where in the source the remark's place begins.
func (r remark) offset(t *testing.T, source, location string) int {
	if r.location == "-" {
		return 0
	}
	pointer := strings.NewReplacer("[", "/", "]", "").Replace(location)
	if location == "/" {
		pointer = ""
	}
	switch member, named := strings.CutPrefix(r.place, "^"); {
	case named && member != "":
		return find(t, source, pointer+"/"+member).name
	case named:
		return find(t, source, pointer).name
	case r.place != "":
		return find(t, source, pointer+"/"+r.place[1:]).start
	}
	return find(t, source, pointer).start
}

// below completes a pointer or a location that begins below /States.
func below(place string) string {
	if strings.HasPrefix(place, "/") {
		return place
	}
	return "/States/" + place
}

func brokenCases(t *testing.T) []broken {
	t.Helper()
	files, err := filepath.Glob("testdata/broken/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no faults", err)
	}
	var all []broken
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var current broken
		for i, line := range strings.Split(string(text), "\n") {
			at := fmt.Sprintf("%s:%d", filepath.Base(file), i+1)
			kind, base, _ := strings.Cut(line, " ")
			switch columns := strings.Split(line, " |"); {
			case line == "" || line[0] == '#':
			case kind == "base" || kind == "express":
				source, err := os.ReadFile("testdata/broken/" + base + ".asl.json")
				if err != nil {
					t.Fatal(at, err)
				}
				current = broken{base: string(source), express: kind == "express"}
			case len(columns) != 4:
				t.Fatalf("%s: there have to be four columns", at)
			default:
				for i := range columns {
					columns[i] = strings.ReplaceAll(repeat(t, strings.TrimSpace(columns[i])), `\n`, "\n")
				}
				want := remark{columns[1], columns[2], columns[3]}
				if columns[0] == "" {
					last := &all[len(all)-1]
					last.want = append(last.want, want)
					continue
				}
				current.name = at
				current.edits = strings.Split(columns[0], " ; ")
				current.want = []remark{want}
				all = append(all, current)
			}
		}
	}
	return all
}

// repeat writes out each ‹text*count›.
func repeat(t *testing.T, s string) string {
	for {
		before, rest, found := strings.Cut(s, "‹")
		if !found {
			return s
		}
		inside, after, _ := strings.Cut(rest, "›")
		star := strings.LastIndex(inside, "*")
		count, err := strconv.Atoi(inside[star+1:])
		if err != nil {
			t.Fatal(err)
		}
		s = before + strings.Repeat(inside[:star], count) + after
	}
}

// codes returns the values of the constants of type Code, as the source has them.
func codes(t *testing.T) []asl.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "diagnostic.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []asl.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			value, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			all = append(all, asl.Code(value))
		}
		return true
	})
	if len(all) < 10 {
		t.Fatalf("found the codes %v only", all)
	}
	return all
}
