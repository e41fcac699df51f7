package execution_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// TestRandomExecutionsKeepTheirPromises makes random machines and answers their tasks at random: late, twice, by token,
// with failures, time-outs and stops in between. After every step it checks what must always hold. A failure names the
// seed that repeats it.
func TestRandomExecutionsKeepTheirPromises(t *testing.T) {
	ends := map[string]int{}
	for seed := range uint64(400) {
		p := newPlayer(t, seed)
		p.play()
		ends[p.x.Header.Status.Name()]++
		if t.Failed() {
			t.Fatalf("seed %d; the machine was\n%s", seed, p.source)
		}
	}
	t.Logf("ends: %v", ends)
	for _, status := range []string{"SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"} {
		if ends[status] == 0 {
			t.Errorf("no execution ended as %s: the machines are too tame", status)
		}
	}
}

// FuzzRandomExecutions is the same for seeds that the fuzzer makes up.
func FuzzRandomExecutions(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { newPlayer(t, seed).play() })
}

// generator writes random legal definitions. States only lead forward, so that every execution ends.
type generator struct {
	r *rand.Rand
	n int
}

func (g *generator) pick(options ...string) string { return options[g.r.IntN(len(options))] }

func (g *generator) workflow(depth int) map[string]any {
	states := map[string]any{}
	names := make([]string, 1+g.r.IntN(4))
	for i := range names {
		g.n++
		names[i] = fmt.Sprint("s", g.n)
	}
	for i, name := range names {
		next := ""
		if i+1 < len(names) {
			next = names[i+1] // every state is reachable
		}
		states[name] = g.state(depth, next, names[i+1:])
	}
	return map[string]any{"StartAt": names[0], "States": states}
}

func (g *generator) state(depth int, next string, later []string) map[string]any {
	s := map[string]any{}
	kinds := []string{"Pass", "Task", "Task", "Task", "Wait", "Choice"}
	if depth > 0 {
		kinds = append(kinds, "Parallel", "Map", "Parallel", "Map")
	}
	if next == "" {
		kinds = append(kinds, "Succeed", "Fail")
	}
	kind := g.pick(kinds...)
	if kind == "Choice" && next == "" {
		kind = "Pass"
	}
	s["Type"] = kind
	switch kind {
	case "Succeed":
		return s
	case "Fail":
		s["Error"] = g.pick("E1", "E2")
		return s
	case "Choice":
		s["Choices"] = []any{map[string]any{"Variable": "$", "IsPresent": g.r.IntN(2) == 0, "Next": next}}
		s["Default"] = later[g.r.IntN(len(later))]
		return s
	case "Wait":
		s["Seconds"] = g.r.IntN(4)
	case "Pass":
		if g.r.IntN(2) == 0 {
			s["Result"] = map[string]any{"n": g.n}
		}
	case "Task":
		g.task(s)
	case "Parallel":
		var branches []any
		for range 1 + g.r.IntN(3) {
			branches = append(branches, g.workflow(depth-1))
		}
		s["Branches"] = branches
	case "Map":
		s["Parameters"] = map[string]any{"i.$": "$$.Map.Item.Index"}
		s["ItemsPath"] = "$$.Execution.Input.items"
		s["MaxConcurrency"] = g.r.IntN(3)
		processor := g.workflow(depth - 1)
		s["ItemProcessor"] = processor
		if g.r.IntN(3) == 0 {
			g.distribute(s, processor)
		}
	}
	if kind == "Task" || kind == "Parallel" || kind == "Map" {
		g.handlers(s, later)
	}
	if next == "" {
		s["End"] = true
	} else {
		s["Next"] = next
	}
	return s
}

