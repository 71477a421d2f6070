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
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// exact returns a model whose network is the closed form of a Gaussian's flow. The network's only
// weight has no effect on the velocity.
func exact(
	t *testing.T, engine compute.Backend, objective meanflow.Objective, flow gaussianFlow, dim int,
) *meanflow.Model {
	t.Helper()
	config := oneWeight(engine)
	config.Data = datasets.Gaussian{Dimensions: dim}
	config.BatchesPerEpoch = 1
	config.Objective = objective
	config.Network = network.Func(func(scope *model.Scope, in network.Input) *Node {
		x, at, from := in.X, in.T, in.R
		average := flow.averageVelocity(x, at, from)
		if !objective.PredictsAverage() {
			average = flow.velocity(x, at)
		} else {
			// The closed form is 0/0 where the times are equal.
			isEqual := BroadcastToShape(Equal(at, from), x.Shape())
			average = Where(isEqual, flow.velocity(x, at), average)
		}
		return Add(average, MulScalar(constantNetwork(scope, in), 0))
	})
	return train(t, config)
}

// frozen is an objective with the loss 0 for every network.
type frozen struct {
	meanflow.FlowMatching
	average bool
}

func (f frozen) PredictsAverage() bool { return f.average }

func (frozen) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	loss = MulScalar(ReduceAllMean(u(batch.Data, OnesLike(batch.T), ZerosLike(batch.T))), 0)
	return loss, loss
}

// noiseOf returns the noise [n][2] that a model samples from.
func noiseOf(t *testing.T, m *meanflow.Model, n int, seed int64) [][]float64 {
	t.Helper()
	path, err := m.Trajectory(n, 1, seed)
	if err != nil {
		t.Fatal(err)
	}
	return path[0]
}

// sampleWith calls SampleWith and ends the test if it returns an error.
func sampleWith(
	t *testing.T, m *meanflow.Model, options meanflow.SampleOptions, n int, seed int64,
) [][]float64 {
	t.Helper()
	points, err := m.SampleWith(options, n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// Each solver agrees with its textbook form for one number, computed here in double precision. The
// grid is so coarse that the solvers' results differ.
func TestSolvers(t *testing.T) {
	const s, n = 0.4, 50
	times := []float64{1, 0.7, 0.2, 0}
	slope := func(x, t float64) float64 {
		return (t - (1-t)*s*s) / ((1-t)*(1-t)*s*s + t*t) * x
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, average := range []bool{false, true} {
			m := exact(t, engine, frozen{average: average}, gaussianFlow{s}, 2)
			noise := concat(noiseOf(t, m, n, 1))
			for _, test := range []struct {
				name   string
				solver meanflow.Solver
				step   func(x, t, h float64) float64
			}{
				{"Euler", meanflow.Euler, func(x, t, h float64) float64 {
					return x + h*slope(x, t)
				}},
				{"midpoint", meanflow.Midpoint, func(x, t, h float64) float64 {
					return x + h*slope(x+h/2*slope(x, t), t+h/2)
				}},
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
					for k, at := range times[:len(times)-1] {
						x = test.step(x, at, times[k+1]-at)
					}
					want[i] = x
				}
				options := meanflow.SampleOptions{Times: times, Solver: test.solver}
				got := sampleWith(t, m, options, n, 1)
				check.Close(t, test.name, concat(got), want, 1e-5)
			}
		}
	})
}

// SampleWith on a uniform grid with the default solver samples as Sample does.
func TestSampleWithIsSampleByDefault(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, average := range []bool{false, true} {
			m := exact(t, engine, frozen{average: average}, gaussianFlow{0.4}, 2)
			want, err := m.Sample(9, 5, 3)
			if err != nil {
				t.Fatal(err)
			}
			options := meanflow.SampleOptions{Times: meanflow.UniformGrid(5)}
			got := sampleWith(t, m, options, 9, 3)
			check.Close(t, "points", concat(got), concat(want), 1e-6)
			options.Solver = meanflow.Euler
			euler := sampleWith(t, m, options, 9, 3)
			if !average {
				check.Close(t, "points by Euler's method", concat(euler), concat(want), 1e-6)
			}
		}
	})
}

