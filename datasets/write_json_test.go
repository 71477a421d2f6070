package datasets_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestWriteJSON(t *testing.T) {
	schema := datasets.Schema{
		Columns: []datasets.Column{
			{Name: `the "isle"`, Kind: datasets.Category, Categories: []string{"Dröm", "a\nb"}},
			{Name: "mass", Max: 1e300},
			{Name: "eggs", Kind: datasets.Integer, Max: 2},
		},
		Label: datasets.Label{Name: "year", Classes: []string{"2007", "2008"}},
	}
	samples := [][]float64{{1, 0, 0.1 + 0.2, -0.2}, {0, 1, 1e-7, 1.9}, {0, 1, 1e25, 1}}
	made, _ := table(t, schema, samples, datasets.TableOptions{Given: map[string]any{"year": 2008}})
	var text strings.Builder
	if err := made.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(text.String()), &got); err != nil {
		t.Fatalf("%v in\n%s", err, text.String())
	}
	// 0.1 + 0.2 is 0.30000000000000004 in Go's float64, which JSON has to keep to the bit.
	sum := samples[0][2]
	want := map[string]any{
		"columns": []any{`the "isle"`, "mass", "eggs", "year"},
		"data": []any{
			[]any{"Dröm", sum, 0.0, "2008"},
			[]any{"a\nb", 1e-7, 2.0, "2008"},
			[]any{"a\nb", 1e25, 1.0, "2008"},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the table is %v, want %v", got, want)
	}
}
