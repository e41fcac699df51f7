package sim

import (
	"slices"
	"testing"
)

// A seed that repeats nothing helps nobody. What Go's select decides is left to chance, so one world in five may differ.
func TestSeedsRepeat(t *testing.T) {
	single(t)
	const worlds = 50
	same := 0
	for seed := range uint64(worlds) {
		if slices.Equal(Run(t, seed).Trace, Run(t, seed).Trace) {
			same++
		}
	}
	t.Logf("%d of %d worlds are the same when they are played again, to the nanosecond", same, worlds)
	if same < worlds*4/5 {
		t.Errorf("only %d of %d worlds repeat", same, worlds)
	}
}
