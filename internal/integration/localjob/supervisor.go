package localjob

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// How long a process may take to end after it was asked to, how often a supervisor looks whether it is to be stopped, and
// how long it waits for the output of an ended process.
const (
	graceTimeMax  = 10 * time.Second
	stopPause     = 100 * time.Millisecond
	outputTimeMax = time.Second
)

// Supervise runs the job whose folder is dir to its end, and notes there how it ended. It is what the command of
// Config.Supervisor does, in a process of its own: server is its standard input, whose end tells a job that is bound to
// the server that the server is gone. When ctx ends, the job is stopped.
//
// It returns at once if the job has begun already. Errors: the folder cannot be used.
func Supervise(ctx context.Context, dir string, server io.Reader) error {
	f := folder(dir)
	o, err := f.order()
	if err != nil {
		return fmt.Errorf("supervise a job: %w", err)
	}
	unlock, ok, err := lock(f.path(lockFile))
	if err != nil {
		return fmt.Errorf("supervise a job: %w", err)
	}
	if !ok || f.marked(begun) {
		return nil
	}
	defer unlock()
	if f.marked(stop) {
		return f.end(ending{How: stopped, Reason: "The job was stopped before it began."})
	}
	f.mark(begun)
	if !f.marked(begun) {
		return f.end(ending{How: unstarted, Reason: "The beginning of the job could not be written down."})
	}
	// A process can be told to die with its parent, but the kernel's parent is the thread.
	runtime.LockOSThread()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.Bound {
		go func() {
			_, _ = io.Copy(io.Discard, server)
			cancel()
		}()
	}
	return f.end(perform(ctx, f, o))
}

// perform runs the process of a job to its end.
func perform(ctx context.Context, f folder, o order) ending {
	output, err := os.OpenFile(f.path(outputFile), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return ending{How: unstarted, Reason: err.Error()}
	}
	defer output.Close()
	args := o.arguments()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = o.Dir
	cmd.Env = append(os.Environ(), variables(o.Env)...)
	cmd.Stdout = &bounded{to: output, left: outputBytesMax}
	cmd.Stderr = cmd.Stdout
	cmd.WaitDelay = outputTimeMax
	ownGroup(cmd)
	began := time.Now().UTC()
	if err := cmd.Start(); err != nil {
		return ending{How: unstarted, Reason: "The job could not be started: " + err.Error()}
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = cmd.Wait() // the state of the process tells more
	}()
	e := ending{How: exited, Began: began}
	if reason := until(ctx, f, o, over); reason != "" {
		e.How = reason
		endGroup(cmd)
		select {
		case <-over:
		case <-time.After(graceTimeMax):
		}
	}
	killGroup(cmd) // what the process has started itself ends with it
	<-over
	e.Code = exitCode(cmd)
	return e
}

// until waits until the process is over, and returns "", or until it has to be ended, and returns why.
func until(ctx context.Context, f folder, o order, over <-chan struct{}) how {
	var late <-chan time.Time
	if o.Timeout > 0 {
		timer := time.NewTimer(o.Timeout)
		defer timer.Stop()
		late = timer.C
	}
	look := time.NewTicker(stopPause)
	defer look.Stop()
	for {
		select {
		case <-over:
			return ""
		case <-late:
			return timedOut
		case <-ctx.Done():
			return stopped
		case <-look.C:
			if f.marked(stop) {
				return stopped
			}
		}
	}
}
