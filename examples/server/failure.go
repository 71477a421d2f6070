package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// failure is the answer to a request that can't be answered.
type failure struct {
	status int
	text   string // A sentence that names the parameter and what would be right.
}

// Error returns the sentence.
func (f *failure) Error() string { return f.text }

// malformed returns a failure for a request that can't be read.
func malformed(format string, values ...any) *failure {
	return &failure{http.StatusBadRequest, fmt.Sprintf(format, values...)}
}

// refused returns a failure for a request that asks for what the model or the limits don't allow.
func refused(format string, values ...any) *failure {
	return &failure{http.StatusUnprocessableEntity, fmt.Sprintf(format, values...)}
}

var errBusy = &failure{http.StatusServiceUnavailable, "too many requests wait: try again later"}

// statusClientGone is the status, as nginx has it, that metrics count if a client has left.
const statusClientGone = 499

// asFailure returns the answer for an error. Only the log shows what went wrong in the server.
func (s *server) asFailure(err error) *failure {
	var known *failure
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{http.StatusServiceUnavailable, fmt.Sprintf("there was no answer within "+
			"%v: ask for fewer points or steps, or try again later", s.limits.compute)}
	case errors.Is(err, context.Canceled):
		return &failure{statusClientGone, "the client has left"}
	}
	s.log.Error("no answer", "error", err)
	return &failure{http.StatusInternalServerError, "the server failed; its log says why"}
}

// fail answers with an error, {"error": "…"}.
func (s *server) fail(w http.ResponseWriter, err error) {
	f := s.asFailure(err)
	if f.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, f.status, map[string]string{"error": f.text})
}

// writeJSON answers with a value in JSON. An error means that the client has left.
func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
}
