package server_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/internal/server"
)

// SDKs put "sync-" before the host of StartSyncExecution and TestState. Where that name leads here, by DNS or a line
// in /etc/hosts, it is served like any other.
func TestAnyHostIsServed(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s, err := server.Open(ctx, server.Config{})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	call := func(host, operation, body string) (int, string) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL(), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		r.Header.Set("Content-Type", "application/x-amz-json-1.0")
		r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
	if code, text := call("localhost", "CreateStateMachine", `{"name": "m", "type": "EXPRESS", "roleArn": "arn:aws:iam::000000000000:role/any",
		"definition": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}"}`); code != http.StatusOK {
		t.Fatal(text)
	}
	for _, host := range []string{"localhost", "127.0.0.1:8083", "[::1]:8083", "sync-localhost:8083", "sync-127.0.0.1:8083", "sync-states.us-east-1.amazonaws.com", "cogstep"} {
		code, text := call(host, "StartSyncExecution", `{"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m"}`)
		if code != http.StatusOK || !strings.Contains(text, `"SUCCEEDED"`) {
			t.Errorf("%s: answered with %d %s", host, code, text)
		}
	}
}
