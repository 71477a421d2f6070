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

// maxDrawn is more coordinates than anybody draws at once: beyond it a number is a slip of the pen.
const maxDrawn = 200_000_000

// Draw brings n points of a distribution to Go, [n][dim]; the seed determines them. It computes by GoMLX's
// pure-Go engine, whatever the training computes by: XLA would first compile for a third of a second.
func Draw(distribution Distribution, n int, seed int64) ([][]float64, error) {
	if distribution == nil {
		return nil, errors.New("datasets: Draw: there is no distribution")
	}
	if n < 1 {
		return nil, fmt.Errorf("datasets: Draw: the number of points is %d, it must be at least 1", n)
	}
	if dim := distribution.Dim(); dim < 1 || n > maxDrawn/dim {
		return nil, fmt.Errorf("datasets: Draw: %d points of %d dimensions, there must be at least 1 and at most %d coordinates in all", n, dim, maxDrawn)
	}
	engine, err := backend.PureGo()
	if err != nil {
		return nil, fmt.Errorf("datasets: Draw: %w", err)
	}
	store := model.NewStore()
	defer store.Finalize()
	if err := store.SetRNGStateFromSeed(seed); err != nil {
		return nil, fmt.Errorf("datasets: Draw: %w", err)
	}
	var points *tensors.Tensor
	panicked := exceptions.TryCatch[error](func() {
		points, err = model.CallOnce(engine, store, func(scope *model.Scope, g *Graph) *Node {
			return ConvertDType(distribution.Sample(scope, g, n), dtypes.Float64)
		})
	})
	if panicked != nil {
		err = panicked
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: Draw: %w", err)
	}
	if want := shapes.Make(dtypes.Float64, n, distribution.Dim()); !points.Shape().Equal(want) {
		return nil, fmt.Errorf("datasets: Draw: %s samples %s, it must be %s", distribution.Name(), points.Shape(), want)
	}
	return points.Value().([][]float64), nil
}
