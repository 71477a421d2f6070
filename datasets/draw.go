package datasets

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// maxDrawn is the largest number of coordinates that one call draws: more is taken for a typing
// error.
const maxDrawn = 200_000_000

// Draw samples n points of a distribution into Go, [n][dim]; the seed determines them. It returns
// an error if distribution is nil, or n·dim is below 1 or above 200 million. It always uses the
// pure-Go engine, since XLA would first compile for a third of a second.
func Draw(distribution Distribution, n int, seed int64) ([][]float64, error) {
	if distribution == nil {
		return nil, errors.New("datasets: Draw: distribution is nil")
	}
	drawn, err := draw(distribution, n, seed, func(scope *model.Scope, g *Graph) []*Node {
		return []*Node{distribution.Sample(scope, g, n)}
	})
	if err != nil {
		return nil, fmt.Errorf("datasets: Draw: %w", err)
	}
	return drawn[0].Value().([][]float64), nil
}

// DrawLabelled samples the same n points as [Draw] with the same seed, [n][dim], and the class of
// each point, [n], from 1 to distribution.Classes(). Its errors are those of Draw.
func DrawLabelled(
	distribution Labelled, n int, seed int64,
) (points [][]float64, classes []int, err error) {
	if distribution == nil {
		return nil, nil, errors.New("datasets: DrawLabelled: distribution is nil")
	}
	drawn, err := draw(distribution, n, seed, func(scope *model.Scope, g *Graph) []*Node {
		points, classes := distribution.SampleLabelled(scope, g, n)
		return []*Node{points, Reshape(classes, n)}
	})
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: DrawLabelled: %w", err)
	}
	for _, class := range drawn[1].Value().([]float64) {
		classes = append(classes, int(class))
	}
	return drawn[0].Value().([][]float64), classes, nil
}

// draw computes the nodes of build and returns their values as float64. The first node must be n
// points of the distribution.
func draw(
	distribution Distribution, n int, seed int64, build func(scope *model.Scope, g *Graph) []*Node,
) (drawn []*tensors.Tensor, err error) {
	if n < 1 {
		return nil, fmt.Errorf("n is %d, it must be at least 1", n)
	}
	if dim := distribution.Dim(); dim < 1 || n > maxDrawn/dim {
		return nil, fmt.Errorf("n is %d in %d dimensions, n·dim must be from 1 to %d",
			n, dim, maxDrawn)
	}
	engine, err := backend.PureGo()
	if err != nil {
		return nil, err
	}
	store := model.NewStore()
	defer store.Finalize()
	if err := store.SetRNGStateFromSeed(seed); err != nil {
		return nil, err
	}
	panicked := exceptions.TryCatch[error](func() {
		drawn, err = model.CallOnceN(engine, store, func(scope *model.Scope, g *Graph) []*Node {
			nodes := build(scope, g)
			for k := range nodes {
				nodes[k] = ConvertDType(nodes[k], dtypes.Float64)
			}
			return nodes
		})
	})
	if panicked != nil {
		err = panicked
	}
	if err != nil {
		return nil, err
	}
	if want := shapes.Make(dtypes.Float64, n, distribution.Dim()); !drawn[0].Shape().Equal(want) {
		return nil, fmt.Errorf("distribution %s samples %s, it must sample %s",
			distribution.Name(), drawn[0].Shape(), want)
	}
	return drawn, nil
}
