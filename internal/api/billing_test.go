package api

import (
	"testing"
	"time"
)

func TestDurationsAreBilledInSteps(t *testing.T) {
	for took, want := range map[time.Duration]int64{
		-time.Second: 100, 0: 100, 1: 100, time.Millisecond: 100, 100 * time.Millisecond: 100,
		101 * time.Millisecond: 200, 7501 * time.Millisecond: 7600, 5 * time.Minute: 300_000,
	} {
		if got := billedDuration(took).Milliseconds(); got != want {
			t.Errorf("%v is billed as %d ms, want %d", took, got, want)
		}
	}
	if got, want := billing(0).JSON(), `{"billedDurationInMilliseconds":100,"billedMemoryUsedInMB":64}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
