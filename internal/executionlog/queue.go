package executionlog

import (
	"errors"
	"sync"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/history"
)

// errFull is why events are lost that come faster than they are delivered.
var errFull = errors.New("more is recorded than can be delivered")

// item is what one call of Recorded leaves to be logged.
type item struct {
	of       engine.Origin
	events   []logged
	settings Settings
	known    bool // settings are those of the execution
}

type logged struct {
	history.Event
	redrives int
}

// bytes is how much memory the item holds on to, about.
func (it *item) bytes() int {
	n := itemBytes
	for _, ev := range it.events {
		n += eventBytes
		for _, f := range ev.Fields {
			n += fieldBytes + len(f.Text)
			for _, v := range f.Vars {
				n += len(v.Name) + len(v.Value)
			}
		}
	}
	return n
}

// What an item, an event and a field take without their texts.
const (
	itemBytes  = 128
	eventBytes = 80
	fieldBytes = 64
)

// takeBytes is how much is taken at once: a few full requests to a logs endpoint.
const takeBytes = 4 << 20

// queue holds items until one goroutine takes them.
type queue struct {
	mu       sync.Mutex
	filled   sync.Cond // there are items, or the end has come
	items    []item
	bytes    int
	bytesMax int
	ended    bool
}

func (q *queue) init(bytesMax int) {
	q.filled.L = &q.mu
	q.bytesMax = bytesMax
}

// put adds an item. It reports false if the queue is full or has ended.
func (q *queue) put(it item) bool {
	n := it.bytes()
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ended || q.bytes+n > q.bytesMax {
		return false
	}
	q.items = append(q.items, it)
	q.bytes += n
	q.filled.Signal()
	return true
}

// take waits for items and returns the oldest, with about as many bytes as are wanted at once. ok is false when the
// queue has ended and is empty.
func (q *queue) take() (items []item, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		if q.ended {
			return nil, false
		}
		q.filled.Wait()
	}
	n, bytes := 0, 0
	for n < len(q.items) && bytes < takeBytes {
		bytes += q.items[n].bytes()
		n++
	}
	items = q.items[:n:n]
	q.items = q.items[n:]
	if len(q.items) == 0 {
		q.items = nil
	}
	q.bytes -= bytes
	return items, true
}

// end lets no more items in.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.filled.Broadcast()
}
