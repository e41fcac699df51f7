package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"github.com/cogstep/cogstep/internal/engine"
)

// Quota is a token bucket: a call takes a token, and one that finds none is refused with a ThrottlingException.
type Quota struct {
	Bucket int     `json:"bucket"` // tokens that it holds at most, at least 1: so many calls can be made at once
	Refill float64 `json:"refill"` // tokens that are added each second
}

// Quotas are the quotas of calls by operation; an operation that is not among them has none. StartExecution has two,
// StartStandard and StartExpress, by the type of the state machine. StateTransition is the quota of what all Standard
// executions do; beyond it they are delayed.
//
// Quotas bind clients. What a Task of this server's own executions calls is bound by the places of the task's target.
type Quotas map[string]Quota

// The two quotas of StartExecution.
const (
	StartStandard = "StartExecution/STANDARD"
	StartExpress  = "StartExecution/EXPRESS"
)

// StateTransition names the quota of the state transitions of Standard executions.
const StateTransition = "StateTransition"

// largeRegions have quotas of their own.
var largeRegions = []string{"us-east-1", "us-west-2", "eu-west-1"}

// serviceQuotas are the service's figures for large regions and for all others.
// Source: the service's documentation, "Quotas related to API action throttling" and "Quotas related to state throttling", 2026.
var serviceQuotas = []struct {
	operations   []string
	large, other Quota
}{
	{[]string{StartStandard, "RedriveExecution"}, Quota{1300, 300}, Quota{800, 150}},
	{[]string{StartExpress}, Quota{6000, 6000}, Quota{6000, 6000}},
	{[]string{"StopExecution"}, Quota{1000, 200}, Quota{500, 25}},
	{[]string{"DescribeExecution"}, Quota{300, 15}, Quota{250, 10}},
	{[]string{"GetExecutionHistory"}, Quota{400, 20}, Quota{400, 20}},
	{[]string{"ListExecutions"}, Quota{200, 5}, Quota{100, 2}},
	{[]string{"GetActivityTask", "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"}, Quota{3000, 500}, Quota{1500, 300}},
	{[]string{"DescribeStateMachine"}, Quota{200, 20}, Quota{200, 20}},
	{[]string{"ListActivities"}, Quota{100, 10}, Quota{100, 5}},
	{[]string{"ListStateMachines"}, Quota{100, 5}, Quota{100, 5}},
	{[]string{StateTransition}, Quota{5000, 5000}, Quota{800, 800}},
	{[]string{"TestState"}, Quota{50, 10}, Quota{50, 10}},
	{[]string{"DescribeActivity", "DescribeMapRun", "DescribeStateMachineAlias", "DescribeStateMachineForExecution", "TagResource", "UntagResource"}, Quota{200, 1}, Quota{200, 1}},
}

// elseQuota is that of all operations which serviceQuotas does not name and which are not unlimited.
var elseQuota = Quota{100, 1}

// unlimited operations have no fixed quota.
var unlimited = []string{"StartExecution", "StartSyncExecution"} // StartExecution: but for its two parts

// ServiceQuotas returns the quotas that the service has in a region.
func ServiceQuotas(region string) Quotas {
	q := Quotas{}
	for name := range operations {
		if !slices.Contains(unlimited, name) {
			q[name] = elseQuota
		}
	}
	for _, row := range serviceQuotas {
		for _, name := range row.operations {
			if q[name] = row.other; slices.Contains(largeRegions, region) {
				q[name] = row.large
			}
		}
	}
	return q
}

// Change returns q with the changes of a JSON text: an object with a {"bucket": …, "refill": …} for each operation to
// be changed, or null for one that is to have no quota. Errors say what is wrong with the text.
func (q Quotas) Change(text []byte) (Quotas, error) {
	var changes map[string]*Quota
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&changes); err != nil {
		return nil, err
	}
	changed := Quotas{}
	for name, quota := range q {
		changed[name] = quota
	}
	for name, quota := range changes {
		if name == "StartExecution" || operations[name] == nil && name != StartStandard && name != StartExpress && name != StateTransition {
			return nil, fmt.Errorf("%q has no quota: name an operation of the API, or %q, %q or %q", name, StartStandard, StartExpress, StateTransition)
		}
		switch {
		case quota == nil:
			delete(changed, name)
		case quota.Bucket < 1 || quota.Refill < 0 || math.IsInf(quota.Refill, 0):
			return nil, fmt.Errorf("%s: bucket must be at least 1 and refill at least 0", name)
		case name == StateTransition && quota.Refill == 0:
			return nil, fmt.Errorf("%s: refill must be greater than 0: what waits would wait for ever", name)
		default:
			changed[name] = *quota
		}
	}
	return changed, nil
}

// Transitions returns the quota of state transitions; zero: there is none.
func (q Quotas) Transitions() engine.Transitions {
	return engine.Transitions(q[StateTransition])
}

// buckets hold the tokens. Each operation has a lock of its own, held for a few additions.
type buckets map[string]*rate.Limiter

func (q Quotas) buckets() buckets {
	b := make(buckets, len(q))
	for name, quota := range q {
		if name == StateTransition {
			continue // the engine's
		}
		b[name] = rate.NewLimiter(rate.Limit(quota.Refill), quota.Bucket)
	}
	return b
}

// admit takes a token for a client's call. Errors: ThrottlingException.
func (b buckets) admit(in input, name string, now time.Time) error {
	if l := b[name]; l != nil && in.header != nil && !l.AllowN(now, 1) {
		return fail("ThrottlingException", "Rate exceeded")
	}
	return nil
}
