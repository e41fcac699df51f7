package localfunction

import (
	"errors"
	"os/exec"
	"runtime"
	"sync"
)

// spawner starts processes from one thread that lives as long as the host. On Linux a child can be told to die with its
// parent, but the kernel's parent is the thread, and the scheduler ends threads as it likes.
type spawner struct {
	jobs chan job
	once sync.Once
	done chan struct{}
}

var errClosed = errors.New("the function host is closed")

type job struct {
	cmd    *exec.Cmd
	result chan error
}

func newSpawner() *spawner {
	s := &spawner{jobs: make(chan job), done: make(chan struct{})}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		standBack()
		for {
			select {
			case j := <-s.jobs:
				j.result <- j.cmd.Start()
			case <-s.done:
				return
			}
		}
	}()
	return s
}

func (s *spawner) start(cmd *exec.Cmd) error {
	j := job{cmd, make(chan error, 1)}
	select {
	case s.jobs <- j:
		return <-j.result
	case <-s.done:
		return errClosed
	}
}

func (s *spawner) close() { s.once.Do(func() { close(s.done) }) }
