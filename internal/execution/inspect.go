package execution

import (
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// Station is a place on the way of data through a state, by the name that TestState gives it.
type Station string

// The stations.
const (
	AfterInputPath      Station = "afterInputPath"
	AfterParameters     Station = "afterParameters"
	AfterArguments      Station = "afterArguments"
	AfterItemsPath      Station = "afterItemsPath"
	AfterItemsPointer   Station = "afterItemsPointer"
	AfterItemSelector   Station = "afterItemSelector"
	AfterItemBatcher    Station = "afterItemBatcher"
	AfterResult         Station = "result"
	AfterResultSelector Station = "afterResultSelector"
	AfterResultPath     Station = "afterResultPath"
)

// passResult stands in the tables of stations for a Pass that has a Result: its effective input has no part in it.
const passResult = "Pass with Result"

// stations are those that are shown of a state that was tested, by its type. They are shown even if the
// definition does not have the field.
// Source: recorded; Wait as its kin, Choice.
var stations = map[asl.QueryLanguage]map[string][]Station{
	asl.JSONPath: {
		"Pass":     {AfterInputPath, AfterParameters, AfterResultSelector, AfterResultPath},
		passResult: {AfterResult, AfterResultSelector, AfterResultPath},
		"Task":     {AfterInputPath, AfterParameters, AfterResult, AfterResultSelector, AfterResultPath},
		"Choice":   {AfterInputPath},
		"Wait":     {AfterInputPath},
		"Succeed":  {AfterInputPath},
		"Fail":     {AfterInputPath},
		"Parallel": {AfterResultSelector, AfterResultPath},
		"Map":      {AfterInputPath, AfterItemsPath, AfterItemsPointer, AfterItemSelector, AfterItemBatcher, AfterResultSelector, AfterResultPath},
	},
	asl.JSONata: {
		"Task": {AfterArguments, AfterResult},
		"Map":  {AfterItemsPointer, AfterItemSelector, AfterItemBatcher},
	},
}

// Inspection is what a test has seen of a state's data.
type Inspection struct {
	// Data holds what was reached of the stations that are shown for the state's type.
	Data map[Station]*query.Document
	// Variables are those of the frame after the state, sorted by name.
	Variables []Variable
	// Retry and Catch say which handler has dealt with the error; nil: none.
	Retry *RetryInspection
	Catch *int // index of the catcher
	// Map is nil unless a Map came as far as to begin.
	Map *MapInspection
}

// RetryInspection is a retrier that matched.
type RetryInspection struct {
	Index     int
	Backoff   time.Duration // before the next attempt
	Exhausted bool          // there is no next attempt
}

// MapInspection holds the settings of a Map as they were evaluated.
type MapInspection struct {
	MaxConcurrency int // 0: none of its own
	Tolerance      Tolerance
}

// probe looks on while a state is tested. Ordinary executions have none: it is nil, and all that it costs them is to
// see that.
type probe struct {
	context *query.Document // that the test was given; nil: one is pretended
	nested  bool            // the state stands in a Map, directly or deeper
	seen    map[Station]*query.Document
	error   failure // the last one that went to Retry and Catch
	retry   *RetryInspection
	catch   *int
	limits  *MapInspection
}

// note keeps what a station was reached with, if somebody looks on, and returns it.
func (v *visit) note(at Station, d *query.Document) *query.Document {
	if v.probe != nil && v.failure == nil {
		v.probe.seen[at] = d
	}
	return d
}

func (p *probe) failed(fl failure) {
	if p != nil {
		p.error, p.retry, p.catch = fl, nil, nil
	}
}

func (p *probe) retried(index int, backoff time.Duration, exhausted bool) {
	if p != nil {
		p.retry = &RetryInspection{index, backoff, exhausted}
	}
}

func (p *probe) caught(index int) {
	if p != nil {
		p.catch, p.retry = &index, nil
	}
}

// inspection returns what is shown of a state.
func (p *probe) inspection(state asl.State) Inspection {
	c := state.Common()
	kind := c.Type
	if pass, ok := state.(*asl.Pass); ok && pass.Result != nil {
		kind = passResult
	}
	in := Inspection{Data: map[Station]*query.Document{}, Retry: p.retry, Catch: p.catch, Map: p.limits}
	for _, at := range stations[c.QueryLanguage][kind] {
		if d := p.seen[at]; d != nil {
			in.Data[at] = d
		}
	}
	return in
}

// contextObject is the context object of a test: the one that it was given, or one that pretends an Express execution.
// Source: recorded; inside a Map, the service's documentation of TestState.
func (p *probe) contextObject(v *visit) query.Value {
	it := v.item
	if p.context != nil {
		if it == nil {
			return p.context.Value()
		}
		return p.context.Value().With("Map", it.context())
	}
	var execution, object query.ObjectBuilder
	execution.Set("Id", query.StringValue(v.h.ARN))
	execution.Set("Input", v.h.Input.Value())
	execution.Set("Name", query.StringValue(v.h.Name))
	role := query.NullValue()
	if v.h.RoleARN != "" {
		role = query.StringValue(v.h.RoleARN)
	}
	execution.Set("RoleArn", role)
	execution.Set("StartTime", query.StringValue(timestamp(v.h.StartedAt)))
	object.Set("Execution", execution.Build())
	object.Set("StateMachine", v.machineContext())
	object.Set("State", v.stateContext(asl.LoneState))
	if v.token != "" {
		object.Set("Task", tokenContext(v.token))
	}
	if it == nil && p.nested {
		it = &item{value: v.f.Input.Value()}
	}
	if it != nil {
		object.Set("Map", it.context())
	}
	return object.Build()
}
