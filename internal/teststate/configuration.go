package teststate

import "github.com/cogstep/cogstep/asl"

// checkConfiguration holds the stateConfiguration against the state.
func (t *test) checkConfiguration() error {
	c := t.Configuration
	m, isMap := t.state.(*asl.Map)
	if c.MapIterationFailureCount != nil {
		if !isMap {
			return refuse("MapIterationFailureCount can only be specified for a Map state.")
		}
		t.trial.FailedItems = *c.MapIterationFailureCount
	}
	if c.ErrorCausedByState != "" && !contains(t.state, t.machine.State(c.ErrorCausedByState)) {
		return refuse("The state '%s' specified as ErrorCausedByState is not inside the state under test.", c.ErrorCausedByState)
	}
	if c.RetrierRetryCount != nil {
		t.trial.Retries = min(*c.RetrierRetryCount, retriesMax)
	}
	if c.MapItemReaderData == nil {
		return nil
	}
	if !isMap || m.Distributed == nil || m.Distributed.Reader == nil {
		return refuse("MapItemReaderData can only be specified for a Map state with an ItemReader.")
	}
	return t.readItems(m.Distributed.Reader, *c.MapItemReaderData)
}

// contains reports whether inner, which may be nil, stands in outer, directly or deeper.
func contains(outer, inner asl.State) bool {
	for inner != nil {
		if inner = inner.Common().Owner; inner == outer {
			return true
		}
	}
	return false
}
