package main

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"
)

// FuzzRequest reads bodies and queries. What is refused has a short text and a status of 4xx, and
// what is allowed stays within the limits. A request that was read, written as JSON, is read as the
// same request.
func FuzzRequest(f *testing.F) {
	makeModels(f)
	s, _ := newTestServer(f, folders.rows, defaultLimits)
	for _, text := range []string{
		`{"n": 5, "steps": 2, "seed": -1, "format": "json", "clip": true}`,
		`{"given": {"species": "Gentoo", "year": 2008}, "guidance": 2.5}`,
		`{"n": 1e9}`, `{"N": 5, "n": 6}`, `[]`, `null`, `{"given": {"": 1}}`, `{"n": 5} x`,
		`{"guidance": -0}`, `{"given": {"year": 2008.5e0, "species": "\ud800"}}`,
		"n=5&steps=2&seed=-1&format=json&clip=true", "given=species=Gentoo&given=year=2008",
		"guidance=NaN&given=", "n=5;steps=2", "n=%35", "&&=&", "clip=null", "guidance=0x1p4",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, readText := range map[string]func(r *request, text string) error{
			"body": (*request).readJSON, "query": (*request).readQuery,
		} {
			r := newRequest(10)
			err := readText(&r, text)
			if err == nil {
				err = s.validate(r)
			}
			var refusal *failure
			switch {
			case err == nil:
				checkAllowed(t, name, r)
			case !errors.As(err, &refusal) || refusal.status < 400 || refusal.status >= 500:
				t.Errorf("%s: the error is %v, want a status of 4xx", name, err)
			case len(err.Error()) > 250: // Bytes that are no text are quoted by four each.
				t.Errorf("%s: the text has %d bytes: %v", name, len(err.Error()), err)
			}
		}
	})
}

func checkAllowed(t *testing.T, name string, r request) {
	t.Helper()
	l := defaultLimits
	if r.N < 1 || r.N > l.points || r.Steps < 1 || r.Steps > l.steps ||
		r.N*r.Steps > l.evaluations {
		t.Errorf("%s: %+v is outside the limits", name, r)
	}
	written, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again := newRequest(10)
	if err := again.readJSON(string(written)); err != nil {
		t.Fatalf("%s: %s is refused: %v", name, written, err)
	}
	for key, value := range r.Given { // JSON replaces bytes that are no text.
		text, _ := value.(string)
		if !utf8.ValidString(key + text) {
			return
		}
	}
	if len(r.Given) == 0 {
		r.Given, again.Given = nil, nil
	}
	if !reflect.DeepEqual(again, r) {
		t.Errorf("%s: %+v came back as %+v", name, r, again)
	}
}
