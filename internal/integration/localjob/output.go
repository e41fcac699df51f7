package localjob

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// Limits of what a job writes.
const (
	outputBytesMax = 16 << 20 // that is kept of one job
	lineBytesMax   = 64 << 10 // that is logged at once
)

// bounded lets through as many bytes as it may and then says that there were more.
type bounded struct {
	to   io.Writer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left < 0 {
		return len(p), nil
	}
	part := p[:min(len(p), b.left)]
	_, err := b.to.Write(part)
	if b.left -= len(part); len(part) < len(p) {
		_, err = fmt.Fprintf(b.to, "\n(the job has written more than %d bytes; the rest is not kept)\n", outputBytesMax)
		b.left = -1
	}
	if err != nil {
		b.left = -1 // a job is not to fail because its output cannot be kept
	}
	return len(p), nil
}

// lines hands on what is written to it line by line.
type lines struct {
	line func(string)
	part []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.part = append(l.part, p...)
	for {
		i := bytes.IndexByte(l.part, '\n')
		switch {
		case i >= 0 && i <= lineBytesMax:
			l.line(string(bytes.TrimSuffix(l.part[:i], []byte("\r"))))
			l.part = l.part[i+1:]
		case len(l.part) > lineBytesMax:
			l.line(string(l.part[:lineBytesMax]))
			l.part = l.part[lineBytesMax:]
		default:
			return len(p), nil
		}
	}
}

// rest hands on a last line that nothing ends.
func (l *lines) rest() {
	if len(l.part) > 0 {
		l.line(string(l.part))
		l.part = nil
	}
}

// tail reads a file that grows.
type tail struct {
	path   string
	line   func(string)
	lines  *lines
	offset int64
}

// read hands on what has been written since the last time.
func (t *tail) read() {
	if t.lines == nil {
		t.lines = &lines{line: t.line}
	}
	f, err := os.Open(t.path)
	if err != nil {
		return // not there yet
	}
	defer f.Close()
	n, _ := io.Copy(t.lines, io.NewSectionReader(f, t.offset, outputBytesMax*2)) // the next reading finds what this one has not
	t.offset += n
}

func (t *tail) rest() {
	if t.lines != nil {
		t.lines.rest()
	}
}
