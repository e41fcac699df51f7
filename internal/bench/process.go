package bench

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// usage is what a process has used since it started.
type usage struct {
	cpu          time.Duration // user and system
	rssBytesMax  int64
	writtenBytes int64 // that it caused to be sent to the disk; -1: the kernel does not tell us
}

// usages are those of the server and of the generator itself; nil: not known.
type usages struct{ server, self *usage }

func (r *run) usage() (u usages, err error) {
	if r.cfg.ServerPID > 0 {
		if u.server, err = readUsage(r.proc, r.cfg.ServerPID); err != nil {
			return u, fmt.Errorf("--server-pid=%d: %w", r.cfg.ServerPID, err)
		}
	}
	if runtime.GOOS == "linux" {
		u.self, err = readUsage(r.proc, os.Getpid())
	}
	return u, err
}

// ticksPerSecond is Linux's USER_HZ, in which /proc counts on every architecture that Go runs on.
const ticksPerSecond = 100

// readUsage reads /proc of a process. Source: man 5 proc_pid_stat, proc_pid_status, proc_pid_io.
func readUsage(proc fs.FS, pid int) (*usage, error) {
	stat, err := fs.ReadFile(proc, fmt.Sprint(pid, "/stat"))
	if err != nil {
		return nil, err
	}
	// The second field is the program's name in brackets, which may contain anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const utime, stime = 14 - 3, 15 - 3
	if len(fields) <= stime {
		return nil, fmt.Errorf("/proc/%d/stat has %d fields only", pid, len(fields))
	}
	var ticks int64
	for _, f := range []string{fields[utime], fields[stime]} {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return nil, err
		}
		ticks += n
	}
	u := &usage{cpu: time.Duration(ticks) * (time.Second / ticksPerSecond), writtenBytes: -1}
	status, err := fs.ReadFile(proc, fmt.Sprint(pid, "/status"))
	if err != nil {
		return nil, err
	}
	u.rssBytesMax = member(status, "VmHWM:") << 10
	if io, err := fs.ReadFile(proc, fmt.Sprint(pid, "/io")); err == nil { // another user's process: not readable
		u.writtenBytes = member(io, "write_bytes:")
	}
	return u, nil
}

// member returns the number behind a name at the beginning of a line, 0 if there is none.
func member(text []byte, name string) int64 {
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name {
			n, _ := strconv.ParseInt(f[1], 10, 64) // the kernel writes numbers
			return n
		}
	}
	return 0
}
