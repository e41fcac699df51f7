package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Report is what a run has measured. Its JSON is for programs that compare runs: members keep their names and units.
type Report struct {
	Scenario      string  `json:"scenario"`
	Endpoint      string  `json:"endpoint"`
	Loop          string  `json:"loop"`                  // closed, open
	Concurrency   int     `json:"concurrency,omitempty"` // of a closed loop
	RatePerSecond float64 `json:"ratePerSecond,omitempty"`
	WarmupSeconds float64 `json:"warmupSeconds"`
	// Seconds is from the first request until the last execution had ended.
	Seconds float64 `json:"seconds"`

	Started    int `json:"started"`    // executions that the endpoint accepted
	Completed  int `json:"completed"`  // of these, ended as SUCCEEDED
	Failed     int `json:"failed"`     // of these, ended otherwise
	Unfinished int `json:"unfinished"` // of these, not seen to end
	// Errors counts requests without a good answer by the code of the error, and failed executions by status.
	Errors map[string]int `json:"errors"`
	// Sampled is how many of the executions that were started last were described to see that they ended; 0 if the end
	// of every one was seen.
	Sampled             int     `json:"sampled"`
	ExecutionsPerSecond float64 `json:"executionsPerSecond"` // completed ones

	LatencyUntil string  `json:"latencyUntil"` // start: StartExecution was answered; end: the execution had ended
	Latency      Summary `json:"latencyMilliseconds"`
	Timers       *Timers `json:"timers,omitempty"` // of scenario wait

	Server      *Process `json:"server,omitempty"` // with --server-pid
	Generator   *Process `json:"generator,omitempty"`
	Interrupted bool     `json:"interrupted"`
}

// Summary is a distribution in milliseconds.
type Summary struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99.9"`
	Max  float64 `json:"max"`
}

// Timers says how late Wait states ended, by the timestamps of their histories.
type Timers struct {
	Read   int     `json:"read"`   // histories that were on time or late
	Early  int     `json:"early"`  // histories whose timer fired too early, which must not be
	Unread int     `json:"unread"` // histories that could not be read, or whose Wait state has not ended
	Late   Summary `json:"lateMilliseconds"`
}

// Process says what a process has used.
type Process struct {
	CPUSeconds                  float64 `json:"cpuSeconds"`
	Cores                       float64 `json:"cores"` // busy on average
	CPUMillisecondsPerExecution float64 `json:"cpuMillisecondsPerExecution"`
	RSSBytesMax                 int64   `json:"rssBytesMax"`            // since the process started
	WrittenBytes                *int64  `json:"writtenBytes,omitempty"` // to the disk; absent: the kernel does not tell
}

func newReport(c Config, rec *recorder, s settlement, took time.Duration) *Report {
	r := &Report{
		Scenario: c.Scenario, Endpoint: c.Endpoint, Loop: "closed", Concurrency: c.Concurrency,
		WarmupSeconds: c.Warmup.Seconds(), Seconds: round(took.Seconds(), 3),
		Started: rec.started, Completed: rec.succeeded, Failed: rec.failed, Unfinished: rec.started - rec.succeeded - rec.failed,
		Errors: rec.errors, Sampled: s.described,
		ExecutionsPerSecond: per(float64(rec.succeeded), took.Seconds(), 1),
		LatencyUntil:        c.until(), Latency: summarize(rec.latency),
	}
	if c.Rate > 0 {
		r.Loop, r.Concurrency, r.RatePerSecond = "open", 0, c.Rate
	}
	return r
}

// Clean reports whether everything went well: no error, everything that was started ended, no timer early or unread.
func (r *Report) Clean() bool {
	return len(r.Errors) == 0 && r.Unfinished == 0 && (r.Timers == nil || r.Timers.Early+r.Timers.Unread == 0)
}

// charge notes what the processes have used between two looks.
func (r *Report) charge(before, after usages) {
	r.Server = r.process(before.server, after.server)
	r.Generator = r.process(before.self, after.self)
}

func (r *Report) process(before, after *usage) *Process {
	if before == nil || after == nil {
		return nil
	}
	cpu := (after.cpu - before.cpu).Seconds()
	p := &Process{
		CPUSeconds: round(cpu, 2), Cores: per(cpu, r.Seconds, 2), CPUMillisecondsPerExecution: per(cpu*1000, float64(r.Completed), 4),
		RSSBytesMax: after.rssBytesMax,
	}
	if before.writtenBytes >= 0 && after.writtenBytes >= 0 {
		written := after.writtenBytes - before.writtenBytes
		p.WrittenBytes = &written
	}
	return p
}

func summarize(h *hdrhistogram.Histogram) Summary {
	at := func(percent float64) float64 { return round(float64(h.ValueAtPercentile(percent))/1000, 3) }
	return Summary{P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: round(float64(h.Max())/1000, 3)}
}

// per divides; nothing per nothing is 0, because JSON has no other number for it.
func per(a, b float64, digits int) float64 {
	if b <= 0 {
		return 0
	}
	return round(a/b, digits)
}

func round(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}

// WriteJSON writes the report as indented JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// WriteTable writes the report for people.
func (r *Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) { fmt.Fprintf(t, name+"\t"+format+"\n", args...) }
	line("scenario", "%s: %s", r.Scenario, scenarios[r.Scenario].about)
	line("endpoint", "%s", r.Endpoint)
	line("load", "%s, %.1f s after %.1f s of warm-up", r.load(), r.Seconds, r.WarmupSeconds)
	line("executions", "%d started, %d completed, %d failed, %d unfinished", r.Started, r.Completed, r.Failed, r.Unfinished)
	line("throughput", "%.1f executions/s", r.ExecutionsPerSecond)
	line("latency", "%s (%s)", r.Latency, map[string]string{UntilStart: "until StartExecution is answered", UntilEnd: "until the execution has ended"}[r.LatencyUntil])
	if r.Timers != nil {
		line("timers late", "%s (%d read, %d early, %d unread)", r.Timers.Late, r.Timers.Read, r.Timers.Early, r.Timers.Unread)
	}
	if r.Server != nil {
		line("server", "%s", r.Server)
	}
	if r.Generator != nil {
		line("generator", "%s", r.Generator)
	}
	line("errors", "%s", r.errorList())
	if r.Interrupted {
		line("note", "interrupted: the figures cover what was done until then")
	}
	return t.Flush()
}

func (r *Report) load() string {
	if r.Loop == "open" {
		return fmt.Sprintf("open loop, %g/s", r.RatePerSecond)
	}
	return fmt.Sprintf("closed loop, %d clients", r.Concurrency)
}

func (r *Report) errorList() string {
	if len(r.Errors) == 0 {
		return "none"
	}
	var list []string
	for _, code := range slices.Sorted(maps.Keys(r.Errors)) {
		list = append(list, fmt.Sprintf("%s %d", code, r.Errors[code]))
	}
	return strings.Join(list, ", ")
}

func (s Summary) String() string {
	return fmt.Sprintf("p50 %.2f ms, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.2f", s.P50, s.P90, s.P99, s.P999, s.Max)
}

func (p *Process) String() string {
	text := fmt.Sprintf("%.3f ms CPU per execution, %.2f cores, %.1f MiB RSS at most", p.CPUMillisecondsPerExecution, p.Cores, float64(p.RSSBytesMax)/(1<<20))
	if p.WrittenBytes != nil {
		text += fmt.Sprintf(", %.1f MiB written", float64(*p.WrittenBytes)/(1<<20))
	}
	return text
}
