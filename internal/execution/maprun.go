package execution

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// A Distributed Map is a Map whose iterations wait for child executions. Its frame is InMapRun; each child has a frame
// of its own, InChild, from which the shell knows what to start. Children are made a few at a time as the concurrency
// allows, so a map run costs what is under way, not what is to come.

// MapRun is a map run as DescribeMapRun shows it.
type MapRun struct {
	ARN          string
	ExecutionARN string // of the execution that it belongs to
	Label        string
	State        asl.StateName
	Express      bool // the type of its children
	Status       MapRunStatus
	StartedAt    time.Time
	StoppedAt    time.Time // zero while running

	MaxConcurrency int // children at once; 0: the service's limit
	Tolerance      Tolerance

	Items    Counts
	Children Counts

	Redrives   int
	RedrivenAt time.Time
}

// MapRunStatus is the status of a map run as the API spells it.
type MapRunStatus string

// The statuses of a map run.
const (
	MapRunRunning   MapRunStatus = "RUNNING"
	MapRunSucceeded MapRunStatus = "SUCCEEDED"
	MapRunFailed    MapRunStatus = "FAILED"
	MapRunAborted   MapRunStatus = "ABORTED"
)

// Tolerance is how many items of a map run may fail; the run fails when one of the bounds that are given is exceeded.
// Without any, none may.
type Tolerance struct {
	Count      *int64
	Percentage *float64
}

// Counts counts items or children by what has become of them.
type Counts struct {
	Total, Pending, Running, Succeeded, Failed, TimedOut, Aborted int64
	Redriving                                                     int64 // of the pending: those that wait to be redriven
}

// count returns the counter of a status.
func (c *Counts) of(status Status) *int64 {
	switch status.(type) {
	case Succeeded:
		return &c.Succeeded
	case Failed:
		return &c.Failed
	case TimedOut:
		return &c.TimedOut
	}
	return &c.Aborted
}

// exceeded reports whether too many items have failed.
func (r *MapRun) exceeded() bool {
	bad := r.Items.Failed + r.Items.TimedOut
	count, percentage := r.Tolerance.Count, r.Tolerance.Percentage
	switch {
	case bad == 0:
		return false
	case count == nil && percentage == nil:
		return true
	case count != nil && bad > *count:
		return true
	}
	return percentage != nil && float64(bad)*100 > *percentage*float64(r.Items.Total)
}

// window returns how many children may run at once.
func (r *MapRun) window() int64 {
	if r.MaxConcurrency == 0 {
		return MapRunConcurrencyMax
	}
	return int64(min(r.MaxConcurrency, MapRunConcurrencyMax))
}

// wants reports whether another child could be started now.
func (m *InMapRun) wants() bool {
	return m.Run.Status == MapRunRunning && m.Run.Children.Running < m.Run.window() &&
		(m.Redo < m.NextChild || m.Run.Items.Pending > 0)
}

// childrenPerStep is how many children one Apply makes before it asks for More.
const childrenPerStep = 100

// mapRun begins a map run: the items are there and the MapStateStarted event is written.
func (s *step) mapRun(v *visit, state *asl.Map, items *query.Document, concurrency int) {
	f, d := v.f, state.Distributed
	tolerance := v.tolerance(d)
	if v.failed(nil) {
		return
	}
	run := MapRun{
		ARN:          s.mapRunARN(d.Label, f),
		ExecutionARN: s.h.ARN, Label: d.Label, State: f.State, Express: d.Express, Status: MapRunRunning, StartedAt: s.ev.At,
		MaxConcurrency: concurrency, Tolerance: tolerance,
	}
	n := int64(items.Value().Len())
	run.Items = Counts{Total: n, Pending: n}
	run.Children = run.Items
	s.emitOn(f, history.MapRunStarted, text(history.MapRunArn, run.ARN))
	f.Focus = InMapRun{Run: run, First: s.reserve(int(n)), Items: items, Started: f.Previous}
	s.noteMapRun(run)
	switch {
	case d.Reader != nil:
		s.mapRunFailed(f, failure{name: "States.ItemReaderFailed", cause: v.prefix() + "ItemReader is not supported yet by Cogstep."})
	case d.Writer != nil && d.Writer.Resource != "":
		s.mapRunFailed(f, failure{name: "States.ResultWriterFailed", cause: v.prefix() + "ResultWriter is not supported yet by Cogstep."})
	default:
		s.moreChildren(f)
	}
}

