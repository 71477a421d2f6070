package meanflow_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// exact is a model whose network is the closed form of a Gaussian's flow, untrained but for a
// weight that does not matter.
func exact(t *testing.T, engine compute.Backend, objective meanflow.Objective,
	flow gaussianFlow) *meanflow.Model {
	t.Helper()
	config := oneWeight(engine)
	config.BatchesPerEpoch = 1
	config.Objective = objective
	config.Network = network.Func(func(scope *model.Scope, in network.Input) *Node {
		x, at, from := in.X, in.T, in.R
		average := flow.averageVelocity(x, at, from)
		if !objective.PredictsAverage() {
			average = flow.velocity(x, at)
		} else {
			// 0/0 where the times are equal.
			average = Where(BroadcastToShape(Equal(at, from), x.Shape()), flow.velocity(x, at),
				average)
		}
		return Add(average, MulScalar(constantNetwork(scope, in), 0))
	})
	return train(t, config)
}

// frozen has the loss 0 for any network.
type frozen struct {
	meanflow.FlowMatching
	average bool
}

func (f frozen) PredictsAverage() bool { return f.average }

func (frozen) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	loss = MulScalar(ReduceAllMean(u(batch.Data, OnesLike(batch.T), ZerosLike(batch.T))), 0)
	return loss, loss
}

// noiseOf is the noise that a model samples from, [n][2].
func noiseOf(t *testing.T, m *meanflow.Model, n int, seed int64) [][]float64 {
	t.Helper()
	path, err := m.Trajectory(n, 1, seed)
	if err != nil {
		t.Fatal(err)
	}
	return path[0]
}

// sampleWith is SampleWith without an error.
func sampleWith(t *testing.T, m *meanflow.Model, sampling meanflow.SampleOptions, n int,
	seed int64) [][]float64 {
	t.Helper()
	points, err := m.SampleWith(sampling, n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// Each solver as textbooks write it, for one number and in double precision, on a grid so coarse
// that they differ.
func TestSolvers(t *testing.T) {
	const s, n = 0.4, 50
	times := []float64{1, 0.7, 0.2, 0}
	slope := func(x, t float64) float64 {
		return (t - (1-t)*s*s) / ((1-t)*(1-t)*s*s + t*t) * x
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, average := range []bool{false, true} {
			m := exact(t, engine, frozen{average: average}, gaussianFlow{s})
			noise := concat(noiseOf(t, m, n, 1))
			for _, test := range []struct {
				name   string
				solver meanflow.Solver
				step   func(x, t, h float64) float64
			}{
				{"Euler", meanflow.Euler, func(x, t,
					h float64) float64 {
					return x + h*slope(x, t)
				}},
				{"midpoint", meanflow.Midpoint,
					func(x, t, h float64) float64 { return x + h*slope(x+h/2*slope(x, t), t+h/2) }},
				{"Heun", meanflow.Heun, func(x, t, h float64) float64 {
					first := slope(x, t)
					return x + h/2*(first+slope(x+h*first, t+h))
				}},
				{"Runge-Kutta", meanflow.RK4, func(x, t, h float64) float64 {
					k1 := slope(x, t)
					k2 := slope(x+h/2*k1, t+h/2)
					k3 := slope(x+h/2*k2, t+h/2)
					k4 := slope(x+h*k3, t+h)
					return x + h/6*(k1+2*k2+2*k3+k4)
				}},
			} {
				want := make([]float64, len(noise))
				for i, x := range noise {
					for k, time := range times[:len(times)-1] {
						x = test.step(x, time, times[k+1]-time)
					}
					want[i] = x
				}
				got := sampleWith(t, m, meanflow.SampleOptions{Times: times, Solver: test.solver},
					n, 1)
				check.Close(t, test.name, concat(got), want, 1e-5)
			}
		}
	})
}

func TestSampleWithIsSampleByDefault(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, average := range []bool{false, true} {
			m := exact(t, engine, frozen{average: average}, gaussianFlow{0.4})
			want, err := m.Sample(9, 5, 3)
			if err != nil {
				t.Fatal(err)
			}
			got := sampleWith(t, m, meanflow.SampleOptions{Times: meanflow.UniformGrid(5)}, 9, 3)
			check.Close(t, "points", concat(got), concat(want), 1e-6)
			if method := sampleWith(t, m, meanflow.SampleOptions{Times: meanflow.UniformGrid(5),
				Solver: meanflow.Euler}, 9, 3); !average {
				check.Close(t, "points by Euler's method", concat(method), concat(want), 1e-6)
			}
		}
	})
}

