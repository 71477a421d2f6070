package network_test

import (
	"fmt"
	"log"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/layers/fnn"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// A custom network made of GoMLX's layers.
func Example() {
	own := network.Func(func(scope *model.Scope, in network.Input) *Node {
		x := Concatenate([]*Node{in.X, in.T, Sub(in.T, in.R)}, -1)
		return fnn.New(scope.At("layers"), x, in.X.Shape().Dim(-1)).
			NumHiddenLayers(2, 32).Activation(activation.TypeSwish).Done()
	})
	trained, err := meanflow.Train(meanflow.UntilInterrupted(), meanflow.Config{
		Data: datasets.Checkerboard{}, Network: own, Epochs: 1, BatchSize: 64,
	})
	if err != nil {
		log.Fatal(err)
	}
	samples, err := trained.Sample(10, 1, 42)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(samples), "points")
	// Output: 10 points
}
