package bench

import (
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// What a client of the closed loop waits for before it starts its next execution, and what latency is the time of.
const (
	UntilAuto  = "auto"  // what suits the scenario
	UntilStart = "start" // the answer of StartExecution
	UntilEnd   = "end"   // the end of the execution, seen by DescribeExecution
)

// Defaults of Config, where its zero value has one.
const (
	DefaultDuration  = 10 * time.Second
	DefaultWaitCount = 1000
)

// Config says what load to offer, and to whom.
type Config struct {
	Scenario    string // one of Scenarios
	Endpoint    string // URL
	Region      string
	RoleARN     string
	Credentials aws.Credentials

	Concurrency int           // clients of the closed loop
	Rate        float64       // executions per second of the open loop; 0: closed loop
	Warmup      time.Duration // 0: none
	Duration    time.Duration // 0: DefaultDuration, or without end if there is a Count
	Count       int           // executions at most; 0: no bound (scenario wait: DefaultWaitCount)
	Until       string        // UntilAuto, UntilStart, UntilEnd; express10 knows its end by itself
	Timeout     time.Duration // of a request, and of waiting for the end of what was started

	WaitSeconds     int    // of scenario wait
	FunctionsListen string // address of the functions of scenario task5
	Function        string // name or ARN of a function that somebody else serves; "": bench serves its own
	ServerPID       int    // process to charge; 0: none. Linux only.
}

// Check returns the first thing that is wrong with c, by the name of its flag.
func (c Config) Check() error {
	u, err := url.Parse(c.Endpoint)
	_, known := scenarios[c.Scenario]
	for _, check := range []struct {
		bad  bool
		says string
	}{
		{!known, fmt.Sprintf("scenario %q: must be one of %s", c.Scenario, strings.Join(Scenarios(), ", "))},
		{err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https", fmt.Sprintf("--endpoint=%s: must be a URL such as http://127.0.0.1:8083", c.Endpoint)},
		{c.Rate < 0, "--rate: must not be negative"},
		{c.Rate == 0 && c.Concurrency < 1, "--concurrency: must be at least 1"},
		{c.Duration < 0 || c.Warmup < 0, "--duration and --warmup: must not be negative"},
		{c.Count < 0, "--count: must not be negative"},
		{c.Timeout <= 0, "--timeout: must be positive"},
		{!slices.Contains([]string{UntilAuto, UntilStart, UntilEnd}, c.Until), fmt.Sprintf("--until=%s: must be auto, start or end", c.Until)},
		{c.Scenario == "wait" && c.WaitSeconds < 1, "--wait-seconds: must be at least 1"},
		{c.Scenario == "wait" && c.Until == UntilEnd, "--until=end: scenario wait starts all its executions before the first ends"},
		{c.ServerPID < 0, "--server-pid: must not be negative"},
		{c.ServerPID > 0 && runtime.GOOS != "linux", "--server-pid: a process is read from /proc, which only Linux has"},
	} {
		if check.bad {
			return fmt.Errorf("%s", check.says)
		}
	}
	return nil
}

// until is what Until stands for.
func (c Config) until() string {
	s := scenarios[c.Scenario]
	switch {
	case s.express:
		return UntilEnd
	case c.Until != UntilAuto:
		return c.Until
	case s.functions:
		return UntilEnd
	default:
		return UntilStart
	}
}

// bounds returns how many executions a phase may start (0: any) and for how long (0: any).
func (c Config) bounds() (count int, duration time.Duration) {
	count, duration = c.Count, c.Duration
	if count == 0 && duration == 0 {
		if scenarios[c.Scenario].waits {
			return DefaultWaitCount, 0
		}
		return 0, DefaultDuration
	}
	return count, duration
}

// sampleMax is how many of the executions that were started last are looked at one by one.
const sampleMax = 20

// keep returns how many ARNs to remember; 0: all.
func (c Config) keep() int {
	if scenarios[c.Scenario].waits {
		return 0
	}
	return sampleMax
}
