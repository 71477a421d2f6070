package perceptron

import (
	"errors"
	"math/bits"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// Network is the network with its weights, compiled for an engine. Several goroutines may use it.
type Network struct {
	mutex sync.Mutex
	exec  *model.Exec
}

// New makes a network of the weights that Encode returned.
func New(backend compute.Backend, weights []byte) (*Network, error) {
	store := model.NewStore()
	if err := decode(store.RootScope(), weights); err != nil {
		return nil, err
	}
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, in []*Node) []*Node {
		features, logits := Build(scope, in[0])
		return []*Node{features, OnePlus(ArgMax(logits, -1, dtypes.Int32))}
	})
	if err != nil {
		return nil, err
	}
	exec.SetMaxCache(-1)
	return &Network{exec: exec}, nil
}

// chunk is the largest number of images in a call of the engine, which bounds the memory.
const chunk = 1024

// Apply returns the features [n][Features] and the classes [n], from 1 to Classes, of images
// [n][Pixels]. The error names an image with another number of pixels or a value beyond [-1, 1].
func (n *Network) Apply(images [][]float64) (features [][]float64, classes []int, err error) {
	if err := checkImages(images); err != nil {
		return nil, nil, err
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for first := 0; first < len(images); first += chunk {
		part := images[first:min(first+chunk, len(images))]
		results, err := n.call(part)
		if err != nil {
			return nil, nil, err
		}
		tensors.MustConstFlatData(results[0], func(flat []float32) {
			for i := range part {
				row := make([]float64, Features)
				for j := range row {
					row[j] = float64(flat[i*Features+j])
				}
				features = append(features, row)
			}
		})
		tensors.MustConstFlatData(results[1], func(flat []int32) {
			for i := range part {
				classes = append(classes, int(flat[i]))
			}
		})
		if err := errors.Join(results[0].FinalizeAll(), results[1].FinalizeAll()); err != nil {
			return nil, nil, err
		}
	}
	return features, classes, nil
}

// call runs the network on at most chunk images. Each new number of images compiles a graph, so
// call adds empty images up to a power of two.
func (n *Network) call(images [][]float64) (results []*tensors.Tensor, err error) {
	rows := 1 << bits.Len(uint(len(images)-1))
	input := tensors.FromShape(shapes.Make(dtypes.Float32, rows, Pixels))
	tensors.MustMutableFlatData(input, func(flat []float32) {
		for i, image := range images {
			for j, value := range image {
				flat[i*Pixels+j] = float32(value)
			}
		}
	})
	err = engine.Catch(func() error {
		results, err = n.exec.Call(input)
		return err
	})
	return results, errors.Join(err, input.FinalizeAll())
}
