package query

import (
	"regexp"
	"testing"
)

// The numbers are part of what an execution is: a replay, on another machine or release, must draw them again.
func TestEntropyFollowsFromItsSeed(t *testing.T) {
	const uint64Golden, uuidGolden = uint64(1035219539102066834), "0e5dd6af-9cb8-4892-a2b7-3827cac65f5c"
	if got := NewEntropy(1).Uint64(); got != uint64Golden {
		t.Errorf("Uint64: %d", got)
	}
	if got := NewEntropy(1).UUID(); got != uuidGolden {
		t.Errorf("UUID: %s", got)
	}
	a, b := Seeded(-5), Seeded(-5)
	for range 100 {
		if x, y := a.IntN(1000), b.IntN(1000); x != y {
			t.Fatalf("%d and %d from one seed", x, y)
		}
	}
}

func TestDrawsStayInTheirRange(t *testing.T) {
	e := NewEntropy(42)
	seen := map[int64]bool{}
	for range 1000 {
		n, f := e.IntN(7), e.Float64()
		if n < 0 || n >= 7 || f < 0 || f >= 1 {
			t.Fatalf("%d, %v", n, f)
		}
		seen[n] = true
	}
	if len(seen) != 7 || e.IntN(1) != 0 || e.IntN(0) != 0 {
		t.Errorf("drawn: %v", seen)
	}
	if id := e.UUID(); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Error(id)
	}
}