// On any grid, steps along the exact average velocity follow the flow: x_r = σ_r·z.
func TestSampleTimes(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := exact(t, engine, frozen{average: true}, gaussianFlow{0.4}, 2)
		noise := noiseOf(t, m, 5, 1)
		var reached []float64
		options := meanflow.SampleOptions{
			Times: []float64{1, 0.9, 0.2, 0},
			OnStep: func(at float64, points [][]float64) error {
				reached = append(reached, at)
				deviation := math.Hypot((1-at)*0.4, at)
				for i, point := range points {
					want := []float64{deviation * noise[i][0], deviation * noise[i][1]}
					check.Close(t, "points", point, want, 1e-5)
				}
				return nil
			},
		}
		sampleWith(t, m, options, 5, 1)
		check.Close(t, "times", reached, []float64{0.9, 0.2, 0}, 0)
	})
}

// With new noise z' at the time 0.5, a sample depends on two independent numbers: x_0.5 = 0.5·0.4·z
// + 0.5·z', which has the flow's deviation σ_0.5, and x_0 = x_0.5·0.4/σ_0.5.
func TestRenoising(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		const s, n = 0.4, 20_000
		m := exact(t, engine, frozen{average: true}, gaussianFlow{s}, 2)
		noise := concat(noiseOf(t, m, n, 1))
		options := meanflow.SampleOptions{Times: []float64{1, 0.5, 0}, Renoise: true}
		got := concat(sampleWith(t, m, options, n, 1))
		var squares, products float64
		for i := range got {
			squares += got[i] * got[i] / float64(len(got))
			products += got[i] * noise[i] / float64(len(got))
		}
		// The tolerances are five standard deviations of the means of 40,000 products: s²·√2/200
		// and s/200.
		check.Close(t, "variance", []float64{squares}, []float64{s * s}, 5*s*s*math.Sqrt2/200)
		// The first noise contributes s·0.5·s/σ_0.5.
		covariance := s * 0.5 * s / math.Hypot(0.5*s, 0.5)
		check.Close(t, "covariance with the first noise",
			[]float64{products}, []float64{covariance}, 5*s/200)
	})
}

