package meanflow_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// affine is the network u(x, t, r) = w·(x + 2t + 3r + x·t) in one dimension, whose derivatives are known:
// ∂u/∂x = w·(1 + t), ∂u/∂t = w·(2 + x).
func affine(w *Node) meanflow.Velocity {
	return func(x, t, r *Node) *Node {
		return Mul(w, Add(Add(x, Mul(x, t)), Add(MulScalar(t, 2), MulScalar(r, 3))))
	}
}

// The losses of a batch and their slopes by w, computed here in plain Go from the equations that stand at each
// objective: target holds all that the stop-gradient is around, prediction's slope is that of u.
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
		later[i][0], earlier[i][0] = max(later[i][0], earlier[i][0]), min(later[i][0], earlier[i][0])
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
		alpha     float64 // What the error is divided by, and its square's weight.
	}{
		{meanflow.MeanFlow{}, meanFlow, 0, 1},
		{meanflow.MeanFlow{Weight: weight}, meanFlow, 0.75, 1},
		{meanflow.ImprovedMeanFlow{}, improved, 0, 1},
		{meanflow.ImprovedMeanFlow{MeanFlow: meanflow.MeanFlow{Weight: weight}}, improved, 0.75, 1},
		{meanflow.SplitMeanFlow{}, split, 0, 1},
		{meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Weight: weight}}, split, 0.75, 1},
		{meanflow.AlphaFlow{Alpha: meanflow.Constant(0.25)}, alphaFlow(0.25), 0, 0.25},
		{meanflow.AlphaFlow{Alpha: meanflow.Constant(0.25), MeanFlow: meanflow.MeanFlow{Weight: weight}}, alphaFlow(0.25), 0.75, 0.25},
		{meanflow.AlphaFlow{}, alphaFlow(0.5), 0, 0.5}, // At half of the training.
		{meanflow.AlphaFlow{Alpha: meanflow.Constant(0)}, alphaFlow(0.005), 0, 0.005},
		// The schedule halves the power at half of the training.
		{meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: 1.5, Offset: 0.01, Schedule: meanflow.Cosine}}, meanFlow, 0.75, 1},
	} {
		var loss, slope float64
		for i := range n {
			at, from := later[i][0], earlier[i][0]
			x, v := (1-at)*data[i][0]+at*noise[i][0], noise[i][0]-data[i][0]
			miss := (u(x, at, from) - test.target(x, at, from, v)) / test.alpha
			weight := math.Pow(miss*miss+0.01, -test.power)
			loss += test.alpha * weight * miss * miss / n
			slope += weight * 2 * miss * u(x, at, from) / w / n
		}
		enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
			out := run(t, engine, func(in []*Node) []*Node {
				batch := meanflow.Batch{Data: in[0], Noise: in[1], T: in[2], R: in[3], Progress: in[5]}
				loss := test.objective.Loss(affine(in[4]), batch)
				return []*Node{loss, Gradient(loss, in[4])[0]}
			}, data, noise, later, earlier, w, 0.5)
			checkClose(t, test.objective.Name()+": the loss and its slope", append(floats(out[0]), floats(out[1])...), []float64{loss, slope}, 1e-9)
		})
	}
}

// times draws n times t and r.
func times(t *testing.T, engine compute.Backend, n int, sampler meanflow.TimeSampler) (later, earlier []float64) {
	t.Helper()
	out, err := model.CallOnceN(engine, seededStore(t, 1), func(scope *model.Scope, g *Graph) []*Node {
		t, r := sampler(scope, g, n)
		return []*Node{t, r}
	})
	if err != nil {
		t.Fatal(err)
	}
	return floats(out[0]), floats(out[1])
}

