package network_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// transformer returns n for grey images of a height and a width.
func transformer(height, width int, n network.PatchTransformer) network.PatchTransformer {
	n.Image = network.ImageShape{Height: height, Width: width}
	return n
}

// A patch transformer begins with closed gates, so that the pixels of a patch depend on that patch
// and its position alone. The velocity agrees with the network computed here in plain Go, where
// each pixel is found by its row, column and channel.
func TestPatchTransformerBeginsWithClosedGates(t *testing.T) {
	const height, columns, channels, side, width, dim = 4, 6, 2, 2, 8, 4 * 6 * 2
	net := network.PatchTransformer{
		Image: network.ImageShape{Height: height, Width: columns, Channels: channels},
		Patch: side, Width: width, Heads: 2, Blocks: 1,
	}
	image := make([]float32, dim)
	for i := range image {
		image[i] = float32(math.Sin(float64(3 * i)))
	}
	at := func(row, column, channel int) int { return (row*columns+column)*channels + channel }
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := seededStore(t, 1)
		out, err := model.CallOnce(engine, store, func(scope *model.Scope, x, t *Node) *Node {
			return net.Velocity(scope, network.Input{X: x, T: t, R: t})
		}, [][]float32{image}, [][]float32{{0.5}})
		if err != nil {
			t.Fatal(err)
		}
		layer := func(path string) (weights [][]float32, biases []float32) {
			value := func(name string) any {
				return store.GetVariable(path + name).MustValue().Value()
			}
			return value("/weights").([][]float32), value("/biases").([]float32)
		}
		inputWeights, inputBiases := layer("/input")
		outputWeights, outputBiases := layer("/output")
		want := make([]float64, dim)
		for row := 0; row < height; row += side {
			for column := 0; column < columns; column += side {
				// For a width of 8, the frequencies are 1 and 1/100.
				x, y := float64(column/side), float64(row/side)
				h := []float64{
					math.Sin(x), math.Sin(x / 100), math.Cos(x), math.Cos(x / 100),
					math.Sin(y), math.Sin(y / 100), math.Cos(y), math.Cos(y / 100),
				}
				var pixels []int
				for dy := range side {
					for dx := range side {
						for channel := range channels {
							pixels = append(pixels, at(row+dy, column+dx, channel))
						}
					}
				}
				var mean, meanSquare float64
				for j := range h {
					h[j] += float64(inputBiases[j])
					for i, pixel := range pixels {
						h[j] += float64(image[pixel]) * float64(inputWeights[i][j])
					}
					mean += h[j] / width
					meanSquare += h[j] * h[j] / width
				}
				for i, pixel := range pixels {
					want[pixel] = float64(outputBiases[i])
					for j := range h {
						normalised := (h[j] - mean) / math.Sqrt(meanSquare-mean*mean+1e-6)
						want[pixel] += normalised * float64(outputWeights[j][i])
					}
				}
			}
		}
		check.Close(t, "velocity", check.Floats(out), want, 1e-5)
	})
}

// With open gates, each patch of the velocity depends on each patch of the image.
func TestPatchTransformerMixesPatches(t *testing.T) {
	net := transformer(2, 3, network.PatchTransformer{Patch: 1, Width: 8, Heads: 2, Blocks: 1})
	store := seededStore(t, 1)
	exec, err := model.NewExec(enginetest.PureGo(t), store,
		func(scope *model.Scope, x, time *Node) *Node {
			return net.Velocity(scope.At("network"), network.Input{X: x, T: time, R: time})
		})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	// In each row after the first, another pixel differs from the first row.
	images, times := make([][]float64, 7), make([][]float64, 7)
	for i := range images {
		images[i], times[i] = []float64{0.1, -0.4, 0.3, 0.9, -0.8, 0.2}, []float64{0.5}
		if i > 0 {
			images[i][i-1]++
		}
	}
	if _, err := exec.Call(images, times); err != nil { // Makes the weights.
		t.Fatal(err)
	}
	shake(t, store)
	out, err := exec.Call(images, times)
	if err != nil {
		t.Fatal(err)
	}
	velocities := slices.Collect(slices.Chunk(check.Floats(out[0]), 6))
	for changed, velocity := range velocities[1:] {
		for pixel := range velocity {
			if math.Abs(velocity[pixel]-velocities[0][pixel]) < 1e-6 {
				t.Errorf("the velocity of pixel %d does not depend on pixel %d", pixel, changed)
			}
		}
	}
}

// Images of another size than the data's are an error that names both.
func TestPatchTransformerRefusesOtherData(t *testing.T) {
	_, err := meanflow.Train(context.Background(), meanflow.Config{
		Data: datasets.Checkerboard{}, Backend: enginetest.PureGo(t), Epochs: meanflow.None,
		Network: transformer(8, 4, network.PatchTransformer{}),
	})
	check.Error(t, err, "8 × 4 × 1", "32 values", "2 dimensions")
	if err != nil && len([]rune(err.Error())) > 200 {
		t.Errorf("the error is longer than 200 characters: %v", err)
	}
}

// The second derivative, a JVP of a JVP, agrees with central differences of the first in double
// precision: the formulas for the gradients of LayerNorm, softmax and activation have gradients.
func TestPatchTransformerHasSecondDerivatives(t *testing.T) {
	const h = 1e-5
	net := transformer(1, 3, network.PatchTransformer{Patch: 1, Width: 8, Heads: 2, Blocks: 1})
	store := seededStore(t, 1)
	exec, err := model.NewExec(enginetest.PureGo(t), store,
		func(scope *model.Scope, x, time *Node) []*Node {
			along := func(u func(in []*Node) *Node, in []*Node) *Node {
				_, derivative := meanflow.JVP(u, in, []*Node{OnesLike(x), OnesLike(time)})
				return derivative
			}
			first := func(in []*Node) *Node {
				return along(func(in []*Node) *Node {
					input := network.Input{X: in[0], T: in[1], R: ZerosLike(in[1])}
					return net.Velocity(scope.At("network"), input)
				}, in)
			}
			shifted := func(h float64) *Node {
				return first([]*Node{AddScalar(x, h), AddScalar(time, h)})
			}
			return []*Node{
				along(first, []*Node{x, time}), DivScalar(Sub(shifted(h), shifted(-h)), 2*h),
			}
		})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	x, time := [][]float64{{0.4, -1, 0.7}, {-0.2, 0.5, 1.1}}, [][]float64{{0.6}, {0.3}}
	if _, err := exec.Call(x, time); err != nil { // Makes the weights.
		t.Fatal(err)
	}
	shake(t, store)
	out, err := exec.Call(x, time)
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, "the second derivative", check.Floats(out[0]), check.Floats(out[1]), 1e-6)
}
