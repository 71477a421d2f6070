package training

import (
	"slices"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// adamOptimizer is the method of GoMLX's Adam that takes gradients instead of a loss.
type adamOptimizer interface {
	UpdateGraphWithGradients(scope *model.Scope, gradients []*Node, lossDType dtypes.DType)
}

// newAdam returns Adam with the tutorial's settings and a learning rate.
func newAdam(learningRate float64) adamOptimizer {
	adam := optimizer.Adam().LearningRate(learningRate).Betas(0.9, 0.999).Epsilon(1e-8)
	return adam.Done().(adamOptimizer)
}

// limits are State.Reference and State.FirstError as float64 scalars (see divergence.go).
type limits struct{ reference, firstError *Node }

// draw builds a batch of n examples. The variables that it makes in the data's scope are not
// trained.
func (c Config) draw(g *Graph, n int) []*Node {
	batch := c.Draw(c.Store.RootScope(), g, n)
	for variable := range c.Store.RootScope().At(DataScope).IterVariables() {
		variable.SetTrainable(false)
	}
	return batch
}

// loss builds the loss of a batch and its squared error. It panics if they are not scalars.
func (c Config) loss(batch []*Node, progress *Node) (loss, squaredError *Node) {
	loss, squaredError = c.Loss(c.Store.RootScope(), batch, progress)
	if !loss.IsScalar() || !squaredError.IsScalar() {
		exceptions.Panicf("the loss has the shape %s and its error %s, they must be scalars",
			loss.Shape(), squaredError.Shape())
	}
	return loss, squaredError
}

// step builds one step of the training with a batch: the gradient of its loss, and Adam's update of
// the weights. If MaxSkipped is 0, the step always changes the weights, and good is nil. Otherwise
// good is a boolean scalar, and the step changes nothing if it is false because the batch diverged.
func (c Config) step(
	adam adamOptimizer, batch []*Node, bounds limits,
) (loss, squaredError, good *Node) {
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
	good = c.isGood(loss, squaredError, bounds, gradients)
	c.updateIf(good, g, update)
	return loss, squaredError, good
}

// updateIf builds an update that changes the variables only if the condition, a boolean scalar, is
// true.
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
