package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestWorkerAnswersEachCase(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	t.Chdir("..") // The paths of files begin at the repository.
	requests := `
		{"work": "training", "objective": "mean flow", "width": 8, "batch": 16, "seconds": 0.01}
		{"work": "training", "objective": "flow matching", "width": 8, "batch": 16, "seconds": 0.01}
		{"work": "sampling", "width": 8, "points": 10, "steps": 3, "seconds": 0.01}
		{"work": "codes", "objective": "mean flow", "width": 8, "batch": 4, "seconds": 0.01}
		{"work": "transformer", "objective": "mean flow", "width": 8, "batch": 2, "seconds": 0.01}
		{"work": "sampled codes", "width": 8, "points": 10, "steps": 1, "seconds": 0.01}
		{"work": "sampled pixels", "width": 8, "points": 2, "steps": 1, "seconds": 0.01}
		{"work": "digits", "width": 8, "points": 10, "steps": 1, "seconds": 0.01}`
	var out bytes.Buffer
	if err := answerCases(strings.NewReader(requests), &out, 1); err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(&out)
	var hello answer
	if err := answers.Decode(&hello); err != nil || !strings.Contains(hello.Version, "gomlx") {
		t.Errorf("the first line is %+v, error %v: it should name the versions", hello, err)
	}
	for range 8 {
		var reply answer
		if err := answers.Decode(&reply); err != nil {
			t.Fatal(err)
		}
		if !(reply.Value > 0 && reply.Value < 10_000) {
			t.Errorf("%v ms for a training step or a sampling call", reply.Value)
		}
	}
	if answers.More() {
		t.Error("more answers than cases")
	}
}

// Cases that measure a whole process are timed by its parent.
func TestWorkerRunsProcesses(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	requests := `
		{"work": "begin", "objective": "mean flow", "width": 8, "batch": 16}
		{"work": "memory", "width": 8, "points": 10000, "steps": 1}`
	var out bytes.Buffer
	if err := answerCases(strings.NewReader(requests), &out, 1); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 3 ||
		lines[1] != "{}" || lines[2] != "{}" {
		t.Errorf("the answers are %q, want the version and two without a value", lines)
	}
}

func TestWorkerReportsWrongCases(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	for request, want := range map[string]string{
		`{"work": "training", "objective": "mean flow", "width": -1}`: "Width is -1",
		`{"work": "training", "objective": "drift", "batch": 16}`:     `objective "drift"`,
		`{"work": "resting"}`: `work "resting"`,
	} {
		var out bytes.Buffer
		err := answerCases(strings.NewReader(request), &out, 1)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", request, err, want)
		}
	}
}
