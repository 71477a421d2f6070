package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// The committed table is that of the committed results, and a report that is written is the one
// that was read.
func TestTableMatchesResults(t *testing.T) {
	encoded, err := os.ReadFile("../digits.json")
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(encoded, &r); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := r.write(filepath.Join(folder, "digits")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"digits.json", "digits.md"} {
		written, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		committed, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written, committed) {
			t.Errorf("%s is not what digits.json gives", name)
		}
	}
}
