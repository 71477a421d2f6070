package meanflow_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// A sample in one step equals noise - u(noise, 1, 0), computed in float32, to the last bit.
func TestOneStep(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := train(t, small(engine))
		trajectory, err := m.Trajectory(100, 1, 7)
		if err != nil {
			t.Fatal(err)
		}
		noise, samples := trajectory[0], sample(t, m, 100, 1)
		u := field(t, m, noise, 1, 0)
		for i := range noise {
			for j := range noise[i] {
				want := float64(float32(noise[i][j]) - float32(u[i][j]))
				if samples[i][j] != want {
					t.Fatalf("point %d, coordinate %d: the sample is %v, want noise - u = %v",
						i, j, samples[i][j], want)
				}
			}
		}
	})
}

// A trajectory follows x_r = x_t - (t - r)·u(x_t, t, r), and with u(x_t, t, t) for flow matching.
// The steps are computed here one by one.
func TestSteps(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, objective := range []meanflow.Objective{
			meanflow.MeanFlow{}, meanflow.FlowMatching{},
		} {
			config := small(engine)
			config.Objective = objective
			m := train(t, config)
			const steps = 5
			trajectory, err := m.Trajectory(20, steps, 7)
			if err != nil {
				t.Fatal(err)
			}
			if len(trajectory) != steps+1 {
				t.Fatalf("the trajectory has %d times, want %d", len(trajectory), steps+1)
			}
			for i := range steps {
				at, from := 1-float64(i)/steps, 1-float64(i+1)/steps
				from = max(from, 0) // Rounding could make 1 - 5/5 negative.
				r := from
				if !m.PredictsAverage() {
					r = at
				}
				u := field(t, m, trajectory[i], at, r)
				var want []float64
				for k, x := range concat(trajectory[i]) {
					want = append(want, x-(at-from)*concat(u)[k])
				}
				check.Close(t, objective.Name(), concat(trajectory[i+1]), want, 1e-6)
			}
			if !slices.Equal(concat(trajectory[steps]), concat(sample(t, m, 20, steps))) {
				t.Errorf("%s: the trajectory does not end at the samples", objective.Name())
			}
		}
	})
}

// A point's sample and velocity do not depend on the number of points, which the model processes in
// chunks of several sizes.
func TestManySizes(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := train(t, small(engine))
		all := sample(t, m, 20_000, 2)
		for _, n := range []int{1, 2, 3, 7, 100, 4095, 4096, 4097, 10_000} {
			points := sample(t, m, n, 2)
			if len(points) != n {
				t.Fatalf("%d points, want %d", len(points), n)
			}
			check.Close(t, fmt.Sprint(n, " points"), concat(points), concat(all[:n]), 1e-5)
			got := field(t, m, all[:n], 0.5, 0.5)[n-1]
			want := field(t, m, all[n-1:n], 0.5, 0.5)[0]
			check.Close(t, fmt.Sprint("the velocity at point ", n), got, want, 1e-5)
		}
	})
}

func TestNoiseIsStandardNormal(t *testing.T) {
	m := train(t, small(enginetest.PureGo(t)))
	const n = 100_000
	trajectory, err := m.Trajectory(n, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	noise := concat(trajectory[0])
	var squares []float64
	for _, x := range noise {
		squares = append(squares, x*x)
	}
	// The tolerances are five standard deviations of the means of 200,000 numbers, which are
	// 1/√200,000 and √2/√200,000.
	check.Close(t, "mean", []float64{stat.Mean(noise, nil)}, []float64{0}, 5/math.Sqrt(2*n))
	check.Close(t, "variance",
		[]float64{stat.Mean(squares, nil)}, []float64{1}, 5*math.Sqrt2/math.Sqrt(2*n))
}

func TestSamplingRefuses(t *testing.T) {
	config := small(enginetest.PureGo(t))
	m := train(t, config)
	config.Objective = meanflow.FlowMatching{}
	flow := train(t, config)
	points := [][]float64{{0, 0}}
	for name, test := range map[string]struct {
		call  func() error
		wants []string
	}{
		"no points": {func() error {
			_, err := m.Sample(0, 1, 1)
			return err
		}, []string{"number of points", "0"}},
		"no steps": {func() error {
			_, err := m.Sample(1, 0, 1)
			return err
		}, []string{"number of steps", "0"}},
		"negative steps": {func() error {
			_, err := m.Trajectory(1, -1, 1)
			return err
		}, []string{"number of steps", "-1"}},
		"too many states": {func() error {
			_, err := m.Trajectory(100_000, 100_000, 1)
			return err
		}, []string{"100000 points", "100001 times"}},
		"times swapped": {func() error {
			_, err := m.AverageVelocity(points, 0.2, 0.5)
			return err
		}, []string{"0.2", "0.5"}},
		"time NaN": {func() error {
			_, err := m.AverageVelocity(points, math.NaN(), 0)
			return err
		}, []string{"NaN"}},
		"time too late": {func() error {
			_, err := m.AverageVelocity(points, 1.1, 0)
			return err
		}, []string{"1.1"}},
		"an empty set": {func() error {
			_, err := m.AverageVelocity(nil, 1, 0)
			return err
		}, []string{"no points"}},
		"three dimensions": {func() error {
			_, err := m.AverageVelocity([][]float64{{0, 0}, {1, 2, 3}}, 1, 0)
			return err
		}, []string{"points[1]", "3", "2"}},
		"too many points": {func() error {
			_, err := m.Sample(1_000_000_000, 1, 1)
			return err
		}, []string{"number of points", "1000000000"}},
		"a point that is NaN": {func() error {
			_, err := m.AverageVelocity([][]float64{{0, 0}, {1, math.NaN()}}, 1, 0)
			return err
		}, []string{"points[1][1]", "NaN"}},
		"average velocity of flow matching": {func() error {
			_, err := flow.AverageVelocity(points, 1, 0)
			return err
		}, []string{"flow matching", "r must be t"}},
	} {
		t.Run(name, func(t *testing.T) { check.Error(t, test.call(), test.wants...) })
	}
}

// A point's sample does not depend on the number of points with a network so large that few points
// are sampled together.
func TestManySizesOfALargeNetwork(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.Network = network.MLP{Width: 1 << 13, Depth: 1} // 64 points at a time.
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 1, 1, 1
	m := train(t, config)
	all := sample(t, m, 150, 2)
	for _, n := range []int{1, 63, 64, 65, 128} {
		points := sample(t, m, n, 2)
		check.Close(t, fmt.Sprint(n, " points"), concat(points), concat(all[:n]), 1e-5)
	}
}
