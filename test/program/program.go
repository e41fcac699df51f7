// Package program builds the real program and runs it, for the tests that judge Cogstep from outside.
//
// A test of this kind shares no memory with what it tests: it sees files, standard streams, exit codes and HTTP. So a
// server can be killed without a warning, and what comes up again has nothing but its data directory.
package program

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Bounds of what a server may take to come up and to go down.
const (
	startTimeMax = 30 * time.Second
	stopTimeMax  = 20 * time.Second
)

var path string // of the program, once Main has built it

// Main builds the program, runs the tests of a package and removes the program again. TestMain calls it.
func Main(m *testing.M) {
	dir, err := os.MkdirTemp("", "cogstep-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "program:", err)
		os.Exit(1)
	}
	code := 1
	if path, err = build(dir); err != nil {
		fmt.Fprintln(os.Stderr, "program:", err)
	} else {
		code = m.Run()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func build(dir string) (string, error) {
	path := filepath.Join(dir, "cogstep")
	cmd := exec.Command("go", "build", "-o", path, "github.com/cogstep/cogstep/cmd/cogstep")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build cogstep: %w\n%s", err, out)
	}
	return path, nil
}

// Path returns the program that Main has built.
func Path() string { return path }

// Environ returns an environment in which nothing of the developer's own settings can reach the program: the search
// path, the home and temporary directories, and extra ("KEY=value").
func Environ(extra ...string) []string {
	env := []string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, extra...)
}

// Server is a running `cogstep server`.
type Server struct {
	// URL is where it answers.
	URL string

	cmd    *exec.Cmd
	ready  chan string // the URL, when it is known; closed when the output ends
	ended  chan struct{}
	err    error // what Wait said; valid once ended is closed
	stderr output
}

// Start runs `cogstep server` on a free port with further arguments and waits until it serves. It is killed when
// the test ends.
func Start(t testing.TB, env []string, args ...string) *Server {
	t.Helper()
	s := Launch(t, env, args...)
	if err := s.Await(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Launch is Start for a test that does not want to wait: Await does.
func Launch(t testing.TB, env []string, args ...string) *Server {
	t.Helper()
	s, err := launch(t.TempDir(), env, "server", args)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// Serve is Start for callers that are no test: the server runs in the directory dir, and the caller kills it.
func Serve(dir string, env []string, args ...string) (*Server, error) {
	return ServeAs(dir, env, "server", args...)
}

// ServeAs is Serve by another command that serves: "dev".
func ServeAs(dir string, env []string, command string, args ...string) (*Server, error) {
	s, err := launch(dir, env, command, args)
	if err != nil {
		return nil, err
	}
	if err := s.Await(); err != nil {
		s.Kill()
		return nil, err
	}
	return s, nil
}

// noQuotas lifts the limits of API calls, which tests would run into; an argument or env can set them again.
const noQuotas = "COGSTEP_QUOTAS=off"

func launch(dir string, env []string, command string, args []string) (*Server, error) {
	s := &Server{ready: make(chan string, 1), ended: make(chan struct{})}
	s.cmd = exec.Command(path, append([]string{command, "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Env, s.cmd.Dir = Environ(append([]string{noQuotas}, env...)...), dir
	s.cmd.Stderr = &s.stderr
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go s.attend(stdout)
	return s, nil
}

// serves is the line by which a server says where it answers.
var serves = regexp.MustCompile(`^Cogstep (?:serves the Step Functions API|runs) at (http://[^ ,]+)`)

// attend reads what the server prints until it ends.
func (s *Server) attend(stdout io.Reader) {
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if m := serves.FindStringSubmatch(lines.Text()); m != nil {
			s.ready <- m[1]
		}
	}
	s.err = s.cmd.Wait()
	close(s.ready)
	close(s.ended)
}

// Await waits until the server serves. The error of a server that ended instead holds what it logged.
func (s *Server) Await() error {
	select {
	case url, ok := <-s.ready:
		if !ok {
			return fmt.Errorf("the server ended: %w\n%s", s.err, s.stderr.String())
		}
		s.URL = url
		return nil
	case <-time.After(startTimeMax):
		return fmt.Errorf("the server does not serve after %v:\n%s", startTimeMax, s.stderr.String())
	}
}

// Kill ends the server without a warning, as a power cut would. Killing what has ended is safe.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // it may have ended by itself
	<-s.ended
}

// Stop asks the server to end and waits for it. The error is that of an exit code other than 0.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
		return s.err
	case <-time.After(stopTimeMax):
		return fmt.Errorf("the server has not stopped after %v", stopTimeMax)
	}
}

// ExitCode returns the exit code of a server that has ended; -1: it was killed.
func (s *Server) ExitCode() int {
	<-s.ended
	return s.cmd.ProcessState.ExitCode()
}

// Log returns what the server has written to standard error.
func (s *Server) Log() string { return s.stderr.String() }

// output is a buffer that can be read while it is written.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
