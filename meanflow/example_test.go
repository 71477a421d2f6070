package meanflow_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// A model of your own points. The training is much too short for good samples.
func ExampleTrain() {
	points, err := datasets.FromPoints([][]float64{{1, 0}, {0, 1}, {-1, 0}, {0, -1}})
	if err != nil {
		log.Fatal(err)
	}
	model, err := meanflow.Train(meanflow.UntilInterrupted(), meanflow.Config{
		Data:      points,
		Epochs:    2,
		BatchSize: 64,
	})
	if err != nil {
		log.Fatal(err)
	}
	samples, err := model.Sample(1000, 1, 42) // 1,000 points, in one step.
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s after epoch %d generated %d points\n",
		model.Objective(), model.Epoch(), len(samples))
	// Output: mean flow after epoch 2 generated 1000 points
}

// A one-step model that begins with the weights of a flow-matching model. Both trainings are much
// too short for good samples.
func ExampleTrain_initialModel() {
	config := meanflow.Config{
		Data: datasets.Crescent{}, Objective: meanflow.FlowMatching{}, Epochs: 1, BatchSize: 64,
		Network: network.MLP{Width: 16, Depth: 2},
	}
	flow, err := meanflow.Train(meanflow.UntilInterrupted(), config)
	if err != nil {
		log.Fatal(err)
	}
	config.Objective, config.InitialModel = meanflow.MeanFlow{FlowRatio: 0.5}, flow
	model, err := meanflow.Train(meanflow.UntilInterrupted(), config)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Objective(), "after", flow.Objective())
	// Output: mean flow after flow matching
}

// Pairs of noise and points that a model of flow matching made, for another training. The training
// of the model is much too short for good samples.
func ExampleReflow() {
	config := meanflow.Config{
		Data: datasets.Crescent{}, Objective: meanflow.FlowMatching{}, Epochs: 1, BatchSize: 64,
		Network: network.MLP{Width: 16, Depth: 2},
	}
	model, err := meanflow.Train(meanflow.UntilInterrupted(), config)
	if err != nil {
		log.Fatal(err)
	}
	options := meanflow.SampleOptions{Times: meanflow.UniformGrid(10)}
	pairs, err := meanflow.Reflow(model, 1000, options, 42)
	if err != nil {
		log.Fatal(err)
	}
	config.Data, config.InitialModel = pairs, model // And Train again.
	fmt.Println(pairs.Len(), "pairs")
	// Output: 1000 pairs
}

