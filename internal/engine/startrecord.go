package engine

import (
	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
)

const startVersion = 3

// encodeStart returns the part of a header that never changes, but its input: that stands in the history.
func encodeStart(h *execution.Header) []byte { return encodeHeader(h, false) }

// encodeLaunch is encodeStart for an execution that has no history; it holds the input.
func encodeLaunch(h *execution.Header) []byte { return encodeHeader(h, true) }

func encodeHeader(h *execution.Header, withInput bool) []byte {
	w := newWriter(startVersion)
	w.Texts(h.ARN, h.Name, h.StateMachineARN, h.MachineName, h.VersionARN, h.AliasARN, h.RoleARN,
		h.Definition, h.Incarnation, h.TestCase, h.TraceHeader)
	w.Bool(h.Express)
	if withInput {
		w.Uint(documentHere)
		w.Text(h.Input.Text())
	} else {
		w.Uint(documentInHistory)
	}
	w.Text(h.Parent.ExecutionARN)
	w.Time(h.Parent.StartedAt)
	w.Int(int64(h.Parent.Task.Frame))
	w.Int(h.Parent.Task.Scheduled)
	w.Uint(uint64(h.Parent.Pattern))
	w.Text(h.MapRunARN)
	w.Int(int64(h.Items))
	w.Time(h.StartedAt)
	return w.B
}

func decodeStart(b []byte) (h execution.Header, err error) {
	r, err := newReader(b, startVersion, "execution record")
	if err != nil {
		return h, err
	}
	r.Texts(&h.ARN, &h.Name, &h.StateMachineARN, &h.MachineName, &h.VersionARN, &h.AliasARN, &h.RoleARN,
		&h.Definition, &h.Incarnation, &h.TestCase, &h.TraceHeader)
	h.Express = r.Bool()
	h.Input = r.frameDocument()
	h.Parent.ExecutionARN = r.Text()
	h.Parent.StartedAt = r.Time()
	h.Parent.Task.Frame = execution.FrameID(r.Int())
	h.Parent.Task.Scheduled = r.Int()
	pattern := r.Uint()
	if pattern > uint64(asl.WaitForTaskToken) {
		r.Fail("no pattern %d", pattern)
	}
	h.Parent.Pattern = asl.Pattern(pattern)
	h.MapRunARN = r.Text()
	h.Items = int(r.Int())
	h.StartedAt = r.Time()
	return h, r.Done()
}
