// Package executionlog delivers what executions record as the service's logs do: a JSON object for each event, as
// much of it as the state machine's logging configuration asks for. For Express executions it is the only trace.
//
// A [Log] looks on while the engine works, and must never hold it up. So an event takes one short way: [Log.Recorded]
// puts it into a bounded queue, and a goroutine of the log's own looks up the configuration, makes the records and
// hands them to the [Sink]. What does not fit is dropped, counted, and reported at most once a minute: delivery is
// best effort, as the service's is. Whoever needs all of it has the history of a Standard execution.
//
// While the sink is busy the queue fills, and the sink gets much of it next; so batches grow with the load, and a
// quiet server delivers at once.
package executionlog

import (
	"context"
	"log/slog"
	"sync"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/history"
)

// Record is one line of a log.
type Record struct {
	Group   string // the log group that the state machine names, "" if it names none
	Machine string // name of the state machine
	At      int64  // milliseconds since 1970, UTC
	Text    []byte // JSON, without a line feed
}

// Sink is where records go. Its methods are called by one goroutine.
type Sink interface {
	// Write delivers records, whose order is that of each execution. It tries again what may work later, until ctx
	// ends. It returns how many records are lost, and why.
	Write(ctx context.Context, records []Record) (lost int, err error)
	// Close ends the sink.
	Close() error
}

// Config is what a log is made of. Sink and Settings are required.
type Config struct {
	Sink Sink
	// Settings returns what the revision that an execution runs says about logging, by the key in the events'
	// origin. Its answers are kept.
	Settings func(ctx context.Context, key string) (Settings, error)
	Logger   *slog.Logger // nil: slog.Default()

	QueueBytes int // of events that may wait, about; 0: 64 MiB
}

const queueBytesDefault = 64 << 20

// Log is an engine.Observer that writes a log. It is safe for concurrent use.
type Log struct {
	cfg    Config
	known  settingsCache
	queue  queue
	losses losses

	ctx    context.Context // of the sink; ends when Close has waited long enough
	cancel context.CancelFunc
	done   chan struct{}
	close  sync.Once
	closed error
}

var _ engine.Observer = (*Log)(nil)

// New returns a log that is at work. The caller closes it.
func New(cfg Config) *Log {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.QueueBytes == 0 {
		cfg.QueueBytes = queueBytesDefault
	}
	l := &Log{cfg: cfg, done: make(chan struct{}), losses: losses{logger: cfg.Logger}}
	l.queue.init(cfg.QueueBytes)
	l.ctx, l.cancel = context.WithCancel(context.Background())
	go l.run()
	return l
}

// Recorded implements engine.Observer. It never waits.
func (l *Log) Recorded(of engine.Origin, events []history.Event) {
	it := item{of: of}
	it.settings, it.known = l.known.get(of.Definition)
	level := history.LogAll // until it is known
	if it.known {
		level = it.settings.Level
	}
	if level == history.LogOff {
		return
	}
	redrives := of.Redrives // as it was before the first of the events
	for _, ev := range events {
		if ev.Type == history.ExecutionRedriven {
			redrives--
		}
	}
	for _, ev := range events {
		if ev.Type == history.ExecutionRedriven {
			redrives++
		}
		if level.Shows(ev.Type) {
			it.events = append(it.events, logged{ev, redrives})
		}
	}
	if len(it.events) > 0 && !l.queue.put(it) {
		l.losses.add(len(it.events), errFull)
	}
}

func (l *Log) run() {
	defer close(l.done)
	for {
		items, ok := l.queue.take()
		if !ok {
			return
		}
		if records := l.records(items); len(records) > 0 {
			if lost, err := l.cfg.Sink.Write(l.ctx, records); lost > 0 {
				l.losses.add(lost, err)
			}
		}
	}
}

// records makes the records of what has been recorded.
func (l *Log) records(items []item) []Record {
	var records []Record
	for _, it := range items {
		if !it.known {
			it.settings = l.lookUp(it.of.Definition)
		}
		for _, ev := range it.events {
			if it.settings.Level.Shows(ev.Type) {
				records = append(records, Record{
					Group: it.settings.Group, Machine: machineOf(it.of.ExecutionARN), At: ev.At,
					Text: history.AppendLogRecord(nil, ev.Event, it.of.ExecutionARN, ev.redrives, it.settings.IncludeData),
				})
			}
		}
	}
	return records
}

// lookUp asks for settings that are not known yet. Without an answer nothing is logged: what a configuration may
// withhold does not get out by mistake.
func (l *Log) lookUp(key string) Settings {
	if s, ok := l.known.get(key); ok { // meanwhile
		return s
	}
	s, err := l.cfg.Settings(l.ctx, key)
	if err != nil {
		if l.ctx.Err() != nil {
			return Settings{}
		}
		l.cfg.Logger.Warn("executions are not logged: their logging configuration is not known", "definition", key, "error", err)
	}
	l.known.put(key, s)
	return s
}

// Close delivers what is waiting, as far as it can before ctx ends, and closes the sink. Events that are recorded
// later are dropped. Closing twice is safe. The error is that of closing the sink.
func (l *Log) Close(ctx context.Context) error {
	l.close.Do(func() {
		l.queue.end()
		stop := context.AfterFunc(ctx, l.cancel)
		<-l.done
		stop()
		l.cancel()
		l.losses.end()
		l.closed = l.cfg.Sink.Close()
	})
	return l.closed
}
