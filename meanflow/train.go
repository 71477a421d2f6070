package meanflow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Train trains a model by a configuration. It checks the configuration and writes the first
// checkpoint before it trains, so that mistakes show at once.
//
// Train stops when ctx ends, after the batches that the engine is working on, which take about a
// second (see [UntilInterrupted] for Ctrl-C). It stops at a batch that diverges (see
// Config.JumpFactor and Config.MaxSkipped). With a Config.CheckpointDir, it writes a checkpoint
// when it is interrupted. If it can't write a checkpoint, it says so on standard error and goes on.
// That includes a folder that is renamed, removed or replaced during the training: Train writes
// into the folder that it began in or not at all. If the file system can't flush to the disk, or
// has no locks, Train says so once and goes on.
//
// The error is an [InterruptedError], a [DivergedError], a [LockedError], a [DamagedError] or a
// [MismatchError], or it names the field of the configuration that is wrong. Train returns the
// model together with the error if the training was interrupted, or if the last checkpoint could
// not be written.
//
// The same configuration on the same engine gives the same model to the last bit, also if the
// training was interrupted and resumed.
func Train(ctx context.Context, config Config) (*Model, error) {
	defer backend.ReturnMemory()
	m, err := train(ctx, config.withDefaults())
	if err != nil {
		return m, fmt.Errorf("meanflow: Train: %w", err)
	}
	return m, nil
}

// train trains by a configuration whose defaults are filled in.
func train(ctx context.Context, config Config) (*Model, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	engine, err := config.engine()
	if err != nil {
		return nil, err
	}
	isOneStep, err := config.checkTimes()
	if err != nil {
		return nil, err
	}
	meta, err := config.describe()
	if err != nil {
		return nil, err
	}
	meta.OneStep = isOneStep
	m, err := newModel(meta, config.Network, model.NewStore(), engine)
	if err != nil {
		return nil, err
	}
	run, err := config.training(m)
	if err != nil {
		return nil, err
	}
	state, sound, err := training.Run(ctx, run)
	if !sound {
		return nil, err
	}
	m.state = state
	if deleteErr := m.store.DeleteVariablesInScope("/" + training.DataScope); err == nil {
		err = deleteErr
	}
	return m, err
}

// engine returns Backend or, if it is nil, opens the engine that Devices asks for.
func (c Config) engine() (compute.Backend, error) {
	switch {
	case c.Backend != nil:
		return c.Backend, nil
	case c.Devices > 1:
		return backend.WithDevices(c.Devices)
	}
	return backend.Default()
}

// metadata returns the fixed properties of the model, without its network, the units and the
// description.
func (c Config) metadata() metadata {
	meta := metadata{
		Objective:       c.Objective.Name(),
		PredictsAverage: c.Objective.PredictsAverage(),
		Dim:             c.Data.Dim(),
		EMADecays:       slices.Clone(c.EMADecays),
	}
	if c.Guidance != 0 {
		data, _ := conditioned(c.Data)
		meta.Classes, meta.Values = data.Classes(), data.Values()
		meta.Guidance, meta.MaxGuidance = c.Guidance, c.MaxGuidance
	}
	return meta
}

// describe returns the metadata with the units and the description of the data.
func (c Config) describe() (meta metadata, err error) {
	meta = c.metadata()
	if meta.Units, err = unitsOf(c.Data); err != nil {
		return meta, err
	}
	if meta.Values == 0 {
		meta.Units.Values = nil // Without guidance, the model has no condition values.
	}
	meta.Description, err = describeData(c.Data)
	return meta, err
}

// training translates the configuration for package training, which knows nothing about flows.
func (c Config) training(m *Model) (training.Config, error) {
	encoded, err := network.Encode(c.Network)
	if err != nil {
		return training.Config{}, err
	}
	m.meta.Network = encoded
	meta, err := json.Marshal(m.meta)
	if err != nil {
		return training.Config{}, err
	}
	weights, err := c.initialWeights()
	if err != nil {
		return training.Config{}, err
	}
	var recipe training.Recipe
	if c.CheckpointDir != "" {
		if recipe, err = c.recipe(m.meta, weights); err != nil {
			return training.Config{}, err
		}
	}
	run := training.Config{
		Engine:  m.engine,
		Devices: c.Devices,
		Store:   m.store,

		Build:      m.meta.build(c.Network),
		Draw:       c.draw,
		DrawsAhead: c.Coupling.Name != IndependentNoise().Name,
		Loss:       c.loss,

		InitialWeights: weights,

		Epochs:          c.Epochs,
		BatchesPerEpoch: c.BatchesPerEpoch,
		BatchSize:       c.BatchSize,
		LearningRate:    c.LearningRate,
		Schedule:        c.Schedule.Factor,
		ScheduleName:    c.Schedule.String(),
		EMADecays:       c.EMADecays,
		Seed:            c.Seed,
		ClipNorm:        c.ClipNorm,
		JumpFactor:      c.JumpFactor,
		MaxSkipped:      c.MaxSkipped,

		Metadata:        meta,
		Recipe:          recipe,
		CheckpointDir:   c.CheckpointDir,
		CheckpointEvery: c.CheckpointEvery,
		MaxCheckpoints:  c.MaxCheckpoints,
		Resume:          c.Resume,
		AllowChanges:    c.AllowChanges,
		Progress:        c.ProgressWriter,
	}
	if c.OnEpoch != nil {
		run.OnEpoch = func(state training.State) error {
			m.state = state
			return c.OnEpoch(m)
		}
	}
	return run, nil
}

