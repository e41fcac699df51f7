package engine

import (
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/query"
)

const frameVersion = 3

// The foci on disk.
const (
	focusReady = iota
	focusTask
	focusWait
	focusBackoff
	focusParallel
	focusMap
	focusDone
	focusMapRun
	focusChild
	focusUnsuccessful
	focusInterrupted
)

// The forms of a document in a record.
const (
	documentNone = iota
	documentHere
	documentBeside    // in a record of its own, see beside.go
	documentInHistory // in an event, see inhistory.go
)

func (w *writer) frameDocument(d *query.Document) {
	switch {
	case d == nil:
		w.Uint(documentNone)
	case isLarge(d):
		w.Uint(documentBeside)
	default:
		w.Uint(documentHere)
		w.Text(d.Text())
	}
}

// frameDocument reads a document. One that stands beside the frame is awaited until its own record is read.
func (r reader) frameDocument() *query.Document {
	switch form := r.Uint(); form {
	case documentNone:
		return nil
	case documentHere:
		return query.Trusted(r.Text())
	case documentBeside, documentInHistory:
		return awaited
	default:
		r.Fail("no form %d of a document", form)
		return nil
	}
}

// awaited stands for a document whose record has not been read yet.
var awaited = query.Trusted("")

// encodeFrame returns the record of f; its id is in the key.
func encodeFrame(f *execution.Frame) []byte {
	w := newWriter(frameVersion)
	w.Int(int64(f.Parent))
	w.Int(int64(f.Index))
	w.Text(string(f.State))
	w.frameDocument(f.Input)
	w.Int(f.Entered)
	w.Time(f.EnteredAt)
	w.Int(f.Previous)
	w.Uint(uint64(len(f.Vars)))
	for _, v := range f.Vars {
		w.Text(v.Name)
		w.Document(v.Value)
	}
	w.Uint(uint64(len(f.Retries)))
	for _, n := range f.Retries {
		w.Int(int64(n))
	}
	w.Int(int64(f.Retried))
	encodeFocus(w, f.Focus)
	return w.B
}

func encodeFocus(w *writer, focus execution.Focus) {
	switch f := focus.(type) {
	case execution.InTask:
		w.Uint(focusTask)
		encodeTask(w, f)
	case execution.InWait:
		w.Uint(focusWait)
		w.Time(f.Until)
	case execution.InBackoff:
		w.Uint(focusBackoff)
		w.Time(f.Until)
	case execution.InParallel:
		w.Uint(focusParallel)
		w.Int(int64(f.First))
		w.Int(int64(f.Open))
	case execution.InMap:
		w.Uint(focusMap)
		encodeMap(w, f)
	case execution.Done:
		w.Uint(focusDone)
		w.frameDocument(f.Output)
	case execution.InMapRun:
		w.Uint(focusMapRun)
		encodeInMapRun(w, f)
	case execution.InChild:
		w.Uint(focusChild)
		w.Int(int64(f.Items))
		w.Int(int64(f.Redrives))
	case execution.Unsuccessful:
		w.Uint(focusUnsuccessful)
		w.Int(int64(f.Items))
		w.Int(int64(f.Redrives))
	case execution.Interrupted:
		w.Uint(focusInterrupted)
	default:
		w.Uint(focusReady)
	}
}

func encodeTask(w *writer, t execution.InTask) {
	w.Int(t.Scheduled)
	w.Uint(uint64(t.Phase))
	w.frameDocument(t.Parameters)
	w.Text(t.RoleARN)
	w.Int(int64(t.Invocation))
	w.Time(t.Deadline)
	w.Int(int64(t.Timeout))
	w.Int(int64(t.Heartbeat))
	w.Time(t.Beat)
	w.Text(t.Job.Name)
	w.Bool(t.Job.Asked)
	switch e := t.Early.(type) {
	case execution.TaskSucceeded:
		w.Uint(1)
		w.Document(e.Output)
	case execution.TaskFailed:
		w.Uint(2)
		w.Texts(e.Error, e.Cause)
	default:
		w.Uint(0)
	}
}

