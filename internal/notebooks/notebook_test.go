// Package notebooks checks the committed notebooks, executes them through their Jupyter kernel, and
// checks the outputs.
package notebooks

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const (
	tutorial = "../../notebooks/mean_flow.ipynb"
	beyond   = "../../notebooks/beyond.ipynb"
	ownData  = "../../notebooks/own_data.ipynb"
	digits   = "../../notebooks/digits.ipynb"
)

// notebook is the part of a notebook's JSON that the tests read.
type notebook struct {
	Cells    []cell
	Metadata struct {
		Kernelspec struct{ Name string }
	}
}

type cell struct {
	Type      string `json:"cell_type"`
	Execution int    `json:"execution_count"` // Counts executed cells from 1; 0 if never executed.
	Source    text
	Outputs   []output
	Metadata  struct{ Tags []string }
}

type output struct {
	Type string `json:"output_type"`
	Name string // Of a stream: stdout or stderr.
	Text text
	Data struct {
		PNG      text `json:"image/png"` // In base64.
		HTML     text `json:"text/html"`
		Markdown text `json:"text/markdown"`
	}
	Metadata struct {
		PNG struct{ Alt string } `json:"image/png"`
	}
}

// text is a string, which a notebook may store as a list of lines.
type text string

func (t *text) UnmarshalJSON(encoded []byte) error {
	var lines []string
	if json.Unmarshal(encoded, &lines) == nil {
		*t = text(strings.Join(lines, ""))
		return nil
	}
	var whole string
	err := json.Unmarshal(encoded, &whole)
	*t = text(whole)
	return err
}

// read reads a notebook from a file.
func read(t *testing.T, path string) notebook {
	t.Helper()
	encoded, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var book notebook
	if err := json.Unmarshal(encoded, &book); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return book
}

// codeCells returns the cells with code, in order.
func (book notebook) codeCells() (cells []cell) {
	for _, cell := range book.Cells {
		if cell.Type == "code" {
			cells = append(cells, cell)
		}
	}
	return cells
}

// printed returns all text and all tables that the cells have put out.
func (book notebook) printed() string {
	var printed strings.Builder
	for _, cell := range book.codeCells() {
		for _, output := range cell.Outputs {
			printed.WriteString(string(output.Text))
			if output.Data.Markdown != "" {
				printed.WriteString(string(output.Data.Markdown) + "\n")
			}
		}
	}
	return printed.String()
}
