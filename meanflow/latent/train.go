package latent

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Train trains an autoencoder: an encoder E and a decoder D minimise the mean squared error of
// images x that go through codes c with noise ε,
//
//	loss = E ‖D(c + Noise·ε) - x‖² / dim,  c = E(x) / √(‖E(x)‖²/CodeDim + 1e-6),  ε ~ N(0, 1)
//
// Codes lie on a sphere, so the encoder can't make the noise small by making codes large.
//
// Train checks the configuration, stops and resumes as [meanflow.Train] does, and returns its
// errors. It returns the autoencoder together with the error if the training was interrupted, or if
// the last checkpoint could not be written.
func Train(ctx context.Context, config Config) (*Autoencoder, error) {
	defer backend.ReturnMemory()
	a, err := train(ctx, config.withDefaults())
	if err != nil {
		return a, fmt.Errorf("latent: Train: %w", err)
	}
	return a, nil
}

// train trains by a configuration whose defaults are filled in.
func train(ctx context.Context, c Config) (_ *Autoencoder, err error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	fingerprint, err := c.inspect()
	if err != nil {
		return nil, err
	}
	if c.Backend == nil {
		if c.Backend, err = backend.Default(); err != nil {
			return nil, err
		}
	}
	a := &Autoencoder{
		meta:    metadata{Dim: c.Data.Dim(), CodeDim: c.CodeDim, Network: encodeNetwork(c.Network)},
		network: c.Network, store: model.NewStore(), engine: c.Backend, mutex: new(sync.Mutex),
	}
	if data, ok := c.Data.(meanflow.DescribedData); ok {
		if a.meta.Description, err = data.Description(); err != nil {
			return nil, fmt.Errorf("Config.Data: %w", err)
		}
	}
	run, err := c.training(a, fingerprint)
	if err != nil {
		return nil, err
	}
	state, sound, err := training.Run(ctx, run)
	if !sound {
		return nil, err
	}
	a.state = state
	if deleteErr := a.store.DeleteVariablesInScope("/" + training.DataScope); err == nil {
		err = deleteErr
	}
	return a, err
}

// training translates the configuration for package training.
func (c Config) training(a *Autoencoder, fingerprint string) (training.Config, error) {
	meta, err := json.Marshal(wrapped{&a.meta})
	if err != nil {
		return training.Config{}, err
	}
	schedule := meanflow.WithWarmUp(0.05, meanflow.CosineDecay())
	run := training.Config{
		Engine: c.Backend, Devices: 1, Store: a.store,

		Build: a.build,
		Draw: func(scope *model.Scope, g *Graph, n int) []*Node {
			return []*Node{c.draw(scope.At(training.DataScope), g, n)}
		},
		Loss: func(scope *model.Scope, batch []*Node, _ *Node) (loss, squaredError *Node) {
			loss = c.loss(a, scope, StopGradient(batch[0]))
			return loss, loss
		},

		Epochs: c.Epochs, BatchesPerEpoch: c.BatchesPerEpoch, BatchSize: c.BatchSize,
		LearningRate: c.LearningRate,
		Schedule:     schedule.Factor, ScheduleName: schedule.Name,
		Seed: c.Seed,

		Metadata: meta,
		Recipe: training.Recipe{
			{Name: "Config.Data.Dim", Value: strconv.Itoa(a.meta.Dim), Fixed: true},
			{Name: "Config.CodeDim", Value: strconv.Itoa(c.CodeDim), Fixed: true},
			{Name: "Config.Network", Value: a.meta.Network.String(), Fixed: true},
			{Name: "Config.Data", Value: fingerprint,
				Effect: "the autoencoder learns the new images from here on"},
			{Name: "Config.Noise", Value: strconv.FormatFloat(c.Noise, 'g', -1, 64),
				Effect: "codes get the new noise from here on"},
		},
		CheckpointDir:   c.CheckpointDir,
		CheckpointEvery: c.CheckpointEvery,
		MaxCheckpoints:  c.MaxCheckpoints,
		Resume:          c.Resume,
		AllowChanges:    c.AllowChanges,
		Progress:        c.ProgressWriter,
	}
	if c.OnEpoch != nil {
		run.OnEpoch = func(state training.State) error {
			a.state = state
			return c.OnEpoch(a)
		}
	}
	return run, nil
}

// draw builds n images [n, dim]. It panics if Data builds another shape.
func (c Config) draw(scope *model.Scope, g *Graph, n int) *Node {
	images := c.Data.Sample(scope, g, n)
	if want := shapes.Make(dtypes.Float32, n, c.Data.Dim()); !images.Shape().Equal(want) {
		exceptions.Panicf("Config.Data samples images as %s, they must be %s", images.Shape(), want)
	}
	return images
}

// loss builds the mean squared error of images x [batch, dim], a scalar.
func (c Config) loss(a *Autoencoder, scope *model.Scope, x *Node) *Node {
	codes := a.encode(scope.At(training.NetworkScope), x)
	if c.Noise > 0 {
		noise := random.Normal(scope, x.Graph(), codes.Shape().Dimensions...)
		codes = Add(codes, MulScalar(noise, c.Noise))
	}
	return meanflow.MeanSquaredError(a.decode(scope.At(training.NetworkScope), codes), x)
}
