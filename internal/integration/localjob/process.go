package localjob

import (
	"context"
	"os/exec"
	"time"
)

// processes runs jobs as processes of this machine.
type processes struct {
	supervisor []string
	env        []string
}

// lookPause is how often the output and the life of a process are looked at.
const lookPause = 50 * time.Millisecond

// run implements runner.
func (p processes) run(ctx context.Context, j *job) ending {
	var gone chan struct{} // nil: somebody else is the supervisor's parent
	var release func()
	tail := &tail{path: j.folder.path(outputFile), line: j.log, offset: j.shown}
	switch {
	case held(j.folder.path(lockFile)):
		// A server before this one has started it.
	case j.folder.marked(begun):
		return p.ended(j)
	default:
		var err error
		if gone, release, err = p.supervise(j); err != nil {
			return ending{How: unstarted, Reason: "The supervisor of the job could not be started: " + err.Error()}
		}
		defer release()
	}
	look := time.NewTicker(lookPause)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return ending{}
		case <-gone:
			gone = nil // a server before this one may have started a supervisor, which was faster
		case <-look.C:
		}
		alive := gone != nil || held(j.folder.path(lockFile))
		tail.read()
		if !alive {
			tail.rest()
			return p.ended(j)
		}
	}
}

// ended returns what the supervisor, which is gone, has left.
func (p processes) ended(j *job) ending {
	if e, ok := j.folder.ending(); ok {
		return e
	}
	if !j.folder.marked(begun) {
		return ending{How: unstarted, Reason: "The supervisor of the job ended before the job began."}
	}
	e := ending{How: lost}
	e.Began, _ = j.folder.since(begun)
	return e
}

// supervise starts the supervisor of a job. gone is closed when it has ended. release lets go of it: if the job is bound to
// the server, it ends then.
func (p processes) supervise(j *job) (gone chan struct{}, release func(), err error) {
	args := append(append([]string{}, p.supervisor...), string(j.folder))
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = p.env
	ownSession(cmd)
	release = func() {}
	if j.order.Bound {
		alive, err := cmd.StdinPipe() // closed when this program ends, in whatever way
		if err != nil {
			return nil, nil, err
		}
		release = func() { alive.Close() }
	}
	if err := cmd.Start(); err != nil {
		release()
		return nil, nil, err
	}
	gone = make(chan struct{})
	go func() {
		defer close(gone)
		_ = cmd.Wait() // what it has to say stands in the folder
	}()
	return gone, release, nil
}
