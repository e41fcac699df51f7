package history

import (
	"fmt"

	"github.com/cogstep/cogstep/internal/record"
)

const chunkVersion = 1

// EncodeChunk returns the record of events: consecutive events of one execution, ids ascending without a gap. A
// text that occurs more than once (a state's input is usually the last state's output) is written once. The form
// is described in docs/formats/history.md.
func EncodeChunk(events []Event) []byte {
	e := encoder{index: make(map[string]uint64)}
	var last int64
	for i, ev := range events {
		if i == 0 {
			e.body.Int(ev.ID)
		}
		e.event(ev, ev.At-last)
		last = ev.At
	}
	w := record.Writer{B: make([]byte, 0, e.size+len(e.body.B)+16)}
	w.Uint(chunkVersion)
	w.Uint(uint64(len(e.texts)))
	for _, s := range e.texts {
		w.Text(s)
	}
	w.Uint(uint64(len(events)))
	w.B = append(w.B, e.body.B...)
	return w.B
}

type encoder struct {
	texts []string
	index map[string]uint64 // of each text
	size  int               // of the table of texts, about
	body  record.Writer
}

func (e *encoder) text(s string) {
	i, ok := e.index[s]
	if !ok {
		i = uint64(len(e.texts))
		e.index[s] = i
		e.texts = append(e.texts, s)
		e.size += len(s) + 4
	}
	e.body.Uint(i)
}

func (e *encoder) event(ev Event, after int64) {
	w := &e.body
	w.Uint(uint64(ev.Type))
	w.Int(ev.Previous)
	w.Int(after)
	w.Uint(uint64(len(ev.Fields)))
	for _, f := range ev.Fields {
		w.Uint(uint64(f.Key))
		switch keys[f.Key].form {
		case number:
			w.Int(f.Int)
		case variables:
			w.Uint(uint64(len(f.Vars)))
			for _, v := range f.Vars {
				e.text(v.Name)
				e.text(v.Value)
			}
		default:
			e.text(f.Text)
		}
	}
}

// DecodeChunk returns the events of a record that EncodeChunk made. An error wraps [record.ErrCorrupt], or says that
// the record was written by a newer program.
func DecodeChunk(b []byte) ([]Event, error) {
	r := record.NewReader(b)
	if v := r.Uint(); r.Err() == nil && v != chunkVersion {
		return nil, fmt.Errorf("history chunk has format version %d, this program knows %d", v, chunkVersion)
	}
	d := decoder{Reader: r}
	d.texts = make([]string, r.Count())
	for i := range d.texts {
		d.texts[i] = r.Text()
	}
	n := r.Count()
	if n == 0 {
		return nil, r.Done()
	}
	events := make([]Event, 0, n)
	id, at := r.Int(), int64(0)
	for range n {
		ev := d.event()
		ev.ID = id
		ev.At += at
		events = append(events, ev)
		id, at = id+1, ev.At
		if r.Err() != nil {
			break
		}
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	return events, nil
}

type decoder struct {
	*record.Reader
	texts []string
}

func (d *decoder) text() string {
	i := d.Uint()
	if i >= uint64(len(d.texts)) {
		d.Fail("no text %d", i)
		return ""
	}
	return d.texts[i]
}

func (d *decoder) event() (ev Event) {
	t := d.Uint()
	if t == 0 || t >= uint64(typeEnd) {
		d.Fail("no event type %d", t)
		return Event{}
	}
	ev.Type = Type(t)
	ev.Previous = d.Int()
	ev.At = d.Int()
	if n := d.Count(); n > 0 {
		ev.Fields = make([]Field, 0, n)
		for range n {
			ev.Fields = append(ev.Fields, d.field())
			if d.Err() != nil {
				break
			}
		}
	}
	return ev
}

func (d *decoder) field() (f Field) {
	k := d.Uint()
	if k == 0 || k >= uint64(keyEnd) {
		d.Fail("no key %d", k)
		return Field{}
	}
	f.Key = Key(k)
	switch keys[f.Key].form {
	case number:
		f.Int = d.Int()
	case variables:
		f.Vars = make([]Variable, d.Count())
		for i := range f.Vars {
			f.Vars[i] = Variable{Name: d.text(), Value: d.text()}
		}
	default:
		f.Text = d.text()
	}
	return f
}
