package awsmodel

import (
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// file is a file of models whose directory has been read.
type file struct {
	origin     Origin
	spans      []span
	blocks     string
	dictionary func() (string, error)
}

// span is where a block is among the blocks.
type span struct{ from, to, inflated int }

// Unpack reads what [Botocore.Pack] has written. It keeps the bytes and reads models when they are asked for. Bytes of
// another format or version, and damaged ones, are an error; models are not looked at before they are asked for, see
// [Index.Check].
func Unpack(data string) (*Index, error) {
	if len(data) < headerLength || data[:len(magic)-1] != magic[:len(magic)-1] {
		return nil, errors.New("this is no file of models")
	}
	if version := data[len(magic)-1]; version != magic[len(magic)-1] {
		return nil, fmt.Errorf("the file of models has the format %d, this program reads %d: import the models anew", version, magic[len(magic)-1])
	}
	d := &decoder{rest: data[headerLength:]}
	f := &file{}
	f.origin = Origin{Version: d.text(), Sources: d.text(), Notice: d.text()}
	deflated, size := d.count(), d.number()
	if d.failed || deflated > len(d.rest) || size > blockBytesMax {
		return nil, errDamaged
	}
	directory, err := inflate(d.rest[:deflated], int(size), "")
	if err != nil {
		return nil, err
	}
	f.blocks = d.rest[deflated:]
	f.dictionary = sync.OnceValues(func() (string, error) { return f.block(blockDictionary, "") })
	return f.read(directory)
}

// read makes an index of a directory.
func (f *file) read(directory string) (*Index, error) {
	d := &decoder{rest: directory}
	at := 0
	f.spans = make([]span, d.count())
	for i := range f.spans {
		length, inflated := d.number(), d.number()
		if length > uint64(len(f.blocks)-at) || inflated > blockBytesMax {
			return nil, errDamaged
		}
		f.spans[i] = span{at, at + int(length), int(inflated)}
		at += int(length)
	}
	if at != len(f.blocks) || len(f.spans) <= blockDictionary {
		return nil, errDamaged
	}
	x := &Index{origins: []Origin{f.origin}, entries: map[string]*entry{}, partitions: f}
	for n := d.count(); n > 0 && !d.failed; n-- {
		e := &entry{file: f}
		e.Folder, e.ID = d.text(), d.text()
		e.Prefix = prefix(e.ID)
		e.Resource = strings.ToLower(e.Prefix)
		for n := d.count(); n > 0; n-- {
			e.Protocols = append(e.Protocols, Protocol(d.text()))
		}
		operations, model, rules := d.number(), d.number(), d.number()
		if model >= uint64(len(f.spans)) || rules > uint64(len(f.spans)) {
			d.fail()
			break
		}
		e.Operations, e.model, e.rules = int(operations), int(model), int(rules)
		e.load = sync.OnceValues(e.read)
		if x.entries[e.Resource] != nil {
			d.fail()
		}
		x.entries[e.Resource] = e
	}
	if d.failed || d.rest != "" {
		return nil, errDamaged
	}
	return x, nil
}

func (d *decoder) text() string {
	size := d.count()
	text := d.rest[:size]
	d.rest = d.rest[size:]
	return text
}

// block inflates a block.
func (f *file) block(n int, dictionary string) (string, error) {
	at := f.spans[n]
	return inflate(f.blocks[at.from:at.to], at.inflated, dictionary)
}

// inflate returns the bytes of a deflated block, which are size exactly.
func inflate(deflated string, size int, dictionary string) (string, error) {
	r := flate.NewReaderDict(strings.NewReader(deflated), []byte(dictionary))
	var b strings.Builder
	n, err := io.Copy(&b, io.LimitReader(r, int64(size)+1))
	if err != nil {
		return "", fmt.Errorf("%w: %w", errDamaged, err)
	}
	if n != int64(size) {
		return "", errDamaged
	}
	return b.String(), nil
}

// sound reports whether the bytes of a file are those that were packed.
func sound(data string) bool {
	if len(data) < headerLength {
		return false
	}
	sum := sha256.Sum256([]byte(data[headerLength:]))
	return string(sum[:]) == data[len(magic):headerLength]
}
