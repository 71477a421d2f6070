// Package perceptron has the network of package digits, for its users and for its training.
//
// The files: perceptron.go builds the network, weights.go reads and writes its weights, and
// apply.go runs it.
package perceptron

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// Sizes of the network.
const (
	Side     = 28          // Rows and columns of an image.
	Pixels   = Side * Side // Inputs.
	Features = 128         // Outputs of the last hidden layer.
	Classes  = 10          // Outputs.
)

// sizes are the numbers of inputs of the first layer and of outputs of each layer.
var sizes = [...]int{Pixels, 256, Features, Classes}

// Build builds the network of images, float32 [n, Pixels] in [-1, 1]: three linear layers, with
// max(x, 0) after the first two. It returns the outputs of the second, [n, Features], and of the
// third, the logits of the classes, [n, Classes]. The weights live in the scope, and begin normal
// with the variance 2/inputs (K. He et al., arXiv 1502.01852); the biases begin at 0.
func Build(scope *model.Scope, images *Node) (features, logits *Node) {
	x := images
	for layer := range len(sizes) - 1 {
		if layer > 0 {
			x = MaxScalar(x, 0)
			features = x
		}
		weights, biases := variables(scope, layer)
		x = Dot(x, weights.NodeValue(x.Graph())).Product()
		x = Add(x, ExpandLeftToRank(biases.NodeValue(x.Graph()), 2))
	}
	return features, x
}

// variables returns the weights [inputs, outputs] and the biases [outputs] of a layer.
func variables(scope *model.Scope, layer int) (weights, biases *model.Variable) {
	scope = scope.At("layer_%d", layer)
	inputs, outputs := sizes[layer], sizes[layer+1]
	return scope.WithInitializer(initializer.HeFn(scope)).VariableWithShape("weights",
			shapes.Make(dtypes.Float32, inputs, outputs)),
		scope.WithInitializer(initializer.Zero).VariableWithShape("biases",
			shapes.Make(dtypes.Float32, outputs))
}

// checkImages returns an error unless images is [n][Pixels] with values in [-1, 1].
func checkImages(images [][]float64) error {
	for i, image := range images {
		if len(image) != Pixels {
			return fmt.Errorf("images[%d] has %d pixels, it must have %d, %d rows of %d",
				i, len(image), Pixels, Side, Side)
		}
		for j, value := range image {
			if !(value >= -1 && value <= 1) { // NaN too.
				return fmt.Errorf("images[%d][%d] is %v, it must be from -1 to 1", i, j, value)
			}
		}
	}
	return nil
}
