package meanflow_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/random"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// scaled is normal in the network's units, with units and a description for the user.
type scaled struct {
	points, values []scale.Column
	description    string
	err            error
}

func (s scaled) Dim() int     { return 2 }
func (s scaled) Classes() int { return 0 }
func (s scaled) Values() int  { return len(s.values) }

func (s scaled) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return random.Normal(scope, g, n, 2)
}

func (s scaled) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	return s.Sample(scope, g, n), nil, random.Normal(scope, g, n, len(s.values))
}

func (s scaled) Scale() (points, values []scale.Column, err error) {
	if s.points == nil {
		s.points = []scale.Column{scale.Identity(), scale.Identity()}
	}
	return s.points, s.values, s.err
}

func (s scaled) Description() ([]byte, error) { return []byte(cmp.Or(s.description, "null")), nil }

// near compares numbers of different magnitudes, each to its own relative tolerance.
func near(t *testing.T, got, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if len(got) != len(want) || !(math.Abs(got[i]-want[i]) <= tolerance*math.Abs(want[i])) {
			t.Fatalf("got %v, want %v: number %d differs", got, want, i)
		}
	}
}

// far are the units of columns such as 1e9 + 0.25 and 5000 ± 1000.
var far = scaled{
	points:      []scale.Column{{Centre: 1e9, Scale: 0.25}, {Centre: 5000, Scale: 1000}},
	description: `{"names":["a","b"]}`,
}

// curved are the units of two columns with quantiles.
var curved = scaled{
	points: []scale.Column{
		scale.Quantile([]float64{0, 1, 2, 4, 8, 16, 32}), scale.Quantile([]float64{-1, 0, 3}),
	},
}

// constant trains nothing: its network returns 1 everywhere, so that samples are noise - 1.
func constant(t *testing.T, data meanflow.Data) *meanflow.Model {
	t.Helper()
	return train(t, meanflow.Config{
		Data: data, Network: constantNetwork, Epochs: meanflow.None, Backend: enginetest.PureGo(t),
	})
}

func TestSamplesAreInTheUsersUnits(t *testing.T) {
	for _, data := range []scaled{far, curved} {
		const n, steps = 5, 4
		plain, m := constant(t, scaled{}), constant(t, data)
		toUser := func(points [][]float64) [][]float64 {
			for _, point := range points {
				for j, column := range data.points {
					point[j] = column.ToUser(point[j])
				}
			}
			return points
		}
		near(t, concat(sample(t, m, n, 1)), concat(toUser(sample(t, plain, n, 1))), 0)
		var stepped [][][]float64
		options := meanflow.SampleOptions{
			Times: meanflow.UniformGrid(steps), Solver: meanflow.Heun,
			OnStep: func(_ float64, points [][]float64) error {
				stepped = append(stepped, points)
				return nil
			},
		}
		if _, err := m.SampleWith(options, n, 7); err != nil {
			t.Fatal(err)
		}
		trajectory, err := m.Trajectory(n, steps, 7)
		if err != nil {
			t.Fatal(err)
		}
		want, err := plain.Trajectory(n, steps, 7)
		if err != nil {
			t.Fatal(err)
		}
		for k := range want {
			toUser(want[k])
			near(t, concat(trajectory[k]), concat(want[k]), 0)
			if k > 0 { // Heun's step along a constant velocity is the same up to rounding.
				near(t, concat(stepped[k-1]), concat(want[k]), 1e-4)
			}
		}
	}
}

// The network's velocity is 1 in each coordinate, and the user's is dy/dx, or the quotient of the
// way and the time.
func TestVelocitiesAreInTheUsersUnits(t *testing.T) {
	points := [][]float64{{1e9 + 0.125, 5500}, {1e9, 3000}}
	near(t, concat(field(t, constant(t, far), points, 0.75, 0.25)),
		[]float64{0.25, 1000, 0.25, 1000}, 0)

	m, points := constant(t, curved), [][]float64{{3, 1}, {20, -0.5}}
	at, mean := field(t, m, points, 0.75, 0.75), field(t, m, points, 0.75, 0.25)
	for i, point := range points {
		for j, column := range curved.points {
			x := column.ToNetwork(point[j])
			if want := column.Slope(x); math.Abs(at[i][j]-want) > 1e-5*want {
				t.Errorf("the velocity at %v is %v, want %v", point[j], at[i][j], want)
			}
			want := (column.ToUser(x) - column.ToUser(x-0.5)) / 0.5
			if math.Abs(mean[i][j]-want) > 1e-5*want {
				t.Errorf("the average velocity at %v is %v, want %v", point[j], mean[i][j], want)
			}
		}
	}
}

