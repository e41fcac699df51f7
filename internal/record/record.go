// Package record is the small alphabet that all records on disk are spelled in: unsigned and signed varints,
// and texts with their length in front. Every record begins with a format version of its own.
package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrCorrupt is wrapped by every error of a Reader.
var ErrCorrupt = errors.New("record is corrupt")

// Writer appends to B.
type Writer struct{ B []byte }

// Uint appends an unsigned number.
func (w *Writer) Uint(v uint64) { w.B = binary.AppendUvarint(w.B, v) }

// Int appends a signed number.
func (w *Writer) Int(v int64) { w.B = binary.AppendVarint(w.B, v) }

// Bool appends a truth value.
func (w *Writer) Bool(v bool) {
	if v {
		w.B = append(w.B, 1)
	} else {
		w.B = append(w.B, 0)
	}
}

// Float appends a number with a fraction.
func (w *Writer) Float(v float64) { w.Uint(math.Float64bits(v)) }

// Text appends a text.
func (w *Writer) Text(s string) {
	w.Uint(uint64(len(s)))
	w.B = append(w.B, s...)
}

// Reader reads what a Writer wrote. After the first error every read gives a zero value; ask Err once at the end.
// Texts are copied once, as parts of one string, so they stay valid when the buffer is reused.
type Reader struct {
	s   string
	off int
	err error
}

// NewReader reads b from its beginning.
func NewReader(b []byte) *Reader { return &Reader{s: string(b)} }

// Err returns the first error; it wraps ErrCorrupt.
func (r *Reader) Err() error { return r.err }

// Fail records that the record makes no sense.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w at byte %d: %s", ErrCorrupt, r.off, fmt.Sprintf(format, args...))
	}
}

// Len returns the number of bytes that are left.
func (r *Reader) Len() int { return len(r.s) - r.off }

// Done fails if anything is left.
func (r *Reader) Done() error {
	if r.err == nil && r.Len() > 0 {
		r.Fail("%d bytes left over", r.Len())
	}
	return r.err
}

// Uint reads an unsigned number.
func (r *Reader) Uint() uint64 {
	var v uint64
	for shift := uint(0); ; shift += 7 {
		if r.err != nil {
			return 0
		}
		if r.off >= len(r.s) {
			r.Fail("truncated number")
			return 0
		}
		c := r.s[r.off]
		r.off++
		if shift == 63 && c > 1 {
			r.Fail("number too long")
			return 0
		}
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
}

// Int reads a signed number.
func (r *Reader) Int() int64 {
	u := r.Uint()
	v := int64(u >> 1)
	if u&1 != 0 {
		v = ^v
	}
	return v
}

// Bool reads a truth value.
func (r *Reader) Bool() bool {
	switch r.Uint() {
	case 0:
		return false
	case 1:
		return true
	}
	r.Fail("not a truth value")
	return false
}

// Float reads a number with a fraction.
func (r *Reader) Float() float64 { return math.Float64frombits(r.Uint()) }

// Text reads a text.
func (r *Reader) Text() string {
	n := r.Uint()
	if r.err != nil {
		return ""
	}
	if n > uint64(r.Len()) {
		r.Fail("text of %d bytes is truncated", n)
		return ""
	}
	s := r.s[r.off : r.off+int(n)]
	r.off += int(n)
	return s
}

// Count reads the length of a list whose elements take at least one byte each, so that a corrupt length cannot
// make the reader allocate.
func (r *Reader) Count() int {
	n := r.Uint()
	if n > uint64(r.Len()) {
		r.Fail("list of %d elements is truncated", n)
		return 0
	}
	return int(n)
}
