// Package bench offers load to a Step Functions endpoint and measures what comes of it.
//
// It knows the API as strangers do, so it runs against any endpoint: this program's server, an emulator, the cloud.
// Three rules keep its figures honest. An execution counts when it has ended well, not when it was accepted. In an open
// loop requests go out on schedule whatever the answers, and latency counts from the schedule, so a server that stalls
// cannot hide the requests that would have come meanwhile. And what the generator itself costs stands in the report,
// because it may share the machine with what it measures.
//
// A run has these stations: two state machines are created, one for warming up and one to be measured; one execution
// is tried, so that a faulty set-up is an error and not a figure; the load is offered; what was started is waited for
// (see settle); the state machines are deleted again.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// graceTime is how long requests under way may take after an interrupt. cleanTimeMax bounds the deletion of state machines.
const (
	graceTime    = 5 * time.Second
	cleanTimeMax = 30 * time.Second
)

// run is one run of a scenario.
type run struct {
	cfg       Config
	scenario  scenario
	client    *client
	functions *functions // nil: the scenario has none, or somebody else serves them
	numbers   atomic.Int64
	proc      fs.FS
}

// Run carries out a scenario and reports. When ctx ends, no more load is offered, requests under way get five seconds,
// and the report covers what was measured until then.
//
// Errors: a configuration that Check refuses, an endpoint that refuses the state machines, a first execution that does
// not succeed, a process that cannot be read. Everything that goes wrong under load is in the report instead.
func Run(ctx context.Context, cfg Config) (report *Report, err error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if scenarios[cfg.Scenario].waits {
		cfg.Warmup = 0 // what it starts would end in the middle of what is measured
	}
	r := &run{cfg: cfg, scenario: scenarios[cfg.Scenario], client: newClient(cfg), proc: os.DirFS("/proc")}
	defer r.client.close()
	hard, cancel := afterGrace(ctx)
	defer cancel()
	if r.scenario.functions && cfg.Function == "" {
		if r.functions, err = serveFunctions(cfg.FunctionsListen); err != nil {
			return nil, err
		}
		defer r.functions.close()
	}
	prefix := fmt.Sprintf("cogstep-bench-%x", time.Now().UnixNano())
	var machines []string
	defer func() { err = errors.Join(err, r.clean(ctx, machines)) }()
	for _, name := range []string{prefix + "-warmup", prefix} {
		arn, createErr := r.client.createStateMachine(hard, name, cfg, r.scenario)
		if createErr != nil {
			return nil, fmt.Errorf("create the state machine %s: %w", name, createErr)
		}
		machines = append(machines, arn)
	}
	if !r.scenario.waits {
		if err := r.try(hard, machines[0]); err != nil {
			return nil, err
		}
	}
	if cfg.Warmup > 0 {
		warm := cfg
		warm.Duration, warm.Count = cfg.Warmup, 0
		r.phase(ctx, hard, machines[0], warm)
	}
	return r.measure(ctx, hard, machines[1])
}

// afterGrace returns a context that ends a while after ctx does.
func afterGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	hard, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		wait(hard, graceTime)
		cancel()
	})
	return hard, func() { stop(); cancel() }
}

// clean deletes the state machines, also after an interrupt.
func (r *run) clean(ctx context.Context, machines []string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanTimeMax)
	defer cancel()
	var errs []error
	for _, arn := range machines {
		if err := r.client.deleteStateMachine(ctx, arn); err != nil {
			errs = append(errs, fmt.Errorf("delete %s: %w", arn, err))
		}
	}
	return errors.Join(errs...)
}

// try runs one execution to its end.
func (r *run) try(ctx context.Context, machine string) error {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	ended, err := r.toItsEnd(ctx, newStarter(r.scenario, machine), r.number())
	switch {
	case r.functions != nil && r.functions.calls.Load() == 0:
		return fmt.Errorf("no call has reached the functions that bench serves at %s: start the server with LAMBDA_ENDPOINT=%s (the first execution: %s)",
			r.functions.url, r.functions.url, strings.TrimSpace(fmt.Sprint(ended.describe(), " ", errorText(err))))
	case err != nil:
		return fmt.Errorf("the first execution: %w", err)
	case !ended.succeeded():
		return fmt.Errorf("the first execution did not succeed: %s", ended.describe())
	}
	return nil
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// measure is the phase that the report is about.
func (r *run) measure(ctx, hard context.Context, machine string) (*Report, error) {
	before, err := r.usage()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	rec, settled := r.phase(ctx, hard, machine, r.cfg)
	report := newReport(r.cfg, rec, settled, settled.at.Sub(began))
	after, err := r.usage()
	if err != nil {
		return nil, err
	}
	report.charge(before, after)
	if r.scenario.waits {
		report.Timers = r.timers(hard, rec.last.all())
	}
	report.Interrupted = ctx.Err() != nil
	return report, nil
}

// phase offers load to one state machine and waits for what it has started.
func (r *run) phase(ctx, hard context.Context, machine string, cfg Config) (*recorder, settlement) {
	rec := newRecorder(cfg.keep())
	start := newStarter(r.scenario, machine)
	work := func(scheduled time.Time) { r.one(hard, cfg, start, scheduled, rec) }
	if cfg.Rate > 0 {
		openLoop(ctx, cfg.Rate, newBudget(cfg), work)
	} else {
		closedLoop(ctx, cfg.Concurrency, newBudget(cfg), work)
	}
	if cfg.until() == UntilStart {
		return rec, r.settle(ctx, hard, machine, rec)
	}
	return rec, settlement{at: time.Now()}
}

func (r *run) number() int { return int(r.numbers.Add(1)) }
