//go:build unix

package localfunction_test

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/integration/lambda"
	"github.com/cogstep/cogstep/internal/localfunction"
)

// BenchmarkInvoke calls a warm function of Go. "cpu-µs/op" is what this process spends, the function's own is not in it.
func BenchmarkInvoke(b *testing.B) {
	if exec.Command("go", "version").Run() != nil {
		b.Skip("go is not installed")
	}
	dir, _ := filepath.Abs(filepath.Join("testdata", "go"))
	f, err := localfunction.Builder{Cache: b.TempDir()}.Build(b.Context(), localfunction.Function{
		Name: "subject", Runtime: "provided.al2023", Timeout: 20 * time.Second, Dir: dir,
	})
	if err != nil {
		b.Fatal(err)
	}
	h, err := localfunction.NewHost(localfunction.Config{Region: "us-east-1", Account: "000000000000"})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	if err := h.Replace([]localfunction.Function{f}); err != nil {
		b.Fatal(err)
	}
	call := func() {
		if _, err := h.Invoke(b.Context(), lambda.Request{Function: "subject", Payload: `{"do":"echo","value":1}`}); err != nil {
			b.Fatal(err)
		}
	}
	call()
	measure := func(b *testing.B, run func()) {
		before := ownTime(b)
		run()
		b.ReportMetric(float64((ownTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
	}
	b.Run("OneAtATime", func(b *testing.B) {
		measure(b, func() {
			for range b.N {
				call()
			}
		})
	})
	b.Run("EightForEachCore", func(b *testing.B) {
		b.SetParallelism(8)
		measure(b, func() {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					call()
				}
			})
		})
	})
}

func ownTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
