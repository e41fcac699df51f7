package server_test

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/server"
	"github.com/cogstep/cogstep/query"
)

type counter struct{ atomic.Int64 }

// Recorded implements engine.Observer.
func (c *counter) Recorded(_ engine.Origin, events []history.Event) { c.Add(int64(len(events))) }

// The log is complete when Close returns, and does not stand in the way of another observer.
func TestTheExecutionLogIsOneOfTheObservers(t *testing.T) {
	var log bytes.Buffer
	var seen counter
	s, err := server.Open(t.Context(), server.Config{
		Observer: &seen, ExecutionLog: server.ExecutionLog{Destination: "stdout", Stdout: &log, Level: "ALL"},
	})
	if err != nil {
		t.Fatal(err)
	}
	call := func(operation, request string) {
		t.Helper()
		in, err := query.Parse(request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.API.Call(t.Context(), operation, in, nil); err != nil {
			t.Error(err)
		}
	}
	call("CreateStateMachine", `{"name": "m", "type": "EXPRESS", "roleArn": "arn:aws:iam::000000000000:role/any",
		"definition": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}"}`)
	call("StartSyncExecution", `{"stateMachineArn": "`+s.StateMachineARN("m")+`"}`)
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := strings.Count(log.String(), "\n"); got != 4 || seen.Load() != 4 {
		t.Errorf("the log has %d events, the observer %d, want 4:\n%s", got, seen.Load(), log.String())
	}
}

func TestAnExecutionLogThatCannotBeIsRefused(t *testing.T) {
	for _, c := range []server.ExecutionLog{{Destination: "syslog"}, {Destination: "stdout", Level: "LOUD"}} {
		if s, err := server.Open(t.Context(), server.Config{ExecutionLog: c}); err == nil {
			t.Errorf("%+v is taken", c)
			_ = s.Close(t.Context())
		}
	}
}
