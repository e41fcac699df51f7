package bench

import (
	"strings"
	"testing"
	"time"
)

func good() Config {
	return Config{Scenario: "pass10", Endpoint: "http://127.0.0.1:8083", Region: "us-east-1", Concurrency: 1, Until: UntilAuto, Timeout: time.Minute, WaitSeconds: 1}
}

func TestCheckNamesTheFlag(t *testing.T) {
	if err := good().Check(); err != nil {
		t.Fatalf("a good configuration is refused: %v", err)
	}
	for want, spoil := range map[string]func(*Config){
		`scenario "pass11": must be one of express10, map, pass10, task5, wait`: func(c *Config) { c.Scenario = "pass11" },
		"--endpoint=localhost:8083: must be a URL":                              func(c *Config) { c.Endpoint = "localhost:8083" },
		"--endpoint=ftp://h: must be a URL":                                     func(c *Config) { c.Endpoint = "ftp://h" },
		"--rate: ":                                                              func(c *Config) { c.Rate = -1 },
		"--concurrency: ":                                                       func(c *Config) { c.Concurrency = 0 },
		"--duration and --warmup: ":                                             func(c *Config) { c.Warmup = -1 },
		"--count: ":                                                             func(c *Config) { c.Count = -1 },
		"--timeout: ":                                                           func(c *Config) { c.Timeout = 0 },
		"--until=soon: ":                                                        func(c *Config) { c.Until = "soon" },
		"--wait-seconds: must be at least 1":                                    func(c *Config) { c.Scenario, c.WaitSeconds = "wait", 0 },
		"--until=end: scenario wait":                                            func(c *Config) { c.Scenario, c.Until = "wait", UntilEnd },
		"--server-pid: must not be":                                             func(c *Config) { c.ServerPID = -1 },
	} {
		c := good()
		spoil(&c)
		if err := c.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	c := good()
	c.Rate, c.Concurrency = 10, 0
	if err := c.Check(); err != nil {
		t.Errorf("an open loop has no clients, yet: %v", err)
	}
}

func TestBoundsAndUntilHaveDefaults(t *testing.T) {
	for _, c := range []struct {
		cfg      Config
		count    int
		duration time.Duration
		until    string
	}{
		{Config{Scenario: "pass10", Until: UntilAuto}, 0, DefaultDuration, UntilStart},
		{Config{Scenario: "pass10", Until: UntilEnd, Count: 5}, 5, 0, UntilEnd},
		{Config{Scenario: "task5", Until: UntilAuto, Count: 5, Duration: time.Second}, 5, time.Second, UntilEnd},
		{Config{Scenario: "task5", Until: UntilStart, Duration: time.Second}, 0, time.Second, UntilStart},
		{Config{Scenario: "express10", Until: UntilStart}, 0, DefaultDuration, UntilEnd},
		{Config{Scenario: "wait", Until: UntilAuto}, DefaultWaitCount, 0, UntilStart},
	} {
		count, duration := c.cfg.bounds()
		if until := c.cfg.until(); count != c.count || duration != c.duration || until != c.until {
			t.Errorf("%+v: %d, %v, %s", c.cfg, count, duration, until)
		}
	}
}
