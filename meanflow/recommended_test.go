package meanflow_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// table is ConditionedData of a shape.
type table struct{ dim, classes, values int }

func (d table) Dim() int     { return d.dim }
func (d table) Classes() int { return d.classes }
func (d table) Values() int  { return d.values }

func (d table) Sample(scope *model.Scope, g *Graph, n int) *Node {
	panic("Recommended samples its data")
}

func (d table) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	panic("Recommended samples its data")
}

// rows is a table with a number of rows.
type rows struct {
	table
	len int
}

func (r rows) Len() int { return r.len }

// ownNoise is PairedData with conditions.
type ownNoise struct{ table }

func (ownNoise) SamplePaired(scope *model.Scope, g *Graph, n int) (points, noise *Node) {
	panic("Recommended samples its data")
}

// Data with conditions are conditioned. Distributions that are only LabelledData are not, and
// neither are data that bring their own noise.
func TestRecommended(t *testing.T) {
	sorted, independent := meanflow.SoftSortedNoise(0.05).Name, meanflow.IndependentNoise().Name
	for name, test := range map[string]struct {
		data     meanflow.Data
		coupling string
		guidance float64
	}{
		"no data":        {nil, sorted, 0},
		"checkerboard":   {datasets.Checkerboard{}, sorted, 0},
		"mixture":        {datasets.EightGaussians(), sorted, 0},
		"no conditions":  {table{64, 0, 0}, sorted, 0},
		"classes":        {table{2, 3, 0}, sorted, 1},
		"a value":        {table{2, 3, 1}, sorted, 1},
		"two values":     {table{2, 0, 2}, independent, 1},
		"many rows":      {rows{table{1, 0, 1}, 3000}, sorted, 1},
		"few rows":       {rows{table{1, 0, 1}, 2999}, independent, 1},
		"few of a class": {rows{table{1, 2, 0}, 100}, sorted, 1},
		"own noise":      {ownNoise{table{2, 3, 1}}, "", 0},
	} {
		got := meanflow.Recommended(test.data)
		if got.Coupling.Name != test.coupling || got.Guidance != test.guidance {
			t.Errorf("%s: coupling %s and guidance %v, want %s and %v",
				name, got.Coupling.Name, got.Guidance, test.coupling, test.guidance)
		}
		isWide := got.Network == network.Network(network.MLP{Width: 128})
		if want := test.data != nil && test.data.Dim() > 16; isWide != want {
			t.Errorf("%s: the network is %+v", name, got.Network)
		}
	}
}