func encodeMap(w *writer, m execution.InMap) {
	w.Int(int64(m.First))
	w.frameDocument(m.Items)
	w.Int(int64(m.Count))
	w.Int(int64(m.Concurrency))
	w.Int(int64(m.Next))
	w.Int(int64(m.Open))
	w.Int(m.Started)
	w.Int(m.LastDone)
}

func decodeFrame(id execution.FrameID, b []byte) (*execution.Frame, error) {
	r, err := newReader(b, frameVersion, "frame record")
	if err != nil {
		return nil, err
	}
	f := &execution.Frame{ID: id}
	f.Parent = execution.FrameID(r.Int())
	f.Index = int(r.Int())
	f.State = asl.StateName(r.Text())
	f.Input = r.frameDocument()
	f.Entered = r.Int()
	f.EnteredAt = r.Time()
	f.Previous = r.Int()
	for range r.Count() {
		f.Vars = append(f.Vars, execution.Variable{Name: r.Text(), Value: r.Document()})
	}
	for range r.Count() {
		f.Retries = append(f.Retries, int32(r.Int()))
	}
	f.Retried = int32(r.Int())
	f.Focus = decodeFocus(r, id)
	return f, r.Done()
}

func decodeFocus(r reader, id execution.FrameID) execution.Focus {
	switch tag := r.Uint(); tag {
	case focusReady:
		return execution.Ready{}
	case focusTask:
		return decodeTask(r, id)
	case focusWait:
		return execution.InWait{Until: r.Time()}
	case focusBackoff:
		return execution.InBackoff{Until: r.Time()}
	case focusParallel:
		return execution.InParallel{First: execution.FrameID(r.Int()), Open: int(r.Int())}
	case focusMap:
		return decodeMap(r)
	case focusDone:
		return execution.Done{Output: r.frameDocument()}
	case focusMapRun:
		return decodeInMapRun(r)
	case focusChild:
		return execution.InChild{Items: int(r.Int()), Redrives: int(r.Int())}
	case focusUnsuccessful:
		return execution.Unsuccessful{Items: int(r.Int()), Redrives: int(r.Int())}
	case focusInterrupted:
		return execution.Interrupted{}
	default:
		r.Fail("no focus %d", tag)
		return execution.Ready{}
	}
}

func decodeTask(r reader, frame execution.FrameID) (t execution.InTask) {
	t.Scheduled = r.Int()
	phase := r.Uint()
	if phase > uint64(execution.Submitted) {
		r.Fail("no phase %d", phase)
	}
	t.Phase = execution.Phase(phase)
	t.Parameters = r.frameDocument()
	t.RoleARN = r.Text()
	t.Invocation = int(r.Int())
	t.Deadline = r.Time()
	t.Timeout = time.Duration(r.Int())
	t.Heartbeat = time.Duration(r.Int())
	t.Beat = r.Time()
	t.Job = execution.Job{Name: r.Text(), Asked: r.Bool()}
	id := execution.TaskID{Frame: frame, Scheduled: t.Scheduled}
	switch tag := r.Uint(); tag {
	case 0:
	case 1:
		t.Early = execution.TaskSucceeded{ID: id, Output: r.Document(), ByToken: true}
	case 2:
		t.Early = execution.TaskFailed{ID: id, Error: r.Text(), Cause: r.Text(), ByToken: true}
	default:
		r.Fail("no early answer %d", tag)
	}
	return t
}

func decodeMap(r reader) (m execution.InMap) {
	m.First = execution.FrameID(r.Int())
	m.Items = r.frameDocument()
	m.Count = int(r.Int())
	m.Concurrency = int(r.Int())
	m.Next = int(r.Int())
	m.Open = int(r.Int())
	m.Started = r.Int()
	m.LastDone = r.Int()
	return m
}
