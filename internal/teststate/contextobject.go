package teststate

import (
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// contextFields are the members that a context object may have, by the path of the object that holds them, and the kind
// of their value; Undefined takes any.
// Source: the service's documentation of the context object; refusals recorded.
var contextFields = map[string]map[string]query.Kind{
	"":             {"Execution": query.Object, "StateMachine": query.Object, "State": query.Object, "Task": query.Object},
	"Execution":    {"Id": query.String, "Input": query.Undefined, "Name": query.String, "RoleArn": query.String, "StartTime": query.String, "RedriveCount": query.Number, "RedriveTime": query.String},
	"StateMachine": {"Id": query.String, "Name": query.String},
	"State":        {"Name": query.String, "EnteredTime": query.String, "RetryCount": query.Number},
	"Task":         {"Token": query.String},
}

// kindNames are the kinds as refusals name them.
var kindNames = map[query.Kind]string{query.Object: "an object", query.String: "a string", query.Number: "a number"}

// checkContext holds a context object against the fields that it may have, and the state that it is for.
func (t *test) checkContext() error {
	if t.Context == nil {
		return nil
	}
	invalid := func(format string, args ...any) error {
		return refuse("Invalid Context object provided: %s", fmt.Sprintf(format, args...))
	}
	d, err := query.NewDocument(*t.Context)
	if err != nil || d.Value().Kind() != query.Object {
		return invalid("Context object must be a valid JSON object")
	}
	if _, ok := d.Value().Get("Map"); ok {
		return invalid("'Map' field is not supported when mocking a Context object")
	}
	if fault := contextFault("", d.Value()); fault != "" {
		return invalid("%s", fault)
	}
	if _, ok := d.Value().Get("Task"); ok && !awaits(t.state) {
		return invalid("Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern")
	}
	t.trial.Context = d
	if t.Configuration.RetrierRetryCount == nil {
		t.trial.Retries = retryCount(d.Value())
	}
	return nil
}

// contextFault returns the first thing that is wrong with the object at a path.
func contextFault(path string, object query.Value) string {
	for name, value := range object.Members() {
		kind, ok := contextFields[path][name]
		if !ok {
			return fmt.Sprintf("Field '%s' is not allowed", name)
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		if kind == query.Undefined {
			continue
		}
		if value.Kind() != kind {
			return fmt.Sprintf("%s must be %s", at, kindNames[kind])
		}
		if kind == query.Object {
			if fault := contextFault(at, value); fault != "" {
				return fault
			}
		}
	}
	return ""
}

// awaits reports whether a state is a Task whose answer comes from elsewhere.
func awaits(state asl.State) bool {
	task, ok := state.(*asl.Task)
	return ok && task.Resource.Pattern != asl.RequestResponse
}

// retryCount returns State.RetryCount: by it, too, one can say that retries are used up.
// Source: the service's documentation of TestState.
func retryCount(context query.Value) int {
	state, _ := context.Get("State")
	count, _ := state.Get("RetryCount")
	n, _ := count.Int()
	return int(min(max(n, 0), retriesMax))
}

// retriesMax bounds the number of retries that a test pretends: no retrier has more attempts.
const retriesMax = 99_999_999
