package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
)

// executionID is a digest of an execution's ARN: short, of one length, and spread evenly over the shards.
type executionID [16]byte

func idOf(arn string) executionID { return executionID(digest(arn)) }

func digest(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:16]
}

// The kinds of keys of a shard; the first byte of each key. docs/formats/engine.md describes them all.
const (
	kindAbandoned = 'a' // id, child's id: the ARN of a child execution that has to be stopped
	kindClosed    = 'c' // end, id: a closed execution, which is swept when its retention is over
	kindExpress   = 'e' // id: an asynchronous Express execution that has not ended
	kindHistory   = 'h' // id, first event id: a chunk of history
	kindRun       = 'j' // id, start ascending, digest of a map run: a row of the execution's list of map runs
	kindJob       = 'k' // id, frame, scheduling event: a job that has to be stopped
	kindRow       = 'l' // machine, start descending, id: a row of a machine's list
	kindMeta      = 'm' // name: what the engine keeps for itself
	kindOutbox    = 'n' // id: the parent of a closed execution has to be told
	kindMapRun    = 'r' // digest of its ARN: a map run as it is described
	kindOpen      = 'o' // machine, id: an open execution
	kindTask      = 'p' // id, frame, scheduling event: a task that a crash must not lose
	kindTimer     = 't' // due, id, frame: a timer
	kindExecution = 'x' // id: what never changes; id, 0: progress; id, frame: a frame
)

var tokenKeyKey = []byte{kindMeta, 't', 'o', 'k', 'e', 'n'}

// Timers that belong to no frame.
const (
	deadlineFrame execution.FrameID = 0
	continueFrame execution.FrameID = -1 // the execution's budget of transitions was used up
)

func idKey(kind byte, id executionID) []byte {
	return append([]byte{kind}, id[:]...)
}

func numberKey(kind byte, id executionID, n int64) []byte {
	return binary.BigEndian.AppendUint64(idKey(kind, id), uint64(n))
}

func startKey(id executionID) []byte    { return idKey(kindExecution, id) }
func progressKey(id executionID) []byte { return numberKey(kindExecution, id, 0) }

func frameKey(id executionID, f execution.FrameID) []byte {
	return numberKey(kindExecution, id, int64(f))
}

func historyKey(id executionID, first int64) []byte { return numberKey(kindHistory, id, first) }

func taskKey(id executionID, t execution.TaskID) []byte { return attemptKey(kindTask, id, t) }

func jobKey(id executionID, t execution.TaskID) []byte { return attemptKey(kindJob, id, t) }

func attemptKey(kind byte, id executionID, t execution.TaskID) []byte {
	return binary.BigEndian.AppendUint64(numberKey(kind, id, int64(t.Frame)), uint64(t.Scheduled))
}

func timerKey(t timer) []byte {
	k := append(dueKey(t.due), t.id[:]...)
	return binary.BigEndian.AppendUint64(k, uint64(t.frame))
}

// dueKey is where the timers begin that are due at a moment: whole milliseconds, rounded up, so that none is early.
// The zero time comes first.
func dueKey(due time.Time) []byte {
	ms := int64(0)
	if !due.IsZero() {
		ms = max(0, due.Add(time.Millisecond-1).UnixMilli())
	}
	return binary.BigEndian.AppendUint64([]byte{kindTimer}, uint64(ms))
}

func openKey(machineARN string, id executionID) []byte {
	return append(append([]byte{kindOpen}, digest(machineARN)...), id[:]...)
}

// closedKey is where the index has an execution that was closed at a moment, in whole milliseconds.
func closedKey(at time.Time, id executionID) []byte {
	k := append(make([]byte, 0, 1+8+16), kindClosed)
	k = binary.BigEndian.AppendUint64(k, uint64(max(0, at.UnixMilli())))
	return append(k, id[:]...)
}

func rowPrefix(machineARN string) []byte {
	return append([]byte{kindRow}, digest(machineARN)...)
}

func rowKey(machineARN string, start time.Time, id executionID) []byte {
	k := binary.BigEndian.AppendUint64(rowPrefix(machineARN), ^uint64(start.UnixMilli()))
	return append(k, id[:]...)
}

// mapRunKey is the key of a map run's description.
func mapRunKey(mapRunARN string) []byte { return append([]byte{kindMapRun}, digest(mapRunARN)...) }

// runKey is the key of a row in an execution's list of map runs. Rows are in the order of their start; the digest tells
// apart what started in the same millisecond.
func runKey(id executionID, start time.Time, mapRunARN string) []byte {
	return append(numberKey(kindRun, id, start.UnixMilli()), digest(mapRunARN)...)
}

func abandonedKey(parent, child executionID) []byte {
	return append(idKey(kindAbandoned, parent), child[:]...)
}

// after is the first key that does not begin with prefix.
func after(prefix []byte) []byte {
	k := append([]byte{}, prefix...)
	for i := len(k) - 1; i >= 0; i-- {
		if k[i]++; k[i] != 0 {
			return k[:i+1]
		}
	}
	return nil
}

// parseID reads the id that begins at k[at].
func parseID(k []byte, at int) (id executionID, ok bool) {
	if len(k) < at+len(id) {
		return id, false
	}
	return executionID(k[at : at+len(id)]), true
}

func parseTimerKey(k []byte) (t timer, ok bool) {
	if len(k) != 1+8+16+8 {
		return timer{}, false
	}
	if ms := binary.BigEndian.Uint64(k[1:9]); ms > 0 {
		t.due = time.UnixMilli(int64(ms)).UTC()
	}
	t.id = executionID(k[9:25])
	t.frame = execution.FrameID(binary.BigEndian.Uint64(k[25:]))
	return t, true
}

func parseClosedKey(k []byte) (at time.Time, id executionID, ok bool) {
	if len(k) != 1+8+16 {
		return at, id, false
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(k[1:9]))).UTC(), executionID(k[9:]), true
}

// parseAttemptKey reads a key that attemptKey made.
func parseAttemptKey(k []byte) (id executionID, t execution.TaskID, ok bool) {
	if len(k) != 1+16+16 {
		return id, t, false
	}
	t.Frame = execution.FrameID(binary.BigEndian.Uint64(k[17:25]))
	t.Scheduled = int64(binary.BigEndian.Uint64(k[25:]))
	return executionID(k[1:17]), t, true
}
