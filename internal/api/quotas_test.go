package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/query"
)

func TestServiceQuotas(t *testing.T) {
	large, other := ServiceQuotas("eu-west-1"), ServiceQuotas("eu-central-1")
	for _, c := range []struct {
		operation    string
		large, other Quota
	}{
		{StartStandard, Quota{1300, 300}, Quota{800, 150}},
		{StartExpress, Quota{6000, 6000}, Quota{6000, 6000}},
		{"StopExecution", Quota{1000, 200}, Quota{500, 25}},
		{StateTransition, Quota{5000, 5000}, Quota{800, 800}},
		{"SendTaskHeartbeat", Quota{3000, 500}, Quota{1500, 300}},
		{"CreateStateMachine", Quota{100, 1}, Quota{100, 1}},
		{"DescribeMapRun", Quota{200, 1}, Quota{200, 1}},
	} {
		if large[c.operation] != c.large || other[c.operation] != c.other {
			t.Errorf("%s: %v, %v", c.operation, large[c.operation], other[c.operation])
		}
	}
	for name := range operations {
		_, limited := large[name]
		if want := name != "StartExecution" && name != "StartSyncExecution"; limited != want {
			t.Errorf("%s: has a quota: %t", name, limited)
		}
	}
	for name, q := range large {
		if operations[name] == nil && name != StateTransition && !strings.HasPrefix(name, "StartExecution/") {
			t.Errorf("%s is no operation", name)
		}
		if q.Bucket < 1 || q.Refill <= 0 {
			t.Errorf("%s: %v", name, q)
		}
	}
}

func TestQuotasAreChangedByAFile(t *testing.T) {
	q := ServiceQuotas("us-east-1")
	got, err := q.Change([]byte(`{"StartExecution/STANDARD": {"bucket": 5, "refill": 0.5}, "ListExecutions": null}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, limited := got["ListExecutions"]; limited || got[StartStandard] != (Quota{5, 0.5}) || got["StopExecution"] != (Quota{1000, 200}) {
		t.Errorf("%v", got)
	}
	if q[StartStandard] != (Quota{1300, 300}) {
		t.Error("the original has changed")
	}
	for text, want := range map[string]string{
		`{"StartExecution": {"bucket": 5, "refill": 5}}`: `"StartExecution/STANDARD"`,
		`{"Dance": null}`: `"Dance" has no quota`,
		`{"StopExecution": {"bucket": 0, "refill": 5}}`:    "bucket must be at least 1",
		`{"StopExecution": {"refill": 5}}`:                 "bucket must be at least 1",
		`{"StateTransition": {"bucket": 1}}`:               "refill must be greater than 0",
		`{"StopExecution": {"bucket": 1, "refill": -1}}`:   "refill at least 0",
		`{"StopExecution": {"bucket": 1, "perSecond": 1}}`: "unknown field",
		`[]`: "cannot unmarshal",
	} {
		if _, err := q.Change([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestTransitionsHaveAQuotaOrNone(t *testing.T) {
	if got := ServiceQuotas("us-east-1").Transitions(); got != (engine.Transitions{Bucket: 5000, Refill: 5000}) {
		t.Errorf("%+v", got)
	}
	if got := Quotas(nil).Transitions(); got != (engine.Transitions{}) {
		t.Errorf("without quotas: %+v", got)
	}
}

// asClient performs a request that came by HTTP.
func (s *service) asClient(operation, body string) string {
	s.t.Helper()
	v, err := query.Parse(body)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err = s.API.perform(s.t.Context(), operation, input{Value: v, header: http.Header{}}); err == nil {
		return "ok"
	}
	e, ok := s.wireError(err)
	if !ok {
		s.t.Fatal(err)
	}
	return e.Error()
}

const throttled = "ThrottlingException: Rate exceeded"

func TestCallsBeyondTheQuotaAreThrottled(t *testing.T) {
	serve(t, func(s *service) {
		s.buckets = Quotas{"ListActivities": {Bucket: 3, Refill: 0.5}, "ListStateMachines": {Bucket: 1}}.buckets()
		for i, want := range []string{"ok", "ok", "ok", throttled, throttled} {
			if got := s.asClient("ListActivities", `{}`); got != want {
				t.Errorf("call %d: %s", i, got)
			}
		}
		if got := s.asClient("ListStateMachines", `{}`); got != "ok" {
			t.Errorf("another operation: %s", got)
		}
		if got := s.asClient("ListStateMachineVersions", `{}`); got == throttled {
			t.Error("an operation without a quota is throttled")
		}
		s.call("ListActivities", members{}) // from a Task: not bound
		time.Sleep(2 * time.Second)
		for i, want := range []string{"ok", throttled} {
			if got := s.asClient("ListActivities", `{}`); got != want {
				t.Errorf("call %d after two seconds: %s", i, got)
			}
		}
		time.Sleep(time.Hour)
		for i, want := range []string{"ok", "ok", "ok", throttled} {
			if got := s.asClient("ListActivities", `{}`); got != want {
				t.Errorf("call %d after an hour: %s", i, got)
			}
		}
	})
}

func TestStandardAndExpressStartsHaveQuotasOfTheirOwn(t *testing.T) {
	serve(t, func(s *service) {
		start := func(name string) string {
			return s.asClient("StartExecution", `{"stateMachineArn":"`+strings.TrimSuffix(machineARN, "M")+name+`"}`)
		}
		s.call("CreateStateMachine", members{"name": "M", "definition": returning(1), "roleArn": anyRole})
		s.call("CreateStateMachine", members{"name": "X", "definition": returning(1), "roleArn": anyRole, "type": "EXPRESS"})
		s.buckets = Quotas{StartStandard: {Bucket: 1}, StartExpress: {Bucket: 2}}.buckets()
		for _, c := range []struct{ machine, want string }{
			{"M", "ok"}, {"M", throttled}, {"X", "ok"}, {"X", "ok"}, {"X", throttled}, {"M", throttled},
		} {
			if got := start(c.machine); got != c.want {
				t.Errorf("start %s: %s, want %s", c.machine, got, c.want)
			}
		}
	})
}
