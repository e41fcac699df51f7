package engine

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/pebble"
)

func openPebble(t testing.TB, fs vfs.FS, dir string) *pebble.Store {
	t.Helper()
	s, err := pebble.Open(dir, pebble.Options{FS: fs, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The power fails again and again; whatever start was acknowledged comes to its end.
func TestAcknowledgedStartsSurvivePowerLoss(t *testing.T) {
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 0))
		fs := vfs.NewCrashableMem()
		lambda := &connector{idempotent: true, answer: func(integration.Call) integration.Answer {
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
			return integration.Succeeded{Output: "1"}
		}}
		var acked []string
		for round := range 5 {
			s := openPebble(t, fs, "data")
			f := open(t, s, lambda, func(c *Config) { c.Limits.TasksPerTarget = 4 })
			for i := range 5 + r.IntN(20) {
				machine := []string{"pass", "task", "map"}[r.IntN(3)]
				o, err := f.Start(t.Context(), order(machine, fmt.Sprint(round, "-", i), `[1,2,3]`))
				if err != nil {
					t.Fatal(err)
				}
				acked = append(acked, o.ARN)
			}
			crashed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: r.IntN(100), RNG: r})
			f.close()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			fs = crashed
		}
		s := openPebble(t, fs, "data")
		f := open(t, s, lambda)
		for _, arn := range acked {
			f.wait(arn, "SUCCEEDED", "*")
			f.types(arn)
		}
		leftOver(t, s)
		f.close()
		s.Close()
	}
}

// BenchmarkStart starts executions of ten Pass states from 64 goroutines and waits for their ends.
func BenchmarkStart(b *testing.B) {
	machines["ten"] = tenPasses()
	s := openPebble(b, vfs.Default, b.TempDir())
	defer s.Close()
	e, err := Open(b.Context(), Config{Store: s, Scope: scope, Definitions: &cached{}, Connectors: &integration.Registry{}})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close(b.Context())
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			o, err := e.Start(b.Context(), order("ten", freshUUID(), `{"order":7}`))
			if err == nil {
				_, err = e.Wait(b.Context(), o.ARN)
			}
			if err != nil {
				b.Error(err)
			}
		}
	})
}
