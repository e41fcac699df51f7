package api

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/teststate"
	"github.com/cogstep/cogstep/internal/uuid"
	"github.com/cogstep/cogstep/query"
)

func (a *API) testState(ctx context.Context, in input) (Reply, error) {
	if in.has("roleArn") {
		if err := checkRole(in.text("roleArn")); err != nil {
			return nil, err
		}
	}
	level := in.text("inspectionLevel")
	lab := teststate.Lab{Models: a.Models, Scope: a.Scope, Invoker: a.Engine, Now: a.Now, Seed: rand.Uint64, NewID: uuid.New}
	result, err := lab.Run(ctx, teststate.Request{
		Definition: in.text("definition"), State: asl.StateName(in.text("stateName")), RoleARN: in.text("roleArn"),
		Input: in.text("input"), Variables: in.text("variables"), Context: in.optional("context"),
		Trace: level == "TRACE", RevealSecrets: in.flag("revealSecrets"),
		Mock: mocked(in), Configuration: testConfiguration(in),
	})
	if refusal, ok := errors.AsType[*teststate.Refusal](err); ok {
		return nil, fail(refusal.Code, "%s", refusal.Message)
	}
	if err != nil {
		return nil, err
	}
	var o object
	if result.Output != nil {
		o.text("output", result.Output.Text())
	}
	o.text("error", result.Error)
	o.text("cause", result.Cause)
	if level == "DEBUG" || level == "TRACE" {
		o.Set("inspectionData", inspectionData(&result))
	}
	o.text("nextState", string(result.Next))
	o.text("status", string(result.Verdict))
	return o.Build(), nil
}

// optional returns a string member, nil if it is absent.
func (in input) optional(name string) *string {
	if !in.has(name) {
		return nil
	}
	s := in.text(name)
	return &s
}

// within returns a structure member; absent, it has no members.
func (in input) within(name string) input {
	v, _ := in.Get(name)
	return input{Value: v}
}

func mocked(in input) *teststate.Mock {
	if !in.has("mock") {
		return nil
	}
	given := in.within("mock")
	m := &teststate.Mock{Result: given.optional("result"), Validation: teststate.Validation(given.text("fieldValidationMode"))}
	if given.has("errorOutput") {
		e := given.within("errorOutput")
		m.Error = &teststate.MockError{Error: e.text("error"), Cause: e.text("cause")}
	}
	return m
}

func testConfiguration(in input) teststate.Configuration {
	given := in.within("stateConfiguration")
	number := func(name string) *int {
		v, _ := given.Get(name)
		n, ok := v.Int()
		if !ok {
			return nil
		}
		i := int(n)
		return &i
	}
	return teststate.Configuration{
		RetrierRetryCount:        number("retrierRetryCount"),
		ErrorCausedByState:       asl.StateName(given.text("errorCausedByState")),
		MapIterationFailureCount: number("mapIterationFailureCount"),
		MapItemReaderData:        given.optional("mapItemReaderData"),
	}
}

// inspectionData writes what a test has seen. Documents are texts.
func inspectionData(r *teststate.Result) query.Value {
	var o object
	o.text("input", r.Input.Text())
	for _, at := range []execution.Station{
		execution.AfterArguments, execution.AfterInputPath, execution.AfterParameters,
		execution.AfterItemsPath, execution.AfterItemsPointer, execution.AfterItemSelector, execution.AfterItemBatcher,
		execution.AfterResult, execution.AfterResultSelector, execution.AfterResultPath,
	} {
		if d := r.Inspection.Data[at]; d != nil {
			o.text(string(at), d.Text())
		}
	}
	if len(r.Inspection.Variables) > 0 {
		var vars query.ObjectBuilder
		for _, v := range r.Inspection.Variables {
			vars.Set(v.Name, v.Value.Value())
		}
		o.text("variables", vars.Build().JSON())
	}
	if m := r.Inspection.Map; m != nil {
		if count := m.Tolerance.Count; count != nil {
			o.Set("toleratedFailureCount", query.IntValue(*count))
		}
		if p := m.Tolerance.Percentage; p != nil {
			o.Set("toleratedFailurePercentage", query.RawNumber(decimal(*p)))
		}
		o.Set("maxConcurrency", query.IntValue(int64(m.MaxConcurrency)))
	}
	if details, ok := errorDetails(&r.Inspection); ok {
		o.Set("errorDetails", details)
	}
	if x := r.Exchange; x != nil {
		exchange(&o, x)
	}
	return o.Build()
}

// exchange writes what a call over HTTP has sent and got.
func exchange(o *object, x *integration.Trace) {
	if r := x.Request; r != nil {
		var request object
		request.text("protocol", r.Protocol)
		request.text("method", r.Method)
		request.text("url", r.URL)
		request.text("headers", r.Headers)
		request.text("body", r.Body)
		o.Set("request", request.Build())
	}
	if r := x.Response; r != nil {
		var response object
		response.text("protocol", r.Protocol)
		response.text("statusCode", r.StatusCode)
		response.text("statusMessage", r.StatusMessage)
		response.text("headers", r.Headers)
		response.text("body", r.Body)
		o.Set("response", response.Build())
	}
}

// decimal writes a number as the service writes floating-point numbers: never without a fraction.
func decimal(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// errorDetails says which Retry or Catch has dealt with the error, if one has.
func errorDetails(in *execution.Inspection) (query.Value, bool) {
	var o object
	if retry := in.Retry; retry != nil {
		o.Set("retryIndex", query.IntValue(int64(retry.Index)))
		if !retry.Exhausted {
			o.Set("retryBackoffIntervalSeconds", query.IntValue(int64(retry.Backoff.Round(time.Second)/time.Second)))
		}
	}
	if in.Catch != nil {
		o.Set("catchIndex", query.IntValue(int64(*in.Catch)))
	}
	return o.Build(), in.Retry != nil || in.Catch != nil
}
