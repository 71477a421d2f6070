package main

import (
	"encoding/json"
	"os"
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