// distribute makes a Map a Distributed Map.
func (g *generator) distribute(s, processor map[string]any) {
	processor["ProcessorConfig"] = map[string]any{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
	switch g.r.IntN(4) {
	case 0:
		s["ToleratedFailureCount"] = g.r.IntN(3)
	case 1:
		s["ToleratedFailurePercentage"] = 50
	case 2:
		s["ItemBatcher"] = map[string]any{"MaxItemsPerBatch": 2}
	}
}

func (g *generator) task(s map[string]any) {
	switch g.r.IntN(4) {
	case 0:
		s["Resource"] = "arn:aws:lambda:us-east-1:000000000000:function:f"
	case 1:
		s["Resource"] = "arn:aws:states:::lambda:invoke"
		s["Parameters"] = map[string]any{"FunctionName": "f"}
	case 2:
		s["Resource"] = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
		s["Parameters"] = map[string]any{"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}
		s["HeartbeatSeconds"] = 2
	case 3:
		s["Resource"] = "arn:aws:states:us-east-1:000000000000:activity:" + g.pick("a", "a", "a", "missing")
	}
	if g.r.IntN(2) == 0 {
		s["TimeoutSeconds"] = 3 + g.r.IntN(4)
	}
}

func (g *generator) handlers(s map[string]any, later []string) {
	if g.r.IntN(2) == 0 {
		s["Retry"] = []any{map[string]any{"ErrorEquals": []string{g.pick("E1", "States.TaskFailed", "States.Timeout", "States.ALL")},
			"IntervalSeconds": g.r.IntN(3), "MaxAttempts": g.r.IntN(3), "JitterStrategy": g.pick("FULL", "NONE")}}
	}
	if len(later) > 0 && g.r.IntN(2) == 0 {
		s["Catch"] = []any{map[string]any{"ErrorEquals": []string{"States.ALL"}, "Next": later[g.r.IntN(len(later))], "ResultPath": g.pick("$", "$.error")}}
	}
}

// player drives one execution at random.
type player struct {
	t      *testing.T
	r      *rand.Rand
	source string
	m      *asl.Machine
	x      *execution.Execution
	now    time.Time
	last   int64              // id of the newest event
	sent   map[int64]bool     // scheduling events whose attempt was started
	over   []execution.TaskID // attempts that are over

	children map[string]execution.FrameID // child executions that run, and who waits for them
	updated  bool                         // somebody has changed a map run
	redrives int
}

func newPlayer(t *testing.T, seed uint64) *player {
	p := &player{t: t, r: rand.New(rand.NewPCG(seed, 1)), now: epoch, sent: map[int64]bool{}, children: map[string]execution.FrameID{}}
	g := &generator{r: p.r}
	top := g.workflow(2)
	if p.r.IntN(4) == 0 {
		top["TimeoutSeconds"] = 1 + p.r.IntN(10)
	}
	text, err := json.MarshalIndent(top, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	p.source = string(text)
	m, diagnostics := asl.Compile(p.source, asl.Options{})
	if m == nil {
		t.Fatalf("seed %d made an illegal machine:\n%s\n%s", seed, diagnostics, p.source)
	}
	p.m = m
	return p
}

func (p *player) play() {
	p.t.Helper()
	x, fx := execution.Start(p.m, execution.StartRequest{
		Header: execution.Header{ARN: "arn:aws:states:us-east-1:0:execution:M:x", Input: query.Trusted(`{"items": [1, {"a": 2}, null]}`)},
		At:     p.now, Seed: p.r.Uint64(), World: world{},
	})
	p.x = x
	p.merge(fx)
	p.run()
}

// run drives the execution to its end, and sometimes on from there.
func (p *player) run() {
	p.t.Helper()
	for step := 0; p.x.Header.Open() && !p.t.Failed(); step++ {
		if step > 5000 {
			p.t.Errorf("the execution does not end")
			return
		}
		p.step()
	}
	if p.t.Failed() {
		return
	}
	p.closed()
	if status, _ := p.x.Header.Redrivable(p.now); status == execution.Redrivable && p.r.IntN(2) == 0 && p.redrives < 4 {
		p.redrives++
		p.now = p.now.Add(time.Minute)
		p.apply(execution.RedriveRequested{})
		if p.x.Header.Redrives != p.redrives {
			p.t.Errorf("redrive %d counts as %d", p.redrives, p.x.Header.Redrives)
		}
		p.run()
	}
}

// closed checks a closed execution: nothing is under way, and what stays is what a redrive needs.
func (p *player) closed() {
	_, succeeded := p.x.Header.Status.(execution.Succeeded)
	if succeeded == (len(p.x.Frames) > 0) {
		p.t.Errorf("%d frames outlive an execution that is %s", len(p.x.Frames), p.x.Header.Status.Name())
	}
	if len(p.children) > 0 {
		p.t.Errorf("child executions outlive their parent: %v", p.children)
	}
	for _, f := range p.x.Frames {
		switch f.Focus.(type) {
		case execution.InTask, execution.InWait, execution.InBackoff, execution.InChild, execution.Answered:
			p.t.Errorf("frame %d of a closed execution waits: %T", f.ID, f.Focus)
		}
	}
}

// step picks one thing that can happen.
func (p *player) step() {
	var tasks []execution.TaskID
	var due time.Time
	if !p.x.Header.Deadline.IsZero() {
		due = p.x.Header.Deadline
	}
	dueFrame := execution.FrameID(0)
	for _, id := range slices.Sorted(keys(p.x.Frames)) {
		f := p.x.Frames[id]
		if task, _, ok := f.Task(); ok {
			tasks = append(tasks, task)
		}
		if at := f.Due(); !at.IsZero() && (due.IsZero() || at.Before(due)) {
			due, dueFrame = at, id
		}
	}
	switch roll := p.r.IntN(100); {
	case roll < 1:
		p.apply(execution.StopRequested{Error: "Stopped"})
	case roll < 5 && len(p.over) > 0: // a late or repeated answer
		p.apply(execution.TaskSucceeded{ID: p.over[p.r.IntN(len(p.over))], Output: query.EmptyObject})
	case roll < 8: // a timer that is early or was replaced
		p.apply(execution.TimerFired{Frame: execution.FrameID(1 + p.r.IntN(int(p.x.Header.LastFrame)))})
	case roll < 40 && len(p.children) > 0 || len(tasks) == 0 && len(p.children) > 0 && due.IsZero():
		p.endChild()
	case roll < 42 && len(p.runs()) > 0:
		runs := p.runs()
		n := p.r.IntN(3)
		p.updated = true
		p.apply(execution.MapRunUpdated{ARN: runs[p.r.IntN(len(runs))], MaxConcurrency: &n})
	case roll < 60 && !due.IsZero() || len(tasks) == 0:
		if due.IsZero() {
			p.t.Errorf("the execution is open and waits for nothing")
			return
		}
		p.now = due
		p.apply(execution.TimerFired{Frame: dueFrame})
	default:
		p.answer(tasks[p.r.IntN(len(tasks))])
	}
}

// endChild ends one of the children.
func (p *player) endChild() {
	arns := slices.Sorted(maps.Keys(p.children))
	f := p.x.Frames[p.children[arns[p.r.IntN(len(arns))]]]
	var status execution.Status = execution.Succeeded{Output: query.Trusted(`{"child": true}`)}
	switch p.r.IntN(6) {
	case 0:
		status = execution.Failed{Error: "E1"}
	case 1:
		status = execution.TimedOut{}
	case 2:
		status = execution.Aborted{}
	}
	p.apply(execution.ChildEnded{Frame: f.ID, Redrives: f.Focus.(execution.InChild).Redrives, Status: status})
}

// runs returns the map runs under way.
func (p *player) runs() (arns []string) {
	for _, id := range slices.Sorted(keys(p.x.Frames)) {
		if focus, ok := p.x.Frames[id].Focus.(execution.InMapRun); ok && focus.Run.Status == execution.MapRunRunning {
			arns = append(arns, focus.Run.ARN)
		}
	}
	return arns
}

func (p *player) answer(id execution.TaskID) {
	f := p.x.Frames[id.Frame]
	_, focus, _ := f.Task()
	r := p.m.State(f.State).(*asl.Task).Resource
	output := query.Trusted(`{"ok": true}`)
	byToken := r.Kind == asl.Activity || r.Pattern == asl.WaitForTaskToken && p.r.IntN(3) > 0
	switch {
	case focus.Phase == execution.Scheduled:
		if p.sent[id.Scheduled] {
			p.t.Errorf("attempt %v is scheduled again after it was sent", id)
		}
		p.sent[id.Scheduled] = true
		p.apply(execution.TaskStarted{ID: id, Worker: "w"})
	case byToken && p.r.IntN(3) == 0:
		p.apply(execution.TaskBeat{ID: id})
	case focus.Phase == execution.Started && r.Pattern == asl.WaitForTaskToken && !byToken && p.r.IntN(4) > 0:
		p.apply(execution.TaskSubmitted{ID: id, Output: output})
	case p.r.IntN(3) == 0:
		p.apply(execution.TaskFailed{ID: id, Error: []string{"E1", "E2", "States.Runtime"}[p.r.IntN(20)%3], ByToken: byToken})
	default:
		p.apply(execution.TaskSucceeded{ID: id, Output: output, ByToken: byToken})
	}
}

func (p *player) apply(what execution.Occurrence) {
	ev := execution.Event{At: p.now, Seed: p.r.Uint64(), World: world{}, What: what}
	before := snapshot(p.x)
	fx, err := execution.Apply(p.m, p.x, ev)
	again, err2 := execution.Apply(p.m, p.x, ev)
	if d := cmp.Diff(before, snapshot(p.x)); d != "" {
		p.t.Errorf("Apply(%T) has changed its argument:\n%s", what, d)
	}
	if !errors.Is(err2, err) {
		p.t.Errorf("Apply(%T) answers %v, then %v", what, err, err2)
	}
	if err != nil {
		if !errors.Is(err, execution.ErrStale) {
			p.t.Errorf("Apply(%T): %v", what, err)
		}
		return
	}
	if d := cmp.Diff(text(fx), text(again)); d != "" {
		p.t.Errorf("Apply(%T) has two outcomes:\n%s", what, d)
	}
	p.merge(fx)
}

func (p *player) merge(fx *execution.Effects) {
	for i, ev := range fx.Events {
		p.last++
		if ev.ID != p.last || ev.Previous >= ev.ID || ev.Previous < 0 {
			p.t.Errorf("event %d<%d comes as number %d", ev.ID, ev.Previous, p.last)
		}
		ends := ev.Type == history.ExecutionSucceeded || ev.Type == history.ExecutionFailed || ev.Type == history.ExecutionAborted || ev.Type == history.ExecutionTimedOut
		if ends != (i == len(fx.Events)-1 && !fx.Header.Open()) {
			p.t.Errorf("event %d is of type %s; the execution is open: %t", ev.ID, ev.Type, fx.Header.Open())
		}
	}
	p.over = append(p.over, fx.Cancelled...)
	p.x.Merge(fx)
	for _, a := range fx.Abandoned {
		if _, ok := p.children[a]; !ok {
			p.t.Errorf("%s is abandoned and was not waited for", a)
		}
	}
	p.children = map[string]execution.FrameID{}
	for id, f := range p.x.Frames {
		if _, ok := f.Focus.(execution.InChild); ok {
			run := p.x.Frames[f.Parent].Focus.(execution.InMapRun).Run
			p.children[execution.ChildARN(&run, f.Index)] = id
		}
	}
	for _, id := range fx.Children {
		if _, ok := p.x.Frames[id].Focus.(execution.InChild); !ok {
			p.t.Errorf("frame %d is to have a child and does not wait for one", id)
		}
	}
	if fx.More != p.x.Unfinished() {
		p.t.Errorf("the execution wants more: %t; it is unfinished: %t", fx.More, p.x.Unfinished())
	}
	for id, f := range p.x.Frames {
		p.consistent(id, f)
	}
}

// consistent checks what frames say of each other.
func (p *player) consistent(id execution.FrameID, f *execution.Frame) {
	if f.ID != id || f.Parent != 0 && p.x.Frames[f.Parent] == nil {
		p.t.Errorf("frame %d of %d stands under %d", f.ID, f.Parent, id)
	}
	open := 0
	for _, g := range p.x.Frames {
		if g.Parent == id && !over(g) {
			open++
		}
	}
	want := 0
	switch focus := f.Focus.(type) {
	case execution.InParallel:
		want = focus.Open
	case execution.InMap:
		want = focus.Open
		if focus.Open > focus.Concurrency {
			p.t.Errorf("%d iterations run at once, %d may", focus.Open, focus.Concurrency)
		}
	case execution.InMapRun:
		want = int(focus.Run.Children.Running)
		p.counted(focus.Run)
	case execution.Answered:
		p.t.Errorf("frame %d was left undecided", id)
	}
	if open != want {
		p.t.Errorf("frame %d (%T) counts %d open children, there are %d", id, f.Focus, want, open)
	}
}

func over(f *execution.Frame) bool {
	switch f.Focus.(type) {
	case execution.Done, execution.Unsuccessful:
		return true
	}
	return false
}

// counted checks the counters of a map run.
func (p *player) counted(run execution.MapRun) {
	i := run.Items
	if sum := i.Pending + i.Running + i.Succeeded + i.Failed + i.TimedOut + i.Aborted; sum != i.Total || i.Total != 3 {
		p.t.Errorf("%+v: the items add up to %d", run, sum)
	}
	c := run.Children
	if sum := c.Pending + c.Running + c.Succeeded + c.Failed + c.TimedOut + c.Aborted; sum != c.Total {
		p.t.Errorf("%+v: the children add up to %d", run, sum)
	}
	if run.MaxConcurrency > 0 && c.Running > int64(run.MaxConcurrency) && !p.updated { // lowering it stops no child
		p.t.Errorf("%+v: more children run than may", run)
	}
}

// snapshot and text turn values into something that can be compared after they may have been changed.
func snapshot(x *execution.Execution) string {
	out := fmt.Sprintf("%+v\n", x.Header.Status)
	for _, id := range slices.Sorted(keys(x.Frames)) {
		out += frameText(x.Frames[id])
	}
	return out
}

func text(fx *execution.Effects) string {
	out := fmt.Sprint(fx.Header.LastEvent, fx.Header.LastFrame, fx.Gone, fx.Scheduled, fx.Cancelled, fx.More, fx.Children, fx.Abandoned, len(fx.MapRuns), cmp.Diff(nil, fx.Events, cmpopts.EquateEmpty()))
	for _, f := range fx.Frames {
		out += frameText(f)
	}
	return out
}

func frameText(f *execution.Frame) string {
	g := *f
	focus := fmt.Sprintf("%T", g.Focus)
	if t, ok := g.Focus.(execution.InTask); ok {
		focus = fmt.Sprint(t.Scheduled, t.Phase, t.Parameters.Text(), t.Deadline, t.Beat, t.Early != nil)
	}
	if g.Input == nil {
		g.Input = query.EmptyObject
	}
	return fmt.Sprint(g.ID, g.Parent, g.Index, g.State, g.Input.Text(), g.Entered, g.Previous, g.Retries, g.Retried, g.Due(), focus, "\n")
}
