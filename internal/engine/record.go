package engine

import (
	"fmt"
	"time"

	"github.com/cogstep/cogstep/internal/record"
	"github.com/cogstep/cogstep/query"
)

// writer and reader add to the alphabet of all records what the engine's records have in common.
type writer struct{ record.Writer }

type reader struct{ *record.Reader }

func newWriter(version uint64) *writer {
	w := new(writer)
	w.Uint(version)
	return w
}

// newReader reads b, a record of the kind that what names. It fails if the record has another version than this
// program knows.
func newReader(b []byte, version uint64, what string) (reader, error) {
	r := reader{record.NewReader(b)}
	if v := r.Uint(); r.Err() != nil || v != version {
		return r, fmt.Errorf("%s has format version %d, this program knows %d: %w", what, v, version, record.ErrCorrupt)
	}
	return r, nil
}

// Time appends a moment in nanoseconds since 1970; the zero time is 0.
func (w *writer) Time(t time.Time) {
	if t.IsZero() {
		w.Int(0)
		return
	}
	w.Int(t.UnixNano())
}

// Time reads a moment.
func (r reader) Time() time.Time {
	ns := r.Int()
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

// Document appends a payload; nil is told apart from every text.
func (w *writer) Document(d *query.Document) {
	w.Bool(d != nil)
	if d != nil {
		w.Text(d.Text())
	}
}

// Document reads a payload.
func (r reader) Document() *query.Document {
	if !r.Bool() {
		return nil
	}
	return query.Trusted(r.Text())
}

// Texts appends each text.
func (w *writer) Texts(texts ...string) {
	for _, s := range texts {
		w.Text(s)
	}
}

// Texts reads as many texts.
func (r reader) Texts(texts ...*string) {
	for _, s := range texts {
		*s = r.Text()
	}
}
