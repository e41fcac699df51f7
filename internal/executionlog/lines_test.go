package executionlog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func texts(texts ...string) (records []Record) {
	for _, s := range texts {
		records = append(records, Record{Text: []byte(s)})
	}
	return records
}

func TestRecordsAreLines(t *testing.T) {
	var out bytes.Buffer
	s := ToWriter(&out)
	big := strings.Repeat("x", linesBytesMax)
	if lost, err := s.Write(t.Context(), texts(`{"id":"1"}`, big, `{"id":"2"}`)); lost != 0 || err != nil {
		t.Errorf("%d are lost: %v", lost, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if got, want := out.String(), "{\"id\":\"1\"}\n"+big+"\n{\"id\":\"2\"}\n"; got != want {
		t.Errorf("wrote %d bytes, want %d", len(got), len(want))
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestRecordsThatCannotBeWrittenAreLost(t *testing.T) {
	full := errors.New("no space left")
	if lost, err := ToWriter(failing{full}).Write(t.Context(), texts("a", strings.Repeat("x", linesBytesMax), "b")); lost != 3 || !errors.Is(err, full) {
		t.Errorf("%d are lost: %v", lost, err)
	}
}

func TestAFileIsAppendedToAndMadeAgainWhenItIsMoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	sink := func() Sink {
		t.Helper()
		s, err := Destination{Name: "file:" + path}.Open()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	write := func(s Sink, text string) {
		t.Helper()
		if lost, err := s.Write(t.Context(), texts(text)); lost != 0 || err != nil {
			t.Errorf("%d are lost: %v", lost, err)
		}
	}
	is := func(path, want string) {
		t.Helper()
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v; want %q", path, got, err, want)
		}
	}
	s := sink()
	write(s, "a")
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s = sink()
	write(s, "b")
	is(path, "a\nb\n")
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: the file holds what executions work on", info.Mode(), err)
	}
	if runtime.GOOS != "windows" { // where an open file cannot be moved
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		write(s, "c")
		is(path+".1", "a\nb\n")
		is(path, "c\n")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestDestinations(t *testing.T) {
	for name, want := range map[string]string{
		"":                           "neither stdout nor file:PATH nor a URL",
		"stderr":                     "neither stdout nor file:PATH nor a URL",
		"file:":                      "neither stdout nor file:PATH nor a URL",
		"http:":                      "no URL of a server",
		"file:" + t.TempDir():        "execution log: open",
		"file:/no/such/folder/log":   "execution log: open",
		"stdout":                     "",
		"http://127.0.0.1:4566":      "",
		"https://logs.example.org/x": "",
	} {
		_, err := Destination{Name: name}.Open()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
}
