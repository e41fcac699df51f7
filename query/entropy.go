package query

import (
	"encoding/hex"
	"math/bits"
	"math/rand/v2"
)

// Entropy is a source of numbers that look random and follow from a seed alone: equal seeds give equal numbers on
// every machine and in every release. It is not for secrets, and not safe for concurrent use.
type Entropy struct{ pcg *rand.PCG }

// stream separates our numbers from those of other users of PCG with the same seed.
const stream = 0x636f6773746570 // "cogstep"

// NewEntropy returns the source that follows from seed.
func NewEntropy(seed uint64) *Entropy { return &Entropy{pcg: rand.NewPCG(seed, stream)} }

// Seeded returns the source that follows from a seed that a workflow's author chose.
func Seeded(seed int64) *Entropy { return NewEntropy(uint64(seed)) }

// Uint64 returns the next 64 bits.
func (e *Entropy) Uint64() uint64 { return e.pcg.Uint64() }

// Float64 returns a number in [0, 1).
func (e *Entropy) Float64() float64 { return float64(e.Uint64()>>11) / (1 << 53) }

// IntN returns an integer in [0, n), each equally likely; 0 if n < 1.
func (e *Entropy) IntN(n int64) int64 {
	if n < 1 {
		return 0
	}
	// The high half of a product spreads 64 bits over n; the low half tells the draws that would favour some results.
	bound := uint64(n)
	for {
		high, low := bits.Mul64(e.Uint64(), bound)
		if low >= -bound%bound {
			return int64(high)
		}
	}
}

// UUID returns a UUID of version 4 in lower case.
func (e *Entropy) UUID() string {
	var b [16]byte
	for i, word := range [2]uint64{e.Uint64(), e.Uint64()} {
		for k := range 8 {
			b[8*i+k] = byte(word >> (56 - 8*k))
		}
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	text := hex.EncodeToString(b[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
