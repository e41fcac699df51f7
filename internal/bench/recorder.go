package bench

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// recorder gathers what the requests of a phase came to. It is safe for concurrent use.
type recorder struct {
	mu        sync.Mutex
	started   int // executions that the endpoint has accepted
	succeeded int // of these, seen to have ended well
	failed    int // of these, seen to have ended otherwise
	errors    map[string]int
	latency   *hdrhistogram.Histogram // microseconds
	last      ring
}

// newHistogram covers a microsecond to an hour, to three digits.
func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, time.Hour.Microseconds(), 3)
}

func newRecorder(keep int) *recorder {
	return &recorder{errors: map[string]int{}, latency: newHistogram(), last: ring{size: keep}}
}

// accept notes that an execution has been started.
func (r *recorder) accept(arn string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started++
	r.last.add(arn)
}

// observe notes a latency.
func (r *recorder) observe(latency time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	record(r.latency, latency)
}

// record clamps what is out of range: early is 0, and later than an hour is an hour.
func record(h *hdrhistogram.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(d.Microseconds(), 0), time.Hour.Microseconds())) // in range
}

// end notes how an execution has ended.
func (r *recorder) end(o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o.succeeded() {
		r.succeeded++
		return
	}
	r.failed++
	name := o.Status
	if o.Error != "" {
		name += " " + o.Error
	}
	r.errors[name]++
}

// fail counts an error.
func (r *recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors[code(err)]++
}

// ring remembers the last size texts; all of them if size is 0.
type ring struct {
	size  int
	texts []string
	next  int
}

func (r *ring) add(text string) {
	if r.size == 0 || len(r.texts) < r.size {
		r.texts = append(r.texts, text)
		return
	}
	r.texts[r.next] = text
	r.next = (r.next + 1) % r.size
}

// all returns what is remembered, in no particular order.
func (r *ring) all() []string { return r.texts }
