package sdk

import (
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// ownEvents adds the execution and its state machine to the resources of each event.
func ownEvents(c *integration.Call, parameters query.Value) (query.Value, error) {
	entries, ok := parameters.Get("Entries")
	if !ok || entries.Kind() != query.Array {
		return parameters, nil
	}
	changed := make([]query.Value, 0, entries.Len())
	for _, e := range entries.Elements() {
		if e.Kind() == query.Object {
			var resources []query.Value
			if given, ok := e.Get("Resources"); ok {
				for _, r := range given.Elements() {
					resources = append(resources, r)
				}
			}
			resources = append(resources, query.StringValue(c.ExecutionARN), query.StringValue(c.StateMachineARN))
			e = e.With("Resources", query.ArrayValue(resources))
		}
		changed = append(changed, e)
	}
	return parameters.With("Entries", query.ArrayValue(changed)), nil
}

// refusedEvents fails a Task if any of its events was not taken.
func refusedEvents(output query.Value) (query.Value, *integration.Failed) {
	if n, ok := output.Get("FailedEntryCount"); ok {
		if count, _ := n.Int(); count > 0 {
			return output, &integration.Failed{Error: "EventBridge.FailedEntry", Cause: output.Compact()}
		}
	}
	return output, nil
}