// From any time the exact average velocity leads along the flow: x_r = σ_r·z for any grid.
func TestSampleTimes(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := exact(t, engine, frozen{average: true}, gaussianFlow{0.4})
		noise := noiseOf(t, m, 5, 1)
		var times []float64
		sampleWith(t, m, meanflow.SampleOptions{Times: []float64{1, 0.9, 0.2, 0},
			OnStep: func(time float64, points [][]float64) error {
				times = append(times, time)
				deviation := math.Hypot((1-time)*0.4, time)
				for i, point := range points {
					check.Close(t, "points", point,
						[]float64{deviation * noise[i][0], deviation * noise[i][1]}, 1e-5)
				}
				return nil
			}}, 5, 1)
		check.Close(t, "times", times, []float64{0.9, 0.2, 0}, 0)
	})
}

// With new noise at 0.5 a sample comes from two independent numbers: x_0.5 = 0.5·0.4·z + 0.5·z',
// which has the flow's deviation there, and x_0 = x_0.5·0.4/σ_0.5.
func TestRenoising(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		const s, n = 0.4, 20_000
		m := exact(t, engine, frozen{average: true}, gaussianFlow{s})
		noise := concat(noiseOf(t, m, n, 1))
		got := concat(sampleWith(t, m, meanflow.SampleOptions{Times: []float64{1, 0.5, 0},
			Renoise: true}, n, 1))
		var squares, products float64
		for i := range got {
			squares += got[i] * got[i] / float64(len(got))
			products += got[i] * noise[i] / float64(len(got))
		}
		// Five standard deviations of 40,000 products: s²·√2/200 and s/200.
		check.Close(t, "variance", []float64{squares}, []float64{s * s}, 5*s*s*math.Sqrt2/200)
		// What remains of the first noise: s·0.5·s/σ_0.5.
		check.Close(t, "covariance with the first noise", []float64{products},
			[]float64{s * 0.5 * s / math.Hypot(0.5*s, 0.5)}, 5*s/200)
	})
}

func TestSampleWithRefuses(t *testing.T) {
	engine := enginetest.PureGo(t)
	average := exact(t, engine, frozen{average: true}, gaussianFlow{1})
	velocity := exact(t, engine, frozen{}, gaussianFlow{1})
	broken := errors.New("enough")
	for name, test := range map[string]struct {
		m        *meanflow.Model
		sampling meanflow.SampleOptions
		wants    []string
	}{
		"one time": {average, meanflow.SampleOptions{Times: []float64{1}},
			[]string{"Times", "1", "0"}},
		"not from noise": {average, meanflow.SampleOptions{Times: []float64{0.5, 0}},
			[]string{"Times", "1"}},
		"not to data": {average, meanflow.SampleOptions{Times: []float64{1, 0.5}},
			[]string{"Times", "0"}},
		"upwards": {average, meanflow.SampleOptions{Times: []float64{1, 0.2, 0.3, 0}},
			[]string{"Times[2]", "0.3", "0.2"}},
		"not a number": {average, meanflow.SampleOptions{Times: []float64{1, math.NaN(),
			0}}, []string{"Times[1]", "NaN"}},
		"new noise, one time": {velocity, meanflow.SampleOptions{Times: []float64{1, 0},
			Renoise: true}, []string{"Renoise", "flow matching"}},
		"new noise, by method": {average, meanflow.SampleOptions{Times: []float64{1, 0},
			Renoise: true, Solver: meanflow.Heun}, []string{"Renoise", "solver Jump"}},
		"another solver": {average, meanflow.SampleOptions{Solver: 17},
			[]string{"Solver is 17", "RK4"}},
		"noise of other n": {average, meanflow.SampleOptions{Noise: [][]float64{{1, 2}}},
			[]string{"Noise has 1 points", "n is 3"}},
		"noise not a number": {average, meanflow.SampleOptions{Noise: [][]float64{{1, 2}, {1, 2},
			{math.NaN(), 2}}}, []string{"Noise[2][0]"}},
		"noise of dimension 1": {average, meanflow.SampleOptions{Noise: [][]float64{{1}, {1}, {1}}},
			[]string{"Noise[0] has 1 coordinates"}},
		"values without any": {average, meanflow.SampleOptions{Values: []float64{1}},
			[]string{"Values has 1 values, the model has 0"}},
		"the callback": {average, meanflow.SampleOptions{Times: []float64{1, 0},
			OnStep: func(float64, [][]float64) error { return broken }},
			[]string{"OnStep", "enough"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.m.SampleWith(test.sampling, 3, 1)
			check.Error(t, err, append(test.wants, "SampleWith")...)
		})
	}
	_, err := average.SampleWith(meanflow.SampleOptions{Times: meanflow.UniformGrid(1)}, 0, 1)
	check.Error(t, err, "SampleWith", "number of points", "0")
	_, err = average.LogLikelihood([][]float64{{1, 2, 3}}, 10)
	check.Error(t, err, "LogLikelihood", "points[0]", "3")
	_, err = average.LogLikelihood([][]float64{{1, 2}}, 0)
	check.Error(t, err, "LogLikelihood", "steps", "0")
}

