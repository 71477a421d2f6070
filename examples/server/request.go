package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"strings"
)

// request is what a client asks for, as the body of POST /samples or the query of GET /samples.
type request struct {
	N      int    `json:"n"`      // Number of points, 1,000 or the limit if that is less.
	Steps  int    `json:"steps"`  // Number of steps from noise to data, 1 by default.
	Seed   *int64 `json:"seed"`   // Determines the noise, random by default.
	Format format `json:"format"` // CSV by default.
	// Given has texts or numbers: the class and the condition values to generate points for.
	Given map[string]any `json:"given"`
	// Guidance is the scale of guidance to what is given, the model's lowest if it is 0.
	Guidance float64 `json:"guidance"`
	Clip     bool    `json:"clip"` // Move numbers outside the data's range to its ends.
}

// parameters lists the names of a request's fields, for error messages.
const parameters = "n, steps, seed, format, given, guidance, clip"

// newRequest returns the request for the default number of points.
func newRequest(n int) request {
	seed := rand.Int64N(1 << 53) // JSON numbers of that size are exact in any language.
	return request{N: n, Steps: 1, Seed: &seed, Format: formatCSV}
}

// readBody sets the fields that the JSON body of a POST request names.
func (r *request) readBody(w http.ResponseWriter, from *http.Request, limits limits) error {
	kind, _, err := mime.ParseMediaType(from.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return &failure{http.StatusUnsupportedMediaType, "the body must be JSON, with the header " +
			"Content-Type: application/json"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, from.Body, int64(limits.body)))
	var tooLarge *http.MaxBytesError
	var network net.Error
	switch {
	case errors.As(err, &tooLarge):
		return &failure{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is too large, it "+
			"must have at most %d bytes", limits.body)}
	case errors.As(err, &network) && network.Timeout():
		return &failure{http.StatusRequestTimeout, fmt.Sprintf("the body did not arrive within %v",
			limits.client)}
	case err != nil:
		return malformed("the body ended too early")
	}
	return r.readJSON(string(body))
}

// readJSON sets the fields that a JSON object names.
func (r *request) readJSON(body string) error {
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()                         // Given keeps the digits as they are.
	isNull := strings.TrimSpace(body) == "null" // Which Decode takes for any value.
	if err := decoder.Decode(r); err != nil {
		return jsonFailure(err)
	}
	if isNull {
		return malformed("the body is a JSON null, it must be an object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return malformed("the body goes on after the JSON object")
	}
	if r.Seed == nil {
		return malformed("seed is null, it must be an integer, or left out")
	}
	for name, value := range r.Given {
		switch value.(type) {
		case string, json.Number:
		default:
			return malformed("given: %.40q must be a text or a number", name)
		}
	}
	return nil
}

// jsonFailure says what is wrong with a JSON object.
func jsonFailure(err error) *failure {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return malformed("the body is no JSON: %v, at byte %d", err, syntax.Offset)
	case errors.As(err, &mismatch) && mismatch.Field == "":
		return malformed("the body is a JSON %s, it must be an object", mismatch.Value)
	case errors.As(err, &mismatch):
		return malformed("%s is a JSON %.60s, it must be %s", mismatch.Field, mismatch.Value,
			kindOf[mismatch.Field])
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return malformed("the body is no JSON: it ends too early")
	}
	unknown := strings.TrimPrefix(err.Error(), "json: ")
	return malformed("%.80s: the fields are %s", unknown, parameters)
}

// kindOf says what the parameters must be.
var kindOf = map[string]string{
	"n": "an integer", "steps": "an integer", "seed": "an integer", "guidance": "a number",
	"format": "a text", "clip": "true or false",
	"given": "an object, such as {\"name\": \"value\"}",
}
