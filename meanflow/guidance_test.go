package meanflow

import (
	"context"
	"flag"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// pair returns an equal mixture of N(-1, 0.5²), which is class 1, and N(1, 0.5²), which is class 2,
// and the distribution of each class.
func pair(t *testing.T) (both datasets.Mixture, each [2]datasets.Mixture) {
	t.Helper()
	mixture := func(means ...[]float64) datasets.Mixture {
		m, err := datasets.NewMixture(slices.Repeat([]float64{1}, len(means)), means,
			slices.Repeat([]float64{0.5}, len(means)))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	return mixture([]float64{-1}, []float64{1}),
		[2]datasets.Mixture{mixture([]float64{-1}), mixture([]float64{1})}
}

func guidedConfig(t *testing.T, engine compute.Backend) Config {
	both, _ := pair(t)
	return Config{
		Data: both, Guidance: 1, Network: network.MLP{Width: 32, Depth: 3}, BatchSize: 1024,
		Epochs: 60, Schedule: CosineDecay(), LearningRate: 0.01, Backend: engine,
	}
}

// The velocity to regress on is noise - data in examples whose conditions are withheld, and
// ω·(noise - data) + (1 - ω)·u(x_t, t, t) with the network's unconditional velocity u in the
// others.
func TestGuidedVelocity(t *testing.T) {
	const n, dropout, guidance = 4000, 0.3, 2.5
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := guidedConfig(t, engine)
		config.Guidance, config.ClassDropout = guidance, dropout
		config.BatchSize, config.Epochs = n, None
		m, err := Train(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		config = config.withDefaults()
		batch := make([][][]float32, 3) // Data, noise, times.
		classes := make([][]int32, n)
		for i := range n {
			batch[0] = append(batch[0], []float32{float32(i%7) - 3})
			batch[1] = append(batch[1], []float32{float32(i%5) - 2})
			batch[2] = append(batch[2], []float32{float32(i%10) / 10})
			classes[i] = []int32{int32(1 + i%2)}
		}
		exec, err := model.NewExec(engine, m.store,
			func(scope *model.Scope, data, noise, t, class *Node) []*Node {
				b := Batch{Data: data, Noise: noise, T: t, R: t}
				given := &conditions{class: class, known: OnesLike(t)}
				dropped := &conditions{class: class}
				config.withhold(scope, data.Graph(), dropped)
				x := b.Interpolant()
				return []*Node{
					config.guidedVelocity(scope, b, dropped),
					config.velocity(scope, dropped)(x, t, t),
					config.velocity(scope, given)(x, t, t),
					config.velocity(scope, given.withheld())(x, t, t),
				}
			})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Call(batch[0], batch[1], batch[2], classes)
		if err != nil {
			t.Fatal(err)
		}
		var results [4][][]float32
		for k := range results {
			results[k] = out[k].Value().([][]float32)
		}
		at := func(k, i int) float64 { return float64(results[k][i][0]) }
		var withheld float64
		for i := range n {
			v := float64(batch[1][i][0] - batch[0][i][0])
			conditional, unconditional := at(2, i), at(3, i)
			want, prediction := guidance*v+(1-guidance)*unconditional, conditional
			if math.Abs(at(1, i)-unconditional) < math.Abs(at(1, i)-conditional) {
				withheld++
				want, prediction = v, unconditional
			}
			if math.Abs(at(0, i)-want) > 1e-4 || math.Abs(at(1, i)-prediction) > 1e-5 {
				t.Fatalf("example %d: the velocity is %v and the network's %v, want %v and %v",
					i, at(0, i), at(1, i), want, prediction)
			}
		}
		// The tolerance is five standard deviations: √(0.3·0.7/4000) = 0.007.
		if share := withheld / n; math.Abs(share-dropout) > 0.036 {
			t.Errorf("conditions are withheld from %v of the examples, want %v", share, dropout)
		}
	})
}

// The quartiles of a class's samples agree with those of the true flow, whose velocity has a closed
// form for a mixture: v(class) without guidance, ω·v(class) + (1 - ω)·v with the guidance ω.
// Guidance in training and in sampling gives the same quartiles. The median of class 2 is 1 without
// guidance and 1.29 with ω = 2. The largest errors of five seeds were:
//
//	                 median   other quartiles
//	flow matching    0.035    0.14
//	mean flow        0.08     0.12
func TestSamplesOfAClass(t *testing.T) {
	enginetest.Long(t)
	both, each := pair(t)
	const n = 4000
	quartiles := func(points []float64) (quartiles [3]float64) {
		slices.Sort(points)
		for i := range quartiles {
			quartiles[i] = stat.Quantile(float64(i+1)/4, stat.Empirical, points, nil)
		}
		return quartiles
	}
	// truth returns the quartiles of the true flow, integrated by 200 steps of the midpoint rule.
	// In one dimension a flow keeps the order of points, so it takes the noise's quartiles to them.
	truth := func(class int, guidance float64) (quartiles [3]float64) {
		velocity := func(mixture datasets.Mixture, x, at float64) float64 {
			velocities, err := mixture.Velocity([][]float64{{x}}, at)
			if err != nil {
				t.Fatal(err)
			}
			return velocities[0][0]
		}
		slope := func(x, at float64) float64 {
			return guidance*velocity(each[class-1], x, at) + (1-guidance)*velocity(both, x, at)
		}
		for i := range quartiles {
			x := math.Sqrt2 * math.Erfinv(2*float64(i+1)/4-1)
			const steps, h = 200, 1. / 200
			for k := range steps {
				t := 1 - float64(k)*h
				x -= h * slope(x-h/2*slope(x, t), t-h/2)
			}
			quartiles[i] = x
		}
		return quartiles
	}
	for _, test := range []struct {
		objective Objective
		guidance  float64 // In training.
		options   []SampleOptions
		tolerance float64 // Of the median.
	}{
		{
			FlowMatching{}, 1,
			[]SampleOptions{{Times: UniformGrid(50)}, {Times: UniformGrid(50), Guidance: 2}},
			0.07,
		},
		{FlowMatching{}, 2, []SampleOptions{{Times: UniformGrid(50)}}, 0.07},
		{MeanFlow{FlowRatio: 0.5}, 1, []SampleOptions{{Times: UniformGrid(1)}}, 0.15},
	} {
		config := guidedConfig(t, enginetest.XLA(t))
		config.Objective, config.Guidance = test.objective, test.guidance
		config.Seed = *guidanceSeed
		m, err := Train(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		for _, options := range test.options {
			for class := 1; class <= m.Classes(); class++ {
				options.Class = class
				samples, err := m.SampleWith(options, n, 5)
				if err != nil {
					t.Fatal(err)
				}
				guidance := max(test.guidance, options.Guidance)
				got, want := quartiles(slices.Concat(samples...)), truth(class, guidance)
				for i, tolerance := range []float64{0.2, test.tolerance, 0.2} {
					if !(math.Abs(got[i]-want[i]) <= tolerance) {
						t.Errorf("%s, guidance %v, class %d: the quartiles are %.3f, want %.3f",
							m.Objective(), guidance, class, got, want)
					}
				}
			}
		}
	}
}

var guidanceSeed = flag.Int64("guidance-seed", 0, "seed of TestSamplesOfAClass")

// A loaded model generates the same points of a class as the trained one. SampleWith refuses
// unknown classes and wrong guidance.
func TestClassesAreKept(t *testing.T) {
	config := guidedConfig(t, enginetest.PureGo(t))
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 1, 2, 32
	config.CheckpointDir = t.TempDir()
	m, err := Train(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(config.CheckpointDir)
	if err != nil {
		t.Fatal(err)
	}
	options := SampleOptions{Times: UniformGrid(2), Class: 2}
	want, err := m.SampleWith(options, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := loaded.SampleWith(options, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if math.Abs(got[i][0]-want[i][0]) > 1e-5 {
			t.Errorf("the loaded model samples %v, the trained one %v", got[i], want[i])
		}
	}
	for class, guidance := range map[int]float64{3: 0, -1: 0, 0: 2, 1: math.NaN(), 2: 2} {
		options := SampleOptions{Class: class, Guidance: guidance}
		if _, err := m.SampleWith(options, 10, 1); err == nil {
			t.Errorf("class %d and guidance %v gave no error", class, guidance)
		}
	}
}