// A model from a safetensors file, such as PyTorch and JAX write, as such a file again.
func ExampleReadSafetensors() {
	content, err := os.ReadFile("testdata/safetensors/mlp_torch.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	model, err := meanflow.ReadSafetensors(content, meanflow.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	samples, err := model.Sample(1000, 1, 42)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(samples), "points of", model.Dim(), "coordinates")
	var again bytes.Buffer // Or a file.
	if err := model.WriteSafetensors(&again); err != nil {
		log.Fatal(err)
	}
	fmt.Println("the same file:", bytes.Equal(again.Bytes(), content))
	// Output:
	// 1000 points of 2 coordinates
	// the same file: true
}

// A million points as one slice of float32, and no other memory than a chunk's.
func ExampleModel_Stream() {
	content, err := os.ReadFile("testdata/safetensors/mlp.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	model, err := meanflow.ReadSafetensors(content, meanflow.LoadOptions{}) // Or Train.
	if err != nil {
		log.Fatal(err)
	}
	const n = 1_000_000
	all := make([]float32, 0, n*model.Dim())
	for points, err := range model.Stream(n, 1, 42) {
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, points...) // Or write them to a file.
	}
	fmt.Println(len(all)/model.Dim(), "points of", model.Dim(), "coordinates")
	// Output: 1000000 points of 2 coordinates
}

// A saved model in an archive. A program can carry a model, too: with "//go:embed model" above a
// variable of type embed.FS, pass LoadFS the variable's folder by fs.Sub.
func ExampleLoadFS() {
	content, err := os.ReadFile("testdata/safetensors/mlp.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	trained, err := meanflow.ReadSafetensors(content, meanflow.LoadOptions{}) // Or Train.
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := trained.Save(dir); err != nil {
		log.Fatal(err)
	}
	var packed bytes.Buffer
	writer := zip.NewWriter(&packed)
	if err := errors.Join(writer.AddFS(os.DirFS(dir)), writer.Close()); err != nil {
		log.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		log.Fatal(err)
	}
	model, err := meanflow.LoadFS(archive, meanflow.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Objective(), "in", model.Dim(), "dimensions")
	// Output: mean flow in 2 dimensions
}

// The derivative of sin(x)·t at x = 0, t = 2, in the direction in which x changes with velocity 3
// and t with velocity 1.
func ExampleJVP() {
	engine, err := backend.Default()
	if err != nil {
		log.Fatal(err)
	}
	tangent, err := ExecOnce(engine, func(x, t, v *Node) *Node {
		_, tangent := meanflow.JVP(
			func(in []*Node) *Node { return Mul(Sin(in[0]), in[1]) },
			[]*Node{x, t}, []*Node{v, OnesLike(t)})
		return tangent
	}, 0.0, 2.0, 3.0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tangent.Value())
	// Output: 6
}

// absolute is a custom objective: flow matching with the mean absolute error.
type absolute struct{ meanflow.FlowMatching }

func (absolute) Name() string { return "flow matching, absolute error" }

func (absolute) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	difference := Sub(u(batch.Interpolant(), batch.T, batch.T), batch.Velocity())
	return ReduceAllMean(Abs(difference)), ReduceAllMean(Square(difference))
}

// A training with a custom objective.
func ExampleObjective() {
	model, err := meanflow.Train(meanflow.UntilInterrupted(), meanflow.Config{
		Data:      datasets.Crescent{},
		Objective: absolute{},
		Epochs:    1,
		BatchSize: 64,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("trained by", model.Objective())
	// Output: trained by flow matching, absolute error
}

// The recommended configuration, with a training that is much too short for good samples.
func ExampleRecommended() {
	config := meanflow.Recommended(datasets.Checkerboard{})
	config.Epochs, config.BatchSize = 2, 64
	model, err := meanflow.Train(meanflow.UntilInterrupted(), config)
	if err != nil {
		log.Fatal(err)
	}
	samples, err := model.Sample(1000, 1, 42)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(samples), "points in one step")
	// Output: 1000 points in one step
}

// The path from a file to new rows: read, train, sample in one step, write. The training is much
// too short; 3,000 steps are a good beginning.
func ExampleRecommended_ownData() {
	points, err := datasets.Read("../notebooks/data/penguins.csv", datasets.ReadOptions{
		Label: "species", LeaveOut: []string{"year"}, LeaveOutMissing: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(points.Len(), "rows,", len(points.Format().LeftOut), "left out")

	config := meanflow.Recommended(points)
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 1, 1, 64
	model, err := meanflow.Train(meanflow.UntilInterrupted(), config)
	if err != nil {
		log.Fatal(err)
	}

	given := map[string]any{"species": "Gentoo"}
	class, values, err := points.Schema().Given(given)
	if err != nil {
		log.Fatal(err)
	}
	options := meanflow.SampleOptions{Class: class, Values: values}
	samples, err := model.SampleWith(options, 1000, 42)
	if err != nil {
		log.Fatal(err)
	}
	table, err := points.Schema().Table(samples, datasets.TableOptions{Given: given})
	if err != nil {
		log.Fatal(err)
	}
	var file strings.Builder
	if err := table.WriteCSV(&file); err != nil {
		log.Fatal(err)
	}
	header, _, _ := strings.Cut(file.String(), "\n")
	fmt.Println(header)
	// Output:
	// 333 rows, 11 left out
	// island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,species
}

// Points of one of two arms, in one step. The network is conditioned on the arm, and trained with
// guidance.
func ExampleModel_SampleWith() {
	model, err := meanflow.Train(meanflow.UntilInterrupted(), meanflow.Config{
		Data:      datasets.TwoSpirals{},
		Objective: meanflow.MeanFlow{FlowRatio: 0.5},
		Guidance:  1.5,
		Epochs:    1,
		BatchSize: 64,
	})
	if err != nil {
		log.Fatal(err)
	}
	samples, err := model.SampleWith(meanflow.SampleOptions{Class: 2}, 1000, 42)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(samples), "points of one of", model.Classes(), "classes")
	// Output: 1000 points of one of 2 classes
}
