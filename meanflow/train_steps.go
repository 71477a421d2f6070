package meanflow

import (
	"math"
	"slices"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
	"github.com/gomlx/gomlx/support/exceptions"
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
	perBatch time.Duration   // What the last call took, 0 before the first.
	pairs    *pairs          // What it trains on, where there is a Config.Coupling.
	zeros    *tensors.Tensor // What devices divide among them, where there are several.
}

// optimizerWithGradients is one of GoMLX's that takes gradients instead of a loss.
type optimizerWithGradients interface {
	UpdateGraphWithGradients(scope *model.Scope, gradients []*Node, lossDType dtypes.DType)
}

// newTrainingSteps builds the loop over the batches.
func (m *Model) newTrainingSteps(config Config) (s *trainingSteps, err error) {
	adam := optimizer.Adam().LearningRate(config.LearningRate).Betas(0.9, 0.999).Epsilon(1e-8).Done().(optimizerWithGradients)
	err = m.buildOnce(func(g *Graph) {
		m.trainingStep(config, adam, m.drawBatch(config, g, config.BatchSize), ScalarZero(g, dtypes.Float64))
	})
	if err != nil {
		return nil, err
	}
	s = &trainingSteps{}
	if config.Coupling != nil {
		if s.pairs, err = m.newPairs(config); err != nil {
			return nil, err
		}
	}
	s.loop, err = newLoop(m, m.store.RootScope(), func(i *Node, state []*Node) []*Node {
		g, losses, reference, rest := i.Graph(), state[0], state[1], state[2:]
		var loss *Node
		step := func(batch Batch) {
			if config.Devices > 1 { // They divide what is computed for each example as they divide zeros, which are added.
				batch.Data = Add(batch.Data, rest[len(rest)-1])
			}
			loss = ConvertDType(m.trainingStep(config, adam, batch, reference), dtypes.Float64)
		}
		if s.pairs == nil {
			step(m.drawBatch(config, g, config.BatchSize))
		} else {
			m.inBatch(g, func() { step(pairsOf(i, rest)) })
		}
		isNow := Equal(Iota(g, shapes.Make(dtypes.Int32, batchesPerCall), 0), i)
		isFirst := LogicalAnd(Equal(reference, ZerosLike(reference)), IsFinite(loss))
		return append([]*Node{Where(isNow, loss, losses), Where(isFirst, loss, reference)}, rest...)
	})
	if err != nil || config.Devices == 1 {
		return s, err
	}
	s.zeros = tensors.FromShape(shapes.Make(dtypes.Float32, config.BatchSize, 1))
	divided := []bool{false, false}
	if s.pairs != nil {
		divided = append(divided, false, false, false)
	}
	return s, s.loop.distribute(config.Devices, append(divided, true)...)
}

// run trains on some of so many batches and returns the loss of each, NaN for those that were left out. They are
// compared with a reference (see divergence.go), or with the first one if that is 0.
func (s *trainingSteps) run(batches int, reference float64) ([]float64, error) {
	batches = min(batches, batchesPerCall)
	if s.perBatch == 0 {
		batches = 1
	} else {
		batches = min(batches, max(1, int(timePerCall/s.perBatch)))
	}
	start := time.Now()
	state := []any{make([]float64, batchesPerCall), reference}
	if s.pairs != nil {
		batches = min(batches, s.pairs.left())
		drawn, err := s.pairs.state()
		if err != nil {
			return nil, err
		}
		state = append(state, drawn...)
	}
	if s.zeros != nil {
		state = append(state, s.zeros)
	}
	after, err := s.loop.run(0, batches, state...)
	if err != nil {
		return nil, err
	}
	s.perBatch = time.Since(start) / time.Duration(batches)
	losses := after[0].Value().([]float64)[:batches]
	for _, tensor := range after {
		if err := tensor.FinalizeAll(); err != nil {
			return nil, err
		}
	}
	if s.pairs != nil {
		return losses, s.pairs.advance(batches)
	}
	return losses, nil
}

