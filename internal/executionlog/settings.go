package executionlog

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/history"
)

// Settings is what a state machine says about logging. The zero value: it does not log.
type Settings struct {
	Level       history.LogLevel
	IncludeData bool
	Group       string // name of the log group; "": the machine names none
}

// ParseSettings reads a logging configuration as the API has it, a JSON text.
func ParseSettings(text string) (Settings, error) {
	var c struct {
		Level        string
		IncludeData  bool `json:"includeExecutionData"`
		Destinations []struct {
			Logs struct {
				ARN string `json:"logGroupArn"`
			} `json:"cloudWatchLogsLogGroup"`
		}
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return Settings{}, fmt.Errorf("logging configuration: %w", err)
	}
	level, ok := history.ParseLogLevel(cmp.Or(c.Level, history.LogOff.String()))
	if !ok {
		return Settings{}, fmt.Errorf("logging configuration: no level %q", c.Level)
	}
	s := Settings{Level: level, IncludeData: c.IncludeData}
	for _, d := range c.Destinations {
		group, _ := arn.Parse(d.Logs.ARN)
		s.Group = strings.TrimSuffix(group.Rest(), ":*")
	}
	return s, nil
}

// machineOf returns the name of the state machine that an execution belongs to; of a child of a map run, its
// parent's.
func machineOf(executionARN string) string {
	a, _ := arn.Parse(executionARN)
	name, _, _ := strings.Cut(a.Rest(), ":")
	name, _, _ = strings.Cut(name, "/")
	return name
}

// settingsCacheMax bounds the settings that are kept: there is one for each revision that executions run, and a
// server that lives long sees many.
const settingsCacheMax = 10_000

// settingsCache keeps settings by the key of what an execution runs. They never change.
type settingsCache struct {
	mu sync.RWMutex
	m  map[string]Settings
}

func (c *settingsCache) get(key string) (s Settings, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s, ok = c.m[key]
	return s, ok
}

func (c *settingsCache) put(key string, s Settings) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= settingsCacheMax {
		c.m = make(map[string]Settings)
	}
	c.m[key] = s
}
