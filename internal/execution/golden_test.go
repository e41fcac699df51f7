package execution_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

var update = flag.Bool("update", false, "rewrite the golden histories")

// TestGoldenHistories plays the stories in testdata. Each begins with which promise it guards and how we know; then
// come commands, one a line:
//
//	start JSON             start the execution; its tasks are started as soon as they are scheduled
//	succeed STATE JSON     answer the pending task of a state
//	fail STATE ERROR [CAUSE]
//	submit STATE JSON      the call of a callback or job was accepted
//	token STATE JSON       answer through the task token
//	beat STATE             a heartbeat
//	tick DURATION          let time pass; due timers fire in order
//	stop [ERROR [CAUSE]]
//	child N JSON           child N of the map run succeeds
//	child N STATUS         or ends as FAILED, TIMED_OUT, ABORTED
//	redrive
//	mapruns                write down the map runs as they were last reported
//	frames                 write down the open frames
func TestGoldenHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			story, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, story)
			for i := range story.Files {
				if story.Files[i].Name != "history.golden" {
					continue
				}
				if *update {
					story.Files[i].Data = []byte(got)
					if err := os.WriteFile(file, txtar.Format(story), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if d := cmp.Diff(string(story.Files[i].Data), got); d != "" {
					t.Errorf("history differs (-golden +got):\n%s", d)
				}
			}
		})
	}
}

// director plays a story against one execution.
type director struct {
	t   *testing.T
	m   *asl.Machine
	x   *execution.Execution
	now time.Time
	log strings.Builder

	runs map[string]execution.MapRun
}

type world struct{}

func (world) Token(a execution.Attempt) string {
	return fmt.Sprintf("token-%d-%d", a.Task.Frame, a.Task.Scheduled)
}
func (world) ActivityExists(arn string) bool { return !strings.Contains(arn, "missing") }

var epoch = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func play(t *testing.T, story *txtar.Archive) string {
	t.Helper()
	d := &director{t: t, now: epoch}
	for _, f := range story.Files {
		if f.Name == "machine.asl.json" {
			m, diagnostics := asl.Compile(string(f.Data), asl.Options{})
			if m == nil {
				t.Fatalf("the story's machine does not compile:\n%s", diagnostics)
			}
			d.m = m
		}
	}
	for line := range strings.Lines(string(story.Comment)) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			d.command(line)
		}
	}
	return d.log.String()
}

func (d *director) command(line string) {
	d.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	state, arg, _ := strings.Cut(rest, " ")
	switch verb {
	case "start":
		x, fx := execution.Start(d.m, execution.StartRequest{
			Header: execution.Header{
				ARN: "arn:aws:states:us-east-1:000000000000:execution:M:run", Name: "run",
				StateMachineARN: "arn:aws:states:us-east-1:000000000000:stateMachine:M", MachineName: "M",
				RoleARN: "role", Input: document(d.t, rest),
			},
			At: d.now, Seed: 1, World: world{},
		})
		d.x = x
		d.merge(fx)
	case "succeed":
		d.apply(execution.TaskSucceeded{ID: d.task(state), Output: document(d.t, arg)})
	case "token":
		d.apply(execution.TaskSucceeded{ID: d.task(state), Output: document(d.t, arg), ByToken: true})
	case "fail":
		name, cause, _ := strings.Cut(arg, " ")
		d.apply(execution.TaskFailed{ID: d.task(state), Error: name, Cause: cause})
	case "submit":
		d.apply(execution.TaskSubmitted{ID: d.task(state), Output: document(d.t, arg)})
	case "beat":
		d.apply(execution.TaskBeat{ID: d.task(state)})
	case "stop":
		d.apply(execution.StopRequested{Error: state, Cause: arg})
	case "tick":
		d.tick(rest)
	case "redrive":
		d.apply(execution.RedriveRequested{})
	case "child":
		d.child(state, arg)
	case "mapruns":
		for _, arn := range slices.Sorted(maps.Keys(d.runs)) {
			run := d.runs[arn]
			fmt.Fprintf(&d.log, "-- map run %s %s redrives %d items %+v children %+v\n", run.Label, run.Status, run.Redrives, run.Items, run.Children)
		}
	case "frames":
		d.frames()
	default:
		d.t.Fatalf("unknown command %q", line)
	}
}

// child ends a child of the map run that is under way.
func (d *director) child(number, how string) {
	d.t.Helper()
	for _, id := range slices.Sorted(keys(d.x.Frames)) {
		f := d.x.Frames[id]
		focus, ok := f.Focus.(execution.InChild)
		if !ok || strconv.Itoa(f.Index) != number {
			continue
		}
		var status execution.Status
		switch how {
		case "FAILED":
			status = execution.Failed{Error: "E"}
		case "TIMED_OUT":
			status = execution.TimedOut{}
		case "ABORTED":
			status = execution.Aborted{}
		default:
			status = execution.Succeeded{Output: document(d.t, how)}
		}
		d.apply(execution.ChildEnded{Frame: id, Redrives: focus.Redrives, Status: status})
		return
	}
	d.t.Fatalf("child %s does not run", number)
}

