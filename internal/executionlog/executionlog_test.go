package executionlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/history"
)

// fakeSink remembers what it is given. While it is held, Write waits.
type fakeSink struct {
	mu      sync.Mutex
	records []Record
	lose    error // if set, everything is lost
	held    chan struct{}
	closed  int
}

func (s *fakeSink) Write(ctx context.Context, records []Record) (int, error) {
	if s.held != nil {
		select {
		case <-s.held:
		case <-ctx.Done():
			return len(records), ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lose != nil {
		return len(records), s.lose
	}
	s.records = append(s.records, records...)
	return 0, nil
}

func (s *fakeSink) Close() error { s.closed++; return nil }

// lines are the records as "group machine: text" with the text cut down to id, type and redrive count.
func (s *fakeSink) lines() (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.records {
		head, _, _ := strings.Cut(string(r.Text), `,"details"`)
		_, redrives, _ := strings.Cut(string(r.Text), `,"redrive_count":`)
		lines = append(lines, fmt.Sprintf("%s %s: %s %s", r.Group, r.Machine, head, redrives))
	}
	return lines
}

// output is a buffer that can be read while it is written.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

// take returns what has been written since it was called last.
func (o *output) take() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.buf.Reset()
	return o.buf.String()
}

// fixture is a log over a fake sink. The keys of definitions are levels.
type fixture struct {
	*Log
	sink    *fakeSink
	printed *output
	asked   map[string]int
}

func newFixture(t *testing.T, sink *fakeSink, queueBytes int) *fixture {
	t.Helper()
	f := &fixture{sink: sink, printed: &output{}, asked: map[string]int{}}
	f.Log = New(Config{
		Sink: sink, QueueBytes: queueBytes,
		Logger: slog.New(slog.NewTextHandler(f.printed, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
				return slog.Attr{}
			}
			return a
		}})),
		Settings: func(_ context.Context, key string) (Settings, error) {
			f.asked[key]++
			level, ok := history.ParseLogLevel(key)
			if !ok {
				return Settings{}, errors.New("no such revision")
			}
			return Settings{Level: level, Group: "g-" + key}, nil
		},
	})
	return f
}

func (f *fixture) end(t *testing.T) {
	t.Helper()
	if err := f.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func origin(key string) engine.Origin {
	return engine.Origin{ExecutionARN: "arn:aws:states:us-east-1:000000000000:express:m:x:1", Definition: key}
}

var story = []history.Event{
	{ID: 1, Type: history.ExecutionStarted, At: 1},
	{ID: 2, Previous: 1, Type: history.FailStateEntered, At: 2},
	{ID: 3, Previous: 2, Type: history.ExecutionFailed, At: 3},
}

func TestLevelsDecideWhatIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &fakeSink{}, 0)
		for range 2 { // first the settings are not known, then they are
			for _, key := range []string{"OFF", "FATAL", "ERROR", "ALL"} {
				f.Recorded(origin(key), story)
			}
			synctest.Wait()
		}
		f.end(t)
		once := []string{
			`g-FATAL m: {"id":"3","type":"ExecutionFailed" "0"}`,
			`g-ERROR m: {"id":"2","type":"FailStateEntered" "0"}`,
			`g-ERROR m: {"id":"3","type":"ExecutionFailed" "0"}`,
			`g-ALL m: {"id":"1","type":"ExecutionStarted" "0"}`,
			`g-ALL m: {"id":"2","type":"FailStateEntered" "0"}`,
			`g-ALL m: {"id":"3","type":"ExecutionFailed" "0"}`,
		}
		if diff := cmp.Diff(append(once, once...), f.sink.lines()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if diff := cmp.Diff(map[string]int{"OFF": 1, "FATAL": 1, "ERROR": 1, "ALL": 1}, f.asked); diff != "" {
			t.Errorf("settings are asked for again (-want +got):\n%s", diff)
		}
		if got := f.printed.take(); got != "" {
			t.Errorf("printed %s", got)
		}
	})
}

func TestRecordsSayHowOftenTheExecutionHadBeenRedriven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &fakeSink{}, 0)
		of := origin("ALL")
		of.Redrives = 2
		f.Recorded(of, []history.Event{
			{ID: 3, Type: history.ExecutionFailed}, {ID: 4, Type: history.ExecutionRedriven}, {ID: 5, Type: history.PassStateEntered},
		})
		f.end(t)
		want := []string{
			`g-ALL m: {"id":"3","type":"ExecutionFailed" "1"}`,
			`g-ALL m: {"id":"4","type":"ExecutionRedriven" "2"}`,
			`g-ALL m: {"id":"5","type":"PassStateEntered" "2"}`,
		}
		if diff := cmp.Diff(want, f.sink.lines()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestUnknownSettingsLogNothingAndSaySoOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &fakeSink{}, 0)
		for range 3 {
			f.Recorded(origin("gone"), story)
			synctest.Wait()
		}
		f.end(t)
		if got := f.printed.take(); len(f.sink.lines()) > 0 || strings.Count(got, "no such revision") != 1 {
			t.Errorf("logged %v, printed %s", f.sink.lines(), got)
		}
	})
}

