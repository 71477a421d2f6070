package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestWorkerAnswersEachCase(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	cases := `{"objective": "mean flow", "width": 8, "batch": 16, "seconds": 0.01}
		{"objective": "flow matching", "width": 8, "batch": 16, "seconds": 0.01}`
	var out bytes.Buffer
	if err := work(strings.NewReader(cases), &out); err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(&out)
	for range 2 {
		var a answer
		if err := answers.Decode(&a); err != nil {
			t.Fatal(err)
		}
		if !(a.Milliseconds > 0 && a.Milliseconds < 10_000) {
			t.Errorf("a step of %v ms", a.Milliseconds)
		}
	}
	if answers.More() {
		t.Error("more answers than cases")
	}
	if err := work(strings.NewReader(`{"objective": "mean flow", "width": -1, "batch": 16}`), &out); err == nil || !strings.Contains(err.Error(), "Width is -1") {
		t.Errorf("a width of -1: error %v", err)
	}
}
