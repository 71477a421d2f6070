package meanflow

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// stepped are points N(class, 0.1²) of three classes with shares of 1/4, 1/4 and 1/2, and, if
// hasValue is set, points sin(3·value) + N(0, 0.1²) with uniform values.
type stepped struct{ hasValue bool }

func (stepped) Dim() int { return 1 }

func (stepped) Classes() int { return 3 }

func (s stepped) Values() int {
	if s.hasValue {
		return 1
	}
	return 0
}

func (s stepped) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _, _ := s.SampleConditioned(scope, g, n)
	return points
}

func (s stepped) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	place := random.Uniform(scope, g, n, 1)
	above := func(share float64) *Node {
		return ConvertDType(GreaterThan(place, ConstAs(place, share)), dtypes.Int32)
	}
	classes = OnePlus(Add(above(0.25), above(0.5)))
	points = ConvertDType(classes, dtypes.Float32)
	if s.hasValue {
		values = MulScalar(AddScalar(random.Uniform(scope, g, n, 1), -0.5), 4)
		points = Add(points, Sin(MulScalar(values, 3)))
	}
	points = Add(points, MulScalar(random.Normal(scope, g, n, 1), 0.1))
	return points, classes, values
}

// With sorted noise, the noise of each class, and of each of ten ranges of the value, is standard
// normal: its mean is 0 ± 1/√n, its deviation 1 ± 1/√(2n). It has the rank of the point among the
// points of the class with near values, so noise and the deviation of the point from its expected
// value are correlated, the more the nearer the values are. Data, classes and values stay together.
func TestSortedNoiseOfClassesAndValues(t *testing.T) {
	const n = 20 << 10
	xla := enginetest.XLA(t)
	for _, test := range []struct {
		hasValue bool
		coupling Coupling
	}{
		{false, SortedNoise()}, {true, SortedNoise()}, {true, SoftSortedNoise(0.03)},
	} {
		hasValue := test.hasValue
		c := Config{Data: stepped{hasValue}, Guidance: 1, Coupling: test.coupling}.withDefaults()
		if err := c.validate(); err != nil {
			t.Fatal(err)
		}
		drawn, err := engine.DrawOnce(xla, func(scope *model.Scope, g *Graph) []*Node {
			return c.draw(scope, g, n)
		})
		if err != nil {
			t.Fatal(err)
		}
		column := func(i int) []float32 {
			return slices.Concat(drawn[i].Value().([][]float32)...)
		}
		points, noise := column(0), column(1)
		var values []float32
		if hasValue {
			values = column(3)
		}
		classes := slices.Concat(drawn[2].Value().([][]int32)...)
		type condition struct{ class, part int }
		noises, residuals := map[condition][]float64{}, map[condition][]float64{}
		for i := range n {
			at, expected := condition{class: int(classes[i])}, float64(classes[i])
			if hasValue {
				value := float64(values[i])
				at.part = int((value + 2) / 0.4)
				expected += math.Sin(3 * value)
			}
			noises[at] = append(noises[at], float64(noise[i]))
			residuals[at] = append(residuals[at], float64(points[i])-expected)
		}
		if want := map[bool]int{false: 3, true: 30}[hasValue]; len(noises) != want {
			t.Fatalf("%d conditions, want %d", len(noises), want)
		}
		for at, noise := range noises {
			mean, deviation := stat.MeanStdDev(noise, nil)
			within := 4 / math.Sqrt(float64(len(noise)))
			if math.Abs(mean) > within || math.Abs(deviation-1) > within {
				t.Errorf("%s, condition %v: the noise has mean %.3f and deviation %.3f, want 0 "+
					"and 1 within %.3f", test.coupling.Name, at, mean, deviation, within)
			}
			if stat.StdDev(residuals[at], nil) > 0.11 {
				t.Errorf("%s, condition %v: the points have other conditions than before",
					test.coupling.Name, at)
			}
			if r := stat.Correlation(noise, residuals[at], nil); r < 0.75 {
				t.Errorf("%s, condition %v: noise and points have the correlation %.2f, want at "+
					"least 0.75", test.coupling.Name, at, r)
			}
		}
	}
}

// The graph of sorted noise, and so the time to compile it, does not grow with the dimension where
// groups run out of points.
func TestSortedNoiseOfManyColumns(t *testing.T) {
	nodes := func(dim int) (n int) {
		store := model.NewStore()
		defer store.Finalize()
		_, err := model.CallOnce(enginetest.XLA(t), store,
			func(scope *model.Scope, g *Graph) *Node {
				ordered, noise := SortedNoise().Pair(scope, random.Normal(scope, g, 64, dim))
				if got := noise.Shape(); !got.Equal(ordered.Shape()) {
					t.Errorf("the noise is %s, want %s", got, ordered.Shape())
				}
				n = len(g.Nodes())
				return ReduceAllSum(noise)
			})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if few, many := nodes(20), nodes(784); many != few {
		t.Errorf("the graph has %d nodes for 784 columns, want %d as for 20", many, few)
	}
}
