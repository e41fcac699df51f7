package api

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cogstep/cogstep/internal/engine"
)

func TestWhatTheEngineRefusesHasANameForClients(t *testing.T) {
	a := New(Config{})
	for err, code := range map[error]string{
		engine.ErrExecutionLimitExceeded: "ExecutionLimitExceeded",
		engine.ErrWorkerLimitExceeded:    "ActivityWorkerLimitExceeded",
		engine.ErrInvalidToken:           "InvalidToken",
		engine.ErrTaskTimedOut:           "TaskTimedOut",
		engine.ErrTaskDoesNotExist:       "TaskDoesNotExist",
		engine.ErrThrottled:              "ThrottlingException",
		engine.ErrUnavailable:            "ServiceUnavailable",
		engine.ErrClosed:                 "ServiceUnavailable",
	} {
		if e, ok := a.wireError(fmt.Errorf("in passing: %w", err)); !ok || e.Code != code {
			t.Errorf("%v is shown as %v", err, e)
		}
	}
	if e, ok := a.wireError(errors.New("a secret")); ok {
		t.Errorf("what clients must not see is shown as %v", e)
	}
}
