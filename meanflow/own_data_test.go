package meanflow_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/random"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// fromFile reads a table of scikit-learn without its classes, the column target.
func fromFile(name, target string) func(t *testing.T) *datasets.Points {
	return func(t *testing.T) *datasets.Points {
		t.Helper()
		points, err := datasets.Read(filepath.Join("../datasets/testdata/scikit-learn", name),
			datasets.ReadOptions{LeaveOut: []string{target}})
		if err != nil {
			t.Fatal(err)
		}
		return points
	}
}

// fromFunction returns n points [dim] that a function makes of random numbers.
func fromFunction(
	n int, point func(r *rand.Rand) []float64,
) func(t *testing.T) *datasets.Points {
	return func(t *testing.T) *datasets.Points {
		t.Helper()
		r := rand.New(rand.NewPCG(5, 0))
		rows := make([][]float64, n)
		for i := range rows {
			rows[i] = point(r)
		}
		points, err := datasets.FromPoints(rows)
		if err != nil {
			t.Fatal(err)
		}
		return points
	}
}

// gaussian returns points of N(centre, deviation²·I) in dim dimensions.
func gaussian(dim int, centre, deviation float64) func(r *rand.Rand) []float64 {
	return func(r *rand.Rand) []float64 {
		point := make([]float64, dim)
		for j := range point {
			point[j] = centre + deviation*r.NormFloat64()
		}
		return point
	}
}

// ring returns points around a circle of a radius about (x, y).
func ring(x, y, radius float64) func(r *rand.Rand) []float64 {
	return func(r *rand.Rand) []float64 {
		angle, length := 2*math.Pi*r.Float64(), radius*(1+0.05*r.NormFloat64())
		return []float64{x + length*math.Cos(angle), y + length*math.Sin(angle)}
	}
}

// standardized returns rows [n][dim] less the means of reference and divided by its deviations.
// Constant columns become 0.
func standardized(rows, reference [][]float64) [][]float64 {
	result := make([][]float64, len(rows))
	for i := range rows {
		result[i] = make([]float64, len(rows[i]))
	}
	values := make([]float64, len(reference))
	for j := range reference[0] {
		for i := range reference {
			values[i] = reference[i][j]
		}
		column := scale.Standard(values)
		for i := range rows {
			result[i][j] = column.ToNetwork(rows[i][j])
		}
	}
	return result
}

// trainedOnHalf trains the recommended recipe on one half of the points, and returns the distance
// of samples in 1 and in 5 steps from the other half, over the distance of the two halves.
func trainedOnHalf(t *testing.T, points *datasets.Points, trainingSteps int, seed int64) (
	one, five float64,
) {
	t.Helper()
	half, other, err := points.Split(0.5, seed)
	if err != nil {
		t.Fatal(err)
	}
	config := meanflow.Recommended(half)
	config.BatchesPerEpoch = 100
	config.Epochs = trainingSteps / config.BatchesPerEpoch
	config.Seed, config.Backend = seed, enginetest.XLA(t)
	m := train(t, config)
	all, rest := points.Rows(), standardized(other.Rows(), points.Rows())
	distance := func(rows [][]float64) float64 {
		result, err := metrics.SlicedWasserstein(standardized(rows, all), rest, seed)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	// The mean over draws of as many samples as there are rows.
	ratio := func(steps int) float64 {
		const draws = 5
		sum := 0.
		for draw := range int64(draws) {
			samples, err := m.Sample(half.Len(), steps, draw)
			if err != nil {
				t.Fatal(err)
			}
			sum += distance(samples)
		}
		return sum / draws / distance(half.Rows())
	}
	return ratio(1), ratio(5)
}

// One step of the recommended recipe, trained on one half of the rows, is as close to the other
// half as the halves are to each other, or half as far again, whatever the columns and their units
// are. With one seed (-args -seeds 2 for all of it), only iris is trained, in a sixth of the steps.
func TestQualityOnOwnData(t *testing.T) {
	enginetest.Long(t)
	for _, test := range []struct {
		name   string
		points func(t *testing.T) *datasets.Points
	}{
		{"iris", fromFile("iris.csv", "target")},
		{"wine", fromFile("wine_data.csv", "target")},
		{"breast cancer", fromFile("breast_cancer.csv", "target")},
		{"digits", fromFile("digits.csv.gz", "65")},
		{"N(0, 1) in 50 dimensions", fromFunction(2000, gaussian(50, 0, 1))},
		{"ring", fromFunction(4000, ring(0, 0, 1))},
		{"ring of radius 20 at (100, 50)", fromFunction(4000, ring(100, 50, 20))},
		{"N(0, 1)", fromFunction(4000, gaussian(2, 0, 1))},
		{"N(5000, 1000²)", fromFunction(4000, gaussian(2, 5000, 1000))},
		{"N(0, .01²)", fromFunction(4000, gaussian(2, 0, 0.01))},
	} {
		if *seeds == 1 && test.name != "iris" {
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			points := test.points(t)
			steps := 3000
			if *seeds == 1 {
				steps = 500
			}
			var ones, fives []float64
			for seed := range int64(*seeds) {
				one, five := trainedOnHalf(t, points, steps, seed)
				ones, fives = append(ones, one), append(fives, five)
			}
			t.Logf("one step %.2f, five steps %.2f times the distance of the halves", ones, fives)
			if got := stat.Mean(ones, nil); !(got <= 1.5) {
				t.Errorf("one step: %.2f times the distance of the halves, want at most 1.5", got)
			}
		})
	}
}