// drawData builds n points [n, dim]. After them it builds the noise of [PairedData], [n, dim], or,
// if the network is conditioned, the classes, int32 [n, 1], and condition values [n, values]. It
// panics if Data builds another shape.
func (c Config) drawData(scope *model.Scope, g *Graph, n int) []*Node {
	scope = scope.At(training.DataScope)
	check := func(what string, node *Node, dtype dtypes.DType, columns int) {
		if want := shapes.Make(dtype, n, columns); node == nil || !node.Shape().Equal(want) {
			exceptions.Panicf("Config.Data samples the %s as %v, they must be %s", what, node, want)
		}
	}
	if data, ok := c.Data.(PairedData); ok {
		points, noise := data.SamplePaired(scope, g, n)
		check("points", points, dtypes.Float32, c.Data.Dim())
		check("noise", noise, dtypes.Float32, c.Data.Dim())
		return []*Node{points, noise}
	}
	if c.Guidance == 0 {
		points := c.Data.Sample(scope, g, n)
		check("points", points, dtypes.Float32, c.Data.Dim())
		return []*Node{points}
	}
	data, _ := conditioned(c.Data)
	points, classes, values := data.SampleConditioned(scope, g, n)
	check("points", points, dtypes.Float32, c.Data.Dim())
	drawn := []*Node{points}
	if data.Classes() > 0 {
		check("classes", classes, dtypes.Int32, 1)
		drawn = append(drawn, classes)
	}
	if data.Values() > 0 {
		check("condition values", values, dtypes.Float32, data.Values())
		drawn = append(drawn, values)
	}
	return drawn
}

// draw builds n examples: data and noise, [n, dim] each, then classes and values as drawData does.
// It panics if Coupling builds another shape.
func (c Config) draw(scope *model.Scope, g *Graph, n int) []*Node {
	drawn := c.drawData(scope, g, n)
	if _, ok := c.Data.(PairedData); ok {
		return drawn
	}
	if given := c.conditionsOf(drawn[1:]); given != nil && c.Coupling.given != nil {
		order, noise := c.Coupling.given(scope, drawn[0], given)
		for i, node := range drawn {
			drawn[i] = Gather(node, order)
		}
		return slices.Insert(drawn, 1, noise)
	}
	data, noise := c.Coupling.Pair(scope, drawn[0])
	if want := drawn[0].Shape(); !data.Shape().Equal(want) || !noise.Shape().Equal(want) {
		exceptions.Panicf("Config.Coupling returns %s and %s, both must be %s",
			data.Shape(), noise.Shape(), want)
	}
	return append([]*Node{data, noise}, drawn[1:]...)
}

// loss builds the scalar loss of a batch that draw built, and its scalar mean squared error.
func (c Config) loss(scope *model.Scope, drawn []*Node, progress *Node) (loss, squaredError *Node) {
	batch := Batch{Data: drawn[0], Noise: drawn[1], Progress: progress}
	batch.T, batch.R = c.Objective.TimeSampler().Draw(scope, batch.Data.Graph(), c.BatchSize)
	// Gradients of GoMLX's fused layers (v0.28.8, nn.Dense in pure Go) run on into whatever the
	// input is computed from, which need not have one: Floor, for instance.
	for _, node := range []**Node{&batch.Data, &batch.Noise, &batch.T, &batch.R} {
		*node = StopGradient(*node)
	}
	given := c.conditionsOf(drawn[2:])
	if given == nil {
		return c.Objective.Loss(c.velocity(scope, nil), batch)
	}
	c.withhold(scope, batch.Data.Graph(), given)
	batch.Class = given.class
	if c.MaxGuidance != 0 {
		c.drawGuidance(scope, batch.Data.Graph(), given)
	}
	if c.isGuided() {
		batch.velocity = c.guidedVelocity(scope, batch, given)
	}
	return c.Objective.Loss(c.velocity(scope, given), batch)
}