func TestAFullQueueDropsAndTheEngineIsNotHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		size := (&item{events: make([]logged, len(story))}).bytes()
		f := newFixture(t, &fakeSink{held: make(chan struct{})}, 2*size)
		f.Recorded(origin("ALL"), story)
		synctest.Wait() // the sink has the first and does not come back
		for range 5 {
			f.Recorded(origin("ALL"), story)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		const full = `msg="execution log: records are lost" records=%d error="more is recorded than can be delivered"` + "\n"
		if got, want := f.printed.take(), fmt.Sprintf(full, 9); got != want {
			t.Errorf("at first: %s, want %s", got, want)
		}
		for range 4 {
			f.Recorded(origin("ALL"), story[:1])
			time.Sleep(10 * time.Second)
		}
		if got := f.printed.take(); got != "" {
			t.Errorf("within the minute: %s", got)
		}
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if got, want := f.printed.take(), fmt.Sprintf(full, 4); got != want {
			t.Errorf("after a minute: %s, want %s", got, want)
		}
		f.Recorded(origin("ALL"), story[:1])
		close(f.sink.held)
		f.end(t)
		if got, want := f.printed.take(), fmt.Sprintf(full, 1); got != want {
			t.Errorf("at the end: %s, want %s", got, want)
		}
		if got := len(f.sink.lines()); got != 9 {
			t.Errorf("%d records are delivered, want 9", got)
		}
	})
}

func TestWhatASinkLosesIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &fakeSink{lose: errors.New("no space left")}, 0)
		f.Recorded(origin("ALL"), story)
		f.end(t)
		if got, want := f.printed.take(), `msg="execution log: records are lost" records=3 error="no space left"`+"\n"; got != want {
			t.Errorf("printed %s, want %s", got, want)
		}
	})
}

func TestCloseDeliversWhatIsWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &fakeSink{held: make(chan struct{})}, 0)
		for range 100 {
			f.Recorded(origin("FATAL"), story)
		}
		time.AfterFunc(time.Second, func() { close(f.sink.held) })
		f.end(t)
		f.Recorded(origin("FATAL"), story) // too late
		f.end(t)
		if got := len(f.sink.lines()); got != 100 || f.sink.closed != 1 {
			t.Errorf("%d records are delivered, the sink is closed %d times", got, f.sink.closed)
		}
		if got := f.printed.take(); got != "" {
			t.Errorf("printed %s", got)
		}
	})
}

func TestCloseDoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &fakeSink{held: make(chan struct{})}, 0)
		f.Recorded(origin("ALL"), story)
		synctest.Wait()
		f.Recorded(origin("ALL"), story)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		begun := time.Now()
		if err := f.Close(ctx); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took != 5*time.Second {
			t.Errorf("took %v", took)
		}
		if got := f.printed.take(); !strings.Contains(got, "records=6 ") {
			t.Errorf("printed %s", got)
		}
	})
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		text string
		want Settings
		err  string
	}{
		{`{"level":"ALL","includeExecutionData":true,"destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/states/M-Logs:*"}}]}`,
			Settings{history.LogAll, true, "/aws/vendedlogs/states/M-Logs"}, ""},
		{`{"level":"ERROR","includeExecutionData":false,"destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:logs:us-east-1:000000000000:log-group:g"}}]}`,
			Settings{history.LogError, false, "g"}, ""},
		{`{"level":"OFF"}`, Settings{}, ""},
		{`{}`, Settings{}, ""},
		{`{"level":"LOUD"}`, Settings{}, `no level "LOUD"`},
		{`[`, Settings{}, "unexpected end"},
	} {
		got, err := ParseSettings(c.text)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %+v, %v", c.text, got, err)
		}
	}
}

func TestMachineOfAnExecution(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:states:us-east-1:000000000000:execution:M:x":       "M",
		"arn:aws:states:us-east-1:000000000000:express:M:x:id":      "M",
		"arn:aws:states:us-east-1:000000000000:execution:M/Label:x": "M",
	} {
		if got := machineOf(arn); got != want {
			t.Errorf("%s: %q, want %q", arn, got, want)
		}
	}
}

func TestTheCacheOfSettingsIsBounded(t *testing.T) {
	var c settingsCache
	for i := range settingsCacheMax + 1 {
		c.put(fmt.Sprint(i), Settings{Level: history.LogAll})
	}
	if len(c.m) > settingsCacheMax {
		t.Errorf("%d settings are kept", len(c.m))
	}
	if s, ok := c.get(fmt.Sprint(settingsCacheMax)); !ok || s.Level != history.LogAll {
		t.Error("the newest is not kept")
	}
}