// tolerance evaluates ToleratedFailureCount and ToleratedFailurePercentage in any of their forms.
func (v *visit) tolerance(d *asl.Distributed) (t Tolerance) {
	if n := d.ToleratedFailureCount; n.Given() && v.failure == nil {
		count := int64(n.Static)
		if n.Expr != nil {
			count, _ = v.number(n)
		}
		t.Count = &count
	}
	if n := d.ToleratedFailurePercentage; n.Given() && v.failure == nil {
		percentage := n.Static
		if n.Expr != nil {
			percentage = v.percentage(n)
		}
		t.Percentage = &percentage
	}
	return t
}

// percentage evaluates the path or expression of a field that takes a number from 0 to 100.
func (v *visit) percentage(n asl.Number) float64 {
	if v.c.QueryLanguage == asl.JSONata {
		value, ok := v.value(n.Expr, n.Field)
		if !ok {
			return 0
		}
		if p, ok := fraction(value); ok && value.Kind() == query.Number && p >= 0 && p <= 100 {
			return p
		}
		v.unexpectedType(n.Expr, n.Field, "number between 0 and 100", value)
		return 0
	}
	value, err := n.Expr.Eval(v.scope(v.input))
	if err != nil {
		v.fault(pathTail(err))
		return 0
	}
	p, ok := fraction(value)
	switch {
	case !ok:
		v.fault(fmt.Sprintf("The %s field refers to value \"%s\" which is not a valid float: %s", n.Field, shown(value), n.Expr))
	case p < 0 || p > 100:
		v.fault("ToleratedFailurePercentage must be between 0 and 100.")
	}
	return p
}

// fraction also reads a string that holds a number (recorded: MAP_STATE_REFERENCE_IN_TOLERATED_FAILURE_PATH).
func fraction(v query.Value) (float64, bool) {
	if v.Kind() == query.String {
		p, err := strconv.ParseFloat(v.Str(), 64)
		return p, err == nil && !math.IsNaN(p)
	}
	return v.Float(), v.Kind() == query.Number
}

// moreChildren starts children as long as the concurrency allows and there are items; and ends the run when
// there is nothing left to wait for.
func (s *step) moreChildren(f *Frame) {
	state := s.m.State(f.State).(*asl.Map)
	for range childrenPerStep {
		focus := f.Focus.(InMapRun)
		if !focus.wants() {
			s.noteMapRun(focus.Run)
			if focus.Run.Children.Running == 0 && focus.Run.Status == MapRunRunning {
				s.mapRunDone(f, state, focus)
			}
			return
		}
		if focus.Redo < focus.NextChild {
			s.redoChild(f, focus)
		} else if !s.startChild(f, state, focus) {
			return
		}
	}
	s.noteMapRun(f.Focus.(InMapRun).Run)
	s.more = true
}

// startChild makes the next child. It reports false if that failed the Map.
func (s *step) startChild(f *Frame, state *asl.Map, focus InMapRun) bool {
	v := s.visit(f, state)
	input, n := v.childInput(state, focus)
	if v.failure != nil {
		fl := *v.failure
		s.mapRunFailed(f, fl)
		return false
	}
	run := &focus.Run
	if b := state.Distributed.Batcher; b != nil {
		run.Children.Pending = run.Items.Pending - int64(n) // an estimate: how many batches they will make shows as they are made
		run.Children.Total = int64(focus.NextChild) + 1 + run.Children.Pending
	} else {
		run.Children.Pending--
	}
	run.Children.Running++
	run.Items.Pending -= int64(n)
	run.Items.Running += int64(n)
	child := s.newFrameAt(focus.First+FrameID(focus.NextChild), f.ID, focus.NextChild)
	child.Input = input
	child.Focus = InChild{Items: n}
	s.children = append(s.children, child.ID)
	focus.NextItem += n
	focus.NextChild++
	focus.Redo = focus.NextChild
	f.Focus = focus
	return true
}

// childARN names the execution of a child's frame. Names are derived, so that a child that is started again after a
// crash is the same one.
func (s *step) childARN(child *Frame) string {
	focus := s.get(child.Parent).Focus.(InMapRun)
	return ChildARN(&focus.Run, child.Index)
}

// ChildARN returns the ARN of a map run's child, by its number.
func ChildARN(run *MapRun, index int) string {
	a, _ := arn.Parse(run.ARN)
	scope := arn.Scope{Account: a.Account, Region: a.Region}
	labelled, _, _ := strings.Cut(a.Rest(), ":")
	name := ChildName(run, index)
	if run.Express {
		return scope.Express(labelled, name, derivedID(run.ARN+"#", int64(index)))
	}
	return scope.Execution(labelled, name)
}

// ChildName returns the name of a map run's child, by its number.
func ChildName(run *MapRun, index int) string { return derivedID(run.ARN, int64(index)) }

