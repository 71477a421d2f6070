package network_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Largest is what the largest node of the network's graph has for each of a prime number of points.
func TestLargest(t *testing.T) {
	const points = 31
	image := network.ImageShape{Height: 4, Width: 4}
	for name, test := range map[string]struct {
		net network.Network
		dim int
	}{
		"MLP":          {network.MLP{Width: 40, Depth: 2}, 3},
		"residual MLP": {network.ResidualMLP{Width: 40, Blocks: 1}, 3},
		"hidden units": {network.PatchTransformer{Image: image, Width: 24, Heads: 1}, 16},
		"attention":    {network.PatchTransformer{Image: image, Patch: 1, Width: 8, Heads: 4}, 16},
	} {
		largest := 0
		_, err := model.CallOnce(enginetest.PureGo(t), seededStore(t, 1),
			func(scope *model.Scope, in []*Node) *Node {
				times := ReduceAndKeep(in[0], ReduceMean, -1)
				u := test.net.Velocity(scope, network.Input{X: in[0], T: times, R: times})
				for _, node := range u.Graph().Nodes() {
					if size := node.Shape().Size(); size%points == 0 {
						largest = max(largest, size/points)
					}
				}
				return u
			}, zeros(points, test.dim))
		if err != nil {
			t.Fatal(err)
		}
		if got := network.Largest(test.net); got != largest {
			t.Errorf("%s: the largest result has %d values a point, want %d", name, got, largest)
		}
	}
	custom := network.Func(func(_ *model.Scope, in network.Input) *Node { return in.X })
	if got := network.Largest(custom); got != 0 {
		t.Errorf("a custom network has %d values, want 0", got)
	}
}

// zeros returns n points of zeros.
func zeros(n, dim int) [][]float32 {
	points := make([][]float32, n)
	for i := range points {
		points[i] = make([]float32, dim)
	}
	return points
}
