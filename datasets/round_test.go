package datasets_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

// birds reads a table with a column of each kind.
func birds(t *testing.T, options datasets.ReadOptions) *datasets.Points {
	t.Helper()
	const text = `island,mass,bill,species,year
B,3700,39.5,A,2007
D,4100,40,G,2008
B,5000,46.25,G,2009
`
	return read(t, text, options)
}

func TestRoundAndNames(t *testing.T) {
	options := datasets.ReadOptions{Label: "species", Conditions: []string{"year"}}
	schema := birds(t, options).Schema()
	want := []string{"island=B", "island=D", "mass", "bill"}
	if names := schema.Names(); !slices.Equal(names, want) {
		t.Errorf("the names are %q, want %q", names, want)
	}
	rounded, err := schema.Round([][]float64{{0.7, 0.8, 4000.4, 41.3}, {0.2, -1, 3999.5, 7}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{{0, 1, 4000, 41.3}, {1, 0, 4000, 7}} {
		if !slices.Equal(rounded[i], want) {
			t.Errorf("row %d is %v, want %v", i, rounded[i], want)
		}
	}
	if _, err := schema.Round([][]float64{{1}}); err == nil {
		t.Error("a point with one coordinate was accepted")
	}
}

func TestConditionsOf(t *testing.T) {
	points := birds(t, datasets.ReadOptions{
		Label: "species", Conditions: []string{"island", "year"},
	})
	class, values := points.ConditionsOf(1)
	if want := []float64{0, 1, 2008}; class != 2 || !slices.Equal(values, want) {
		t.Errorf("row 1 has the class %d and the values %v, want 2 and %v", class, values, want)
	}
	class, values = birds(t, datasets.ReadOptions{}).ConditionsOf(1)
	if class != 0 || values != nil {
		t.Errorf("without conditions there are the class %d and the values %v", class, values)
	}
}

func TestTableString(t *testing.T) {
	points := birds(t, datasets.ReadOptions{LeaveOut: []string{"species"}})
	rows := points.Rows()
	rows[0][3] = 39.123456 // The bill, after two islands and the mass.
	for len(rows) < 1200 {
		rows = append(rows, rows[:3]...)
	}
	table, err := points.Schema().Table(rows, datasets.TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(table.String(), "\n")
	for k, want := range map[int]string{
		0: "island  mass  bill    year", 1: "B       3700  39.123  2007",
		3: "B       5000  46.25   2009", 11: "and 1,190 more rows",
	} {
		if lines[k] != want {
			t.Errorf("line %d is %q, want %q", k, lines[k], want)
		}
	}
}
