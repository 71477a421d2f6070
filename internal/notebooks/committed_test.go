package notebooks

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// Notebooks are committed with their outputs, and without paths of one machine.
func TestCommittedNotebooks(t *testing.T) {
	paths, err := filepath.Glob("../../notebooks/*.ipynb")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			book := read(t, path)
			checkOutputs(t, book)
			for i, cell := range book.Cells {
				for line := range strings.Lines(string(cell.Source)) {
					width := utf8.RuneCountInString(strings.TrimSpace(line))
					exempt := strings.HasPrefix(line, "|") || strings.Contains(line, "](")
					if width > 100 && !exempt {
						t.Errorf("cell %d has a line of %d characters", i, width)
					}
				}
			}
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(content) > 6<<20 {
				t.Errorf("it has %d bytes, want at most 6 MiB", len(content))
			}
			for _, local := range []string{root, "/home/", "/root/", "/Users/", "/tmp/"} {
				if bytes.Contains(content, []byte(local)) {
					t.Errorf("it holds a path of one machine: %s", local)
				}
			}
		})
	}
}

// The committed tables are means of two trainings per row, 1,000 steps of 2,048 points each. The
// bounds for mean flow's one step and for flow matching's 100 are those of the package's
// TestQuality; the others are at least two standard errors away from the means.
func TestCommittedQuality(t *testing.T) {
	printed := read(t, tutorial).printed()
	if !strings.Contains(printed, "The engine: xla") {
		t.Error("the committed tutorial was not executed on XLA")
	}
	checkLossesByHand(t, printed, xlaRounding)
	checkQuality(t, printed, quality{
		oneStep: 0.10, moreSteps: 0.15, flowMatching: 0.10, offInCheckerboard: 0.47,
	})
}

// The README shows notebooks' pictures.
func TestFiguresAreOfTheNotebooks(t *testing.T) {
	found := 0
	for _, path := range []string{tutorial, ownData, digits} {
		for _, cell := range read(t, path).Cells {
			for _, tag := range cell.Metadata.Tags {
				if name, ok := strings.CutPrefix(tag, "figure:"); ok {
					found++
					checkFigure(t, name, cell)
				}
			}
		}
	}
	if found < 2 {
		t.Error("there is no cell with a tag like figure:name in one of the notebooks")
	}
}

// checkFigure checks that a committed picture is the one that a cell shows.
func checkFigure(t *testing.T, name string, cell cell) {
	t.Helper()
	file, err := os.ReadFile("../../notebooks/figures/" + name + ".png")
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range cell.Outputs {
		if output.Data.PNG == "" {
			continue
		}
		encoded := strings.TrimSpace(string(output.Data.PNG))
		shown, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || !bytes.Equal(file, shown) {
			t.Errorf("%s.png is not the notebook's picture (%v): make notebooks", name, err)
		}
		return
	}
	t.Errorf("the cell of %s.png shows no picture", name)
}
