package training

import (
	"slices"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// adam is the part of GoMLX's optimizer that takes gradients instead of a loss.
type adam interface {
	UpdateGraphWithGradients(scope *model.Scope, gradients []*Node, lossDType dtypes.DType)
}

func newAdam(learningRate float64) adam {
	return optimizer.Adam().LearningRate(learningRate).Betas(0.9, 0.999).Epsilon(1e-8).Done().(adam)
}

// limits are the losses that a batch is compared with, float64 scalars (see divergence.go).
type limits struct{ reference, firstError *Node }

// draw builds a batch of n examples. What it makes in the data's scope is not trained.
func (c Config) draw(g *Graph, n int) []*Node {
	batch := c.Draw(c.Store.RootScope(), g, n)
	for variable := range c.Store.RootScope().At(DataScope).IterVariables() {
		variable.SetTrainable(false)
	}
	return batch
}

// loss builds the loss of a batch and its error, both scalars.
func (c Config) loss(batch []*Node, progress *Node) (loss, squaredError *Node) {
	loss, squaredError = c.Loss(c.Store.RootScope(), batch, progress)
	if !loss.IsScalar() || !squaredError.IsScalar() {
		exceptions.Panicf("the loss has the shape %s and its error %s, both must be scalars",
			loss.Shape(), squaredError.Shape())
	}
	return loss, squaredError
}

// step builds one step of the training with a batch: the gradient of its loss, and Adam's change of
// the weights. The batch is good unless it diverged, in which case nothing changes; good is nil,
// and the step is always taken, where MaxSkipped is 0.
func (c Config) step(adam adam, batch []*Node, limits limits) (loss, squaredError, good *Node) {
	scope, g := c.Store.RootScope(), batch[0].Graph()
	done := ConvertDType(optimizer.GetGlobalStepVar(c.Store).NodeValue(g), dtypes.Float32)
	progress := DivScalar(done, float64(c.Epochs)*float64(c.BatchesPerEpoch))
	loss, squaredError = c.loss(batch, progress)
	gradients := scope.BuildTrainableVariablesGradientsGraph(loss)
	update := func() {
		if c.ClipNorm > 0 {
			gradients = clip(gradients, c.ClipNorm)
		}
		if c.Schedule != nil {
			factor := ConvertDType(c.Schedule(progress), loss.DType())
			rate := optimizer.LearningRateVar(scope, loss.DType(), c.LearningRate)
			rate.SetNodeValue(MulScalar(factor, c.LearningRate))
		}
		adam.UpdateGraphWithGradients(scope, gradients, loss.DType())
		c.updateEMAs(g)
	}
	if c.MaxSkipped == 0 {
		update()
		return loss, squaredError, nil
	}
	good = c.isGood(loss, squaredError, limits, gradients)
	c.updateIf(good, g, update)
	return loss, squaredError, good
}

// updateIf builds an update of variables that changes them only where the condition, a scalar,
// holds.
func (c Config) updateIf(condition *Node, g *Graph, update func()) {
	variables := slices.Collect(c.Store.IterVariables())
	before := make([]*Node, len(variables))
	for k, variable := range variables {
		before[k] = variable.NodeValue(g)
	}
	update()
	for k, variable := range variables {
		if after := variable.NodeValue(g); after != before[k] {
			variable.SetNodeValue(Where(condition, after, before[k]))
		}
	}
}
