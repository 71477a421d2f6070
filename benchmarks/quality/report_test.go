package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The committed tables are those of the committed results, and every result is of a known recipe
// and work.
func TestTablesMatchResults(t *testing.T) {
	all, err := readReport("../quality")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../quality.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != all.tables() {
		t.Error("quality.md is not what quality.json gives")
	}
	encoded, err := os.ReadFile("../quality.json")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := all.encode(); err != nil || string(again) != string(encoded) {
		t.Errorf("quality.json has results that are not read, or is not written as now (error %v)",
			err)
	}
}

// of returns a result on the spiral with a distance in one step.
func of(name string, trainingSteps int, seed int64, distance float64) *result {
	return &result{
		Recipe: name, Work: "spiral", TrainingSteps: trainingSteps, Seed: seed, Seconds: 10,
		Samples: []samples{{1, measures{slicedWasserstein: distance, offSupport: 0}}},
	}
}

// A report that was written can be read again. A result takes the place of an older one of the same
// training, and leaves all others as they are.
func TestReportKeepsOtherResults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quality")
	all, err := readReport(path)
	if err != nil || len(all.Results) != 0 {
		t.Fatalf("without a file: %v, error %v", all, err)
	}
	all.References = []*reference{
		{Work: "spiral", Name: "the distribution", Measures: measures{offSupport: 0}},
	}
	for _, added := range []*result{
		of("recommended", 1000, 0, 1), of("recommended", 1000, 1, 2), of("recommended", 3000, 0, 3),
		of("tutorial", 1000, 0, 4), of("recommended", 1000, 1, 5),
	} {
		all.put(added)
	}
	if err := all.write(path); err != nil {
		t.Fatal(err)
	}
	read, err := readReport(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read, all) {
		t.Fatalf("written %+v, read %+v", all, read)
	}
	var distances []float64
	for _, r := range all.Results {
		distance, _ := r.in(1, slicedWasserstein)
		distances = append(distances, distance)
	}
	if want := []float64{1, 5, 3, 4}; !reflect.DeepEqual(distances, want) {
		t.Errorf("the distances are %v, want %v", distances, want)
	}
	if info, err := os.Stat(path + ".png"); err != nil || info.Size() == 0 {
		t.Errorf("no figure was written: %v", err)
	}
}

// Results of unknown recipes and works, and those without a time, are not read.
func TestReportForgets(t *testing.T) {
	all := report{
		References: []*reference{{Work: "square", Name: "the distribution"}},
		Results: []*result{
			of("recommended", 1000, 0, 1), of("none", 1000, 0, 2), of("recommended", 1000, 1, 3),
			of("recommended", 1000, 2, 4),
		},
	}
	all.Results[2].Work, all.Results[3].Seconds = "square", 0
	path := filepath.Join(t.TempDir(), "quality")
	if err := all.write(path); err != nil {
		t.Fatal(err)
	}
	read, err := readReport(path)
	if err != nil {
		t.Fatal(err)
	}
	want := report{References: []*reference{}, Results: all.Results[:1]}
	if !reflect.DeepEqual(read, want) {
		t.Errorf("read %+v, want %+v", read, want)
	}
}

// A table has the means over the seeds, empty cells for numbers of steps that were not measured,
// and the references; its lines are in the order of the recipes and of their lengths.
func TestTables(t *testing.T) {
	all := report{References: []*reference{{
		Work: "spiral", Name: "the distribution",
		Measures: measures{slicedWasserstein: 0.01, offSupport: 0},
	}}}
	for _, r := range []*result{
		of("recommended", 3000, 0, 0.5), of("recommended", 1000, 0, 0.02),
		of("recommended", 1000, 1, 0.04), of("tutorial", 1000, 0, 0.3),
	} {
		all.put(r)
	}
	all.Results[1].Seconds = 13
	all.put(&result{
		Recipe: "recommended", Work: "eight gaussians", TrainingSteps: 10_000, Seconds: 30,
		Samples:  []samples{{100, measures{slicedWasserstein: 0.02}}},
		Measures: measures{logLikelihood: -1.2},
	})
	text := all.tables()
	want := `
For comparison, the distribution: 0.010 / 0.000

| recipe | training steps | seconds | 1 | 2 | 5 | 100 | seeds |
|---|---:|---:|---:|---:|---:|---:|---:|
| recommended | 1000 | 11.5 | 0.030 / 0.000 |  |  |  | 2 |
| recommended | 3000 | 10.0 | 0.500 / 0.000 |  |  |  | 1 |
| tutorial | 1000 | 10.0 | 0.300 / 0.000 |  |  |  | 1 |
`
	if !strings.Contains(text, want) {
		t.Errorf("the tables do not contain:\n%s\nthey are:\n%s", want, text)
	}
	want = "| recommended | 10000 | 30.0 |  |  |  | 0.020 | -1.200 | 1 |\n"
	if !strings.Contains(text, want) {
		t.Errorf("the tables do not contain:\n%s\nthey are:\n%s", want, text)
	}
}