func (s *step) mapRunARN(label string, f *Frame) string {
	a, _ := arn.Parse(s.h.ARN)
	return arn.Scope{Account: a.Account, Region: a.Region}.MapRun(s.h.MachineName, label, derivedID(s.h.ARN, s.h.StartedAt.UnixNano(), s.h.LastEvent, int64(f.ID)))
}

// derivedID makes an identifier in the form of a UUID from what it stands for.
func derivedID(text string, numbers ...int64) string {
	h := sha256.New()
	h.Write([]byte(text))
	for _, n := range numbers {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	}
	d := h.Sum(nil)
	d[6], d[8] = d[6]&0x0f|0x80, d[8]&0x3f|0x80 // version 8: made by a rule of our own (RFC 9562)
	return fmt.Sprintf("%x-%x-%x-%x-%x", d[:4], d[4:6], d[6:8], d[8:10], d[10:16])
}

func isChild(f *Frame) bool {
	if f == nil {
		return false
	}
	_, ok := f.Focus.(InChild)
	return ok
}

// childEnded takes what has become of a child.
func (s *step) childEnded(what ChildEnded) error {
	child := s.get(what.Frame)
	if !isChild(child) || child.Focus.(InChild).Redrives != what.Redrives {
		return ErrStale
	}
	child = s.edit(child.ID)
	was := child.Focus.(InChild)
	f := s.edit(child.Parent)
	focus := f.Focus.(InMapRun)
	run := &focus.Run
	run.Children.Running--
	run.Items.Running -= int64(was.Items)
	*run.Children.of(what.Status)++
	*run.Items.of(what.Status) += int64(was.Items)
	child.Input = nil
	succeeded, ok := what.Status.(Succeeded)
	if ok {
		child.Focus = Done(succeeded)
		focus.Bytes += succeeded.Output.Size()
	} else {
		child.Focus = Unsuccessful(was)
	}
	if focus.Bytes > PayloadBytesMax && ok {
		child.Focus = Done{query.EmptyObject} // the result will be too large whatever else comes: nobody will see it
	}
	f.Focus = focus
	if run.exceeded() {
		s.mapRunFailed(f, failure{name: errToleratedFailures, cause: toleranceExceeded})
		return nil
	}
	s.moreChildren(f)
	return nil
}

// mapRunDone ends a run whose children have all ended, and gathers the outputs of those that have succeeded.
func (s *step) mapRunDone(f *Frame, state *asl.Map, focus InMapRun) {
	result := s.gatherChildren(focus, state.Distributed.Writer)
	tooLarge := focus.Bytes > PayloadBytesMax
	focus.Run.Status, focus.Run.StoppedAt = MapRunSucceeded, s.ev.At
	f.Focus = focus
	s.noteMapRun(focus.Run)
	s.emitOn(f, history.MapRunSucceeded)
	s.emit(history.MapStateSucceeded, f.Previous)
	f.Previous = focus.Started
	if tooLarge {
		s.failExecution(f.Previous, errDataLimit, resultTooLarge(string(f.State)))
		return
	}
	v := s.visit(f, state)
	v.finish(result, state.ResultSelector, state.ResultPath)
}

// gatherChildren removes the frames of a run's children and joins their outputs. FLATTEN joins those that are arrays.
func (s *step) gatherChildren(focus InMapRun, writer *asl.ResultWriter) *query.Document {
	flatten := writer != nil && writer.Transformation == "FLATTEN"
	var b strings.Builder
	b.WriteByte('[')
	add := func(text string) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(text)
	}
	for id := focus.First; id < focus.First+FrameID(focus.NextChild); id++ {
		child := s.get(id)
		if child == nil {
			continue
		}
		if done, ok := child.Focus.(Done); ok {
			if v := done.Output.Value(); flatten && v.Kind() == query.Array {
				for _, element := range v.Elements() {
					add(element.JSON())
				}
			} else {
				add(done.Output.Text())
			}
		}
		s.remove(id)
	}
	b.WriteByte(']')
	return query.Trusted(b.String())
}

// mapRunFailed ends a run with a failure. Children that run are stopped.
func (s *step) mapRunFailed(f *Frame, fl failure) {
	s.stopChildren(f, MapRunFailed)
	if fl.fatal {
		s.fail(f, fl)
		return
	}
	s.emitOn(f, history.MapRunFailed, text(history.Error, fl.name), text(history.Cause, fl.cause))
	s.lose(f)
	focus := f.Focus.(InMapRun)
	for id := focus.First; id < focus.First+FrameID(focus.NextChild); id++ {
		if child := s.get(id); child != nil {
			s.lose(child)
			s.remove(id)
		}
	}
	s.fail(f, fl)
}

