package bench

import (
	"testing"
	"testing/fstest"
	"time"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestReadUsage(t *testing.T) {
	stat := file("7 (a ) name (x) S 1 7 7 0 -1 4194304 100 0 0 0 123 45 0 0 20 0 8 0 1000 1 2\n")
	status := file("Name:\tx\nVmPeak:\t 99 kB\nVmHWM:\t    2048 kB\n")
	proc := fstest.MapFS{"7/stat": stat, "7/status": status, "7/io": file("wchar: 9\nwrite_bytes: 4096\ncancelled_write_bytes: 1\n")}
	u, err := readUsage(proc, 7)
	if err != nil || *u != (usage{1680 * time.Millisecond, 2 << 20, 4096}) {
		t.Errorf("%+v, %v", u, err)
	}
	u, err = readUsage(fstest.MapFS{"7/stat": stat, "7/status": status}, 7)
	if err != nil || u.writtenBytes != -1 {
		t.Errorf("without io: %+v, %v", u, err)
	}
	if _, err := readUsage(proc, 8); err == nil {
		t.Error("a process that is not there was read")
	}
	if _, err := readUsage(fstest.MapFS{"7/stat": file("7 (x) S 1")}, 7); err == nil {
		t.Error("a truncated stat was read")
	}
}
