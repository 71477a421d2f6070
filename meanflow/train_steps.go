package meanflow

import (
	"context"
	"fmt"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/train/optimizer"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// A call of the engine trains on at most so many batches, which is enough to make what a call costs small, and
// on fewer where they would take longer than this, since a training can only be stopped between calls.
const (
	batchesPerCall = 10
	timePerCall    = time.Second
)

// trainingSteps trains on several batches in one call of the engine.
type trainingSteps struct {
	*loop
	perBatch time.Duration // What the last call took, 0 before the first.
	divided  []any         // What devices divide among them, where there are several.
}

// newTrainingSteps builds the loop over the batches.
func (m *Model) newTrainingSteps(config Config) (*trainingSteps, error) {
	adam := optimizer.Adam().LearningRate(config.LearningRate).Betas(0.9, 0.999).Epsilon(1e-8).Done()
	if err := m.buildOnce(func(g *Graph) { m.trainingStep(config, adam, g, nil) }); err != nil {
		return nil, err
	}
	loop, err := newLoop(m, m.store.RootScope(), func(i *Node, state []*Node) []*Node {
		loss := m.trainingStep(config, adam, i.Graph(), state[1:])
		isNow := Equal(Iota(i.Graph(), shapes.Make(dtypes.Int32, batchesPerCall), 0), i)
		return append([]*Node{Where(isNow, ConvertDType(loss, dtypes.Float64), state[0])}, state[1:]...)
	})
	if err != nil || config.Devices == 1 {
		return &trainingSteps{loop: loop}, err
	}
	zeros := tensors.FromShape(shapes.Make(dtypes.Float32, config.BatchSize, 1))
	return &trainingSteps{loop: loop, divided: []any{zeros}}, loop.distribute(config.Devices, false, true)
}

// run trains on some of so many batches and returns the loss of each.
func (s *trainingSteps) run(ctx context.Context, batches int) ([]float64, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("interrupted: %w", err)
	}
	batches = min(batches, batchesPerCall)
	if s.perBatch == 0 {
		batches = 1
	} else {
		batches = min(batches, max(1, int(timePerCall/s.perBatch)))
	}
	start := time.Now()
	state, err := s.loop.run(0, batches, append([]any{make([]float64, batchesPerCall)}, s.divided...)...)
	if err != nil {
		return nil, err
	}
	s.perBatch = time.Since(start) / time.Duration(batches)
	losses := state[0].Value().([]float64)[:batches]
	for _, tensor := range state {
		if err := tensor.FinalizeAll(); err != nil {
			return nil, err
		}
	}
	return losses, nil
}

// trainingStep builds one step of the training: draw a batch, take the gradient of its loss, and let
// Adam change the weights. It returns the loss.
//
// Several devices divide what is computed for each example as they divide zeros [batch, 1], if there are some, that
// are added to the data.
func (m *Model) trainingStep(config Config, adam optimizer.Interface, g *Graph, divided []*Node) *Node {
	scope := m.store.RootScope()
	points := shapes.Make(dtypes.Float32, config.BatchSize, m.Dim())
	batch := Batch{
		Data:  config.Data.Sample(scope.At(dataScope), g, config.BatchSize),
		Noise: random.Normal(scope, g, config.BatchSize, m.Dim()),
	}
	for variable := range scope.At(dataScope).IterVariables() {
		variable.SetTrainable(false)
	}
	if !batch.Data.Shape().Equal(points) {
		exceptions.Panicf("Config.Data samples %s, it must be %s", batch.Data.Shape(), points)
	}
	batch.T, batch.R = config.Objective.Times()(scope, g, config.BatchSize)
	for _, zeros := range divided {
		batch.Data = Add(batch.Data, zeros)
	}
	loss := config.Objective.Loss(func(x, t, r *Node) *Node { return m.net(m.network(), x, t, r) }, batch)
	if !loss.IsScalar() {
		exceptions.Panicf("the loss of %s has the shape %s, it must be a scalar", config.Objective.Name(), loss.Shape())
	}
	adam.UpdateGraph(scope, g, loss)
	return loss
}
