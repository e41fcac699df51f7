package crash

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// A file system gives up and becomes read-only, as ext4 does when its disk fails, while executions run. Clients get
// "not now", the log says once what is wrong, and what was acknowledged is there when the disk can be written again.
func TestADiskThatTurnsReadOnlyLosesNothingThatWasAcknowledged(t *testing.T) {
	dir := t.TempDir()
	image, disk := filepath.Join(dir, "image"), filepath.Join(dir, "disk")
	mount := func() error { return run("mount", "-o", "loop,errors=remount-ro", image, disk) }
	if err := errors.Join(os.Mkdir(disk, 0o755), os.WriteFile(image, nil, 0o644), os.Truncate(image, 256<<20)); err != nil {
		t.Fatal(err)
	}
	if err := run("mkfs.ext4", "-q", "-F", image); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	if err := mount(); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	h := &host{t: t, data: disk + "/data"}
	unmountLater(t, h, disk)
	s := newStarter(t, h)
	for range 100 {
		if err := s.start(t.Context(), "{}"); err != nil {
			t.Fatal(err)
		}
	}
	if err := run("mount", "-o", "remount,abort", disk); err != nil {
		t.Fatal(err)
	}
	refused(t, s)
	log := h.server.Log()
	if !strings.Contains(log, "read-only file system") || !strings.Contains(log, h.data) || !strings.Contains(log, "make it writable") {
		t.Errorf("the log does not say what is wrong, where, and what to do:\n%s", log)
	}
	if lines := strings.Count(log, "\n"); lines > 10 {
		t.Errorf("the log has %d lines", lines)
	}
	s.afterwards(func() error { return errors.Join(run("umount", disk), mount()) })
}

// refusals is how many requests are made of a server that cannot write: many more than it may have lines in its log.
const refusals = 200

// refused checks that a server that cannot write says "not now".
func refused(t *testing.T, s *starter) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for answers := 0; answers < refusals && ctx.Err() == nil; {
		err := s.start(ctx, "{}")
		switch code(err) {
		case "ServiceUnavailable":
			answers++
		case "ThrottlingException": // the shard has as many requests before it as it takes
			answers++
		default:
			if err == nil || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("the disk is read-only; a start is answered by: %v", err)
			}
		}
	}
	err := s.host.try(ctx, s.host.url, func(ctx context.Context, api *sfn.Client) error {
		_, err := api.CreateActivity(ctx, &sfn.CreateActivityInput{Name: aws.String("late")})
		return err
	})
	if code(err) != "ServiceUnavailable" {
		t.Errorf("the disk is read-only; CreateActivity is answered by: %v", err)
	}
	if ctx.Err() != nil {
		t.Error("requests are not refused in time")
	}
}
