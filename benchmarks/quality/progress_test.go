package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

// The line of progress counts trainings, and estimates the rest by how fast the machine was.
func TestProgress(t *testing.T) {
	trained := recommendedRecipe(t)
	next := training{recipe: trained, work: newPlane("spiral"), steps: 11_000} // 38 s.
	var out bytes.Buffer
	p := &progress{out: &out, pending: []training{next, next, next, next}, count: 4}
	p.begin = time.Now().Add(-2 * 76 * time.Second)
	p.end("first")
	p.end(of("recommended", 10_000, 1, 0.02).String())
	for _, test := range []struct {
		elapsed time.Duration
		share   float64
		want    string
	}{
		{152 * time.Second, 0, "3 of 4: recommended on spiral, 11000 steps, seed 0, 2m32s, " +
			"about 2m32s left"},
		{190 * time.Second, 0.5, "3 of 4: recommended on spiral, 11000 steps, seed 0, 3m10s, " +
			"about 1m54s left"},
	} {
		if got := p.line(test.elapsed, test.share); got != test.want {
			t.Errorf("the line is %q, want %q", got, test.want)
		}
	}
	text, err := io.ReadAll(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n    first\n2 of 4: recommended on spiral", "\n    10.0 s  1: 0.020 / 0.000\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("shown is\n%s\nwithout\n%s", text, want)
		}
	}
}
