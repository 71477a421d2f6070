package latent

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// Autoencoder turns images into codes and back, from [Train] or [LoadAutoencoder]. Several
// goroutines can use it at once, but only during the call of Config.OnEpoch while it is trained.
type Autoencoder struct {
	meta    metadata
	state   training.State // The state at the end of its training.
	network Network
	store   *model.Store
	engine  compute.Backend

	// mutex guards the compiled graphs, and the store, which changes when a graph is built.
	mutex            *sync.Mutex
	encoder, decoder *model.Exec
}

// metadata are the fixed properties of an autoencoder. A checkpoint keeps them.
type metadata struct {
	Dim         int             `json:"dim"`
	CodeDim     int             `json:"code_dim"`
	Network     encodedNetwork  `json:"network"`
	Description json.RawMessage `json:"description,omitempty"` // What Data says of itself.
}

// Dim is the number of numbers of an image.
func (a *Autoencoder) Dim() int { return a.meta.Dim }

// CodeDim is the number of coordinates of a code.
func (a *Autoencoder) CodeDim() int { return a.meta.CodeDim }

// Epoch is the number of epochs that the autoencoder was trained for.
func (a *Autoencoder) Epoch() int { return a.state.Epoch }

// Losses returns the mean squared error of each epoch.
func (a *Autoencoder) Losses() []float64 { return slices.Clone(a.state.Losses) }

// Description returns the description of the images, JSON, or nil if they had none (see
// [meanflow.DescribedData]).
func (a *Autoencoder) Description() []byte { return slices.Clone(a.meta.Description) }

// Encode returns the codes [n][CodeDim()] of images [n][Dim()] in [-1, 1]. The coordinates of a
// code have a mean square of 1.
func (a *Autoencoder) Encode(images [][]float64) ([][]float64, error) {
	flat, err := flatten("images", images, a.Dim(), 1)
	if err != nil {
		return nil, fmt.Errorf("latent: Encode: %w", err)
	}
	codes, err := a.apply(&a.encoder, a.encode, flat, a.CodeDim(), a.Dim())
	if err != nil {
		return nil, fmt.Errorf("latent: Encode: %w", err)
	}
	return codes, nil
}

// Decode returns the images [n][Dim()], in [-1, 1], of codes [n][CodeDim()], up to 1e15 in
// magnitude. Codes need not be those of images; Decode first scales each to a mean square of 1,
// which corrects a flow's errors in that direction.
func (a *Autoencoder) Decode(codes [][]float64) ([][]float64, error) {
	const limit = 1e15 // Above 1e19 the square of a number is infinite in float32.
	flat, err := flatten("codes", codes, a.CodeDim(), limit)
	if err != nil {
		return nil, fmt.Errorf("latent: Decode: %w", err)
	}
	decode := func(scope *model.Scope, codes *Node) *Node {
		return a.decode(scope, normalised(codes))
	}
	images, err := a.apply(&a.decoder, decode, flat, a.Dim(), a.CodeDim())
	if err != nil {
		return nil, fmt.Errorf("latent: Decode: %w", err)
	}
	return images, nil
}

// encode builds the codes [batch, codeDim] of images x [batch, dim].
func (a *Autoencoder) encode(scope *model.Scope, x *Node) *Node {
	return normalised(a.network.encode(scope.At("encoder"), x, a.meta.CodeDim))
}

// normalised builds codes [batch, codeDim] scaled to a mean square of 1 each.
func normalised(codes *Node) *Node {
	meanSquare := ReduceAndKeep(Square(codes), ReduceMean, -1)
	return Div(codes, Sqrt(AddScalar(meanSquare, 1e-6)))
}

// decode builds images [batch, dim] of codes [batch, codeDim].
func (a *Autoencoder) decode(scope *model.Scope, codes *Node) *Node {
	return Tanh(a.network.decode(scope.At("decoder"), codes, a.meta.Dim))
}

// build builds the network once, which makes its variables.
func (a *Autoencoder) build(scope *model.Scope, g *Graph) {
	scope = scope.At(training.NetworkScope)
	a.decode(scope, a.encode(scope, Zeros(g, shapes.Make(dtypes.Float32, 2, a.meta.Dim))))
}

// apply returns what a graph of the network returns for rows [n][dim], flat, as [n][outDim]. It
// compiles the graph at the first call.
func (a *Autoencoder) apply(
	exec **model.Exec, build func(scope *model.Scope, x *Node) *Node, rows []float32,
	outDim, dim int,
) ([][]float64, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if *exec == nil {
		made, err := model.NewExec(a.engine, a.store, func(scope *model.Scope, x *Node) *Node {
			return build(scope.At(training.NetworkScope), x)
		})
		if err != nil {
			return nil, err
		}
		made.SetMaxCache(-1)
		*exec = made
	}
	out := make([]float64, len(rows)/dim*outDim)
	err := engine.InChunks(out, rows, outDim, dim,
		func(x *tensors.Tensor) (result *tensors.Tensor, err error) {
			err = engine.Catch(func() error {
				result, err = (*exec).Call1(x)
				return err
			})
			return result, err
		})
	if err != nil {
		return nil, err
	}
	result := make([][]float64, 0, len(out)/outDim)
	return slices.AppendSeq(result, slices.Chunk(out, outDim)), nil
}

// flatten returns the numbers of rows [n][dim] one after the other. The error names a row of
// another length, or a number that is beyond ±limit.
func flatten(name string, rows [][]float64, dim int, limit float64) ([]float32, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("there are no %s", name)
	}
	flat := make([]float32, 0, len(rows)*dim)
	for i, row := range rows {
		if len(row) != dim {
			return nil, fmt.Errorf("%s[%d] has %d numbers, the autoencoder was trained with %d",
				name, i, len(row), dim)
		}
		for j, x := range row {
			if !(math.Abs(x) <= limit) {
				return nil, fmt.Errorf("%s[%d][%d] is %v, it must be from %v to %v",
					name, i, j, x, -limit, limit)
			}
			flat = append(flat, float32(x))
		}
	}
	return flat, nil
}