// abortMapRun ends a run whose state is aborted by a failure beside it.
func (s *step) abortMapRun(f *Frame, focus InMapRun, cause int64) {
	if focus.Run.Status == MapRunRunning {
		s.emit(history.MapRunAborted, cause)
		s.stopChildren(s.edit(f.ID), MapRunAborted)
	}
}

// closeMapRun ends the run of a frame, if it has one, because the execution closes.
func (s *step) closeMapRun(f *Frame) {
	if focus, ok := f.Focus.(InMapRun); ok && focus.Run.Status == MapRunRunning {
		s.stopChildren(f, MapRunAborted)
	}
}

// stopChildren ends a run and gives up its children that run.
func (s *step) stopChildren(f *Frame, status MapRunStatus) {
	focus := f.Focus.(InMapRun)
	run := &focus.Run
	for id := focus.First; id < focus.First+FrameID(focus.NextChild); id++ {
		if child := s.get(id); isChild(child) {
			s.giveUp(child)
			child = s.edit(id)
			child.Focus = Unsuccessful(child.Focus.(InChild)) // its Input stays: it may never have been started
		}
	}
	run.Items.Aborted += run.Items.Running
	run.Children.Aborted += run.Children.Running
	run.Items.Running, run.Children.Running = 0, 0
	run.Status, run.StoppedAt = status, s.ev.At
	f.Focus = focus
	s.noteMapRun(*run)
}

// redriveMapRun takes a run up again that has not succeeded: its unsuccessful children are redriven, and those items
// are started that no child has got.
func (s *step) redriveMapRun(f *Frame, focus InMapRun, redriven int64) {
	run := &focus.Run
	if run.Redrives >= mapRunRedrivesMax {
		s.failExecution(redriven, errRuntime, fmt.Sprintf("The map run %s was redriven %d times, which is the maximum.", run.ARN, mapRunRedrivesMax))
		return
	}
	run.Redrives++
	run.RedrivenAt = s.ev.At
	run.Status, run.StoppedAt = MapRunRunning, time.Time{}
	for _, c := range []*Counts{&run.Items, &run.Children} {
		unsuccessful := c.Failed + c.TimedOut + c.Aborted
		c.Redriving += unsuccessful
		c.Pending += unsuccessful
		c.Failed, c.TimedOut, c.Aborted = 0, 0, 0
	}
	f.Previous = redriven
	s.emitOn(f, history.MapRunRedriven, text(history.MapRunArn, run.ARN), number(history.RedriveCount, int64(run.Redrives)))
	focus.Started, focus.Redo = f.Previous, 0
	f.Focus = focus
	s.moreChildren(f)
}

// redoChild redrives the next child that has not succeeded, if there is one.
func (s *step) redoChild(f *Frame, focus InMapRun) {
	run := &focus.Run
	for ; focus.Redo < focus.NextChild; focus.Redo++ {
		child := s.get(focus.First + FrameID(focus.Redo))
		if child == nil {
			continue
		}
		if was, ok := child.Focus.(Unsuccessful); ok {
			child = s.edit(child.ID)
			child.Focus = InChild{Items: was.Items, Redrives: was.Redrives + 1}
			s.children = append(s.children, child.ID)
			run.Children.Pending--
			run.Children.Redriving--
			run.Children.Running++
			run.Items.Pending -= int64(was.Items)
			run.Items.Redriving -= int64(was.Items)
			run.Items.Running += int64(was.Items)
			focus.Redo++
			break
		}
	}
	f.Focus = focus
}

// mapRunUpdated changes a run that is under way.
func (s *step) mapRunUpdated(what MapRunUpdated) error {
	for id := range s.x.Frames {
		focus, ok := s.get(id).Focus.(InMapRun)
		if !ok || focus.Run.ARN != what.ARN || focus.Run.Status != MapRunRunning {
			continue
		}
		f := s.edit(id)
		set(&focus.Run.MaxConcurrency, what.MaxConcurrency)
		if what.Tolerance.Count != nil {
			focus.Run.Tolerance.Count = what.Tolerance.Count
		}
		if what.Tolerance.Percentage != nil {
			focus.Run.Tolerance.Percentage = what.Tolerance.Percentage
		}
		f.Focus = focus
		if focus.Run.exceeded() {
			s.mapRunFailed(f, failure{name: errToleratedFailures, cause: toleranceExceeded})
			return nil
		}
		s.moreChildren(f)
		return nil
	}
	return ErrStale
}

func set[T any](field *T, v *T) {
	if v != nil {
		*field = *v
	}
}

// noteMapRun tells the shell of a run that has changed.
func (s *step) noteMapRun(run MapRun) {
	for i := range s.mapRuns {
		if s.mapRuns[i].ARN == run.ARN {
			s.mapRuns[i] = run
			return
		}
	}
	s.mapRuns = append(s.mapRuns, run)
}
