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

// Draw samples n points of a distribution into Go, [n][dim]; the seed determines them. Those of
// [Points] are exactly the user's numbers, with a 1 for a point's category and a 0 for the others.
// It returns an error if distribution is nil, or n·dim is below 1 or above 200 million. It always
// uses the pure-Go engine, since XLA would first compile for a third of a second.
func Draw(distribution Distribution, n int, seed int64) ([][]float64, error) {
	if distribution == nil {
		return nil, errors.New("datasets: Draw: distribution is nil")
	}
	if own, isPoints := distribution.(*Points); isPoints {
		chosen, err := own.draw(n, seed)
		if err != nil {
			return nil, fmt.Errorf("datasets: Draw: %w", err)
		}
		return own.rowsAt(chosen), nil
	}
	drawn, err := draw(distribution, n, seed, func(scope *model.Scope, g *Graph) []*Node {
		return []*Node{checkShape(distribution, n, distribution.Sample(scope, g, n))}
	})
	if err != nil {
		return nil, fmt.Errorf("datasets: Draw: %w", err)
	}
	return drawn[0].Value().([][]float64), nil
}

// DrawLabelled samples the same n points as [Draw] with the same seed, [n][dim], and the class of
// each point, [n], from 1 to distribution.Classes(). Its errors are those of Draw, and one for
// [Points] without classes.
func DrawLabelled(
	distribution Labelled, n int, seed int64,
) (points [][]float64, classes []int, err error) {
	if distribution == nil {
		return nil, nil, errors.New("datasets: DrawLabelled: distribution is nil")
	}
	if own, isPoints := distribution.(*Points); isPoints {
		chosen, err := own.draw(n, seed)
		if err == nil && own.Classes() == 0 {
			err = errNoClasses
		}
		if err != nil {
			return nil, nil, fmt.Errorf("datasets: DrawLabelled: %w", err)
		}
		return own.rowsAt(chosen), own.classesAt(chosen), nil
	}
	drawn, err := draw(distribution, n, seed, func(scope *model.Scope, g *Graph) []*Node {
		points, classes := distribution.SampleLabelled(scope, g, n)
		return []*Node{checkShape(distribution, n, points), Reshape(classes, n)}
	})
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: DrawLabelled: %w", err)
	}
	for _, class := range drawn[1].Value().([]float64) {
		classes = append(classes, int(class))
	}
	return drawn[0].Value().([][]float64), classes, nil
}

// errNoClasses says that Points have no classes.
var errNoClasses = errors.New("the points have no classes: ReadOptions.Label names their " +
	"column, or WithClasses gives them")

// draw returns the indices of n points [n], those that Sample chooses for the same random numbers.
func (p *Points) draw(n int, seed int64) ([]int, error) {
	drawn, err := draw(p, n, seed, func(scope *model.Scope, g *Graph) []*Node {
		return []*Node{Reshape(randomRows(scope, g, p.Len(), n), n)}
	})
	if err != nil {
		return nil, err
	}
	chosen := make([]int, n)
	for i, index := range drawn[0].Value().([]float64) {
		chosen[i] = int(index)
	}
	return chosen, nil
}

// checkShape returns the node of n points of a distribution. It panics if it has another shape.
func checkShape(distribution Distribution, n int, points *Node) *Node {
	if want := shapes.Make(points.DType(), n, distribution.Dim()); !points.Shape().Equal(want) {
		panic(fmt.Errorf("distribution %s samples %s, it must sample %s", distribution.Name(),
			points.Shape(), want))
	}
	return points
}

// draw computes the nodes of build and returns their values as float64.
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
	return drawn, nil
}
