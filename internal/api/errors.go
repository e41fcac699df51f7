package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/query"
)

// Error is what a client sees: a code of the service and a sentence.
type Error struct {
	Code    string
	Message string
	Reason  string // of a ValidationException, if the service has a word for it
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func fail(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// because adds the service's word for the reason.
func (e *Error) because(reason string) *Error {
	e.Reason = reason
	return e
}

// Sentences that several operations use.
func machineDoesNotExist(arn string) *Error {
	return fail("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

func executionDoesNotExist(arn string) *Error {
	return fail("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}

func activityDoesNotExist(arn string) *Error {
	return fail("ActivityDoesNotExist", "Activity Does Not Exist: '%s'", arn)
}

func invalidArn(reason string, args ...any) *Error {
	return fail("InvalidArn", "Invalid Arn: '%s'", fmt.Sprintf(reason, args...))
}

func typeNotSupported() *Error {
	return fail("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}

func invalidToken() *Error { return fail("InvalidToken", "Invalid Token: 'Invalid token'") }

// wireErrors turns errors of the rooms below into what clients see. Errors that need the ARN of the request in their
// sentence are translated where the ARN is known.
var wireErrors = []struct {
	err error
	as  *Error
}{
	{catalog.ErrTooManyTags, fail("TooManyTags", "A resource can have at most %d tags.", catalog.TagsMax)},
	{catalog.ErrTooManyMachines, fail("StateMachineLimitExceeded", "The maximum number of state machines is reached. Delete some that are not used.")},
	{catalog.ErrTooManyActivities, fail("ActivityLimitExceeded", "The maximum number of activities is reached. Delete some that are not used.")},
	{catalog.ErrTooManyVersions, fail("ServiceQuotaExceededException", "A state machine can have at most %d versions. Delete some that are not used.", catalog.VersionsMax)},
	{catalog.ErrTooManyAliases, fail("ServiceQuotaExceededException", "A state machine can have at most %d aliases. Delete some that are not used.", catalog.AliasesMax)},
	{engine.ErrInvalidToken, invalidToken()},
	{engine.ErrTaskTimedOut, fail("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")},
	{engine.ErrTaskDoesNotExist, fail("TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'")},
	{engine.ErrExecutionLimitExceeded, fail("ExecutionLimitExceeded", "The maximum number of open executions is reached. Wait until some end, or stop some.")},
	{engine.ErrWorkerLimitExceeded, fail("ActivityWorkerLimitExceeded", "The maximum number of workers polls this activity already.")},
	{engine.ErrClosed, fail("ServiceUnavailable", "The server is stopping. Try again.")},
	{engine.ErrThrottled, fail("ThrottlingException", "Rate exceeded")},
	{engine.ErrUnavailable, fail("ServiceUnavailable", "The store does not answer, so whether the request was carried out is open. It can be repeated.")},
	{catalog.ErrUnavailable, fail("ServiceUnavailable", "The store could not be written. Try again.")},
	{context.DeadlineExceeded, fail("ServiceUnavailable", "The request took too long and was given up.")},
}

// status gives the HTTP status of the codes that are not the client's fault.
var status = map[string]int{
	"InternalFailure":    http.StatusInternalServerError,
	"ServiceUnavailable": http.StatusServiceUnavailable,
}

// wireError returns what a client sees of err; ok is false for what it must not see.
func (a *API) wireError(err error) (e *Error, ok bool) {
	if e, ok = errors.AsType[*Error](err); ok {
		return e, true
	}
	for _, t := range wireErrors {
		if errors.Is(err, t.err) {
			return t.as, true
		}
	}
	return nil, false
}

func (a *API) writeError(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := a.wireError(err)
	if !ok {
		if r.Context().Err() != nil {
			return // the client is gone
		}
		a.Logger.Error("request failed", "operation", r.Header.Get("X-Amz-Target"),
			"requestId", w.Header().Get(requestIDName), "error", err)
		e = fail("InternalFailure", "The server failed to handle the request; its log tells more under request id %s.", w.Header().Get(requestIDName))
	}
	code := status[e.Code]
	if code == 0 {
		code = http.StatusBadRequest
	}
	var body object
	body.text("__type", e.Code)
	body.text("message", e.Message)
	body.text("reason", e.Reason)
	w.Header().Set("X-Amzn-Errortype", e.Code)
	w.WriteHeader(code)
	_, _ = w.Write(body.Build().AppendJSON(nil))
}

// machineError translates the catalog's errors about the state machine arn.
func machineError(err error, arn string) error {
	switch {
	case errors.Is(err, catalog.ErrMachineDoesNotExist), errors.Is(err, catalog.ErrVersionDoesNotExist), errors.Is(err, catalog.ErrAliasDoesNotExist):
		return machineDoesNotExist(arn)
	case errors.Is(err, catalog.ErrMachineAlreadyExists):
		return fail("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", arn)
	case errors.Is(err, catalog.ErrMachineDeleting):
		return fail("StateMachineDeleting", "State Machine Deleting: '%s'", arn)
	}
	return err
}

var _ Reply = query.Value{}
