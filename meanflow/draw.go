package meanflow

import (
	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// drawOnce runs a graph that draws random numbers once, with a fixed seed.
func drawOnce(
	backend compute.Backend, build func(scope *model.Scope, g *Graph) []*Node,
) (drawn []*tensors.Tensor, err error) {
	store := model.NewStore()
	defer store.Finalize()
	if err := store.SetRNGStateFromSeed(0); err != nil {
		return nil, err
	}
	err = engine.Catch(func() error {
		drawn, err = model.CallOnceN(backend, store, build)
		return err
	})
	return drawn, err
}
