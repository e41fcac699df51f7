package executionlog

import (
	"context"
	"fmt"
	"io"
	"os"
)

// Lines is a Sink that writes each record as a line.
type Lines struct {
	open func() (io.Writer, error)
	file *os.File // what open returned last, if it is a file of ours
	buf  []byte
}

// ToWriter returns a sink that writes to w, a batch of whole lines at once.
func ToWriter(w io.Writer) *Lines {
	return &Lines{open: func() (io.Writer, error) { return w, nil }}
}

// ToFile returns a sink that appends to a file, which it makes if there is none; only the user can read it then. A
// file that was moved away, as log rotation does, is made again. Errors: the file cannot be opened.
func ToFile(path string) (*Lines, error) {
	s := &Lines{}
	s.open = func() (io.Writer, error) { return s.current(path) }
	if _, err := s.current(path); err != nil {
		return nil, fmt.Errorf("execution log: %w", err)
	}
	return s, nil
}

// current returns the file that the path names now.
func (s *Lines) current(path string) (*os.File, error) {
	if s.file != nil {
		ours, err := s.file.Stat()
		there, thereErr := os.Stat(path)
		if err == nil && thereErr == nil && os.SameFile(ours, there) {
			return s.file, nil
		}
		_ = s.file.Close() // it is elsewhere now, and was written to before each return
		s.file = nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s.file = f
	return f, nil
}

// linesBytesMax is how much is gathered before it is written.
const linesBytesMax = 1 << 20

// Write implements Sink.
func (s *Lines) Write(_ context.Context, records []Record) (lost int, err error) {
	w, err := s.open()
	if err != nil {
		return len(records), err
	}
	s.buf = s.buf[:0]
	waiting := 0
	for i, r := range records {
		s.buf = append(append(s.buf, r.Text...), '\n')
		waiting++
		if len(s.buf) < linesBytesMax && i+1 < len(records) {
			continue
		}
		if _, failed := w.Write(s.buf); failed != nil {
			lost, err = lost+waiting, failed
		}
		s.buf, waiting = s.buf[:0], 0
	}
	return lost, err
}

// Close implements Sink.
func (s *Lines) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
