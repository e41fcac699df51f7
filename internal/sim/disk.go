package sim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/store"
)

// The kinds of keys, as docs/formats/engine.md describes them: the disk is read by its format, not by the engine.
const (
	keyExecution = 'x'
	keyHistory   = 'h'
	keyExpress   = 'e'
)

// passing are the kinds of records that what has ended leaves none of.
var passing = map[byte]string{
	'a': "child that has to stop", 'e': "Express start", 'n': "end that the parent has to be told", 'o': "open execution",
	'k': "job that has to stop", 'p': "pending task", 't': "timer",
}

func idOf(arn string) []byte {
	sum := sha256.Sum256([]byte(arn))
	return sum[:16]
}

// reader returns the shard of an execution on the disk, whoever owns it; w.mu is held.
func (w *world) reader(id []byte) store.Reader {
	return w.disk.Reader(store.ShardID(binary.BigEndian.Uint32(id) % uint32(w.rules.shards)))
}

// onDisk reports whether an execution has a record of a kind.
func (w *world) onDisk(kind byte, arn string) bool {
	id := idOf(arn)
	_, err := w.reader(id).Get(context.Background(), append([]byte{kind}, id...))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		panic(err) // the disk itself never fails
	}
	return err == nil
}

// records returns the records of an execution of one kind.
func (w *world) records(kind byte, arn string) (pairs []store.Pair) {
	id := idOf(arn)
	from := append([]byte{kind}, id...)
	to := append(bytes.Clone(from), bytes.Repeat([]byte{0xff}, 16)...)
	for p, err := range w.reader(id).Scan(context.Background(), from, to, false) {
		if err != nil {
			panic(err)
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// history returns the events that are durable of an execution.
func (w *world) history(arn string) (events []history.Event) {
	for _, p := range w.records(keyHistory, arn) {
		chunk, err := history.DecodeChunk(p.Value)
		if err != nil {
			w.broken("records", "%s: %v", arn, err)
		}
		events = append(events, chunk...)
	}
	return events
}

// frames returns the ids of the frames that are durable of an execution.
func (w *world) frames(arn string) (ids []int64) {
	for _, p := range w.records(keyExecution, arn) {
		if len(p.Key) == 1+16+8 {
			if id := int64(binary.BigEndian.Uint64(p.Key[17:])); id != 0 {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// mentions reports whether a text stands in what is durable of an execution.
func (w *world) mentions(arn, text string) bool {
	for _, kind := range []byte{keyHistory, keyExecution} {
		for _, p := range w.records(kind, arn) {
			if bytes.Contains(p.Value, []byte(text)) {
				return true
			}
		}
	}
	return false
}

// left returns the records that must not be there when nothing is under way; w.mu is held.
func (w *world) left() (what []string) {
	for shard := range w.rules.shards {
		for p, err := range w.disk.Reader(store.ShardID(shard)).Scan(context.Background(), nil, nil, false) {
			if err != nil {
				panic(err)
			}
			if name := passing[p.Key[0]]; name != "" {
				what = append(what, fmt.Sprintf("%s %x", name, p.Key[1:]))
			}
		}
	}
	return what
}