// Along the constant velocity 1, the network's density of x is that of N(-1, 1). In the user's
// units it is divided by dy/dx.
func TestLikelihoodIsInTheUsersUnits(t *testing.T) {
	m := constant(t, far)
	densities, err := m.LogLikelihood([][]float64{{1e9 + 0.125, 5500}}, 10)
	if err != nil {
		t.Fatal(err)
	}
	normal := distuv.Normal{Mu: -1, Sigma: 1}
	want := 2*normal.LogProb(0.5) - math.Log(0.25*1000)
	near(t, densities, []float64{want}, 1e-4)

	// Densities by quantiles integrate to 1: the second coordinate's density at a fixed value is a
	// factor.
	m = constant(t, curved)
	var points [][]float64
	var grid []float64
	for x := -5.19; x < 5.19; x += 0.01 { // Fine at the ends, where the density changes fast.
		grid = append(grid, curved.points[0].ToUser(x))
		points = append(points, []float64{grid[len(grid)-1], 1})
	}
	if densities, err = m.LogLikelihood(points, 1); err != nil {
		t.Fatal(err)
	}
	for i := range densities {
		densities[i] = math.Exp(densities[i])
	}
	second := curved.points[1]
	x := second.ToNetwork(1)
	factor := normal.Prob(x) / second.Slope(x)
	if mass := integrate.Trapezoidal(grid, densities) / factor; math.Abs(mass-1) > 0.01 {
		t.Errorf("the density has the integral %v, want 1", mass)
	}
	beyond, err := m.LogLikelihood([][]float64{{1, 1}, {33, 1}, {1, -2}}, 1)
	if err != nil || math.IsInf(beyond[0], 0) ||
		!math.IsInf(beyond[1], -1) || !math.IsInf(beyond[2], -1) {
		t.Errorf("beyond the quantiles the logarithms are %v (%v), want -Inf", beyond[1:], err)
	}
}

func TestConditionValuesAreInTheUsersUnits(t *testing.T) {
	data := far
	data.values = []scale.Column{{Centre: 2000, Scale: 10}}
	config := meanflow.Config{
		Data: data, Guidance: 1, Epochs: 1, BatchesPerEpoch: 1, BatchSize: 8,
		CheckpointDir: t.TempDir(), Backend: enginetest.PureGo(t),
	}
	train(t, config)
	m, err := meanflow.LoadWith(config.CheckpointDir, meanflow.LoadOptions{Backend: config.Backend})
	if err != nil {
		t.Fatal(err)
	}
	var description bytes.Buffer
	if err := json.Compact(&description, m.Description()); err != nil ||
		description.String() != far.description {
		t.Errorf("the description of the loaded model is %s (%v)", m.Description(), err)
	}
	given := func(m *meanflow.Model, value float64) []float64 {
		points, err := m.SampleWith(meanflow.SampleOptions{Values: []float64{value}}, 3, 7)
		if err != nil {
			t.Fatal(err)
		}
		return concat(points)
	}
	data.values = []scale.Column{scale.Identity()} // The same training, in the network's units.
	config.Data, config.CheckpointDir = data, ""
	near(t, given(m, 2020), given(train(t, config), 2), 0)
	if slices.Equal(given(m, 2020), given(m, 2030)) {
		t.Error("the samples do not depend on the value")
	}
	_, err = m.SampleWith(meanflow.SampleOptions{Values: []float64{math.Inf(1)}}, 3, 7)
	check.Error(t, err, "SampleOptions.Values[0]", "finite")
}

func TestScaleErrors(t *testing.T) {
	wrong := errors.New("row 7 is wildly off")
	for _, test := range []struct {
		data scaled
		want string
	}{
		{scaled{err: wrong}, "Config.Data: row 7 is wildly off"},
		{scaled{points: []scale.Column{{Scale: 1}}}, "one for each of its 2 dimensions"},
		{scaled{points: []scale.Column{{Scale: 1}, {Scale: -1}}}, "must be finite"},
		{scaled{description: "{"}, "must be JSON"},
	} {
		_, err := meanflow.Train(t.Context(), meanflow.Config{
			Data: test.data, Epochs: meanflow.None, Backend: enginetest.PureGo(t),
		})
		check.Error(t, err, test.want)
		if test.data.err != nil && !errors.Is(err, wrong) {
			t.Errorf("%v does not wrap the data's error", err)
		}
	}
	flat := scaled{points: []scale.Column{{Centre: 4}, {Scale: 1}}}
	m := constant(t, flat)
	for _, point := range sample(t, m, 5, 3) {
		if point[0] != 4 {
			t.Errorf("the constant 4 came back as %v", point[0])
		}
	}
	_, err := m.AverageVelocity([][]float64{{4, 0}, {5, 0}}, 1, 0)
	check.Error(t, err, "points[1][0] is 5", "4 in all of the data")
	_, err = m.LogLikelihood([][]float64{{4, 0}}, 1)
	check.Error(t, err, "coordinate 0", "no density")
	for _, point := range [][]float64{{40, 0, 0}, {40, math.NaN()}} {
		_, err = constant(t, curved).LogLikelihood([][]float64{point}, 1)
		check.Error(t, err, "points[0]")
	}
	_, err = constant(t, curved).Velocity([][]float64{{40, 0}}, 1)
	check.Error(t, err, "points[0][0] is 40", "from 0 to 32")
	if _, err := constant(t, far).Velocity([][]float64{{1e300, 0}}, 1); err == nil ||
		!strings.Contains(err.Error(), "far beyond the data") {
		t.Errorf("1e300 where the data are 1e9 ± 0.25: %v", err)
	}
}
