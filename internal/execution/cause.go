package execution

import (
	"errors"
	"fmt"

	"github.com/cogstep/cogstep/query"
)

// The sentences of the service, as recorded. Clients match on some of them, so each stands here once.

// pathTail is the sentence for a failed path in InputPath, OutputPath, TimeoutSecondsPath, HeartbeatSecondsPath.
func pathTail(err error) string {
	qe, ok := errors.AsType[*query.Error](err)
	if !ok || qe.Kind == query.VariableNotFound {
		return variableTail(qe, err)
	}
	return fmt.Sprintf("Invalid path '%s' : %s", qe.Path, qe.Message)
}

// templateTail is the sentence for a failed path or intrinsic function in a payload template, or in ErrorPath and
// CausePath.
func templateTail(err error, field string, input *query.Document) string {
	qe, ok := errors.AsType[*query.Error](err)
	switch {
	case !ok:
		return err.Error()
	case qe.Kind == query.PathNotFound:
		if qe.Field != "" {
			field = qe.Field
		}
		return fmt.Sprintf("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", qe.Path, field, input.Text())
	case qe.Kind == query.VariableNotFound:
		return variableTail(qe, err)
	}
	return qe.Message
}

// variableTail is the sentence for a variable without a value. The service's own words are not recorded.
func variableTail(qe *query.Error, err error) string {
	if qe == nil {
		return err.Error()
	}
	return fmt.Sprintf("Invalid path '%s' : %s", qe.Path, qe.Message)
}

// jsonataTail is the sentence for a failed JSONata expression.
func jsonataTail(qe *query.Error, location string) string {
	head := fmt.Sprintf("The JSONata expression '%s' specified for the field '%s' ", qe.Path, location)
	switch {
	case qe.Kind == query.JSONataUndefined:
		return head + "returned nothing (undefined)."
	case qe.Kind == query.JSONataUnsupported:
		return head + "returned an unsupported result type."
	case qe.Code != "":
		return head + "threw an error during evaluation. " + qe.Code + ": " + qe.Message
	}
	return head + "threw an error during evaluation: " + qe.Message
}

// resultPathTail is the sentence for a ResultPath that does not fit the input. The service's own words are not recorded.
func resultPathTail(path string, input *query.Document, err error) string {
	return fmt.Sprintf("Unable to apply ResultPath '%s' to the input '%s': %v", path, input.Text(), err)
}

// resultTooLarge is the cause of States.DataLimitExceeded. of is the state's name for a state's output, and the
// service or function for a task's result.
func resultTooLarge(of string) string {
	return fmt.Sprintf("The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit.", of)
}

// parametersTooLarge is the cause of States.DataLimitExceeded for what is sent to a task.
func parametersTooLarge(of string) string {
	return fmt.Sprintf("The state/task '%s' provided parameters with a size exceeding the maximum number of bytes service limit.", of)
}

// toleranceExceeded is the cause of States.ExceedToleratedFailureThreshold.
const toleranceExceeded = "The specified tolerated failure threshold was exceeded"
