package engine

import (
	"time"

	"github.com/cogstep/cogstep/internal/execution"
)

const rowVersion = 1

// Row is a line of a machine's list of executions.
type Row struct {
	ARN         string
	Name        string
	VersionARN  string
	AliasARN    string
	Incarnation string
	Status      string // as the API spells it
	StartedAt   time.Time
	StoppedAt   time.Time // zero while running
}

func encodeRow(h *execution.Header) []byte {
	w := newWriter(rowVersion)
	w.Texts(h.ARN, h.Name, h.VersionARN, h.AliasARN, h.Incarnation, h.Status.Name())
	w.Time(h.StartedAt)
	w.Time(h.StoppedAt)
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
	return row, r.Done()
}
