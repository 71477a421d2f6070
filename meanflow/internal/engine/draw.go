package engine

import (
	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// DrawOnce runs a graph that draws random numbers once, with a fixed seed.
func DrawOnce(
	backend compute.Backend, build func(scope *model.Scope, g *Graph) []*Node,
) (drawn []*tensors.Tensor, err error) {
	store := model.NewStore()
	defer store.Finalize()
	if err := store.SetRNGStateFromSeed(0); err != nil {
		return nil, err
	}
	var panicked error // GoMLX's error would name its own functions first.
	err = Catch(func() error {
		drawn, err = model.CallOnceN(backend, store,
			func(scope *model.Scope, g *Graph) (nodes []*Node) {
				panicked = Catch(func() error {
					nodes = build(scope, g)
					return nil
				})
				if panicked != nil {
					panic(panicked)
				}
				return nodes
			})
		return err
	})
	if panicked != nil {
		return nil, panicked
	}
	return drawn, err
}