func TestTimeOptions(t *testing.T) {
	const n = 100_000
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		// The odds of one and the same distribution for both, t and r in any order, are normal again.
		later, earlier := times(t, engine, n, meanflow.OrderedTimes(meanflow.LogitNormal(-0.4, 1.5), meanflow.LogitNormal(-0.4, 1.5)))
		var odds []float64
		for i := range n {
			if earlier[i] > later[i] {
				t.Fatalf("t is %v, r is %v", later[i], earlier[i])
			}
			odds = append(odds, math.Log(later[i]/(1-later[i])), math.Log(earlier[i]/(1-earlier[i])))
		}
		center := mean(odds)
		for i := range odds {
			odds[i] = (odds[i] - center) * (odds[i] - center)
		}
		// Five standard deviations: 1.5/√200,000 of the mean, 1.5²·√2/√200,000 of the variance.
		checkClose(t, "mean of the logarithms of the odds", []float64{center}, []float64{-0.4}, 0.017)
		checkClose(t, "their variance", []float64{mean(odds)}, []float64{1.5 * 1.5}, 0.036)

		// Each its own: nearly all of one near 1, nearly all of the other near 0.
		later, earlier = times(t, engine, n, meanflow.OrderedTimes(meanflow.LogitNormal(-8, 0.1), meanflow.LogitNormal(8, 0.1)))
		checkClose(t, "means of two distributions", []float64{mean(later), mean(earlier)}, []float64{1, 0}, 0.001)

		later, earlier = times(t, engine, n, meanflow.ToData(meanflow.Uniform))
		checkClose(t, "t and r on the way to the data", []float64{mean(later), slices.Max(earlier)}, []float64{0.5, 0}, 0.005)

		for _, objective := range []meanflow.Objective{
			meanflow.MeanFlow{Equal: 0.75},
			meanflow.AlphaFlow{MeanFlow: meanflow.MeanFlow{Equal: 0.75}},
			meanflow.ImprovedMeanFlow{MeanFlow: meanflow.MeanFlow{Equal: 0.75}},
			meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Equal: 0.75}},
		} {
			later, earlier = times(t, engine, n, objective.Times())
			var equal float64
			for i := range n {
				if later[i] == earlier[i] {
					equal++
				}
			}
			// √(0.75·0.25/100,000) = 0.0014.
			checkClose(t, objective.Name()+": the share of r = t", []float64{equal / n}, []float64{0.75}, 0.007)
		}
		for _, objective := range []meanflow.Objective{
			meanflow.MeanFlow{Sampler: meanflow.UniformTime}, meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Sampler: meanflow.UniformTime}},
		} {
			later, earlier = times(t, engine, n, objective.Times())
			checkClose(t, objective.Name()+": r with a sampler of r = t", earlier, later, 0)
		}
	})
}

// Known values: at the quarters of half a cosine, and with a warm-up of a tenth in front of it.
func TestSchedules(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, test := range []struct {
			schedule meanflow.Schedule
			want     []float64 // At 0, 0.05, 0.5 and 1.
		}{
			{meanflow.Cosine, []float64{1, (1 + math.Cos(0.05*math.Pi)) / 2, 0.5, 0}},
			{meanflow.Constant(0.3), []float64{0.3, 0.3, 0.3, 0.3}},
			{meanflow.FallingSigmoid, []float64{1 / (1 + math.Exp(-12.5)), 1 / (1 + math.Exp(-11.25)), 0.5, 1 / (1 + math.Exp(12.5))}},
			{meanflow.WithWarmUp(0.1, nil), []float64{0, 0.5, 1, 1}},
			{meanflow.WithWarmUp(0.1, meanflow.Cosine), []float64{0, (1 + math.Cos(0.05*math.Pi)) / 4, 0.5, 0}},
		} {
			var got []float64
			for _, progress := range []float64{0, 0.05, 0.5, 1} {
				got = append(got, floats(run(t, engine, func(in []*Node) []*Node { return []*Node{test.schedule(in[0])} }, progress)[0])...)
			}
			checkClose(t, "factors", got, test.want, 1e-12)
		}
	})
}

// The learning rate of each step is its own: with a factor of 0 up to half of the training, and a gradient that does
// not change, the weight moves by Adam's steps, the learning rate each, in the second half only.
func TestTheScheduleChangesTheLearningRate(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Epochs, config.BatchesPerEpoch, config.LearningRate = 2, 10, 0.01
		config.Objective = steady{}
		config.Schedule = func(progress *Node) *Node {
			return Where(LessThan(progress, ConstAs(progress, 0.5)), ZerosLike(progress), OnesLike(progress))
		}
		checkWeight(t, train(t, config), 1-10*0.01)
	})
}

// steady has the weight itself for its loss, so that Adam's steps are the learning rate.
type steady struct{ tiny }

func (steady) Loss(u meanflow.Velocity, batch meanflow.Batch) *Node {
	return ReduceAllMean(u(batch.Data, batch.T, batch.R))
}

// The weight w_n is 1 - n·0.01 after n steps, and its average by the definition of a debiased one:
// Σ d^(n-i)·w_i / Σ d^(n-i).
func TestAverages(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Epochs, config.BatchesPerEpoch, config.LearningRate = 2, 15, 0.01
		config.Objective = steady{}
		config.Averages = []float64{0.9, 0.5}
		config.Dir = t.TempDir()
		trained := train(t, config)
		loaded, err := meanflow.LoadNet(config.Dir, config.Net)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []*meanflow.Model{trained, loaded} {
			checkWeight(t, m, debiasedAverage(0.9, 30))
			for _, decay := range []float64{0.9, 0.5} {
				averaged, err := m.Averaged(decay)
				if err != nil {
					t.Fatal(err)
				}
				checkWeight(t, averaged, debiasedAverage(decay, 30))
			}
			last, err := m.Averaged(0)
			if err != nil {
				t.Fatal(err)
			}
			checkWeight(t, last, 1-30*0.01)
			_, err = m.Averaged(0.99)
			checkError(t, err, "Averaged", "0.99", "[0.9 0.5]")
		}
	})
}

