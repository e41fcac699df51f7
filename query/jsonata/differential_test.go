package jsonata

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
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

// differentialDifferentMax is the number of answers that may differ for other reasons than those in knownDifferences.
const differentialDifferentMax = 0

// differentialMessagesMax is the number of errors with the right code whose message may differ: about two errors in one
// expression of which the reference, being concurrent, reports the other, and about names inside of chains.
const differentialMessagesMax = 10

// knownDifferences are the answers in which this package leaves the reference on purpose.
var knownDifferences = []struct {
	reason  string
	applies func(expr string, a referenceAnswer, err error) bool
}{
	{
		"an error of JavaScript that is none of the language",
		func(_ string, a referenceAnswer, _ error) bool { return a.Crash != "" },
	},
	{
		"a budget that the reference has not",
		func(_ string, _ referenceAnswer, err error) bool {
			return err != nil && strings.HasPrefix(coded(err).Code, "U")
		},
	},
	{
		"a function in a message: the reference shows its own data structures",
		func(_ string, a referenceAnswer, _ error) bool { return strings.Contains(a.Message, `"_jsonata_`) },
	},
	{
		"a built-in that is applied partially: the reference checks no signature then and converts as JavaScript does",
		func(expr string, _ referenceAnswer, err error) bool {
			return err != nil && coded(err).Code == "T0410" && strings.Contains(expr, "(?")
		},
	},
	{
		"$base64decode of what is not base64: the reference has what Node makes of it",
		func(expr string, _ referenceAnswer, _ error) bool { return strings.Contains(expr, "$base64decode(") },
	},
	{
		"a path into a function: the reference shows its own data structures",
		func(expr string, a referenceAnswer, _ error) bool {
			return strings.Contains(expr, "}.*") || strings.Contains(a.Message, `"isParallelCall":`)
		},
	},
	{
		"the name of a function in a message: the reference's built-ins remember what they were last called as",
		func(_ string, a referenceAnswer, err error) bool {
			return err != nil && coded(err).Code == "T0410" && a.Code == "T0410"
		},
	},
	{
		"$power: the reference's is not correctly rounded",
		func(expr string, _ referenceAnswer, err error) bool {
			return err == nil && strings.Contains(expr, "$power(")
		},
	},
	{
		"which of two errors is first: the reference evaluates items and arguments concurrently",
		func(expr string, a referenceAnswer, err error) bool {
			return err != nil && a.Code != "" && a.Code != coded(err).Code && strings.ContainsAny(expr, "[{,")
		},
	},
}

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
	known, wrong := map[string]int{}, map[problemKind]int{}
	for i, q := range questions {
		p, err := q.compare(t, answers[i])
		if reason := answers[i].difference(q.Expr, err); p.kind != noProblem && reason != "" {
			known[reason]++
			continue
		}
		if wrong[p.kind]++; p.kind != noProblem && wrong[p.kind] <= 40 {
			t.Logf("%s\n\t%s\n\tinput %s", q.Expr, p.text, q.Data)
		}
	}
	t.Logf("seed %d: %d the same, %d different, %d with another message; known differences: %v",
		seed, wrong[noProblem], wrong[otherAnswer], wrong[otherMessage], known)
	if wrong[otherAnswer] > differentialDifferentMax || wrong[otherMessage] > differentialMessagesMax {
		t.Errorf("%d answers and %d messages differ", wrong[otherAnswer], wrong[otherMessage])
	}
}

// problem is how two answers differ.
type problem struct {
	kind problemKind
	text string
}

type problemKind uint8

const (
	noProblem problemKind = iota
	otherAnswer
	otherMessage // the codes are equal
)

func differs(format string, args ...any) problem {
	return problem{otherAnswer, fmt.Sprintf(format, args...)}
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

// compare asks this package and returns how its answer differs from a, and its error.
func (q differentialQuestion) compare(t *testing.T, a referenceAnswer) (problem, error) {
	data, err := query.Parse(string(q.Data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := question{expr: q.Expr, data: data, limit: 10 * time.Second}.ask()
	return a.compare(t, got, err), err
}

// compare returns how an answer differs from a.
func (a referenceAnswer) compare(t *testing.T, got query.Value, err error) problem {
	switch {
	case a.Huge: // a result or an exhausted budget
		return problem{}
	case err != nil && a.Code != "":
		return a.wrongError(coded(err))
	case err != nil && a.Result == nil && !a.Odd && a.Crash == "":
		return differs("got error %v, want undefined", err)
	case err != nil && a.Result != nil:
		return differs("got error %v, want %s", err, short(string(a.Result)))
	case err == nil && a.Code != "":
		return differs("got %s, want error %s: %s", short(got.Compact()), a.Code, a.Message)
	case a.Odd && err == nil, a.Crash != "" && err != nil, a.Odd && coded(err).Code == "D1001":
		return problem{}
	case a.Crash != "":
		return differs("got %s, the reference crashed: %s", short(got.Compact()), a.Crash)
	case a.Odd:
		return differs("got error %v, want something JSON has not", err)
	case a.Result == nil && !got.IsUndefined():
		return differs("got %s, want undefined", short(got.Compact()))
	case a.Result == nil:
		return problem{}
	}
	want, err := query.Parse(string(a.Result))
	if err != nil {
		t.Fatal(err)
	}
	if got.IsUndefined() || got.Compact() != want.Compact() && !sameNumbers(got, want) {
		return differs("got %s, want %s", short(got.Compact()), short(want.Compact()))
	}
	return problem{}
}

// wrongError returns how an error differs from the reference's. Messages are compared as far as both have one.
func (a referenceAnswer) wrongError(got *Error) problem {
	if got.Code != a.Code {
		return differs("got error %v, want %s: %s", got, a.Code, a.Message)
	}
	// Numbers that nobody computed keep their text, in messages too; the generator has one in which that shows.
	if strings.ReplaceAll(got.Message, "1e3", "1000") != a.Message {
		return problem{otherMessage, fmt.Sprintf("got message %q, want %q", got.Message, a.Message)}
	}
	return problem{}
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

// difference returns the reason for a known difference, "" if there is none.
func (a referenceAnswer) difference(expr string, err error) string {
	for _, k := range knownDifferences {
		if k.applies(expr, a, err) {
			return k.reason
		}
	}
	return ""
}
