package observe

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
)

func TestCallsAreCounted(t *testing.T) {
	m := New()
	sqs := integration.Call{Resource: asl.Resource{Service: "sqs"}}
	m.Call(sqs)(integration.Succeeded{})
	m.Call(sqs)(integration.Failed{})
	m.Call(integration.Call{Resource: asl.Resource{Kind: asl.Function}})(integration.Submitted{})
	m.Call(sqs) // goes on
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`cogstep_task_calls_total{outcome="succeeded",service="sqs"} 1`,
		`cogstep_task_calls_total{outcome="failed",service="sqs"} 1`,
		`cogstep_task_calls_total{outcome="submitted",service="lambda"} 1`,
		`cogstep_task_calls_running{service="sqs"} 1`,
		`cogstep_task_call_duration_seconds_count{service="sqs"} 2`,
		`go_goroutines`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}
