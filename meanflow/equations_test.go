package meanflow_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// affine returns the network u(x, t, r) = w·(x + 2t + 3r + x·t) in one dimension, with the
// derivatives ∂u/∂x = w·(1 + t) and ∂u/∂t = w·(2 + x).
func affine(w *Node) meanflow.Velocity {
	return func(x, t, r *Node) *Node {
		return Mul(w, Add(Add(x, Mul(x, t)), Add(MulScalar(t, 2), MulScalar(r, 3))))
	}
}

// The loss of each objective and its derivative by w agree with the equations in the objective's
// doc comment, computed here in plain Go. target computes what the equations put under the
// stop-gradient, so that only u has a derivative by w.
func TestObjectivesAgainstTheirEquations(t *testing.T) {
	const n, w = 64, 0.7
	random := rand.New(rand.NewPCG(11, 0))
	column := func() [][]float64 {
		values := make([][]float64, n)
		for i := range values {
			values[i] = []float64{random.Float64()}
		}
		return values
	}
	data, noise, later, earlier := column(), column(), column(), column()
	for i := range n {
		a, b := later[i][0], earlier[i][0]
		later[i][0], earlier[i][0] = max(a, b), min(a, b)
		if i%4 == 0 {
			earlier[i][0] = later[i][0]
		}
	}
	u := func(x, t, r float64) float64 { return w * (x + x*t + 2*t + 3*r) }
	derivative := func(x, t, velocity float64) float64 { return w*(1+t)*velocity + w*(2+x) }
	weight := meanflow.AdaptiveWeight{Power: 0.75, Offset: 0.01}
	type target func(x, t, r, v float64) float64
	meanFlow := func(x, t, r, v float64) float64 { return v - (t-r)*derivative(x, t, v) }
	improved := func(x, t, r, v float64) float64 { return v - (t-r)*derivative(x, t, u(x, t, t)) }
	split := func(x, t, r, v float64) float64 {
		if r == t {
			return v
		}
		s := (t + r) / 2
		first := u(x, t, s)
		return (first + u(x-(t-s)*first, s, r)) / 2
	}
	alphaFlow := func(alpha float64) target {
		return func(x, t, r, v float64) float64 {
			s := t - alpha*(t-r)
			return alpha*v + (1-alpha)*u(x-(t-s)*v, s, r)
		}
	}
	for _, test := range []struct {
		objective meanflow.Objective
		target    target
		power     float64
		alpha     float64 // Divides the error, and multiplies its square.
	}{
		{meanflow.MeanFlow{}, meanFlow, 0, 1},
		{meanflow.MeanFlow{Weight: weight}, meanFlow, 0.75, 1},
		{meanflow.ImprovedMeanFlow{}, improved, 0, 1},
		{meanflow.ImprovedMeanFlow{MeanFlow: meanflow.MeanFlow{Weight: weight}}, improved, 0.75, 1},
		{meanflow.SplitMeanFlow{}, split, 0, 1},
		{meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Weight: weight}}, split, 0.75, 1},
		{meanflow.AlphaFlow{Alpha: meanflow.Constant(0.25)}, alphaFlow(0.25), 0, 0.25},
		{
			meanflow.AlphaFlow{
				Alpha: meanflow.Constant(0.25), MeanFlow: meanflow.MeanFlow{Weight: weight},
			},
			alphaFlow(0.25), 0.75, 0.25,
		},
		// The progress is 0.5, where the default schedule of alpha is 0.5.
		{meanflow.AlphaFlow{}, alphaFlow(0.5), 0, 0.5},
		{meanflow.AlphaFlow{Alpha: meanflow.Constant(0)}, alphaFlow(0.005), 0, 0.005},
		// At this progress the schedule halves the power.
		{
			meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{
				Power: 1.5, Offset: 0.01, Schedule: meanflow.CosineDecay(),
			}},
			meanFlow, 0.75, 1,
		},
	} {
		var loss, slope, squaredError float64
		for i := range n {
			at, from := later[i][0], earlier[i][0]
			x, v := (1-at)*data[i][0]+at*noise[i][0], noise[i][0]-data[i][0]
			delta := (u(x, at, from) - test.target(x, at, from, v)) / test.alpha
			weight := math.Pow(delta*delta+0.01, -test.power)
			loss += test.alpha * weight * delta * delta / n
			squaredError += test.alpha * delta * delta / n
			slope += weight * 2 * delta * u(x, at, from) / w / n
		}
		enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
			out := run(t, engine, func(in []*Node) []*Node {
				batch := meanflow.Batch{
					Data: in[0], Noise: in[1], T: in[2], R: in[3], Progress: in[5],
				}
				loss, squaredError := test.objective.Loss(affine(in[4]), batch)
				return []*Node{loss, Gradient(loss, in[4])[0], squaredError}
			}, data, noise, later, earlier, w, 0.5)
			got := slices.Concat(check.Floats(out[0]), check.Floats(out[1]), check.Floats(out[2]))
			check.Close(t, test.objective.Name()+": the loss, its slope, the squared error",
				got, []float64{loss, slope, squaredError}, 1e-9)
		})
	}
}
