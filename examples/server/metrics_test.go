package main

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// TestMetrics parses the metrics as Prometheus does, and compares the counts with the requests.
func TestMetrics(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.plane, defaultLimits)
	for query, times := range map[string]int{"n=7": 3, "n=20&format=json": 2, "n=0": 4, "n=x": 1} {
		for range times {
			get(t, address, query)
		}
	}
	read(must(http.Get(address + "/nothing"))(t))
	a := read(must(http.Get(address + "/metrics"))(t))
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families := must(parser.TextToMetricFamilies(strings.NewReader(a.content)))(t)
	got := map[string]float64{}
	for _, metric := range families["meanflow_http_requests_total"].GetMetric() {
		name := ""
		for _, label := range metric.GetLabel() {
			name += label.GetName() + "=" + label.GetValue() + " "
		}
		got[name] = metric.GetCounter().GetValue()
	}
	for _, metric := range families["meanflow_http_request_duration_seconds"].GetMetric() {
		if metric.GetLabel()[0].GetValue() == "/samples" {
			got["seconds"] = float64(metric.GetHistogram().GetSampleCount())
		}
	}
	points := families["meanflow_points_total"].GetMetric()
	inFlight := families["meanflow_http_requests_in_flight"].GetMetric()
	got["points"] = points[0].GetCounter().GetValue()
	got["in flight"] = inFlight[0].GetGauge().GetValue()
	want := map[string]float64{
		"code=200 path=/samples ": 5, "code=422 path=/samples ": 4, "code=400 path=/samples ": 1,
		"code=404 path=/ ": 1, "seconds": 10, "points": 3*7 + 2*20, "in flight": 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the metrics are %v, want %v", got, want)
	}
	if families["go_goroutines"] == nil {
		t.Error("there are no metrics of Go")
	}
}

func TestDescription(t *testing.T) {
	makeModels(t)
	const limits = `"limits": {"n": 100000, "steps": 1000, "n times steps": 1000000, "body": 65536}`
	for folder, want := range map[string]string{
		folders.rows: `{"generates": "rows", "columns": [
				{"name": "mass", "kind": "number", "min": 3000, "max": 3385},
				{"name": "island", "kind": "category", "categories": ["Biscoe", "Dream"]},
				{"name": "eggs", "kind": "integer", "max": 2}
			], "given": [
				{"name": "species", "kind": "category",
					"categories": ["Adelie", "Chinstrap", "Gentoo"]},
				{"name": "year", "kind": "integer", "min": 2007, "max": 2010}
			], "guidance": [1, 4], "formats": ["csv", "json"], ` + limits + `}`,
		folders.plane: `{"generates": "rows", "columns": [
				{"name": "x1", "kind": "number"}, {"name": "x2", "kind": "number"}
			], "formats": ["csv", "json", "png"], ` + limits + `}`,
		folders.drift: `{"generates": "rows", "columns": [
				{"name": "x1", "kind": "number"}, {"name": "x2", "kind": "number"}
			], "formats": ["csv", "json", "png"], ` +
			strings.Replace(limits, `"steps": 1000`, `"steps": 1`, 1) + `}`,
	} {
		_, address := newTestServer(t, folder, defaultLimits)
		a := read(must(http.Get(address + "/model"))(t))
		var got, wanted any
		if err := json.Unmarshal([]byte(a.content), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, wanted) {
			t.Errorf("/model is %s, want %s", a.content, want)
		}
	}
	s, _ := newTestServer(t, folders.images, defaultLimits)
	d := s.description()
	if d.Generates != "images" || *d.Image != (imageShape{6, 4, 1}) || len(d.Columns) != 24 ||
		d.Limits["n"] != 2_000_000/24 {
		t.Errorf("images are described by %+v", d)
	}
}
