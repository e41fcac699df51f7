package crash

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// slowness makes each sync of a process take longer: strace stops the process before fsync and fdatasync.
type slowness struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// slow attaches to the server that has the data directory. It skips the test where that cannot be done.
func slow(t *testing.T, data string, delay time.Duration) *slowness {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	pid, err := serverOf(data)
	if err != nil {
		t.Fatal(err)
	}
	s := &slowness{ended: make(chan struct{})}
	s.cmd = exec.Command("strace", "-f", "-p", strconv.Itoa(pid), "-o", os.DevNull, "-e", "trace=fsync,fdatasync",
		"-e", fmt.Sprintf("inject=fsync,fdatasync:delay_enter=%d", delay.Microseconds()))
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	attached := make(chan string, 1)
	go func() {
		defer close(s.ended)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			select {
			case attached <- lines.Text():
			default:
			}
		}
		close(attached)
		_ = s.cmd.Wait() // it ends with the server, by a signal, or has said why not
	}()
	t.Cleanup(s.end)
	if said := <-attached; !strings.Contains(said, "attached") {
		t.Skipf("SKIPPED: %s", said)
	}
	return s
}

// end lets the server go on at its own pace. Ending what has ended is safe.
func (s *slowness) end() {
	_ = s.cmd.Process.Signal(os.Interrupt) // it may have ended with the server
	<-s.ended
}

// serverOf returns the process that was started on a data directory.
func serverOf(data string) (pid int, err error) {
	found, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, path := range found {
		args, _ := os.ReadFile(path) // it may have ended
		if bytes.Contains(args, []byte("\x00--data\x00"+data+"\x00")) {
			return strconv.Atoi(filepath.Base(filepath.Dir(path)))
		}
	}
	return 0, errors.New("no process has the data directory " + data)
}
