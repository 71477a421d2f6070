package datasets_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// n is the number of points that the tests of moments draw.
const n = 200_000

// variance is that of the normal noise that several distributions add to each coordinate.
const variance = 0.05 * 0.05

// tolerance fits means of n numbers of the order of 1: their standard deviation is about 0.002.
const tolerance = 0.012

// eachEngine runs a test on XLA and on the pure-Go engine. With -short it leaves out XLA, which
// takes much longer to compile a distribution than to sample it.
func eachEngine(t *testing.T, test func(t *testing.T, engine compute.Backend)) {
	if testing.Short() {
		test(t, enginetest.PureGo(t))
		return
	}
	enginetest.Each(t, test)
}

// drawOn draws n points [n][dim] on an engine.
func drawOn(
	t *testing.T, engine compute.Backend, distribution datasets.Distribution, seed int64,
) [][]float64 {
	t.Helper()
	store := model.NewStore()
	defer store.Finalize()
	if err := store.SetRNGStateFromSeed(seed); err != nil {
		t.Fatal(err)
	}
	points, err := model.CallOnce(engine, store, func(scope *model.Scope, g *Graph) *Node {
		sampled := distribution.Sample(scope, g, n)
		if sampled.DType() != dtypes.Float32 {
			t.Errorf("samples are %s, want Float32", sampled.Shape())
		}
		return ConvertDType(sampled, dtypes.Float64)
	})
	if err != nil {
		t.Fatal(err)
	}
	return points.Value().([][]float64)
}

// moments are the means of x, y, x², y² and x·y of the first two coordinates.
type moments [5]float64

// momentsOf returns the moments of points [n][dim].
func momentsOf(points [][]float64) moments {
	var sum moments
	for _, p := range points {
		sum.add(p[0], p[1])
	}
	return sum.over(float64(len(points)))
}

// curveMoments returns the moments of points (x, y) at evenly spaced parameters in [0, 1].
func curveMoments(curve func(a float64) (x, y float64)) moments {
	const steps = 100_000
	var sum moments
	for i := range steps {
		sum.add(curve((float64(i) + 0.5) / steps))
	}
	return sum.over(steps)
}

func (m *moments) add(x, y float64) {
	for k, value := range [5]float64{x, y, x * x, y * y, x * y} {
		m[k] += value
	}
}

func (m moments) over(count float64) moments {
	for k := range m {
		m[k] /= count
	}
	return m
}

// withNoise returns the moments with independent noise of a variance added to both coordinates.
func (m moments) withNoise(variance float64) moments {
	m[2] += variance
	m[3] += variance
	return m
}

// symmetrized returns the moments if every other point is rotated by π around the origin.
func (m moments) symmetrized() moments {
	m[0], m[1] = 0, 0
	return m
}

// checkMoments compares the moments of points with those wanted.
func checkMoments(t *testing.T, points [][]float64, want moments, tolerance float64) {
	t.Helper()
	got := momentsOf(points)
	for k, name := range []string{"x", "y", "x²", "y²", "x·y"} {
		near(t, "mean of "+name, got[k], want[k], tolerance)
	}
}

// checkDrawnMoments compares the moments of n points, drawn on each engine, with those wanted.
func checkDrawnMoments(
	t *testing.T, distribution datasets.Distribution, want moments, tolerance float64,
) {
	t.Helper()
	eachEngine(t, func(t *testing.T, engine compute.Backend) {
		checkMoments(t, drawOn(t, engine, distribution, 1), want, tolerance)
	})
}

// checkNearCurve draws 20,000 points and wants them within 0.275 of a curve, five and a half
// standard deviations of the noise. The curve is given by points [2] that are at most 0.02 apart.
func checkNearCurve(t *testing.T, distribution datasets.Distribution, curve [][2]float64) {
	t.Helper()
	points, err := datasets.Draw(distribution, 20_000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		nearest := math.Inf(1)
		for _, on := range curve {
			dx, dy := p[0]-on[0], p[1]-on[1]
			nearest = min(nearest, dx*dx+dy*dy)
		}
		if nearest > 0.275*0.275 {
			t.Errorf("%s: %v is %.3f from the curve", distribution.Name(), p, math.Sqrt(nearest))
		}
	}
}

// checkError wants an error whose message contains all of some words.
func checkError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one that contains %q", words)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %v, want one that contains %q", err, word)
		}
	}
}

// near wants a number within tolerance of another.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}
