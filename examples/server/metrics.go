package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the measurements that GET /metrics answers with.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	points   prometheus.Counter
	expose   http.HandlerFunc
}

func newMetrics(registry *prometheus.Registry) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "meanflow_http_requests_total", Help: "Requests by path and status.",
		}, []string{"path", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "meanflow_http_request_duration_seconds",
			Help:    "Time from a request's header to the end of its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"path"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "meanflow_http_requests_in_flight", Help: "Requests that wait or are answered.",
		}),
		points: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "meanflow_points_total", Help: "Points generated.",
		}),
	}
	registry.MustRegister(m.requests, m.seconds, m.inFlight, m.points, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.expose = promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP
	return m
}

// measure returns a handler that measures the requests for a path. "/" stands for all others.
func (m *metrics) measure(path string, handle http.Handler) http.Handler {
	labels := prometheus.Labels{"path": path}
	handle = promhttp.InstrumentHandlerDuration(m.seconds.MustCurryWith(labels), handle)
	handle = promhttp.InstrumentHandlerCounter(m.requests.MustCurryWith(labels), handle)
	return promhttp.InstrumentHandlerInFlight(m.inFlight, handle)
}
