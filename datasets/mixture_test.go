package datasets_test

import (
	"math"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

func TestEightGaussians(t *testing.T) {
	const half = 1.5*1.5/2 + 0.15*0.15
	checkDrawnMoments(t, datasets.EightGaussians(), moments{0, 0, half, half, 0}, tolerance)
}

func TestMixtureSamples(t *testing.T) {
	means := [][]float64{{2, 0}, {-1, 1}}
	mixture, err := datasets.NewMixture([]float64{1, 3}, means, []float64{0.5, 0.25})
	if err != nil {
		t.Fatal(err)
	}
	// The weights are 1/4 and 3/4.
	xx, yy := (4+0.25)/4+(1+0.0625)*3/4, 0.25/4+(1+0.0625)*3/4
	checkDrawnMoments(t, mixture, moments{-0.25, 0.75, xx, yy, -0.75}, 0.02)
}

func TestMixture(t *testing.T) {
	// One component: the flow from N(0, 1) to N(μ, σ²) takes z to (1 - t)·μ + σ_t·z.
	one, err := datasets.NewMixture([]float64{2}, [][]float64{{1, -2}}, []float64{0.4})
	if err != nil {
		t.Fatal(err)
	}
	path := func(z, t, mean float64) float64 {
		return (1-t)*mean + math.Hypot((1-t)*0.4, t)*z
	}
	const later, earlier = 0.9, 0.2
	from := []float64{path(0.7, later, 1), path(-1.3, later, -2)}
	at := func(values [][]float64, err error) []float64 {
		if err != nil {
			t.Fatal(err)
		}
		return values[0]
	}
	got := at(one.AverageVelocity([][]float64{from}, later, earlier, 50))
	to := []float64{path(0.7, earlier, 1), path(-1.3, earlier, -2)}
	for k, want := range []float64{(from[0] - to[0]) / 0.7, (from[1] - to[1]) / 0.7} {
		near(t, "average velocity", got[k], want, 1e-6)
	}
	got = at(one.AverageVelocity([][]float64{from}, later, later, 50))
	if want := at(one.Velocity([][]float64{from}, later)); !slices.Equal(got, want) {
		t.Errorf("with r = t the average velocity is %v, the velocity %v", got, want)
	}
	densities, err := one.Density([][]float64{{1, -2}, {1.4, -2}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "density at the mean", densities[0], 1/(2*math.Pi*0.16), 1e-12)
	near(t, "density a deviation away", densities[1], math.Exp(-0.5)/(2*math.Pi*0.16), 1e-12)

	// Two components: the velocity at a place is the mean of noise - data over the pairs whose path
	// passes it at time s, here within 0.05.
	means := [][]float64{{1, 0}, {-1, 0.5}}
	mixture, err := datasets.NewMixture([]float64{1, 2}, means, []float64{0.3, 0.6})
	if err != nil {
		t.Fatal(err)
	}
	data := drawOn(t, enginetest.PureGo(t), mixture, 1)
	noise := drawOn(t, enginetest.PureGo(t), datasets.Gaussian{}, 2)
	const s = 0.4
	place := []float64{0.1, 0.2}
	var sum [2]float64
	var count float64
	for i := range data {
		x, y := (1-s)*data[i][0]+s*noise[i][0], (1-s)*data[i][1]+s*noise[i][1]
		if math.Hypot(x-place[0], y-place[1]) < 0.05 {
			count++
			sum[0] += noise[i][0] - data[i][0]
			sum[1] += noise[i][1] - data[i][1]
		}
	}
	velocity := at(mixture.Velocity([][]float64{place}, s))
	for k := range velocity { // The velocities vary by less than 2.
		near(t, "velocity", sum[k]/count, velocity[k], 5*2/math.Sqrt(count)+0.01)
	}
	if count < 100 {
		t.Errorf("%v pairs pass by, too few to tell", count)
	}
	far := at(mixture.Velocity([][]float64{{1e4, -1e4}}, 0))
	if math.IsNaN(far[0]) || math.IsNaN(far[1]) {
		t.Errorf("far away the velocity is %v", far)
	}
	density := func(points [][]float64) error {
		_, err := mixture.Density(points)
		return err
	}
	average := func(points [][]float64, t, r float64, steps int) error {
		_, err := mixture.AverageVelocity(points, t, r, steps)
		return err
	}
	good := [][]float64{{1, 2}}
	for want, err := range map[string]error{
		"points[1] has 1 coordinates": density([][]float64{{1, 2}, {1}}),
		"points[0][1] is NaN":         average([][]float64{{1, math.NaN()}}, 0.5, 0.5, 1),
		"t is 1.5":                    average(good, 1.5, 1.5, 1),
		"r is 0.7":                    average(good, 0.5, 0.7, 10),
		"steps is 0":                  average(good, 1, 0, 0),
	} {
		checkError(t, err, want)
	}
}

func TestNewMixtureRefuses(t *testing.T) {
	_, err := datasets.Draw(datasets.Mixture{}, 1, 1)
	checkError(t, err, "0 dimensions")
	for _, test := range []struct {
		weights    []float64
		means      [][]float64
		deviations []float64
		want       string
	}{
		{nil, nil, nil, "at least 1"},
		{[]float64{1}, [][]float64{{1}, {2}}, []float64{1, 1}, "1 weights, 2 means"},
		{[]float64{1, 0}, [][]float64{{1}, {2}}, []float64{1, 1}, "weights[1] is 0"},
		{[]float64{1, 1}, [][]float64{{1}, {2}}, []float64{1, math.NaN()}, "deviations[1] is NaN"},
		{[]float64{1, 1}, [][]float64{{1}, {2, 3}}, []float64{1, 1}, "means[1] has 2"},
		{[]float64{1, 1}, [][]float64{{1}, {math.Inf(1)}}, []float64{1, 1}, "means[1][0] is +Inf"},
	} {
		_, err := datasets.NewMixture(test.weights, test.means, test.deviations)
		checkError(t, err, "NewMixture", test.want)
	}
}