func debiasedAverage(decay float64, steps int) float64 {
	var sum, weights float64
	for i := 1; i <= steps; i++ {
		weight := math.Pow(decay, float64(steps-i))
		sum += weight * (1 - float64(i)*0.01)
		weights += weight
	}
	return sum / weights
}

// coupled returns what lets a coupling draw the noise for points, other noise each time.
func coupled(t *testing.T, engine compute.Backend, coupling meanflow.Coupling) func(points [][]float32) (ordered, noise [][]float32) {
	t.Helper()
	exec, err := model.NewExec(engine, seededStore(t, 1), func(scope *model.Scope, data *Node) (ordered, noise *Node) {
		return coupling(scope, data)
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(points [][]float32) (ordered, noise [][]float32) {
		t.Helper()
		out, err := exec.Call(points)
		if err != nil {
			t.Fatal(err)
		}
		return out[0].Value().([][]float32), out[1].Value().([][]float32)
	}
}

// For normal data x = L·z, L lower triangular, the Knothe-Rosenblatt map to standard normal noise is z itself: it is
// increasing in each coordinate given those before (and unique: G. Carlier et al., "From Knothe's transport to
// Brenier's map", 2010).
func TestSortedNoise(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, test := range []struct {
			l     [][]float64
			n     int
			apart float64 // The root of the mean square of what the pairs may miss their map by.
		}{
			{[][]float64{{0.5}}, 1024, 0.08},
			{[][]float64{{0.5}}, 1023, 0.08}, // 3·11·31.
			{[][]float64{{2, 0}, {-1.5, 0.5}}, 2048, 0.25},
			{[][]float64{{1, 0, 0}, {1, 1, 0}, {-1, 2, 0.5}}, 32768, 0.5},
		} {
			dim := len(test.l)
			random := rand.New(rand.NewPCG(12, 0))
			points, latent := make([][]float32, test.n), map[float32][]float64{}
			for i := range points {
				z, x := make([]float64, dim), make([]float32, dim)
				for k := range z {
					z[k] = random.NormFloat64()
					for j := range k + 1 {
						x[k] += float32(test.l[k][j] * z[j])
					}
				}
				points[i], latent[x[dim-1]] = x, z
			}
			ordered, noise := coupled(t, engine, meanflow.SortedNoise)(points)
			var squares float64
			seen := map[float32]bool{}
			for i, x := range ordered {
				seen[x[dim-1]] = true
				for k, z := range latent[x[dim-1]] {
					squares += math.Pow(z-float64(noise[i][k]), 2) / float64(test.n*dim)
				}
			}
			if len(seen) != len(latent) {
				t.Errorf("%d points in %d dimensions: %d of %d remain", test.n, dim, len(seen), len(latent))
			}
			if apart := math.Sqrt(squares); !(apart < test.apart) {
				t.Errorf("%d points in %d dimensions: the pairs are %.3f from the map, want less than %v", test.n, dim, apart, test.apart)
			}
		}
	})
}

// Each coordinate of the noise alone, of all rows and of many draws, is standard normal: by Kolmogorov's test, which
// exceeds 2.2/√n once in 8,000 times for independent numbers, and less often for these, which are more even.
func TestSortedNoiseIsNormal(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		random := rand.New(rand.NewPCG(13, 0))
		points := normal(random, dtypes.Float32, [][]int{{96, 3}})[0].(*tensors.Tensor).Value().([][]float32)
		var row, all []float64
		draw := coupled(t, engine, meanflow.SortedNoise)
		for range 40 {
			_, noise := draw(points)
			row = append(row, float64(noise[0][2]))
			for _, z := range noise {
				all = append(all, float64(z[0]), float64(z[1]), float64(z[2]))
			}
		}
		if d := distance(all); d > 2.2/math.Sqrt(float64(len(all))) {
			t.Errorf("Kolmogorov's distance of the noise from the standard normal distribution is %.4f", d)
		}
		if distance(row) < 2.2/math.Sqrt(float64(len(row))) {
			t.Errorf("the noise of the first row is standard normal, it should be that of its part only")
		}
	})
}

// distance is Kolmogorov's between numbers and the standard normal distribution: the largest difference of the shares
// that lie below anything.
func distance(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	var largest float64
	for i, x := range sorted {
		below := 0.5 * math.Erfc(-x/math.Sqrt2)
		largest = max(largest, below-float64(i)/float64(len(sorted)), float64(i+1)/float64(len(sorted))-below)
	}
	return largest
}
