package crash

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// run runs a command of the system. Its error holds what the command said.
func run(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return err
}

// unmountLater kills the server when the test ends, which lets go of the disk, and takes the disk away.
func unmountLater(t *testing.T, h *host, disk string) {
	t.Cleanup(func() {
		if h.server != nil {
			h.server.Kill()
		}
		if err := run("umount", disk); err != nil {
			t.Error(err)
		}
	})
}

// A disk runs full while executions are started. What was acknowledged is there when somebody has made room.
func TestAFullDiskLosesNothingThatWasAcknowledged(t *testing.T) {
	disk := t.TempDir()
	mount := func(options string) error { return run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk) }
	if err := mount("size=48m"); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	h := &host{t: t, data: disk + "/data"}
	unmountLater(t, h, disk)
	s := newStarter(t, h)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	input := `"` + strings.Repeat("x", 200<<10) + `"`
	var err error
	for err == nil {
		err = s.start(ctx, input)
	}
	if len(s.acked) < 10 || ctx.Err() != nil {
		t.Fatalf("%d executions were acknowledged before %v", len(s.acked), err)
	}
	t.Logf("the disk is full: %v", err)
	s.afterwards(func() error { return mount("remount,size=256m") })
}
