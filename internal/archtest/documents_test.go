package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageTellsItsStory(t *testing.T) {
	all := packages(t)
	for _, folder := range sorted(all) {
		told := slices.ContainsFunc(all[folder], func(s source) bool {
			text := s.ast.Doc.Text()
			return strings.HasPrefix(text, "Package ") || s.ast.Name.Name == "main" && strings.HasPrefix(text, "Command ")
		})
		if !told {
			t.Errorf("%s: the package has no comment that begins with \"Package %s\" (or \"Command …\")", folder, all[folder][0].ast.Name.Name)
		}
	}
}

// plain are methods whose name says it all: they satisfy interfaces of the standard library.
var plain = []string{"Error", "String", "Unwrap", "Is", "Len", "Less", "Swap", "Push", "Pop"}

func TestEverythingExportedIsDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.ast.Name.Name == "main" {
			continue
		}
		for _, d := range s.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				checkFunc(t, s, d)
			case *ast.GenDecl:
				checkGroup(t, s, d)
			}
		}
	}
}

func checkFunc(t *testing.T, s source, d *ast.FuncDecl) {
	t.Helper()
	if !d.Name.IsExported() || d.Recv != nil && (!ast.IsExported(receiver(d)) || slices.Contains(plain, d.Name.Name)) {
		return
	}
	if !begins(d.Doc, d.Name.Name) {
		t.Errorf("%s: %s needs a comment that begins with its name", s.at(d), d.Name.Name)
	}
}

// receiver returns the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// checkGroup looks at types, constants and variables. A comment over a group speaks for the constants and variables
// in it, and for the types of a closed set.
func checkGroup(t *testing.T, s source, d *ast.GenDecl) {
	t.Helper()
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			grouped := d.Lparen.IsValid() && (d.Doc != nil || spec.Doc != nil || spec.Comment != nil)
			if spec.Name.IsExported() && !grouped && !begins(d.Doc, spec.Name.Name) {
				t.Errorf("%s: type %s needs a comment that begins with its name", s.at(spec), spec.Name.Name)
			}
		case *ast.ValueSpec:
			if slices.ContainsFunc(spec.Names, (*ast.Ident).IsExported) && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				t.Errorf("%s: %s needs a comment", s.at(spec), spec.Names[0].Name)
			}
		}
	}
}

// begins reports whether a comment begins with name, or with an article and name.
func begins(doc *ast.CommentGroup, name string) bool {
	words := strings.Fields(doc.Text())
	if len(words) > 1 && slices.Contains([]string{"A", "An", "The"}, words[0]) {
		words = words[1:]
	}
	return len(words) > 0 && strings.TrimRight(words[0], ",:;.") == name
}

// linesMax is where one asks whether a file holds two nouns.
const linesMax = 600

// large lists the files that are longer, with the reason why they hold one noun all the same.
var large = map[string]string{}

func TestFilesHoldOneNoun(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		lines := s.fset.File(s.ast.Pos()).LineCount()
		if lines <= linesMax || ast.IsGenerated(s.ast) {
			continue
		}
		seen[s.path] = true
		if large[s.path] == "" {
			t.Errorf("%s has %d lines, more than %d: does it hold two nouns? If not, list it here with the reason", s.path, lines, linesMax)
		}
	}
	for _, path := range sorted(large) {
		if !seen[path] {
			t.Errorf("%s is listed as large and is not: take it off the list", path)
		}
	}
}

func TestLicenceAndNoticeArePresent(t *testing.T) {
	for name, says := range map[string]string{"LICENSE": "Apache License", "NOTICE": "botocore"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(text), says) {
			t.Errorf("%s does not mention %q", name, says)
		}
	}
}

// A newcomer follows these pages word for word, so what they name must be there.
func TestPathsThatDocumentsNameExist(t *testing.T) {
	path := regexp.MustCompile(`(?:\]\(|@|file://|dev |[ \x60])((?:examples|docs|internal|asl|query|cmd|test)/[A-Za-z0-9_./-]*[A-Za-z0-9_/])`)
	seen := 0
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "docs/ARCHITECTURE.md"} {
		text, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range path.FindAllStringSubmatch(string(text), -1) {
			seen++
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
	if seen < 30 {
		t.Errorf("found %d paths only: the search is broken", seen)
	}
}
