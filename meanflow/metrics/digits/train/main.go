// Command train trains the classifier of package digits on MNIST's 60,000 training images, prints
// its accuracy on the 10,000 test images, and writes its weights. From the repository's root:
//
//	go run ./meanflow/metrics/digits/train
//
// It takes two to three minutes on two cores with XLA. The same seed on the same engine gives the
// same weights.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/loss"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/metrics/digits/internal/perceptron"
)

func main() {
	folder := flag.String("mnist", "notebooks/data/mnist", "the folder of MNIST's four files")
	output := flag.String("o", "meanflow/metrics/digits/weights.f32", "the file to write")
	seed := flag.Int64("seed", 1, "determines the weights")
	flag.Parse()
	if err := run(*folder, *output, *seed); err != nil {
		log.Print(err)
		exit.Exit(1)
	}
	exit.Exit(0)
}

func run(folder, output string, seed int64) error {
	train, test, err := datasets.ReadMNIST(folder)
	if err != nil {
		return err
	}
	engine, err := backend.Default()
	if err != nil {
		return err
	}
	weights, err := fit(engine, train, seed)
	if err != nil {
		return err
	}
	network, err := perceptron.New(engine, weights)
	if err != nil {
		return err
	}
	_, classes, err := network.Apply(test.Points())
	if err != nil {
		return err
	}
	accuracy, err := metrics.Agreement(classes, test.Labels())
	if err != nil {
		return err
	}
	fmt.Printf("%.2f %% of the %d test images are classified correctly\n", 100*accuracy, test.Len())
	if err := os.MkdirAll(filepath.Dir(output), 0o777); err != nil {
		return err
	}
	return os.WriteFile(output, weights, 0o666)
}

// fit returns the weights of a network trained on distorted images.
func fit(engine compute.Backend, images meanflow.LabelledData, seed int64) ([]byte, error) {
	const decay = 0.999 // The average over the last thousand steps is better than the last weights.
	network := func(scope *model.Scope, images *Node) *Node {
		_, logits := perceptron.Build(scope.At(training.NetworkScope), images)
		return logits
	}
	store := model.NewStore()
	_, _, err := training.Run(context.Background(), training.Config{
		Engine: engine, Devices: 1, Store: store,
		Build: func(scope *model.Scope, g *Graph) {
			network(scope, images.Sample(scope.At(training.DataScope), g, 1))
		},
		Draw: func(scope *model.Scope, g *Graph, n int) []*Node {
			points, classes := images.SampleLabelled(scope.At(training.DataScope), g, n)
			return []*Node{distort(scope, points), AddScalar(classes, -1)}
		},
		Loss: func(scope *model.Scope, batch []*Node, _ *Node) (mean, squaredError *Node) {
			logits := network(scope, StopGradient(batch[0]))
			mean = ReduceAllMean(loss.SparseCategoricalCrossEntropyLogits(
				[]*Node{batch[1]}, []*Node{logits}))
			return mean, mean
		},
		Epochs: 40, BatchesPerEpoch: 300, BatchSize: 256,
		LearningRate: 0.002, Schedule: meanflow.CosineDecay().Factor,
		ScheduleName: meanflow.CosineDecay().Name,
		EMADecays:    []float64{decay}, Seed: seed, Progress: os.Stdout,
	})
	if err != nil {
		return nil, err
	}
	return perceptron.Encode(store.RootScope().At("%s", training.EMAScope(0)))
}
