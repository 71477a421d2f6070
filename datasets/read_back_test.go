package datasets_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

// TestReadsBack writes tables with names and words that look like something else, and reads them
// again with the options that WriteCSV's doc asks for.
func TestReadsBack(t *testing.T) {
	for _, names := range [][]string{
		{"1", "2.5", "3"}, {`a "b"`, "c,d", "e"}, {"# a", "b", "c"},
	} {
		schema := datasets.Schema{Columns: []datasets.Column{
			{Name: names[0], Min: -1e300, Max: 1e300},
			{Name: names[1], Kind: datasets.Category, Categories: []string{"1", "2", "3"}},
			{Name: names[2], Kind: datasets.Category, Categories: []string{"#", `b,"c"`, "d"}},
		}}
		var points [][]float64
		for i, x := range hard {
			point := make([]float64, 7)
			point[0], point[1+i%3], point[4+(i+1)%3] = x, 1, 1
			points = append(points, point)
		}
		_, text := table(t, schema, points, datasets.TableOptions{})
		back := read(t, text, datasets.ReadOptions{
			Header: datasets.WithHeader, Words: []string{"#2"}, Comment: datasets.NoComments,
		})
		if !slices.EqualFunc(back.Rows(), points, slices.Equal) {
			t.Errorf("%q: read back as\n%v", names, back.Schema())
		}
		for k, column := range back.Schema().Columns {
			if column.Name != names[k] {
				t.Errorf("the name %q came back as %q", names[k], column.Name)
			}
		}
	}
}

func TestReadsBackNPY(t *testing.T) {
	var points [][]float64
	for i := range hard {
		points = append(points, []float64{hard[i], hard[len(hard)-1-i]})
	}
	own := fromPoints(t, points)
	made, _ := table(t, own.Schema(), points, datasets.TableOptions{})
	var file bytes.Buffer
	if err := made.WriteNPY(&file); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "points.npy")
	if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	back, err := datasets.Read(path, datasets.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if back.Fingerprint() != own.Fingerprint() {
		t.Errorf("read back: %v, was %v", back.Rows(), points)
	}
}
