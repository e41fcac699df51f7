package engine

import (
	"time"

	"github.com/cogstep/cogstep/internal/execution"
)

const rowVersion = 2

// Row is a line of a list of executions.
type Row struct {
	ARN         string
	Name        string
	VersionARN  string
	AliasARN    string
	Incarnation string
	Status      string // as the API spells it
	StartedAt   time.Time
	StoppedAt   time.Time // zero while running
	Items       int       // that a child of a map run was given
	Redrives    int
	RedrivenAt  time.Time // zero: never
}

// rowKeys are the keys of the rows of an execution: it is in the list of its machine, and in those of the version and the
// alias that it was started by. A child of a map run is in the list of the run alone.
func rowKeys(h *execution.Header, id executionID) (keys [][]byte) {
	lists := []string{listedUnder(h)}
	if h.MapRunARN == "" {
		lists = append(lists, h.VersionARN, h.AliasARN)
	}
	for _, arn := range lists {
		if arn != "" {
			keys = append(keys, rowKey(arn, h.StartedAt, id))
		}
	}
	return keys
}

func encodeRow(h *execution.Header) []byte {
	w := newWriter(rowVersion)
	w.Texts(h.ARN, h.Name, h.VersionARN, h.AliasARN, h.Incarnation, h.Status.Name())
	w.Time(h.StartedAt)
	w.Time(h.StoppedAt)
	w.Int(int64(h.Items))
	w.Int(int64(h.Redrives))
	w.Time(h.RedrivenAt)
	return w.B
}

func decodeRow(b []byte) (row Row, err error) {
	r, err := newReader(b, rowVersion, "list row")
	if err != nil {
		return row, err
	}
	r.Texts(&row.ARN, &row.Name, &row.VersionARN, &row.AliasARN, &row.Incarnation, &row.Status)
	row.StartedAt = r.Time()
	row.StoppedAt = r.Time()
	row.Items = int(r.Int())
	row.Redrives = int(r.Int())
	row.RedrivenAt = r.Time()
	return row, r.Done()
}
