//go:build planted

package sim

import (
	"testing"

	"github.com/cogstep/cogstep/internal/engine"
)

// seedsToFind is how many worlds it may take to find a planted bug.
const seedsToFind = 200

// A simulator that finds nothing proves nothing. Each of the engine's planted bugs must be found, and an engine without
// one must not be blamed for what it has not done: TestWorlds runs under this tag, too.
func TestPlantedBugsAreFound(t *testing.T) {
	single(t)
	for _, bug := range engine.PlantedBugs() {
		engine.Plant(bug)
		found := false
		for seed := uint64(0); seed < seedsToFind && !found; seed++ {
			if r := Run(t, seed); len(r.Found) > 0 {
				t.Logf("%-20s found by seed %d: %.150s", bug, seed, r.Found[0])
				found = true
			}
		}
		if !found {
			t.Errorf("%s: not found in %d worlds", bug, seedsToFind)
		}
		engine.Plant("")
	}
}
