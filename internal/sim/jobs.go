package sim

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/integration"
)

// workshop performs the jobs of .sync tasks. A start that comes again with its client token means the same job.
type workshop struct{ *life }

// endless is the name of jobs that go on until somebody stops them.
const endless = "endless"

// labour is a job outside.
type labour struct {
	execution string
	until     time.Time // zero: endless
	failed    bool      // that is how it ends
	stopped   bool
}

// Idempotent implements integration.Connector.
func (workshop) Idempotent(integration.Call) bool { return true }

// Invoke implements integration.Connector.
func (o workshop) Invoke(ctx context.Context, c integration.Call) integration.Answer {
	if !o.arrived(c, true) {
		return integration.Failed{Error: "Dead"}
	}
	w := o.w
	r := w.stream("job", c.ClientToken)
	j := &labour{execution: c.ExecutionARN, failed: chance(r, 0.3)}
	if wait := upTo(r, 5*time.Minute); !strings.Contains(c.Input, endless) {
		j.until = time.Now().Add(wait)
	}
	w.mu.Lock()
	if w.jobs[c.ClientToken] == nil {
		w.jobs[c.ClientToken] = j
	}
	w.mu.Unlock()
	t := time.NewTimer(upTo(r, 3*time.Second))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return integration.Failed{Error: "Cancelled"}
	case <-t.C:
	}
	return integration.Submitted{Output: fmt.Sprintf(`{"JobId":%q}`, c.ClientToken), Job: c.ClientToken, Ask: time.Second}
}

// Poll implements integration.Jobs.
func (o workshop) Poll(_ context.Context, _ integration.Call, job string, asked int) integration.Answer {
	w := o.w
	w.mu.Lock()
	defer w.mu.Unlock()
	j := w.jobs[job]
	switch {
	case j == nil:
		w.broken("jobs", "somebody asks for the job %q, which was never started", job)
		return integration.Failed{Error: "E1"}
	case j.stopped || !j.until.IsZero() && j.failed && !time.Now().Before(j.until):
		return integration.Failed{Error: "E1", Cause: "the job has failed"}
	case j.until.IsZero() || time.Now().Before(j.until):
		return integration.Running{Again: time.Duration(min(asked+1, 10)) * 2 * time.Second}
	}
	return integration.Succeeded{Output: `{"done":true}`}
}

// Stop implements integration.Jobs.
func (o workshop) Stop(_ context.Context, _ integration.Call, job string) error {
	w := o.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if o.dead.Load() || !w.quiet.Load() && chance(w.stream("stop", job, time.Now().String()), 0.2) {
		return errors.New("not now")
	}
	if j := w.jobs[job]; j != nil {
		j.stopped = true
	}
	return nil
}

// judgeJobs looks for jobs that go on although nobody waits for them; w.mu is held.
func (w *world) judgeJobs() {
	for token, j := range w.jobs {
		if !j.until.IsZero() || j.stopped {
			continue
		}
		for _, ev := range w.history(j.execution) { // a job whose start was never answered is nobody's to stop
			if ev.Type != history.TaskSubmitted {
				continue
			}
			for _, f := range ev.Fields {
				if f.Key == history.Output && strings.Contains(f.Text, token) {
					w.broken("jobs end with their task", "the job %s of %s goes on", token, j.execution)
				}
			}
		}
	}
}