func (d *director) apply(what execution.Occurrence) {
	d.t.Helper()
	fx, err := execution.Apply(d.m, d.x, execution.Event{At: d.now, Seed: 1, World: world{}, What: what})
	if err != nil {
		d.log.WriteString(fmt.Sprintf("%T: %v\n", what, err))
		return
	}
	d.merge(fx)
}

func (d *director) merge(fx *execution.Effects) {
	for _, ev := range fx.Events {
		d.log.WriteString(describe(d.t, ev))
	}
	d.x.Merge(fx)
	for _, run := range fx.MapRuns {
		if d.runs == nil {
			d.runs = map[string]execution.MapRun{}
		}
		d.runs[run.ARN] = run
	}
	for _, id := range fx.Children {
		f := d.x.Frames[id]
		fmt.Fprintf(&d.log, "-- child %d is to run, redrives %d", f.Index, f.Focus.(execution.InChild).Redrives)
		if f.Input != nil {
			fmt.Fprintf(&d.log, ", input %s", f.Input.Text())
		}
		d.log.WriteString("\n")
	}
	for range fx.Abandoned {
		d.log.WriteString("-- a child is to stop\n")
	}
	for _, id := range fx.Cancelled {
		fmt.Fprintf(&d.log, "-- cancelled %d/%d\n", id.Frame, id.Scheduled)
	}
	if fx.More {
		d.apply(execution.Continued{})
	}
	for _, id := range fx.Scheduled {
		if task, ok := d.m.State(d.x.Frames[id.Frame].State).(*asl.Task); ok && task.Resource.Kind != asl.Activity {
			d.apply(execution.TaskStarted{ID: id})
		}
	}
}

// task returns the pending task of a state; of several, the one of the oldest frame.
func (d *director) task(state string) execution.TaskID {
	d.t.Helper()
	for _, id := range slices.Sorted(keys(d.x.Frames)) {
		f := d.x.Frames[id]
		if task, _, ok := f.Task(); ok && string(f.State) == state {
			return task
		}
	}
	return execution.TaskID{Frame: 1, Scheduled: -1} // stale
}

func keys(m map[execution.FrameID]*execution.Frame) func(func(execution.FrameID) bool) {
	return func(yield func(execution.FrameID) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// tick fires due timers in the order of their moments, then of their frames.
func (d *director) tick(arg string) {
	d.t.Helper()
	by, err := time.ParseDuration(arg)
	if err != nil {
		d.t.Fatal(err)
	}
	end := d.now.Add(by)
	for {
		var due time.Time
		var frame execution.FrameID
		if dl := d.x.Header.Deadline; !dl.IsZero() && d.x.Header.Open() {
			due = dl
		}
		for _, id := range slices.Sorted(keys(d.x.Frames)) {
			if at := d.x.Frames[id].Due(); !at.IsZero() && (due.IsZero() || at.Before(due)) {
				due, frame = at, id
			}
		}
		if due.IsZero() || due.After(end) {
			break
		}
		d.now = due
		d.apply(execution.TimerFired{Frame: frame})
	}
	d.now = end
}

func (d *director) frames() {
	for _, id := range slices.Sorted(keys(d.x.Frames)) {
		f := d.x.Frames[id]
		fmt.Fprintf(&d.log, "-- frame %d of %d in %s: %T\n", f.ID, f.Parent, f.State, f.Focus)
	}
}

// describe writes an event as "id<previous Type +elapsed details".
func describe(t *testing.T, ev history.Event) string {
	t.Helper()
	var wire map[string]any
	if err := json.Unmarshal(history.AppendWire(nil, ev, true), &wire); err != nil {
		t.Fatalf("event %d is not JSON: %v", ev.ID, err)
	}
	elapsed := time.UnixMilli(ev.At).Sub(epoch)
	line := fmt.Sprintf("%d<%d %s +%v", ev.ID, ev.Previous, wire["type"], elapsed)
	for name, v := range wire {
		if details, ok := v.(map[string]any); ok && strings.HasSuffix(name, "Details") {
			delete(details, "inputDetails")
			delete(details, "outputDetails")
			delete(details, "assignedVariablesDetails")
			text, _ := json.Marshal(details)
			line += " " + string(text)
		}
	}
	return line + "\n"
}

func document(t *testing.T, text string) *query.Document {
	t.Helper()
	if text == "" {
		text = "{}"
	}
	d, err := query.NewDocument(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}
