package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The table has the means over the seeds, and a report that was written can be read again.
func TestReport(t *testing.T) {
	var r report
	for _, values := range [][3]float64{{4, 0.96, 7}, {6, 0.98, 8}} {
		row := r.row("mean flow", 1)
		row.Frechet = append(row.Frechet, values[0])
		row.Agreement = append(row.Agreement, values[1])
		row.Nearest = append(row.Nearest, values[2])
		r.addSeconds("mean flow", time.Duration(values[0])*time.Minute)
	}
	pixels := r.row(pixelsName, 2)
	pixels.Frechet = append(pixels.Frechet, 30)
	path := filepath.Join(t.TempDir(), "digits")
	if err := r.write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path + ".md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| mean flow | 1 | 5.00 | 0.970 | 7.50 |",
		"| mean flow of pixels | 2 | 30.00 |  |  |",
		"- Training time of the mean flow: 300 s",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the file does not contain %q:\n%s", want, text)
		}
	}
	for forgotten, left := range map[bool]string{true: "mean flow", false: pixelsName} {
		read, err := readReport(path)
		if err != nil {
			t.Fatal(err)
		}
		read.forget(forgotten)
		if len(read.Rows) != 1 || read.Rows[0].Images != left ||
			len(read.Seconds["mean flow"]) != map[bool]int{true: 2}[forgotten] {
			t.Errorf("without pixels %v, the rows of %q should be left: %+v", forgotten, left, read)
		}
	}
	if empty, err := readReport(filepath.Join(t.TempDir(), "none")); err != nil ||
		len(empty.Rows) != 0 {
		t.Errorf("a missing report is read as %+v (error %v), want none", empty, err)
	}
}
