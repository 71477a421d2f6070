package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow"
)

// counting counts how often a model is asked.
type counting struct {
	sampler
	calls int
}

func (c *counting) SampleWith(o meanflow.SampleOptions, n int, seed int64) ([][]float64, error) {
	c.calls++
	return c.sampler.SampleWith(o, n, seed)
}

// check compares the status and the text of a failure.
func check(t *testing.T, name string, a answer, status int, text string) {
	t.Helper()
	var failure map[string]string
	if err := json.Unmarshal([]byte(a.content), &failure); err != nil {
		t.Errorf("%s: the answer is no JSON: %s", name, a.content)
	}
	if a.status != status || !strings.Contains(failure["error"], text) {
		t.Errorf("%s: the answer is %d %q, want %d with %q", name, a.status, failure["error"],
			status, text)
	}
	if len(failure["error"]) > 200 {
		t.Errorf("%s: the text has %d bytes", name, len(failure["error"]))
	}
}

func TestRefusesQueries(t *testing.T) {
	makeModels(t)
	g := must(load(folders.rows))(t)
	model := &counting{sampler: g.model}
	g.model = model
	_, address := serverOf(t, g, defaultLimits)
	model.calls = 0
	for query, want := range map[string]failure{
		"n=1000000000":              {422, "n is 1000000000, it must be from 1 to 100000"},
		"n=0":                       {422, "n is 0, it must be from 1"},
		"n=-5":                      {422, "n is -5, it must be from 1"},
		"n=1e3":                     {400, `n is "1e3", it must be an integer`},
		"n=99999999999999999999":    {400, "it must be an integer"},
		"n=":                        {400, `n is "", it must be an integer`},
		"n=1&n=2":                   {400, "n is set 2 times"},
		"steps=0":                   {422, "steps is 0, it must be from 1 to 1000"},
		"steps=1001":                {422, "steps is 1001, it must be from 1 to 1000"},
		"n=10001&steps=100":         {422, "their product must be at most 1000000"},
		"seed=x":                    {400, `seed is "x", it must be an integer`},
		"clip=yes":                  {400, `clip is "yes", it must be true or false`},
		"format=xml":                {422, `format is "xml", it must be one of [csv json]`},
		"format=png":                {422, "only images, and up to 8 columns of numbers"},
		"points=5":                  {400, `unknown parameter "points": the parameters are n`},
		"given=Gentoo":              {400, "it must be name=value"},
		"given=a=1&given=a=2":       {400, "once for each name"},
		"given=year=2008":           {422, `condition "species" is missing`},
		"given=mass=1":              {422, `there is no condition "mass", there are: "species"`},
		"n=%zz":                     {400, "the query can't be read"},
		"guidance=2":                {422, "guidance is 2 without given"},
		"guidance=big":              {400, "it must be a number"},
		gentoo + "&guidance=9":      {422, "guidance is 9, it must be from 1 to 4"},
		gentoo + "&guidance=NaN":    {422, "it must be from 1 to 4"},
		"given=species=Dodo&" + y08: {422, `one of "Adelie", "Chinstrap", "Gentoo"`},
		gentoo + "0&guidance=1":     {422, `"20080", it must be a number from 2007`},
		strings.Repeat("x", 9000):   {400, "unknown parameter"},
	} {
		check(t, fmt.Sprintf("%.60q", query), get(t, address, query), want.status, want.text)
	}
	if model.calls != 0 {
		t.Errorf("refused requests asked the model %d times", model.calls)
	}
}

const (
	y08    = "given=year=2008"
	gentoo = "given=species=Gentoo&" + y08
)

