package crash

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// A file system gives up and becomes read-only, as ext4 does when its disk fails, while executions run. Clients get
// "not now", the log says once what is wrong, and what was acknowledged is there when the disk can be written again.
func TestADiskThatTurnsReadOnlyLosesNothingThatWasAcknowledged(t *testing.T) {
	dir := t.TempDir()
	image, disk := filepath.Join(dir, "image"), filepath.Join(dir, "disk")
	run := func(name string, args ...string) error {
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			err = errors.New(name + ": " + strings.TrimSpace(string(out)) + ": " + err.Error())
		}
		return err
	}
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
	t.Cleanup(func() {
		if h.server != nil {
			h.server.Kill()
		}
		if err := run("umount", disk); err != nil {
			t.Error(err)
		}
	})
	h.start("http://127.0.0.1:1", true)
	acked := startUntilReadOnly(t, h, func() error { return run("mount", "-o", "remount,abort", disk) })

	log := h.server.Log()
	if !strings.Contains(log, "read-only file system") || !strings.Contains(log, h.data) || !strings.Contains(log, "make it writable") {
		t.Errorf("the log does not say what is wrong, where, and what to do:\n%s", log)
	}
	if lines := strings.Count(log, "\n"); lines > 10 {
		t.Errorf("the log has %d lines", lines)
	}
	h.kill()
	if err := errors.Join(run("umount", disk), mount()); err != nil {
		t.Fatal(err)
	}
	h.start("http://127.0.0.1:1", true)
	j := judge{t: t, host: h}
	ctx, cancel := context.WithTimeout(t.Context(), endTimeMax)
	defer cancel()
	for _, arn := range acked {
		if end := j.end(ctx, arn); end == nil {
			return
		} else if end.Status != types.ExecutionStatusSucceeded {
			t.Errorf("%s ended as %s", *end.Name, end.Status)
		}
	}
	t.Logf("%d executions were acknowledged before the disk was read-only", len(acked))
}

// refusals is how many requests are made of a server that cannot write: many more than it may have lines in its log.
const refusals = 200

// startUntilReadOnly starts executions, spoils the disk, and starts more. It returns those that were acknowledged.
func startUntilReadOnly(t *testing.T, h *host, spoil func() error) (acked []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var machine *string
	err := h.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
		out, err := api.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: aws.String("readonly"), Definition: aws.String(chain(wait("W"))), RoleArn: aws.String("arn:aws:iam::000000000000:role/any"),
		})
		if err == nil {
			machine = out.StateMachineArn
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	start := func(ctx context.Context, api *sfn.Client) error {
		out, err := api.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: machine, Input: aws.String("{}")})
		if err == nil {
			acked = append(acked, *out.ExecutionArn)
		}
		return err
	}
	for range 100 {
		if err := h.try(ctx, h.url, start); err != nil {
			t.Fatal(err)
		}
	}
	if err := spoil(); err != nil {
		t.Fatal(err)
	}
	for answers := 0; answers < refusals && ctx.Err() == nil; {
		err := h.try(ctx, h.url, start)
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
	err = h.try(ctx, h.url, func(ctx context.Context, api *sfn.Client) error {
		_, err := api.CreateActivity(ctx, &sfn.CreateActivityInput{Name: aws.String("late")})
		return err
	})
	if code(err) != "ServiceUnavailable" {
		t.Errorf("the disk is read-only; CreateActivity is answered by: %v", err)
	}
	if ctx.Err() != nil {
		t.Error("requests are not refused in time")
	}
	return acked
}
