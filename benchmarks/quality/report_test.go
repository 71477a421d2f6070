package main

import (
	"os"
	"testing"
)

// The committed tables are those of the committed results, and every result is of a known recipe.
func TestTablesMatchResults(t *testing.T) {
	all, err := readReport("../quality")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := os.ReadFile("../quality.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(tables) != all.tables() {
		t.Error("quality.md is not what quality.json gives")
	}
}

// A result takes the place of an older one of the same training, and leaves all others as they are.
func TestPutReplacesOneResult(t *testing.T) {
	trained := recipe{name: "recommended"}
	of := func(steps int, distribution string, distance float64) *result {
		r := newResult(trained, steps, distribution)
		r.Samples[0].Distances = []float64{distance}
		return r
	}
	path := t.TempDir() + "/quality"
	all, err := readReport(path)
	if err != nil || len(all) != 0 {
		t.Fatalf("without a file: %v, error %v", all, err)
	}
	for _, added := range []*result{
		of(1000, "crescent", 1), of(1000, "spiral", 2), of(3000, "spiral", 3),
		of(1000, "spiral", 4),
	} {
		all.put(added)
		if err := all.write(path); err != nil {
			t.Fatal(err)
		}
		if all, err = readReport(path); err != nil {
			t.Fatal(err)
		}
	}
	var distances []float64
	for _, r := range all {
		distances = append(distances, r.Samples[0].Distances[0])
	}
	if len(distances) != 3 || distances[0] != 1 || distances[1] != 4 || distances[2] != 3 {
		t.Errorf("the distances are %v, want [1 4 3]", distances)
	}
}
