package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// server answers requests with points of one model.
type server struct {
	generator *generator
	limits    limits
	gate      *gate
	points    prometheus.Counter // Points generated.
	log       *slog.Logger
	handler   http.Handler
	stopping  atomic.Bool
}

// newServer returns a server that is ready to answer: it compiles the model's graphs.
func newServer(
	g *generator, l limits, registry *prometheus.Registry, log *slog.Logger,
) (*server, error) {
	s := &server{generator: g, limits: l, gate: newGate(l), log: log}
	if s.mostPoints() < 1 {
		return nil, fmt.Errorf("-max-numbers is %d, but a point has %d numbers", l.numbers,
			g.schema.Dim())
	}
	var err error
	if s.limits.steps, err = g.warmUp(s.mostPoints(), l.steps); err != nil {
		return nil, err
	}
	m := newMetrics(registry)
	s.points = m.points
	mux := http.NewServeMux()
	for _, route := range []struct {
		path    string
		methods []string
		handle  http.HandlerFunc
	}{
		{"/samples", []string{http.MethodGet, http.MethodPost}, s.samples},
		{"/model", []string{http.MethodGet}, s.describeModel},
		{"/healthz", []string{http.MethodGet, http.MethodHead}, s.health},
		{"/metrics", []string{http.MethodGet}, m.expose},
		{"/", nil, s.notFound},
	} {
		mux.Handle(route.path, m.measure(route.path, s.only(route.methods, route.handle)))
	}
	s.handler = mux
	return s, nil
}

// only returns a handler that refuses methods other than the given ones, if any are given.
func (s *server) only(methods []string, handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if len(methods) > 0 && !slices.Contains(methods, r.Method) {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			s.fail(w, &failure{http.StatusMethodNotAllowed, fmt.Sprintf("the method is %.20q, it "+
				"must be %s", r.Method, strings.Join(methods, " or "))})
			return
		}
		handle(w, r)
	}
}

// samples answers GET and POST /samples.
func (s *server) samples(w http.ResponseWriter, from *http.Request) {
	r, err := s.read(w, from)
	if err != nil {
		s.fail(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(from.Context(), s.limits.compute)
	defer cancel()
	leave, err := s.gate.enter(ctx, r.N*s.generator.schema.Dim())
	if err != nil {
		s.fail(w, err)
		return
	}
	defer leave() // After the answer is sent, for it is in memory until then.
	content, err := s.answer(ctx, r)
	if err != nil {
		s.fail(w, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", contentTypes[r.Format])
	header.Set("Content-Length", strconv.Itoa(len(content)))
	header.Set("Cache-Control", "no-store")
	header.Set("Seed", strconv.FormatInt(*r.Seed, 10))
	if _, err := w.Write(content); err != nil {
		s.log.Warn("the client left, or took too long to read", "error", err)
	}
}

// read returns a valid request.
func (s *server) read(w http.ResponseWriter, from *http.Request) (r request, err error) {
	r = newRequest(min(1000, s.mostPoints()))
	if from.Method == http.MethodPost {
		err = r.readBody(w, from, s.limits)
	} else {
		err = r.readQuery(from.URL.RawQuery)
	}
	if err == nil {
		err = s.validate(r)
	}
	return r, err
}

// health answers whether the server takes requests.
func (s *server) health(w http.ResponseWriter, _ *http.Request) {
	if s.stopping.Load() {
		s.fail(w, &failure{http.StatusServiceUnavailable, "the server is stopping"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	s.fail(w, &failure{http.StatusNotFound, fmt.Sprintf("there is no %.40q, there are /samples, "+
		"/model, /healthz and /metrics", r.URL.Path)})
}
