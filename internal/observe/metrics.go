// Package observe counts what happens in a server, for whoever watches it: metrics in the text format of Prometheus.
//
// Names of services are labels; names of state machines, states and executions are not: their number has no bound.
package observe

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
)

// Metrics are the numbers of one server. They are safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	running  *prometheus.GaugeVec
}

// callSeconds are the bounds of the histogram: from a function beside us to one that runs for Lambda's longest.
var callSeconds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900}

// New returns metrics at zero, with those of the process and of Go's run time beside them.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cogstep_task_calls_total", Help: "Calls of Tasks that have ended, by service and outcome (succeeded, failed, submitted).",
		}, []string{"service", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cogstep_task_call_duration_seconds", Help: "How long calls of Tasks took, by service.", Buckets: callSeconds,
		}, []string{"service"}),
		running: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "cogstep_task_calls_running", Help: "Calls of Tasks under way, by service.",
		}, []string{"service"}),
	}
	m.registry.MustRegister(m.calls, m.seconds, m.running, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers with all metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Call notes that a call begins; what it returns notes its end.
func (m *Metrics) Call(c integration.Call) func(integration.Answer) {
	service := c.Resource.Service
	if c.Resource.Kind == asl.Function {
		service = "lambda"
	}
	began := time.Now()
	m.running.WithLabelValues(service).Inc()
	return func(a integration.Answer) {
		m.running.WithLabelValues(service).Dec()
		m.seconds.WithLabelValues(service).Observe(time.Since(began).Seconds())
		m.calls.WithLabelValues(service, outcome(a)).Inc()
	}
}

func outcome(a integration.Answer) string {
	switch a.(type) {
	case integration.Succeeded:
		return "succeeded"
	case integration.Submitted:
		return "submitted"
	}
	return "failed"
}
