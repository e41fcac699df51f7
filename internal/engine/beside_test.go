package engine

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/record"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/fault"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/query"
)

// A Map over 100 items of 1 KiB holds its input and its items through some 300 commits. They are written once: all
// that goes to the store is a small multiple of the payload, not its product with the commits.
func TestLargeDocumentsOfAFrameAreWrittenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bytes atomic.Int64
		counted := fault.Wrap(memory.New(), func(_ context.Context, op fault.Operation) fault.Outcome {
			if op.Batch != nil {
				bytes.Add(int64(op.Batch.Bytes()))
			}
			return fault.Pass
		})
		f := open(t, counted, answering(integration.Succeeded{Output: "1"}))
		defer f.close()
		input := "[" + strings.Repeat(`"`+strings.Repeat("x", 1022)+`",`, 99) + `"y"]`
		s, err := f.Start(t.Context(), order("map", "large", input))
		if err != nil {
			t.Fatal(err)
		}
		f.wait(s.ARN, "SUCCEEDED", "*")
		if most := int64(10 * len(input)); bytes.Load() > most {
			t.Errorf("%d bytes were written for a payload of %d; at most %d are expected", bytes.Load(), len(input), most)
		}
	})
}

func TestLargeDocumentsAreThereAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New()
		f := open(t, m, answering(nil))
		input := `["` + strings.Repeat("x", 5000) + `", 2]`
		s, err := f.Start(t.Context(), order("map", "large", input))
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		m2 := m.Reopen()
		f.close()
		again := answering(integration.Succeeded{Output: `"done"`})
		again.idempotent = true
		f = open(t, m2, again)
		defer f.close()
		f.wait(s.ARN, "SUCCEEDED", "*")
		leftOver(t, m2)
	})
}

func TestAMissingDocumentIsCorruption(t *testing.T) {
	large := query.Trusted(`"` + strings.Repeat("x", besideBytesMin) + `"`)
	f := &execution.Frame{ID: 1, State: "S", Input: large, Focus: execution.Ready{}}
	got, err := decodeFrame(1, encodeFrame(f))
	if err != nil {
		t.Fatal(err)
	}
	x := &execution.Execution{Frames: map[execution.FrameID]*execution.Frame{1: got}}
	if err := complete(x); !errors.Is(err, record.ErrCorrupt) {
		t.Errorf("missing: %v", err)
	}
	pair := store.Pair{Key: besideKey(executionID{}, 1, slotInput), Value: []byte(large.Text())}
	if err := readBeside(x, pair); err != nil || got.Input.Text() != large.Text() || complete(x) != nil {
		t.Errorf("read: %v", err)
	}
	for _, s := range slots { // whatever else comes was never asked for
		pair.Key = besideKey(executionID{}, 1, s)
		if err := readBeside(x, pair); !errors.Is(err, record.ErrCorrupt) {
			t.Errorf("surplus %q: %v", s, err)
		}
	}
}