// sine has points sin(3x) + N(0, 0.1²) in one dimension, given x, which is uniform from -2 to 2.
type sine struct{}

func (sine) Dim() int     { return 1 }
func (sine) Classes() int { return 0 }
func (sine) Values() int  { return 1 }

func (s sine) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _, _ := s.SampleConditioned(scope, g, n)
	return points
}

func (sine) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	values = MulScalar(AddScalar(random.Uniform(scope, g, n, 1), -0.5), 4)
	noise := MulScalar(random.Normal(scope, g, n, 1), 0.1)
	return Add(Sin(MulScalar(values, 3)), noise), nil, values
}

// In one step of the recommended recipe, samples given x have the mean sin(3x) and the deviation
// 0.1, at ten values of x. With one seed, the training has a sixth of the 3,000 steps.
func TestSineGivenX(t *testing.T) {
	enginetest.Long(t)
	epochs, ofMean, ofDeviation := 30, 0.02, 0.01
	if *seeds == 1 {
		epochs, ofMean, ofDeviation = 5, 0.04, 0.03 // With five seeds, up to .032 and .023.
	}
	for seed := range int64(*seeds) {
		config := meanflow.Recommended(sine{})
		config.Epochs, config.BatchesPerEpoch = epochs, 100
		config.Seed, config.Backend = seed, enginetest.XLA(t)
		m := train(t, config)
		for k := range 10 {
			x := -1.8 + 0.4*float64(k)
			points, err := m.SampleWith(meanflow.SampleOptions{Values: []float64{x}}, 10_000, seed)
			if err != nil {
				t.Fatal(err)
			}
			mean, deviation := stat.MeanStdDev(concat(points), nil)
			t.Logf("x = %4.1f: %6.3f ± %.3f, want %6.3f ± 0.1", x, mean, deviation, math.Sin(3*x))
			if math.Abs(mean-math.Sin(3*x)) > ofMean || math.Abs(deviation-0.1) > ofDeviation {
				t.Errorf("seed %d, x = %.1f: %.3f ± %.3f, want %.3f ± 0.1", seed, x, mean,
					deviation, math.Sin(3*x))
			}
		}
	}
}

// The units of the points do not matter: the same rows in other units give the same samples, in
// those units.
func TestUnitsDoNotMatter(t *testing.T) {
	at := func(x, y, radius float64) [][]float64 {
		config := small(enginetest.PureGo(t))
		config.Data = fromFunction(500, ring(x, y, radius))(t)
		return sample(t, train(t, config), 100, 1)
	}
	unit := at(0, 0, 1)
	for _, to := range []struct{ x, y, radius float64 }{
		{100, 50, 20}, {5000, 5000, 1000}, {0, 0, 0.01}, {1e9, -1e9, 1e-3},
	} {
		for i, point := range at(to.x, to.y, to.radius) {
			for j, want := range []float64{
				to.x + to.radius*unit[i][0], to.y + to.radius*unit[i][1],
			} {
				// The first rows differ by 1e-7 near 1e9, the spacing of float64 there.
				if !(math.Abs(point[j]-want) <= 1e-3*to.radius) {
					t.Fatalf("%+v: sample %d is %v, want %v at %d", to, i, point, want, j)
				}
			}
		}
	}
}