// Finalize frees what was compiled, and drawn.
func (s *trainingSteps) Finalize() {
	s.loop.Finalize()
	if s.pairs != nil {
		s.pairs.draw.Finalize()
		if err := s.pairs.free(); err != nil {
			warn("Train: %v", err)
		}
	}
}

// drawBatch builds the pairs of data and noise for so many points.
func (m *Model) drawBatch(config Config, g *Graph, size int) Batch {
	scope := m.store.RootScope()
	points := shapes.Make(dtypes.Float32, size, m.Dim())
	var data, classes *Node
	if config.Guidance == 0 {
		data = config.Data.Sample(scope.At(dataScope), g, size)
	} else {
		data, classes = config.Data.(LabelledData).SampleLabelled(scope.At(dataScope), g, size)
	}
	for variable := range scope.At(dataScope).IterVariables() {
		variable.SetTrainable(false)
	}
	if !data.Shape().Equal(points) {
		exceptions.Panicf("Config.Data samples %s, it must be %s", data.Shape(), points)
	}
	if want := shapes.Make(dtypes.Int32, size, 1); classes != nil && !classes.Shape().Equal(want) {
		exceptions.Panicf("Config.Data has classes %s, they must be %s", classes.Shape(), want)
	}
	coupling := config.Coupling
	if coupling == nil {
		coupling = IndependentNoise
	}
	data, noise := coupling(scope, data)
	if !data.Shape().Equal(points) || !noise.Shape().Equal(points) {
		exceptions.Panicf("Config.Coupling returns %s and %s, both must be %s", data.Shape(), noise.Shape(), points)
	}
	return Batch{Data: data, Noise: noise, classes: classes}
}

// trainingStep builds one step of the training with a batch of data and noise: draw its times, take the gradient of its
// loss, and let Adam change the weights. It returns the loss, or NaN if the batch diverged and is left out.
func (m *Model) trainingStep(config Config, adam optimizerWithGradients, batch Batch, reference *Node) *Node {
	scope, g := m.store.RootScope(), batch.Data.Graph()
	batch.T, batch.R = config.Objective.Times()(scope, g, config.BatchSize)
	done := ConvertDType(optimizer.GetGlobalStepVar(m.store).NodeValue(g), dtypes.Float32)
	batch.Progress = DivScalar(done, float64(config.Epochs)*float64(config.BatchesPerEpoch))
	var u Velocity = func(x, t, r *Node) *Node { return m.net(m.network(), x, t, r) }
	if batch.classes != nil {
		batch, u = m.withClasses(config, batch)
	}
	loss := config.Objective.Loss(u, batch)
	if !loss.IsScalar() {
		exceptions.Panicf("the loss of %s has the shape %s, it must be a scalar", config.Objective.Name(), loss.Shape())
	}
	gradients := scope.BuildTrainableVariablesGradientsGraph(loss)
	update := func() {
		if config.ClipNorm > 0 {
			gradients = clip(gradients, config.ClipNorm)
		}
		if config.Schedule != nil {
			factor := ConvertDType(config.Schedule(batch.Progress), loss.DType())
			rate := optimizer.LearningRateVar(scope, loss.DType(), config.LearningRate)
			rate.SetNodeValue(MulScalar(factor, config.LearningRate))
		}
		adam.UpdateGraphWithGradients(scope, gradients, loss.DType())
		m.updateAverages(g)
	}
	if config.MaxSkipped == 0 {
		update()
		return loss
	}
	good := config.isSound(loss, reference, gradients)
	m.updateIf(good, g, update)
	return Where(good, loss, ConstAs(loss, math.NaN()))
}

// updateIf builds an update of variables that changes them only where the condition, a scalar, holds.
func (m *Model) updateIf(condition *Node, g *Graph, update func()) {
	variables := slices.Collect(m.store.IterVariables())
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
