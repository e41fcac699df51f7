package jsonata

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/query"
)

// differentialCases is the number of expressions in one run; COGSTEP_JSONATA_CASES and COGSTEP_JSONATA_SEED change number
// and seed.
const differentialCases = 20000

// referenceAnswer is what testdata/reference.mjs says about an expression.
type referenceAnswer struct {
	Result   json.RawMessage
	Odd      bool
	Huge     bool
	Crash    string
	Code     string
	Message  string
	Position int
	Token    string
}

// referenceFolder returns a folder with node_modules/jsonata: COGSTEP_JSONATA_REFERENCE or the package's own.
func referenceFolder(t testing.TB) string {
	folder := os.Getenv("COGSTEP_JSONATA_REFERENCE")
	if folder == "" {
		folder = "."
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("NOT RUN: there is no node to run the reference implementation")
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "jsonata")); err != nil {
		t.Skip("NOT RUN: the npm package jsonata@2.0.6 is not there (set COGSTEP_JSONATA_REFERENCE to the folder of its node_modules)")
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func setting(t *testing.T, name string, standard int) int {
	text := os.Getenv(name)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func TestAnswersAreThoseOfTheReference(t *testing.T) {
	folder := referenceFolder(t)
	cases := setting(t, "COGSTEP_JSONATA_CASES", differentialCases)
	seed := setting(t, "COGSTEP_JSONATA_SEED", 1)
	g := newGenerator(uint64(seed))
	questions := make([]differentialQuestion, cases)
	for i := range questions {
		questions[i] = differentialQuestion{Expr: g.expression(), Data: json.RawMessage(g.document())}
	}
	answers := askReference(t, folder, questions)
	known, same, different := map[string]int{}, 0, 0
	for i, q := range questions {
		got, err := q.ask(t)
		problem := answers[i].compare(t, got, err)
		if problem == "" {
			same++
			continue
		}
		d := dispute{t: t, question: q, want: answers[i], got: got, err: err}
		if reason := d.reason(); reason != "" {
			known[reason]++
			continue
		}
		if different++; different <= 40 {
			t.Errorf("%s\n\t%s\n\tinput %s", q.Expr, problem, q.Data)
		}
	}
	t.Logf("seed %d: %d the same, %d different; known differences: %v", seed, same, different, known)
}

// differentialQuestion is what both implementations are asked.
type differentialQuestion struct {
	Expr string          `json:"expr"`
	Data json.RawMessage `json:"data"`
}

// askReference asks one node process.
func askReference(t *testing.T, folder string, questions []differentialQuestion) []referenceAnswer {
	var in bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, q := range questions {
		if err := encoder.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", filepath.Join("testdata", "reference.mjs"), folder, fmt.Sprint(fixedNow.UnixMilli()))
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the reference failed: %v", err)
	}
	answers := make([]referenceAnswer, 0, len(questions))
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var a referenceAnswer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions (%v)", len(answers), len(questions), lines.Err())
	}
	return answers
}

// ask asks this package.
func (q differentialQuestion) ask(t *testing.T) (query.Value, error) {
	data, err := query.Parse(string(q.Data))
	if err != nil {
		t.Fatal(err)
	}
	return question{expr: q.Expr, data: data, limit: 10 * time.Second}.ask()
}

// compare returns how an answer differs from a, "" if it does not.
func (a referenceAnswer) compare(t *testing.T, got query.Value, err error) string {
	switch {
	case panicked(err):
		return err.Error()
	case a.Huge: // a result or an exhausted budget
		return ""
	case err != nil && a.Code != "":
		return a.wrongError(coded(err))
	case err != nil && a.Result == nil && !a.Odd && a.Crash == "":
		return fmt.Sprintf("got error %v, want undefined", err)
	case err != nil && a.Result != nil:
		return fmt.Sprintf("got error %v, want %s", err, short(string(a.Result)))
	case err == nil && a.Code != "":
		return fmt.Sprintf("got %s, want error %s: %s", short(got.Compact()), a.Code, a.Message)
	case a.Odd && err == nil, a.Crash != "" && err != nil, a.Odd && coded(err).Code == "D1001":
		return ""
	case a.Crash != "":
		return fmt.Sprintf("got %s, the reference crashed: %s", short(got.Compact()), a.Crash)
	case a.Odd:
		return fmt.Sprintf("got error %v, want something JSON has not", err)
	case a.Result == nil && !got.IsUndefined():
		return fmt.Sprintf("got %s, want undefined", short(got.Compact()))
	case a.Result == nil:
		return ""
	}
	want, err := query.Parse(string(a.Result))
	if err != nil {
		t.Fatal(err)
	}
	if got.IsUndefined() || got.Compact() != want.Compact() && !sameNumbers(got, want) {
		return fmt.Sprintf("got %s, want %s", short(got.Compact()), short(want.Compact()))
	}
	return ""
}

// panicked reports whether err is none that an evaluation returns.
func panicked(err error) bool {
	var e *Error
	return err != nil && !errors.As(err, &e)
}

// wrongError returns how an error differs from the reference's, "" if it does not.
func (a referenceAnswer) wrongError(got *Error) string {
	if got.Code != a.Code {
		return fmt.Sprintf("got error %v, want %s: %s", got, a.Code, a.Message)
	}
	// Numbers that nobody computed keep their text, in messages too; the generator has one in which that shows.
	if strings.ReplaceAll(got.Message, "1e3", "1000") != a.Message {
		return fmt.Sprintf("got message %q, want %q", got.Message, a.Message)
	}
	return ""
}

// sameNumbers reports whether a and b differ in nothing but the text of their numbers: "1e3" and "1000", in the order of
// their members.
func sameNumbers(a, b query.Value) bool {
	if a.Kind() != b.Kind() || a.Len() != b.Len() {
		return false
	}
	switch a.Kind() {
	case query.Number:
		return a.Float() == b.Float()
	case query.Array:
		for i, e := range a.Elements() {
			if !sameNumbers(e, b.At(i)) {
				return false
			}
		}
		return true
	case query.Object:
		var keys []string
		for key := range b.Members() {
			keys = append(keys, key)
		}
		i := 0
		for key, member := range a.Members() {
			other, ok := b.Get(key)
			if !ok || keys[i] != key || !sameNumbers(member, other) {
				return false
			}
			i++
		}
		return true
	}
	return query.Equal(a, b)
}
