package engine

import (
	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
)

const mapRunVersion = 1

// encodeMapRun returns the record of a map run as it is described.
func encodeMapRun(run *execution.MapRun) []byte {
	w := newWriter(mapRunVersion)
	writeMapRun(w, run)
	return w.B
}

func decodeMapRun(b []byte) (execution.MapRun, error) {
	r, err := newReader(b, mapRunVersion, "map run record")
	if err != nil {
		return execution.MapRun{}, err
	}
	run := readMapRun(r)
	return run, r.Done()
}

func writeMapRun(w *writer, run *execution.MapRun) {
	w.Texts(run.ARN, run.ExecutionARN, run.Label, string(run.State), string(run.Status))
	w.Bool(run.Express)
	w.Time(run.StartedAt)
	w.Time(run.StoppedAt)
	w.Int(int64(run.MaxConcurrency))
	w.Bool(run.Tolerance.Count != nil)
	if n := run.Tolerance.Count; n != nil {
		w.Int(*n)
	}
	w.Bool(run.Tolerance.Percentage != nil)
	if p := run.Tolerance.Percentage; p != nil {
		w.Float(*p)
	}
	for _, n := range counters(&run.Items, &run.Children) {
		w.Int(*n)
	}
	w.Int(int64(run.Redrives))
	w.Time(run.RedrivenAt)
}

func readMapRun(r reader) (run execution.MapRun) {
	var state, status string
	r.Texts(&run.ARN, &run.ExecutionARN, &run.Label, &state, &status)
	run.State, run.Status = asl.StateName(state), execution.MapRunStatus(status)
	run.Express = r.Bool()
	run.StartedAt = r.Time()
	run.StoppedAt = r.Time()
	run.MaxConcurrency = int(r.Int())
	if r.Bool() {
		n := r.Int()
		run.Tolerance.Count = &n
	}
	if r.Bool() {
		p := r.Float()
		run.Tolerance.Percentage = &p
	}
	for _, n := range counters(&run.Items, &run.Children) {
		*n = r.Int()
	}
	run.Redrives = int(r.Int())
	run.RedrivenAt = r.Time()
	return run
}

// counters lists the counters of both in the order of the record.
func counters(of ...*execution.Counts) (n []*int64) {
	for _, c := range of {
		n = append(n, &c.Total, &c.Pending, &c.Running, &c.Succeeded, &c.Failed, &c.TimedOut, &c.Aborted, &c.Redriving)
	}
	return n
}

func encodeInMapRun(w *writer, m execution.InMapRun) {
	writeMapRun(w, &m.Run)
	w.Int(int64(m.First))
	w.frameDocument(m.Items)
	w.Int(int64(m.NextItem))
	w.Int(int64(m.NextChild))
	w.Int(int64(m.Redo))
	w.Int(int64(m.Bytes))
	w.Int(m.Started)
}

func decodeInMapRun(r reader) (m execution.InMapRun) {
	m.Run = readMapRun(r)
	m.First = execution.FrameID(r.Int())
	m.Items = r.frameDocument()
	m.NextItem = int(r.Int())
	m.NextChild = int(r.Int())
	m.Redo = int(r.Int())
	m.Bytes = int(r.Int())
	m.Started = r.Int()
	return m
}
