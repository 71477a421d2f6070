package latent_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// table is ConditionedData with numbers of classes, condition values and rows.
type table struct{ classes, values, len int }

func (table) Dim() int       { return 2 }
func (t table) Classes() int { return t.classes }
func (t table) Values() int  { return t.values }
func (t table) Len() int     { return t.len }

func (table) Sample(scope *model.Scope, g *Graph, n int) *Node {
	panic("Recommended samples its data")
}

func (table) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	panic("Recommended samples its data")
}

// paired is PairedData.
type paired struct{ table }

func (paired) SamplePaired(scope *model.Scope, g *Graph, n int) (points, noise *Node) {
	panic("Recommended samples its data")
}

// Sorted noise has no blur. Where noise can't be sorted, it stays what it is.
func TestRecommended(t *testing.T) {
	sorted, independent := meanflow.SortedNoise().Name, meanflow.IndependentNoise().Name
	for name, test := range map[string]struct {
		data     meanflow.Data
		coupling string
		guidance float64
	}{
		"no conditions": {table{0, 0, 100}, sorted, 0},
		"classes":       {table{10, 0, 100}, sorted, 1},
		"many rows":     {table{0, 1, 3000}, sorted, 1},
		"few rows":      {table{0, 1, 100}, independent, 1},
		"two values":    {table{0, 2, 10_000}, independent, 1},
		"own noise":     {paired{table{10, 0, 100}}, "", 0},
	} {
		got := latent.Recommended(test.data)
		if got.Coupling.Name != test.coupling || got.Guidance != test.guidance {
			t.Errorf("%s: coupling %q and guidance %v, want %q and %v",
				name, got.Coupling.Name, got.Guidance, test.coupling, test.guidance)
		}
	}
}