func TestRefusesBodies(t *testing.T) {
	makeModels(t)
	g := must(load(folders.rows))(t)
	model := &counting{sampler: g.model}
	g.model = model
	_, address := serverOf(t, g, defaultLimits)
	model.calls = 0
	for body, want := range map[string]failure{
		"":                               {400, "the body is no JSON: it ends too early"},
		"{":                              {400, "the body is no JSON: it ends too early"},
		`{"n": 5,}`:                      {400, "the body is no JSON: invalid character '}'"},
		`{"n": 5} {"n": 6}`:              {400, "the body goes on after the JSON object"},
		"[1]":                            {400, "the body is a JSON array, it must be an object"},
		"null":                           {400, "the body is a JSON null, it must be an object"},
		`{"n": "5"}`:                     {400, "n is a JSON string, it must be an integer"},
		`{"n": 1.5}`:                     {400, "n is a JSON number 1.5, it must be an integer"},
		`{"n": 1e999}`:                   {400, "it must be an integer"},
		`{"n": 1000000000}`:              {422, "n is 1000000000, it must be from 1 to 100000"},
		`{"seed": null}`:                 {400, "seed is null"},
		`{"points": 5}`:                  {400, `unknown field "points": the fields are n, steps`},
		`{"given": ["a"]}`:               {400, "given is a JSON array, it must be an object"},
		`{"given": {"species": null}}`:   {400, `given: "species" must be a text or a number`},
		`{"given": {"species": ["a"]}}`:  {400, `given: "species" must be a text or a number`},
		`{"given": {"species": "Dodo"}}`: {422, `given: condition "year" is missing`},
		`{"format": 3}`:                  {400, "format is a JSON number, it must be a text"},
		`{"clip": 1}`:                    {400, "clip is a JSON number, it must be true or false"},
		strings.Repeat("[", 30_000):      {400, "the body is no JSON"},
		strings.Repeat(" ", 65_537):      {413, "it must have at most 65536 bytes"},
		"\xff\xfe{}":                     {400, "the body is no JSON"},
	} {
		check(t, fmt.Sprintf("%.60q", body), post(t, address, body), want.status, want.text)
	}
	if model.calls != 0 {
		t.Errorf("refused requests asked the model %d times", model.calls)
	}
	for kind, status := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "text/plain": 415, "": 415,
		"application/x-www-form-urlencoded": 415,
	} {
		a := read(must(http.Post(address+"/samples", kind, strings.NewReader(`{"n": 1}`)))(t))
		if a.status != status {
			t.Errorf("Content-Type %q: the answer is %d %s, want %d", kind, a.status, a.content,
				status)
		}
	}
}

func TestRefusesPathsAndMethods(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.plane, defaultLimits)
	for _, test := range []struct {
		method, path string
		status       int
		text         string
	}{
		{"GET", "/", 404, `there is no "/", there are /samples, /model, /healthz and /metrics`},
		{"GET", "/samples/5", 404, "there is no"},
		{"PUT", "/samples", 405, `the method is "PUT", it must be GET or POST`},
		{"POST", "/model", 405, "it must be GET"},
		{"DELETE", "/healthz", 405, "it must be GET or HEAD"},
	} {
		request := must(http.NewRequest(test.method, address+test.path, nil))(t)
		a := read(must(http.DefaultClient.Do(request))(t))
		check(t, test.method+" "+test.path, a, test.status, test.text)
		if test.status == 405 && a.header.Get("Allow") == "" {
			t.Errorf("%s %s: the answer has no header Allow", test.method, test.path)
		}
	}
	check(t, "clip", get(t, address, "format=png&clip=true"), 422, "clip is true, but a png")
	check(t, "guidance", get(t, address, "guidance=2"), 422, "this model takes none")
	check(t, "given", get(t, address, "given=species=Gentoo"), 422, "there is no condition")
}

// TestOneStep asks a model of Drifting for more than its single step.
func TestOneStep(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.drift, defaultLimits)
	check(t, "2 steps", get(t, address, "steps=2"), 422, "steps is 2, it must be from 1 to 1")
	if a := get(t, address, "n=3"); a.status != 200 {
		t.Errorf("one step is %d: %s", a.status, a.content)
	}
}

func TestMostImages(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.images, defaultLimits)
	check(t, "png", get(t, address, "n=1001&format=png"), 422, "n is 1001, it must be at most 1000")
	// An image has 24 numbers.
	small := defaultLimits
	small.numbers = 24 * 10
	_, address = newTestServer(t, folders.images, small)
	check(t, "numbers", get(t, address, "n=11"), 422, "n is 11, it must be from 1 to 10")
	if rows := decoded(t, get(t, address, "")); len(rows) != 11 {
		t.Errorf("the default is %d images, want all 10 that have room", len(rows)-1)
	}
}
