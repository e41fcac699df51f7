package bench

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

// rich is a report in which every member has something to say.
func rich() *Report {
	cfg := good()
	cfg.Scenario, cfg.Rate, cfg.Warmup = "wait", 250, 2*time.Second
	rec := newRecorder(1)
	for i := range 1000 {
		rec.accept("arn")
		rec.observe(time.Duration(i+1) * time.Millisecond)
	}
	rec.succeeded, rec.failed = 990, 6
	rec.errors = map[string]int{"FAILED": 6, "(timed out)": 2}
	r := newReport(cfg, rec, settlement{described: 20}, 4*time.Second)
	self := usages{self: &usage{cpu: time.Second, rssBytesMax: 30 << 20, writtenBytes: -1}}
	before, after := self, self
	before.server = &usage{cpu: 3 * time.Second, writtenBytes: 1 << 20}
	after.server = &usage{cpu: 5 * time.Second, rssBytesMax: 200 << 20, writtenBytes: 11 << 20}
	after.self = &usage{cpu: 1500 * time.Millisecond, rssBytesMax: 31 << 20, writtenBytes: -1}
	r.charge(before, after)
	late := newHistogram()
	for _, ms := range []int{0, 1, 1, 2, 9} {
		record(late, time.Duration(ms)*time.Millisecond)
	}
	r.Timers = &Timers{Read: 5, Early: 1, Unread: 2, Late: summarize(late)}
	r.Interrupted = true
	return r
}

func TestReportGolden(t *testing.T) {
	plain := newReport(good(), newRecorder(1), settlement{}, 0)
	for name, r := range map[string]*Report{"rich": rich(), "plain": plain} {
		var table, text bytes.Buffer
		if err := r.WriteTable(&table); err != nil {
			t.Fatal(err)
		}
		if err := r.WriteJSON(&text); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", table.Bytes())
		golden(t, name+".json", text.Bytes())
	}
}

func TestCleanIsWithoutErrorsAndComplete(t *testing.T) {
	for name, c := range map[string]struct {
		r  Report
		ok bool
	}{
		"nothing wrong": {Report{Timers: &Timers{Read: 3}}, true},
		"an error":      {Report{Errors: map[string]int{"X": 1}}, false},
		"unfinished":    {Report{Unfinished: 1}, false},
		"early":         {Report{Timers: &Timers{Early: 1}}, false},
		"unread":        {Report{Timers: &Timers{Unread: 1}}, false},
	} {
		if c.r.Clean() != c.ok {
			t.Errorf("%s: %t", name, !c.ok)
		}
	}
}
