package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// The committed tables are those of the committed results.
func TestTablesMatchResults(t *testing.T) {
	encoded, err := os.ReadFile("results.json")
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(encoded, &r); err != nil {
		t.Fatal(err)
	}
	tables, err := os.ReadFile("results.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(tables) != r.tables() {
		t.Error("results.md is not what results.json gives")
	}
}

// Measuring some cases anew replaces their results and keeps all others. Versions that differ are
// both named.
func TestReportKeepsOtherCases(t *testing.T) {
	folder := t.TempDir()
	earlier := `{"processor": "Z80", "engines": ["JAX"], "versions": {"JAX": "1"}, "results": [
		{"work": "codes", "engine": "JAX", "values": [1]},
		{"work": "digits", "engine": "JAX", "values": [2]}]}`
	if err := os.WriteFile(folder+"/results.json", []byte(earlier), 0o666); err != nil {
		t.Fatal(err)
	}
	cases, err := chooseCases("codes,transformer", 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 2 || cases[0].Work != codes || cases[1].Work != transformer {
		t.Errorf("the chosen cases are %v", cases)
	}
	r, err := readReport(folder, cases)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Results) != 1 || r.Results[0].Work != digits {
		t.Errorf("%d results are kept, want those of digits", len(r.Results))
	}
	r.addEngine("JAX", "2")
	r.addEngine("JAX", "2")
	r.addEngine("PyTorch", "3")
	if !slices.Equal(r.Engines, []string{"JAX", "PyTorch"}) ||
		r.Versions["JAX"] != "1, then 2" || r.Versions["PyTorch"] != "3" ||
		!strings.HasPrefix(r.Processor, "Z80, then ") {
		t.Errorf("processor %q, engines %v, versions %v", r.Processor, r.Engines, r.Versions)
	}
	_, err = chooseCases("codes,naps", 1)
	if err == nil || !strings.Contains(err.Error(), "naps") {
		t.Errorf("error %v, want one that names naps", err)
	}
}
