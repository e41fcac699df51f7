package executionlog

import (
	"log/slog"
	"sync"
	"time"
)

// How losses are reported: what is lost within a second after the first together, and then no more often than once
// a minute.
const (
	gatherTime     = time.Second
	reportInterval = time.Minute
)

// losses counts the records that were not delivered, and says so.
type losses struct {
	logger  *slog.Logger
	telling sync.Mutex

	mu     sync.Mutex
	count  int
	why    error
	next   time.Time   // no report before
	report *time.Timer // nil: none is to come
	ended  bool
}

// add counts n records that are lost, for a reason. It does not write to the logger itself: whoever calls may be the
// engine.
func (l *losses) add(n int, why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return // nobody expects what is recorded after the end
	}
	l.count += n
	l.why = why
	if l.report == nil {
		l.report = time.AfterFunc(max(gatherTime, time.Until(l.next)), l.tell)
	}
}

func (l *losses) tell() {
	l.telling.Lock() // a report that has begun is over when end returns
	defer l.telling.Unlock()
	l.mu.Lock()
	n, why := l.count, l.why
	l.count, l.report, l.next = 0, nil, time.Now().Add(reportInterval)
	l.mu.Unlock()
	if n > 0 {
		l.logger.Warn("execution log: records are lost", "records", n, "error", why)
	}
}

// end reports what has not been reported.
func (l *losses) end() {
	l.mu.Lock()
	l.ended = true
	if l.report != nil {
		l.report.Stop()
	}
	l.mu.Unlock()
	l.tell()
}
