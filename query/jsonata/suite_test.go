package jsonata

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/cogstep/cogstep/query"
)

// suitePassedMin is the number of cases of the reference's test suite that must pass: all of them.
const suitePassedMin = 1625

// suiteFolder returns where the test suite of JSONata 2.0.6 is: COGSTEP_JSONATA_SUITE, or beside the repository.
func suiteFolder(t *testing.T) string {
	folder := os.Getenv("COGSTEP_JSONATA_SUITE")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "jsonata-suite")
	}
	if _, err := os.Stat(filepath.Join(folder, "groups")); err != nil {
		t.Skipf("NOT RUN: the JSONata test suite is not there: %v (set COGSTEP_JSONATA_SUITE)", err)
	}
	return folder
}

// suiteCase is one case: a question and what the reference answers.
type suiteCase struct {
	name   string
	fields query.Value
	question
}

func TestSuitePasses(t *testing.T) {
	folder := suiteFolder(t)
	passed, failed := 0, 0
	groups, err := filepath.Glob(filepath.Join(folder, "groups", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups {
		wrong := 0
		cases := suiteGroup(t, folder, group)
		for _, c := range cases {
			problem := c.run()
			if problem == "" {
				passed++
				continue
			}
			wrong++
			t.Logf("%s: %s\n\t%s", c.name, c.expr, problem)
		}
		if wrong > 0 {
			t.Logf("group %s: %d of %d failed", filepath.Base(group), wrong, len(cases))
		}
		failed += wrong
	}
	t.Logf("%d passed, %d failed", passed, failed)
	if passed < suitePassedMin {
		t.Errorf("%d cases passed, want %d", passed, suitePassedMin)
	}
}

// suiteGroup reads the cases of a group.
func suiteGroup(t *testing.T, folder, group string) []suiteCase {
	files, err := filepath.Glob(filepath.Join(group, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []suiteCase
	for _, file := range files {
		content := readSuiteFile(t, file)
		single := []query.Value{content}
		if content.Kind() == query.Array {
			single = nil
			for _, c := range content.Elements() {
				single = append(single, c)
			}
		}
		for i, fields := range single {
			c := suiteCase{name: fmt.Sprintf("%s/%s#%d", filepath.Base(group), filepath.Base(file), i), fields: fields}
			c.question = c.read(t, folder, group)
			cases = append(cases, c)
		}
	}
	return cases
}

// escapedSurrogate is a JSON escape for half of a pair.
var escapedSurrogate = regexp.MustCompile(`\\u[dD]800'`)

// readSuiteFile parses a file. Half of a surrogate pair, which UTF-8 cannot say, becomes the language's own escape.
func readSuiteFile(t *testing.T, file string) query.Value {
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	content = escapedSurrogate.ReplaceAll(content, []byte(`\\ud800'`))
	v, err := query.Parse(string(content))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

// read makes the question.
func (c suiteCase) read(t *testing.T, folder, group string) question {
	q := question{expr: c.text("expr"), limit: 20 * time.Second, vars: bindings{}}
	if file := c.text("expr-file"); file != "" {
		content, err := os.ReadFile(filepath.Join(group, file))
		if err != nil {
			t.Fatal(err)
		}
		q.expr = string(content)
	}
	if data, ok := c.fields.Get("data"); ok {
		q.data = data
	} else if dataset := c.text("dataset"); dataset != "" {
		q.data = readSuiteFile(t, filepath.Join(folder, "datasets", dataset+".json"))
	}
	if variables, ok := c.fields.Get("bindings"); ok {
		for name, v := range variables.Members() {
			q.vars[name] = v
		}
	}
	if limit, ok := c.fields.Get("timelimit"); ok {
		q.limit = time.Duration(limit.Float()) * time.Millisecond
	}
	if depth, ok := c.fields.Get("depth"); ok {
		q.budget.Depth = int(depth.Float())
	}
	return q
}

// text returns a field that is a string, else "".
func (c suiteCase) text(field string) string {
	v, ok := c.fields.Get(field)
	if !ok || v.Kind() != query.String {
		return ""
	}
	return v.Str()
}

// run asks the question and returns what is wrong with the answer.
func (c suiteCase) run() string {
	got, err := c.ask()
	wanted, fails := c.fields.Get("error")
	if !fails {
		wanted, fails = c.fields, c.text("code") != ""
	}
	switch result, ok := c.fields.Get("result"); {
	case fails && err == nil:
		return fmt.Sprintf("got %s, want error %s", got.Compact(), wanted.Compact())
	case fails:
		return wrongError(coded(err), wanted)
	case err != nil:
		return fmt.Sprintf("got error %v", err)
	case !ok && !got.IsUndefined():
		return fmt.Sprintf("got %s, want undefined", got.Compact())
	case ok && got.IsUndefined():
		return fmt.Sprintf("got undefined, want %s", result.Compact())
	case ok && !query.Equal(got, result) && !(c.unordered() && sameItems(got, result)):
		return fmt.Sprintf("got %s, want %s", short(got.Compact()), short(result.Compact()))
	}
	return ""
}

// wrongError returns what differs between an error and the code, token and message that a case names.
func wrongError(got *Error, wanted query.Value) string {
	for field, have := range map[string]string{"code": got.Code, "token": got.Token, "message": got.Message} {
		if want, ok := wanted.Get(field); ok && want.Str() != have {
			return fmt.Sprintf("got error %v with %s %q, want %q", got, field, have, want.Str())
		}
	}
	return ""
}

func (c suiteCase) unordered() bool {
	v, ok := c.fields.Get("unordered")
	return ok && v.Bool()
}

// sameItems compares arrays whose order does not matter.
func sameItems(a, b query.Value) bool {
	items := func(v query.Value) []string {
		var out []string
		for _, item := range v.Elements() {
			out = append(out, item.Compact())
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(items(a), items(b))
}

// short cuts a text for a log.
func short(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}
