package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/history"
)

// progress prints what executions do, a line for each thing worth knowing. It implements engine.Observer.
type progress struct {
	out   io.Writer
	color bool
	named bool // begin lines with the execution's name

	mu         sync.Mutex
	executions map[string]*progressOf
}

// progressOf is what has to be remembered of one execution to tell what an event is about: events link to their
// predecessors, and only the first of a state names it.
type progressOf struct {
	name    string
	started int64
	visits  map[int64]*visitOf // by event id
	entered map[string]int64   // when a state was last entered; the exit of a Parallel or Map links to its inside
}

type visitOf struct {
	state    string
	entered  int64
	attempts int
}

func newProgress(out io.Writer, named bool) *progress {
	return &progress{out: out, color: colored(out), named: named, executions: map[string]*progressOf{}}
}

// colored reports whether w is a terminal whose user has not asked for plain text (no-color.org).
func colored(w io.Writer) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Recorded implements engine.Observer.
func (p *progress) Recorded(of engine.Origin, events []history.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.executions[of.ExecutionARN]
	if x == nil {
		x = &progressOf{name: executionName(of.ExecutionARN), visits: map[int64]*visitOf{}, entered: map[string]int64{}, started: events[0].At}
		p.executions[of.ExecutionARN] = x
	}
	for _, ev := range events {
		p.event(x, ev)
	}
	if last := events[len(events)-1].Type; last == history.ExecutionSucceeded || last == history.ExecutionFailed ||
		last == history.ExecutionAborted || last == history.ExecutionTimedOut {
		delete(p.executions, of.ExecutionARN)
	}
}

func executionName(executionARN string) string {
	a, _ := arn.Parse(executionARN)
	machine, name, _ := strings.Cut(a.Rest(), ":")
	return machine + "/" + name
}

// The marks at the beginning of lines, with their colours.
const (
	markStarted = "34m▶"
	markDone    = "32m✓"
	markFailed  = "31m✗"
	markRetry   = "33m↻"
	markWaits   = "33m…"
)

func (p *progress) event(x *progressOf, ev history.Event) {
	v := x.visits[ev.Previous]
	name := field(ev, history.Name)
	switch t := ev.Type.String(); {
	case ev.Type == history.ExecutionStarted:
		x.started = ev.At
		p.line(x, ev, markStarted, "execution started", field(ev, history.Input))
	case ev.Type == history.ExecutionSucceeded:
		p.line(x, ev, markDone, "execution succeeded", field(ev, history.Output))
	case strings.HasPrefix(t, "Execution"):
		p.line(x, ev, markFailed, "execution "+strings.ToLower(strings.TrimPrefix(t, "Execution")), reason(ev))
	case strings.HasSuffix(t, "StateEntered"):
		v = &visitOf{state: name, entered: ev.At}
		x.entered[name] = ev.At
		if t == "WaitStateEntered" {
			p.line(x, ev, markWaits, name, "waiting")
		}
	case strings.HasSuffix(t, "StateExited"):
		since := x.entered[name]
		if v != nil && v.state == name {
			since = v.entered
		}
		took := time.Duration(ev.At-since) * time.Millisecond
		p.line(x, ev, markDone, name, strings.TrimSuffix(t, "StateExited")+" "+took.String())
	case v == nil:
	case strings.HasSuffix(t, "Scheduled"):
		if v.attempts++; v.attempts > 1 {
			p.line(x, ev, markRetry, v.state, fmt.Sprintf("attempt %d", v.attempts))
		}
	case ev.Type == history.TaskSubmitted && strings.Contains(field(ev, history.Resource), "waitForTaskToken"):
		p.line(x, ev, markWaits, v.state, "waiting for its task token")
	case ev.Type == history.ActivityScheduled:
		p.line(x, ev, markWaits, v.state, "waiting for a worker")
	case strings.HasSuffix(t, "Failed") || strings.HasSuffix(t, "TimedOut"):
		p.line(x, ev, markFailed, v.state, reason(ev))
	}
	if v != nil {
		x.visits[ev.ID] = v
	}
}

func (p *progress) line(x *progressOf, ev history.Event, mark, subject, detail string) {
	color, sign, _ := strings.Cut(mark, "m")
	if p.color {
		sign = "\x1b[" + color + "m" + sign + "\x1b[0m"
	}
	prefix := ""
	if p.named {
		prefix = x.name + "  "
	}
	fmt.Fprintf(p.out, "%s%8.3fs %s %-28s %s\n", prefix, float64(ev.At-x.started)/1000, sign, subject, shorten(detail))
}

// shorten cuts a text that would fill the screen.
func shorten(s string) string {
	const most = 160
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func reason(ev history.Event) string {
	name, cause := field(ev, history.Error), field(ev, history.Cause)
	if cause == "" {
		return name
	}
	return name + ": " + cause
}

func field(ev history.Event, k history.Key) string {
	for _, f := range ev.Fields {
		if f.Key == k {
			return f.Text
		}
	}
	return ""
}
