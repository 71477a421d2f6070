package datasets_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func writeCSV(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadCSV(t *testing.T) {
	for name, text := range map[string]string{
		"plain":          "1,2\n-3.5,4e-1\n",
		"header":         "x,y\n1,2\n-3.5,4e-1\n",
		"spaces":         " 1 , 2\n-3.5,\t4e-1",
		"quotes":         "\"1\",\"2\"\n-3.5,4e-1\n",
		"empty lines":    "\n1,2\n\n-3.5,4e-1\n\n",
		"Windows":        "x,y\r\n1,2\r\n-3.5,4e-1\r\n",
		"byte order":     "\ufeff1,2\n-3.5,4e-1\n",
		"a tiny number":  "1,2\n-3.5,4e-1\n1e-400,0\n",
		"three of them":  "1,2\n-3.5,4e-1\n0,0\n",
		"plus and minus": "+1,2\n-3.5,+4e-1\n",
	} {
		t.Run(name, func(t *testing.T) {
			points, err := datasets.ReadCSV(writeCSV(t, text))
			if err != nil {
				t.Fatal(err)
			}
			drawn, err := datasets.Draw(points, 200, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range [][]float64{{1, 2}, {-3.5, float64(float32(0.4))}} {
				isWanted := func(p []float64) bool { return slices.Equal(p, want) }
				if !slices.ContainsFunc(drawn, isWanted) {
					t.Errorf("%v is not among the points", want)
				}
			}
		})
	}
}

func TestReadCSVRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, wants string }{
		"nothing":          {"", "no points"},
		"only a header":    {"x,y\n", "no points"},
		"missing value":    {"1,2\n3,\n", "line 2, value 2: the number is missing"},
		"missing in first": {",2\n3,4\n", "line 1, value 1: the number is missing"},
		"text":             {"1,2\n3,four\n", `line 2, value 2: "four" is not a number`},
		"text in first":    {"1,two\n3,4\n", `line 1, value 2: "two" is not a number`},
		"NaN":              {"1,2\n\n3,NaN\n", `line 3, value 2: "NaN"`},
		"infinity":         {"1,2\n-inf,4\n", `line 2, value 1: "-inf"`},
		"too large":        {"1,2\n1e400,4\n", `line 2, value 1: "1e400"`},
		"too many values":  {"1,2\n3,4,5\n", "line 2: 3 values, the first line has 2"},
		"too few values":   {"x,y\n3,4\n5\n", "line 3: 1 values, the first line has 2"},
		"an open quote":    {"1,2\n\"3,4\n", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeCSV(t, test.text)
			_, err := datasets.ReadCSV(path)
			checkError(t, err, path, test.wants)
		})
	}
	_, err := datasets.ReadCSV("no such file.csv")
	checkError(t, err, "no such file.csv")
}

// FuzzReadCSV wants either finite points or an error that names the file, whatever the file
// contains.
func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		"x,y\n1,2\n-3.5,4e-1\n", "1,2\n3,\n", "\ufeff1,2\n\"3\",\t4", "1,NaN\n",
		"1,2\n\n3,4,5", "\"", "1;2", "0x1p-2,1_000",
	} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, "points.csv")
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		points, err := datasets.ReadCSV(path)
		if err != nil {
			if points != nil || !strings.Contains(err.Error(), path) {
				t.Fatalf("points %v, error %v: want nil and an error with the file", points, err)
			}
			return
		}
		drawn, err := datasets.Draw(points, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + 1
		if points.Len() > lines {
			t.Fatalf("%d points in %d lines", points.Len(), lines)
		}
		for _, point := range drawn {
			if len(point) != points.Dim() {
				t.Fatalf("%v is not a point of %d coordinates", point, points.Dim())
			}
			for _, coordinate := range point {
				if math.IsNaN(coordinate) || math.IsInf(coordinate, 0) {
					t.Fatalf("a point is %v", point)
				}
			}
		}
	})
}
