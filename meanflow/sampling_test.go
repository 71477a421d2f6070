package meanflow_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// exact is a model whose network is the closed form of a Gaussian's flow, untrained but for a weight that does not
// matter.
func exact(t *testing.T, engine compute.Backend, objective meanflow.Objective, flow gaussianFlow) *meanflow.Model {
	t.Helper()
	config := oneWeight(engine)
	config.BatchesPerEpoch = 1
	config.Objective = objective
	config.Net = func(scope *model.Scope, x, at, from *Node) *Node {
		average := flow.averageVelocity(x, at, from)
		if !objective.Average() {
			average = flow.velocity(x, at)
		} else {
			// 0/0 where the times are equal.
			average = Where(BroadcastToShape(Equal(at, from), x.Shape()), flow.velocity(x, at), average)
		}
		return Add(average, MulScalar(constantNet(scope, x, at, from), 0))
	}
	return train(t, config)
}

// frozen has the loss 0 for any network.
type frozen struct {
	meanflow.FlowMatching
	average bool
}

func (f frozen) Average() bool { return f.average }

func (frozen) Loss(u meanflow.Velocity, batch meanflow.Batch) *Node {
	return MulScalar(ReduceAllMean(u(batch.Data, OnesLike(batch.T), ZerosLike(batch.T))), 0)
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

func sampleBy(t *testing.T, m *meanflow.Model, sampling meanflow.Sampling, n int, seed int64) [][]float64 {
	t.Helper()
	points, err := m.SampleBy(sampling, n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// Each method as textbooks write it, for one number and in double precision, on a grid so coarse that they differ.
func TestMethods(t *testing.T) {
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
				method meanflow.Method
				step   func(x, t, h float64) float64
			}{
				{"Euler", meanflow.Euler, func(x, t, h float64) float64 { return x + h*slope(x, t) }},
				{"midpoint", meanflow.Midpoint, func(x, t, h float64) float64 { return x + h*slope(x+h/2*slope(x, t), t+h/2) }},
				{"Heun", meanflow.Heun, func(x, t, h float64) float64 {
					first := slope(x, t)
					return x + h/2*(first+slope(x+h*first, t+h))
				}},
				{"Runge-Kutta", meanflow.RungeKutta4, func(x, t, h float64) float64 {
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
				got := sampleBy(t, m, meanflow.Sampling{Times: times, Method: test.method}, n, 1)
				checkClose(t, test.name, concat(got), want, 1e-5)
			}
		}
	})
}

func TestSampleByIsSampleByDefault(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, average := range []bool{false, true} {
			m := exact(t, engine, frozen{average: average}, gaussianFlow{0.4})
			want, err := m.Sample(9, 5, 3)
			if err != nil {
				t.Fatal(err)
			}
			got := sampleBy(t, m, meanflow.Sampling{Times: meanflow.EvenTimes(5)}, 9, 3)
			checkClose(t, "points", concat(got), concat(want), 1e-6)
			if method := sampleBy(t, m, meanflow.Sampling{Times: meanflow.EvenTimes(5), Method: meanflow.Euler}, 9, 3); !average {
				checkClose(t, "points by Euler's method", concat(method), concat(want), 1e-6)
			}
		}
	})
}

// From any time the exact average velocity leads along the flow: x_r = σ_r·z for any grid.
func TestTimesOfASampling(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := exact(t, engine, frozen{average: true}, gaussianFlow{0.4})
		noise := noiseOf(t, m, 5, 1)
		var times []float64
		sampleBy(t, m, meanflow.Sampling{Times: []float64{1, 0.9, 0.2, 0}, Each: func(time float64, points [][]float64) error {
			times = append(times, time)
			deviation := math.Hypot((1-time)*0.4, time)
			for i, point := range points {
				checkClose(t, "points", point, []float64{deviation * noise[i][0], deviation * noise[i][1]}, 1e-5)
			}
			return nil
		}}, 5, 1)
		checkClose(t, "times", times, []float64{0.9, 0.2, 0}, 0)
	})
}

// With new noise at 0.5 a sample comes from two independent numbers: x_0.5 = 0.5·0.4·z + 0.5·z', which
// has the flow's deviation there, and x_0 = x_0.5·0.4/σ_0.5.
func TestRenoising(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		const s, n = 0.4, 20_000
		m := exact(t, engine, frozen{average: true}, gaussianFlow{s})
		noise := concat(noiseOf(t, m, n, 1))
		got := concat(sampleBy(t, m, meanflow.Sampling{Times: []float64{1, 0.5, 0}, Renoise: true}, n, 1))
		var squares, products float64
		for i := range got {
			squares += got[i] * got[i] / float64(len(got))
			products += got[i] * noise[i] / float64(len(got))
		}
		// Five standard deviations of 40,000 products: s²·√2/200 and s/200.
		checkClose(t, "variance", []float64{squares}, []float64{s * s}, 5*s*s*math.Sqrt2/200)
		// What remains of the first noise: s·0.5·s/σ_0.5.
		checkClose(t, "covariance with the first noise", []float64{products}, []float64{s * 0.5 * s / math.Hypot(0.5*s, 0.5)}, 5*s/200)
	})
}

func TestSampleByRefuses(t *testing.T) {
	engine := enginetest.PureGo(t)
	average := exact(t, engine, frozen{average: true}, gaussianFlow{1})
	velocity := exact(t, engine, frozen{}, gaussianFlow{1})
	broken := errors.New("enough")
	for name, test := range map[string]struct {
		m        *meanflow.Model
		sampling meanflow.Sampling
		wants    []string
	}{
		"no times":             {average, meanflow.Sampling{}, []string{"Times", "1", "0"}},
		"not from noise":       {average, meanflow.Sampling{Times: []float64{0.5, 0}}, []string{"Times", "1"}},
		"not to data":          {average, meanflow.Sampling{Times: []float64{1, 0.5}}, []string{"Times", "0"}},
		"upwards":              {average, meanflow.Sampling{Times: []float64{1, 0.2, 0.3, 0}}, []string{"Times[2]", "0.3", "0.2"}},
		"not a number":         {average, meanflow.Sampling{Times: []float64{1, math.NaN(), 0}}, []string{"Times[1]", "NaN"}},
		"new noise, one time":  {velocity, meanflow.Sampling{Times: []float64{1, 0}, Renoise: true}, []string{"Renoise", "flow matching"}},
		"new noise, by method": {average, meanflow.Sampling{Times: []float64{1, 0}, Renoise: true, Method: meanflow.Heun}, []string{"Renoise", "Method"}},
		"the callback":         {average, meanflow.Sampling{Times: []float64{1, 0}, Each: func(float64, [][]float64) error { return broken }}, []string{"Each", "enough"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.m.SampleBy(test.sampling, 3, 1)
			checkError(t, err, append(test.wants, "SampleBy")...)
		})
	}
	_, err := average.SampleBy(meanflow.Sampling{Times: meanflow.EvenTimes(1)}, 0, 1)
	checkError(t, err, "SampleBy", "number of points", "0")
	_, err = average.LogLikelihood([][]float64{{1, 2, 3}}, 10)
	checkError(t, err, "LogLikelihood", "points[0]", "3")
	_, err = average.LogLikelihood([][]float64{{1, 2}}, 0)
	checkError(t, err, "LogLikelihood", "steps", "0")
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
					t.Errorf("s = %v: the logarithm of the density at %v is %v, want %v", s, points[i], got[i], want[i])
				}
			}
		}
	})
}