func TestSampleWithRefuses(t *testing.T) {
	engine := enginetest.PureGo(t)
	average := exact(t, engine, frozen{average: true}, gaussianFlow{1}, 2)
	velocity := exact(t, engine, frozen{}, gaussianFlow{1}, 2)
	broken := errors.New("enough")
	oneStep := []float64{1, 0}
	stop := func(float64, [][]float64) error { return broken }
	for name, test := range map[string]struct {
		m       *meanflow.Model
		options meanflow.SampleOptions
		wants   []string
	}{
		"one time": {average, meanflow.SampleOptions{Times: []float64{1}},
			[]string{"Times", "1", "0"}},
		"not from noise": {average, meanflow.SampleOptions{Times: []float64{0.5, 0}},
			[]string{"Times", "1"}},
		"not to data": {average, meanflow.SampleOptions{Times: []float64{1, 0.5}},
			[]string{"Times", "0"}},
		"upwards": {average, meanflow.SampleOptions{Times: []float64{1, 0.2, 0.3, 0}},
			[]string{"Times[2]", "0.3", "0.2"}},
		"not a number": {average, meanflow.SampleOptions{Times: []float64{1, math.NaN(), 0}},
			[]string{"Times[1]", "NaN"}},
		"new noise, velocities": {velocity, meanflow.SampleOptions{Times: oneStep, Renoise: true},
			[]string{"Renoise", "flow matching"}},
		"new noise, another solver": {
			average, meanflow.SampleOptions{Times: oneStep, Renoise: true, Solver: meanflow.Heun},
			[]string{"Renoise", "solver Jump"},
		},
		"another solver": {average, meanflow.SampleOptions{Solver: 17},
			[]string{"Solver is 17", "RK4"}},
		"noise of other n": {average, meanflow.SampleOptions{Noise: [][]float64{{1, 2}}},
			[]string{"Noise has 1 points", "n is 3"}},
		"noise not a number": {
			average, meanflow.SampleOptions{Noise: [][]float64{{1, 2}, {1, 2}, {math.NaN(), 2}}},
			[]string{"Noise[2][0]"},
		},
		"noise of dimension 1": {average, meanflow.SampleOptions{Noise: [][]float64{{1}, {1}, {1}}},
			[]string{"Noise[0] has 1 coordinates"}},
		"values without any": {average, meanflow.SampleOptions{Values: []float64{1}},
			[]string{"Values has 1 values", "trained without conditions"}},
		"the callback": {average, meanflow.SampleOptions{OnStep: stop},
			[]string{"OnStep", "enough"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.m.SampleWith(test.options, 3, 1)
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

// LogLikelihood gives the density of N(0, s²) for the flow to N(0, s²). With 11 dimensions, a stage
// has two parts of 6 coordinates, the last of which does not exist.
func TestLogLikelihoodOfAGaussian(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for s, dim := range map[float64]int{0.4: 2, 1: 1, 2: 11} {
			m := exact(t, engine, frozen{average: true}, gaussianFlow{s}, dim)
			normal := distuv.Normal{Sigma: s, Src: rand.NewPCG(3, 0)}
			points, want := make([][]float64, 20), make([]float64, 20)
			for i := range points {
				for range dim {
					x := normal.Rand()
					points[i] = append(points[i], x)
					want[i] += normal.LogProb(x)
				}
			}
			got, err := m.LogLikelihood(points, 50)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if math.Abs(got[i]-want[i]) > 1e-3 {
					t.Errorf("s = %v, %d dimensions: the log-likelihood of %v is %v, want %v",
						s, dim, points[i], got[i], want[i])
				}
			}
		}
	})
}

// Samples start from SampleOptions.Noise if it is set.
func TestSamplingFromGivenNoise(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := exact(t, engine, frozen{average: true}, gaussianFlow{0.4}, 2)
		noise := [][]float64{{1, -2}, {0.5, 0}, {3, 3}}
		got := sampleWith(t, m, meanflow.SampleOptions{Noise: noise}, 3, 1)
		for i, point := range got { // The flow to N(0, 0.4²) scales by 0.4.
			check.Close(t, "samples", point, []float64{0.4 * noise[i][0], 0.4 * noise[i][1]}, 1e-6)
		}
		bySeed := meanflow.SampleOptions{Times: meanflow.UniformGrid(2)}
		byNoise := bySeed
		byNoise.Noise = noiseOf(t, m, 50, 7)
		check.Close(t, "samples from the seed's noise",
			concat(sampleWith(t, m, byNoise, 50, 1)), concat(sampleWith(t, m, bySeed, 50, 7)), 1e-6)
	})
}

// A model reuses its compiled graphs: on XLA, a second call takes at most a twentieth of the time
// of the first.
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
	points := noiseOf(t, m, 10, 1)
	for name, call := range map[string]func() error{
		"SampleWith": func() error {
			options := meanflow.SampleOptions{
				Times: meanflow.UniformGrid(2), Solver: meanflow.Heun,
			}
			_, err := m.SampleWith(options, 1000, 1)
			return err
		},
		"LogLikelihood": func() error {
			_, err := m.LogLikelihood(points, 2)
			return err
		},
	} {
		first, second := took(call), took(call)
		for range 4 { // Other processes may slow down single calls.
			second = min(second, took(call))
		}
		t.Logf("%s: %v, then %v", name, first, second)
		if second > first/20 {
			t.Errorf("%s takes %v at first and %v later, want at most a twentieth",
				name, first, second)
		}
	}
}
