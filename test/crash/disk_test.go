package crash

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// A disk runs full while executions are started. What was acknowledged is there when somebody has made room.
func TestAFullDiskLosesNothingThatWasAcknowledged(t *testing.T) {
	dir := t.TempDir()
	mount := func(options string) error {
		out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("mount a small disk: %w: %s", err, strings.TrimSpace(string(out)))
		}
		return err
	}
	if err := mount("size=48m"); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	h := &host{t: t, data: dir + "/data"}
	t.Cleanup(func() {
		h.server.Kill()
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	h.start("http://127.0.0.1:1", true)
	acked := fill(t, h)
	h.kill()
	if err := mount("remount,size=256m"); err != nil {
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
	t.Logf("%d executions were acknowledged before the disk was full", len(acked))
}

// fill starts executions until one is not acknowledged. It returns the others.
func fill(t *testing.T, h *host) (acked []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	input := aws.String(`"` + strings.Repeat("x", 200<<10) + `"`)
	var machine *string
	err := h.try(ctx, h.url, func(ctx context.Context, api *sfn.Client) error {
		out, err := api.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: aws.String("full"), Definition: aws.String(chain(wait("W"))), RoleArn: aws.String("arn:aws:iam::000000000000:role/any"),
		})
		if err == nil {
			machine = out.StateMachineArn
		}
		return err
	})
	for err == nil {
		err = h.try(ctx, h.url, func(ctx context.Context, api *sfn.Client) error {
			out, err := api.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: machine, Input: input})
			if err == nil {
				acked = append(acked, *out.ExecutionArn)
			}
			return err
		})
	}
	if len(acked) < 10 || ctx.Err() != nil {
		t.Fatalf("%d executions were acknowledged before %v", len(acked), err)
	}
	t.Logf("the disk is full: %v", err)
	return acked
}
