package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestWorkerAnswersEachCase(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	cases := `{"work": "training", "objective": "mean flow", "width": 8, "batch": 16, "seconds": 0.01}
		{"work": "training", "objective": "flow matching", "width": 8, "batch": 16, "seconds": 0.01}
		{"work": "sampling", "width": 8, "points": 10, "steps": 3, "seconds": 0.01}`
	var out bytes.Buffer
	if err := answerCases(strings.NewReader(cases), &out, 1); err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(&out)
	var hello answer
	if err := answers.Decode(&hello); err != nil || !strings.Contains(hello.Version, "gomlx") {
		t.Errorf("the first line is %+v, %v: it should name versions", hello, err)
	}
	for range 3 {
		var a answer
		if err := answers.Decode(&a); err != nil {
			t.Fatal(err)
		}
		if !(a.Value > 0 && a.Value < 10_000) {
			t.Errorf("a step or a call of %v ms", a.Value)
		}
	}
	if answers.More() {
		t.Error("more answers than cases")
	}
	if err := answerCases(strings.NewReader(`{"work": "training", "objective": "mean flow", "width": -1, "batch": 16}`), &out, 1); err == nil || !strings.Contains(err.Error(), "Width is -1") {
		t.Errorf("a width of -1: error %v", err)
	}
}
