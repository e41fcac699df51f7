// Package definitions holds definitions of state machines that other people wrote against the compiler: each one has
// to be accepted or refused as its collection says.
//
// The collection is kept beside the repository, in ../shared/definitions, or where COGSTEP_DEFINITIONS says; without
// it the test is skipped. A refused one has to be refused for the right reason. Where a collection is wrong about the
// service, differences.go says so, with the reason.
package definitions

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/asl"
)

// sample is one line of the collection.
type sample struct {
	ID         string          `json:"id"`
	Legal      bool            `json:"legal"`
	Definition json.RawMessage `json:"definition"`
}

func TestVerdicts(t *testing.T) {
	samples := load(t)
	if len(samples) == 0 {
		t.Fatal("the collection is empty")
	}
	seen := map[string]bool{}
	for _, s := range samples {
		seen[s.ID] = true
		t.Run(s.ID, func(t *testing.T) { judge(t, s) })
	}
	for id := range differences {
		if !seen[id] {
			t.Errorf("there is no sample %s", id)
		}
	}
}

func judge(t *testing.T, s sample) {
	d, different := differences[s.ID]
	legal := s.Legal != different
	m, ds := asl.Compile(string(s.Definition), asl.Options{})
	switch {
	case m == nil && legal:
		t.Errorf("refused:\n%s", ds)
	case m != nil && !legal:
		t.Error("accepted, but must be refused")
	case !legal && !different && !has(ds, reasons[s.ID]):
		t.Errorf("refused, but not for %q:\n%s", reasons[s.ID], ds)
	}
	if different {
		t.Logf("the collection says otherwise: %s", d.reason)
	}
	if len(d.mended) == 0 {
		return
	}
	mended := strings.NewReplacer(d.mended...).Replace(string(s.Definition))
	if m, ds := asl.Compile(mended, asl.Options{}); m == nil {
		t.Errorf("mended, and still refused:\n%s", ds)
	}
}

// has reports whether one of the errors is the reason.
func has(ds asl.Diagnostics, reason string) bool {
	return slices.ContainsFunc(ds, func(d asl.Diagnostic) bool {
		is := string(d.Code)
		if d.Location != "" {
			is += " at " + d.Location
		}
		return d.Severity == asl.SeverityError && is == reason
	})
}

// load reads the collection. The test is skipped, aloud, if it is not here.
func load(t *testing.T) []sample {
	t.Helper()
	dir := os.Getenv("COGSTEP_DEFINITIONS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "definitions")
	}
	text, err := os.ReadFile(filepath.Join(dir, "definitions.jsonl"))
	if err != nil {
		t.Skipf("SKIPPED: the definitions are not here (%v); COGSTEP_DEFINITIONS=DIR says where they are", err)
	}
	var all []sample
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
