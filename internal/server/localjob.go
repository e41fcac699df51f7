package server

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/localjob"
)

// SuperviseWord is the command of this program that has [Supervise] do its work.
const SuperviseWord = "run-job"

// jobFolder is where jobs are kept in the data directory.
const jobFolder = "jobs"

// Supervise runs the local job whose folder is dir, in a process of its own. stdin is that of the process.
func Supervise(ctx context.Context, dir string, stdin io.Reader) error {
	return localjob.Supervise(ctx, dir, stdin)
}

// openJobs makes the connector of local jobs, if any are bound.
func (s *Server) openJobs(next integration.Connector) error {
	if s.cfg.Jobs == "" {
		return nil
	}
	bindings, err := localjob.Load(s.cfg.Jobs)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	dir := ""
	if s.cfg.Data != "" {
		dir = filepath.Join(s.cfg.Data, jobFolder)
	}
	s.jobs, err = localjob.Open(localjob.Config{
		Bindings: bindings, Scope: s.cfg.Scope, Dir: dir, Supervisor: []string{program, SuperviseWord},
		Env: s.callback(), Log: s.cfg.JobLog, Next: next,
	})
	return err
}
