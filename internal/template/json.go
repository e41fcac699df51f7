package template

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonReader reads a JSON text token by token, because only so is it known where each value stands.
type jsonReader struct {
	reading
	src     string
	decoder *json.Decoder

	// The place that was looked up last. Offsets only grow, so that places cost one pass over the text.
	offset, line, column int
}

func readJSON(src string) (*value, error) {
	r := &jsonReader{src: src, decoder: json.NewDecoder(strings.NewReader(src)), line: 1, column: 1}
	r.decoder.UseNumber()
	v, err := r.value(0)
	if err != nil {
		return nil, r.fault(err)
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, r.fault(errors.New("there is more after the end of the JSON text"))
	}
	return v, nil
}

func (r *jsonReader) fault(err error) error {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	message := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		message = "the JSON text ends too early"
	}
	line, column := r.place()
	return &fault{line, column, message}
}

// place returns where the next token begins.
func (r *jsonReader) place() (line, column int) {
	to := int(r.decoder.InputOffset())
	for to < len(r.src) && strings.IndexByte(" \t\r\n,:", r.src[to]) >= 0 {
		to++
	}
	for r.offset < to {
		c, size := utf8.DecodeRuneInString(r.src[r.offset:])
		r.offset += size
		r.column++
		if c == '\n' {
			r.line, r.column = r.line+1, 1
		}
	}
	return r.line, r.column
}

func (r *jsonReader) value(depth int) (*value, error) {
	line, column := r.place()
	if err := r.count(line, column, depth); err != nil {
		return nil, err
	}
	v := &value{line: line, column: column}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case string:
		v.kind, v.text = text, t
	case json.Number:
		v.kind, v.text = number, t.String()
	case bool:
		v.kind, v.text = boolean, map[bool]string{true: "true", false: "false"}[t]
	case json.Delim:
		v.kind = list
		if t == '{' {
			v.kind = object
		}
		for r.decoder.More() {
			if err := r.child(v, depth+1); err != nil {
				return nil, err
			}
		}
		_, err = r.decoder.Token() // the closing bracket
	}
	return v, err
}

// child reads the next element or member of v.
func (r *jsonReader) child(v *value, depth int) error {
	if v.kind == list {
		item, err := r.value(depth)
		v.items = append(v.items, item)
		return err
	}
	name, err := r.decoder.Token()
	if err != nil {
		return err
	}
	m, err := r.value(depth)
	v.members = append(v.members, member{name.(string), m}) // the decoder lets nothing else be a name
	return err
}
