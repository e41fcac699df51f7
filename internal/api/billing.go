package api

import (
	"time"

	"github.com/cogstep/cogstep/query"
)

// What Express executions are billed for comes in steps. An execution that works on little data is billed for the
// first step of memory: its base is 50 MB. What more data adds is not known, so nothing is added here.
const (
	billedDurationStep = 100 * time.Millisecond
	billedMemoryMB     = 64
)

// billing returns the billing details of an Express execution that took so long.
func billing(took time.Duration) query.Value {
	var o object
	o.Set("billedDurationInMilliseconds", query.IntValue(billedDuration(took).Milliseconds()))
	o.Set("billedMemoryUsedInMB", query.IntValue(billedMemoryMB))
	return o.Build()
}

// billedDuration rounds up to whole steps, at least one (recorded).
func billedDuration(took time.Duration) time.Duration {
	steps := (took + billedDurationStep - 1) / billedDurationStep
	return max(steps, 1) * billedDurationStep
}
