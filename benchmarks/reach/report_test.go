package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// committed returns the committed report.
func committed(t *testing.T) *report {
	t.Helper()
	all, err := readReport("../reach")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The committed tables are those of the committed results, and every trial is of a known contestant
// and work, for the quality that is asked now.
func TestTablesMatchResults(t *testing.T) {
	all := committed(t)
	text, err := os.ReadFile("../reach.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != all.tables() {
		t.Error("reach.md is not what reach.json gives")
	}
	known := 0
	for _, of := range allWorks {
		for _, c := range all.contests(of) {
			known += len(c.trials)
		}
		if !slices.ContainsFunc(all.Works, func(c *condition) bool {
			return c.Work == of.name() && reflect.DeepEqual(c.Asked, of.asked())
		}) {
			t.Errorf("reach.json has not the quality that is asked of %s", of.name())
		}
	}
	if known != len(all.Trials) {
		t.Errorf("%d of %d trials are of no known contestant and work", len(all.Trials)-known,
			len(all.Trials))
	}
}

// The table in README.md is that of the committed results, which TestClaims of package benchmarks
// computes from reach.json by itself.
func TestReadmeMatchesResults(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := committed(t).summary(); !strings.Contains(string(text), "\n"+want) {
		t.Errorf("README.md lacks the table of reach.json:\n%s", want)
	}
}

// The quality that is asked of digits comes from quality.json.
func TestDigitsAreComparedWithFlowMatching(t *testing.T) {
	encoded, err := os.ReadFile("../quality.json")
	if err != nil {
		t.Fatal(err)
	}
	var quality struct {
		Results []struct {
			Recipe, Work string
			Samples      []struct {
				Steps    int
				Measures measures
			}
		}
	}
	if err := json.Unmarshal(encoded, &quality); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, of := range quality.Results {
		if of.Recipe != "flow matching on sorted pairs" || of.Work != (&digitCodes{}).name() {
			continue
		}
		for _, s := range of.Samples {
			if s.Steps == 100 {
				found = true
				if want := 1.3 * s.Measures[frechet]; math.Abs(
					(&digitCodes{}).asked()[frechet]-want) > 0.001 {
					t.Errorf("a Fréchet distance of %v is asked, want %v",
						(&digitCodes{}).asked()[frechet], want)
				}
			}
		}
	}
	if !found {
		t.Error("quality.json has no digits in 100 steps of flow matching")
	}
}

// A report that was written can be read again. A work keeps its trials until something changes that
// they depend on.
func TestReportKeepsTrials(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reach")
	all, err := readReport(path)
	if err != nil || len(all.Trials) != 0 {
		t.Fatalf("without a file: %v, error %v", all, err)
	}
	learned := data{fingerprint: "a"}
	all.keep(checkerboard{}, learned, time.Minute)
	all.keep(&table{}, data{}, time.Minute)
	for seed := range int64(2) {
		all.Trials = append(all.Trials, &trial{
			Work: "checkerboard", Contestant: "JAX", Seed: seed, Steps: 250, Seconds: 3,
			Measures: measures{slicedWasserstein: 0.02, offSupport: 0.1},
		})
	}
	all.Trials = append(all.Trials, &trial{
		Work: "breast cancer", Contestant: "JAX", Steps: 100, Seconds: 60,
	})
	if err := all.write(path); err != nil {
		t.Fatal(err)
	}
	read, err := readReport(path)
	if err != nil || !reflect.DeepEqual(read, all) {
		t.Fatalf("written %+v, read %+v, error %v", all, read, err)
	}
	if info, err := os.Stat(path + ".png"); err != nil || info.Size() == 0 {
		t.Errorf("no figure was written: %v", err)
	}
	if text := read.tables(); !strings.Contains(text, "| JAX | not reached | |  |\n") {
		t.Errorf("the tables lack the contestant that was stopped: %s", text)
	}
	read.keep(checkerboard{}, learned, time.Minute)
	if len(read.Trials) != 3 || len(read.Works) != 2 {
		t.Errorf("under the same conditions %d trials are left, want 3", len(read.Trials))
	}
	read.keep(checkerboard{}, data{fingerprint: "b"}, time.Minute)
	if len(read.Trials) != 1 || read.Trials[0].Work != "breast cancer" {
		t.Errorf("with other data the trials are %v, want that of the table", read.Trials)
	}
	read.keep(&table{}, data{}, time.Hour)
	if len(read.Trials) != 0 {
		t.Error("with another limit the trials are kept")
	}
	if all.restart(all.Processor, all.Cores) || len(all.Trials) != 3 {
		t.Errorf("on the same machine %d trials are left, want 3", len(all.Trials))
	}
	if !all.restart("Z80", 1) || len(all.Trials) != 0 || all.Processor != "Z80" {
		t.Errorf("on a Z80 %d trials of %s are left", len(all.Trials), all.Processor)
	}
}
