package main

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
)

// A server that throttles surprises who does not expect it, so it says so.
func TestServerSaysThatItHasQuotas(t *testing.T) {
	const line = "--quotas off lifts them"
	t.Setenv("COGSTEP_QUOTAS", "") // so that it is put back
	os.Unsetenv("COGSTEP_QUOTAS")
	for quotas, said := range map[string]bool{"": false, "auto": false, "aws": true, "off": false} {
		args := []string{"server", "--listen", "127.0.0.1:0"}
		if quotas != "" {
			args = append(args, "--quotas", quotas)
		}
		out := &transcript{more: make(chan struct{}, 1)}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan int, 1)
		go func() { ended <- run(ctx, args, streams{nil, out, io.Discard}) }()
		out.await(t, "serves the Step Functions API")
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("quotas %q: exit code %d", quotas, code)
		}
		if got := strings.Contains(out.text, line); got != said {
			t.Errorf("quotas %q: says so: %t\n%s", quotas, got, out.text)
		}
	}
}