// The flow to N(0, s²) gives its points the density of N(0, s²).
func TestLogLikelihoodOfAGaussian(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, s := range []float64{0.4, 1, 2} {
			m := exact(t, engine, frozen{average: true}, gaussianFlow{s})
			random := rand.New(rand.NewPCG(3, 0))
			points, want := make([][]float64, 100), make([]float64, 100)
			for i := range points {
				x, y := s*random.NormFloat64(), s*random.NormFloat64()
				points[i] = []float64{x, y}
				want[i] = -(x*x+y*y)/(2*s*s) - math.Log(2*math.Pi*s*s)
			}
			got, err := m.LogLikelihood(points, 50)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if math.Abs(got[i]-want[i]) > 1e-3 {
					t.Errorf("s = %v: the logarithm of the density at %v is %v, want %v", s,
						points[i], got[i], want[i])
				}
			}
		}
	})
}

// Given noise is where the samples start from.
func TestSamplingFromGivenNoise(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := exact(t, engine, frozen{average: true}, gaussianFlow{0.4})
		noise := [][]float64{{1, -2}, {0.5, 0}, {3, 3}}
		got := sampleWith(t, m, meanflow.SampleOptions{Noise: noise}, 3, 1)
		for i, point := range got { // The flow to N(0, 0.4²) scales by 0.4.
			check.Close(t, "samples", point, []float64{0.4 * noise[i][0], 0.4 * noise[i][1]}, 1e-6)
		}
		drawn := noiseOf(t, m, 50, 7)
		check.Close(t, "samples from the seed's noise",
			concat(sampleWith(t, m, meanflow.SampleOptions{Noise: drawn,
				Times: meanflow.UniformGrid(2)}, 50, 1)),
			concat(sampleWith(t, m, meanflow.SampleOptions{Times: meanflow.UniformGrid(2)}, 50, 7)),
			1e-6)
	})
}

// What is compiled once is used again: on XLA the second call takes at most a twentieth of the
// first.
func TestSolversCompileOnce(t *testing.T) {
	enginetest.Long(t)
	config := small(enginetest.XLA(t))
	config.Network, config.Epochs = network.MLP{}, 1
	m := train(t, config)
	took := func(call func() error) time.Duration {
		start := time.Now()
		if err := call(); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	points := noiseOf(t, m, 1000, 1)
	for name, call := range map[string]func() error{
		"SampleWith": func() error {
			_, err := m.SampleWith(meanflow.SampleOptions{Times: meanflow.UniformGrid(2),
				Solver: meanflow.Heun}, 1000, 1)
			return err
		},
		"LogLikelihood": func() error {
			_, err := m.LogLikelihood(points, 2)
			return err
		},
	} {
		first, second := took(call), took(call)
		for range 4 { // Other processes may be in the way of one of them.
			second = min(second, took(call))
		}
		if t.Logf("%s: %v, then %v", name, first, second); second > first/20 {
			t.Errorf("%s takes %v at first and %v then, want at most a twentieth", name, first,
				second)
		}
	}
}
