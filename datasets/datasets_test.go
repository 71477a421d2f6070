package datasets_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

const n = 200_000

func drawOn(t *testing.T, engine compute.Backend, distribution datasets.Distribution, seed int64) [][]float64 {
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

// moments is what is checked of a distribution: means of functions of a point.
func moments(points [][]float64) (x, y, xx, yy, xy float64) {
	for _, p := range points {
		x += p[0] / n
		y += p[1] / n
		xx += p[0] * p[0] / n
		yy += p[1] * p[1] / n
		xy += p[0] * p[1] / n
	}
	return
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

// Everything here is on the order of 1, so means of 200,000 have a standard deviation of about 0.002.
const tolerance = 0.012

func TestCheckerboard(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		points := drawOn(t, engine, datasets.Checkerboard{}, 1)
		var cells [4][4]int
		for _, p := range points {
			i, j := int(math.Floor((p[0]+1.5)/0.75)), int(math.Floor((p[1]+1.5)/0.75))
			if i < 0 || i > 3 || j < 0 || j > 3 || i%2 != j%2 {
				t.Fatalf("%v is in cell (%d, %d)", p, i, j)
			}
			cells[i][j]++
		}
		for i := range 4 {
			for j := range 4 {
				want := 0.0
				if i%2 == j%2 {
					want = 1. / 8
				}
				near(t, "share of a cell", float64(cells[i][j])/n, want, 0.004) // Five of √(7/64/200,000).
			}
		}
		// Uniform on a cell: the mean of the square of a coordinate is that of [-1.5, 1.5], 0.75, since all
		// columns are as likely. Within a cell x and y are independent: the product is that of its centre.
		x, y, xx, yy, xy := moments(points)
		near(t, "mean of x", x, 0, tolerance)
		near(t, "mean of y", y, 0, tolerance)
		near(t, "mean of x²", xx, 0.75, tolerance)
		near(t, "mean of y²", yy, 0.75, tolerance)
		product := 0.0
		for i := range 4 {
			for j := range 4 {
				if i%2 == j%2 {
					product += (0.75*float64(i) - 1.125) * (0.75*float64(j) - 1.125) / 8
				}
			}
		}
		near(t, "mean of x·y", xy, product, tolerance)
	})
}

func TestCrescent(t *testing.T) {
	// The moments of the disc less the hole and the area of its parts, by a sum over a fine grid: independent
	// of how it is sampled.
	const parts = 8 // In each direction.
	part := func(x float64) int { return min(int((x+1)/2*parts), parts-1) }
	var area, meanX, meanXX, meanYY float64
	var areas [parts][parts]float64
	const h = 1. / 2000
	for x := -1 + h/2; x < 1; x += h {
		for y := -1 + h/2; y < 1; y += h {
			if x*x+y*y <= 1 && (x-0.5)*(x-0.5)+y*y >= 0.36 {
				area++
				meanX += x
				meanXX += x * x
				meanYY += y * y
				areas[part(x)][part(y)]++
			}
		}
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		points := drawOn(t, engine, datasets.Crescent{}, 1)
		var counts [parts][parts]float64
		for _, p := range points {
			counts[part(p[0])][part(p[1])]++
			if !(datasets.Crescent{}).Contains(p) && math.Abs(math.Hypot(p[0], p[1])-1) > 1e-6 && math.Abs(math.Hypot(p[0]-0.5, p[1])-0.6) > 1e-6 {
				t.Fatalf("%v is not on the crescent", p)
			}
		}
		x, y, xx, yy, xy := moments(points)
		for i := range parts {
			for j := range parts {
				share := areas[i][j] / area
				near(t, "share of a part", counts[i][j]/n, share, 5*math.Sqrt(share/n)+1e-5) // The grid is not exact.
			}
		}
		near(t, "mean of x", x, meanX/area, tolerance)
		near(t, "mean of y", y, 0, tolerance)
		near(t, "mean of x²", xx, meanXX/area, tolerance)
		near(t, "mean of y²", yy, meanYY/area, tolerance)
		near(t, "mean of x·y", xy, 0, tolerance)
	})
}

func TestSpiral(t *testing.T) {
	// The moments of the curve, by a sum over a and b, plus those of the noise.
	var meanX, meanY, meanXX, meanYY, meanXY float64
	const steps = 2000
	for i := range steps {
		for j := range steps {
			a, b := (float64(i)+0.5)/steps, (float64(j)+0.5)/steps
			theta := 6 * math.Pi * a * math.Sqrt(b)
			radius := 2 * (theta/(6*math.Pi) + 0.1)
			x, y := radius*math.Cos(theta), radius*math.Sin(theta)
			meanX += x / steps / steps
			meanY += y / steps / steps
			meanXX += x * x / steps / steps
			meanYY += y * y / steps / steps
			meanXY += x * y / steps / steps
		}
	}
	const noise = 0.05 * 0.05
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		points := drawOn(t, engine, datasets.Spiral{}, 1)
		x, y, xx, yy, xy := moments(points)
		near(t, "mean of x", x, meanX, tolerance)
		near(t, "mean of y", y, meanY, tolerance)
		near(t, "mean of x²", xx, meanXX+noise, tolerance)
		near(t, "mean of y²", yy, meanYY+noise, tolerance)
		near(t, "mean of x·y", xy, meanXY, tolerance)
		off := 0
		for _, p := range points[:20_000] {
			if !(datasets.Spiral{}).Contains(p) {
				off++
			}
		}
		// Across the curve the noise is normal: 0.27 % lie farther than three standard deviations, some of
		// them near another turn, and beyond its ends a little more.
		near(t, "share off the support", float64(off)/20_000, 0.0027, 0.0015)
	})
}

func TestGaussian(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		x, y, xx, yy, xy := moments(drawOn(t, engine, datasets.Gaussian{}, 1))
		near(t, "mean of x", x, 0, tolerance)
		near(t, "mean of y", y, 0, tolerance)
		near(t, "mean of x²", xx, 1, tolerance*1.5)
		near(t, "mean of y²", yy, 1, tolerance*1.5)
		near(t, "mean of x·y", xy, 0, tolerance)
		_, _, xx, _, _ = moments(drawOn(t, engine, datasets.Gaussian{Deviation: 0.5, Dimensions: 3}, 1))
		near(t, "mean of x², deviation 0.5", xx, 0.25, tolerance)
	})
}

func TestSupports(t *testing.T) {
	for _, test := range []struct {
		distribution datasets.Supported
		point        []float64
		want         bool
	}{
		{datasets.Checkerboard{}, []float64{-1.2, -1.2}, true},
		{datasets.Checkerboard{}, []float64{-1.2, -0.5}, false},
		{datasets.Checkerboard{}, []float64{0.1, 0.1}, true},
		{datasets.Checkerboard{}, []float64{1.6, 1.6}, false},
		{datasets.Checkerboard{}, []float64{-1.6, -1.6}, false},
		{datasets.Checkerboard{}, []float64{math.NaN(), 0}, false},
		{datasets.Crescent{}, []float64{-0.5, 0}, true},
		{datasets.Crescent{}, []float64{0.5, 0}, false},
		{datasets.Crescent{}, []float64{-0.099, 0}, false}, // The hole's edge is at -0.1.
		{datasets.Crescent{}, []float64{-0.101, 0}, true},
		{datasets.Crescent{}, []float64{0, 1.01}, false},
		{datasets.Crescent{}, []float64{math.NaN(), 0}, false},
		// The curve begins at (0.2, 0), radius 2·0.1, and ends at (2.2, 0), radius 2·1.1.
		{datasets.Spiral{}, []float64{0.2, 0}, true},
		{datasets.Spiral{}, []float64{0, 0}, false},
		{datasets.Spiral{}, []float64{2.2, 0}, true},
		{datasets.Spiral{}, []float64{2.34, 0}, true},
		{datasets.Spiral{}, []float64{2.36, 0}, false},
		{datasets.Spiral{}, []float64{math.NaN(), 0}, false},
	} {
		if got := test.distribution.Contains(test.point); got != test.want {
			t.Errorf("%s contains %v: %v, want %v", test.distribution.Name(), test.point, got, test.want)
		}
	}
}

func TestByName(t *testing.T) {
	for _, name := range datasets.Names() {
		distribution, err := datasets.ByName(name)
		if err != nil || distribution.Name() != name {
			t.Errorf("%q: %v, %v", name, distribution, err)
		}
	}
	_, err := datasets.ByName("checkers")
	if err == nil || !strings.Contains(err.Error(), `"checkers"`) || !strings.Contains(err.Error(), "checkerboard, crescent, spiral, gaussian") {
		t.Errorf("error %v, want one that lists the known names", err)
	}
}

// misshapen samples one coordinate where it says two.
type misshapen struct{ datasets.Gaussian }

func (misshapen) Dim() int { return 2 }

func (misshapen) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return datasets.Gaussian{Dimensions: 1}.Sample(scope, g, n)
}

func TestPointsOfAnotherDimensionAreOffTheSupport(t *testing.T) {
	for _, supported := range []datasets.Supported{datasets.Checkerboard{}, datasets.Crescent{}, datasets.Spiral{}} {
		for _, point := range [][]float64{nil, {0.5}, {0.5, 0.5, 0.5}} {
			if supported.Contains(point) {
				t.Errorf("the %s contains %v", supported.Name(), point)
			}
		}
	}
}

func TestDraw(t *testing.T) {
	draw := func(seed int64) []float64 {
		points, err := datasets.Draw(datasets.Spiral{}, 10, seed)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Concat(points...)
	}
	if !slices.Equal(draw(1), draw(1)) {
		t.Error("same seed, other points")
	}
	if slices.Equal(draw(1), draw(2)) {
		t.Error("another seed, the same points")
	}
	for _, test := range []struct {
		distribution datasets.Distribution
		n            int
		wants        string
	}{
		{datasets.Spiral{}, 0, "is 0"},
		{datasets.Spiral{}, 1_000_000_000, "1000000000 points"},
		{nil, 3, "no distribution"},
		{datasets.Gaussian{Dimensions: -1}, 3, "-1"},
		{misshapen{}, 3, "it must be"},
	} {
		if _, err := datasets.Draw(test.distribution, test.n, 1); err == nil || !strings.Contains(err.Error(), test.wants) {
			t.Errorf("drawing %d points of %v: error %v, want something about %q", test.n, test.distribution, err, test.wants)
		}
	}
}

func TestPointsAreDrawnEqually(t *testing.T) {
	points := [][]float64{{0, 1}, {2, 3}, {4, 5}, {0.5, -7}}
	own, err := datasets.FromPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	if own.Len() != 4 || own.Dim() != 2 {
		t.Errorf("%d points of dimension %d", own.Len(), own.Dim())
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		counts := map[[2]float64]int{}
		for _, p := range drawOn(t, engine, own, 1) {
			counts[[2]float64(p)]++
		}
		for _, p := range points {
			near(t, "share of a point", float64(counts[[2]float64(p)])/n, 0.25, 0.005) // Five of √(3/16/200,000).
		}
		if len(counts) != len(points) {
			t.Errorf("drew %d different points of %d", len(counts), len(points))
		}
	})
}

func TestFromPointsRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		points [][]float64
		wants  string
	}{
		"none":      {nil, "no points"},
		"empty":     {[][]float64{{}}, "points[0]"},
		"unequal":   {[][]float64{{1, 2}, {3}}, "points[1] has 1 coordinates, points[0] has 2"},
		"NaN":       {[][]float64{{1, 2}, {3, math.NaN()}}, "points[1][1] is NaN"},
		"infinite":  {[][]float64{{math.Inf(-1), 2}}, "points[0][0] is -Inf"},
		"too large": {[][]float64{{1e39, 2}}, "points[0][0] is 1e+39"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := datasets.FromPoints(test.points); err == nil || !strings.Contains(err.Error(), test.wants) {
				t.Errorf("error %v, want something about %q", err, test.wants)
			}
		})
	}
}

func writeCSV(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadCSV(t *testing.T) {
	for name, text := range map[string]string{
		"plain":          "1,2\n-3.5,4e-1\n",
		"header":         "x,y\n1,2\n-3.5,4e-1\n",
		"spaces":         " 1 , 2\n-3.5,\t4e-1",
		"quotes":         "\"1\",\"2\"\n-3.5,4e-1\n",
		"empty lines":    "\n1,2\n\n-3.5,4e-1\n\n",
		"Windows":        "x,y\r\n1,2\r\n-3.5,4e-1\r\n",
		"byte order":     "\ufeff1,2\n-3.5,4e-1\n",
		"a tiny number":  "1,2\n-3.5,4e-1\n1e-400,0\n",
		"three of them":  "1,2\n-3.5,4e-1\n0,0\n",
		"plus and minus": "+1,2\n-3.5,+4e-1\n",
	} {
		t.Run(name, func(t *testing.T) {
			points, err := datasets.ReadCSV(writeCSV(t, text))
			if err != nil {
				t.Fatal(err)
			}
			drawn, err := datasets.Draw(points, 200, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range [][]float64{{1, 2}, {-3.5, float64(float32(0.4))}} {
				if !slices.ContainsFunc(drawn, func(p []float64) bool { return slices.Equal(p, want) }) {
					t.Errorf("%v is not among the points", want)
				}
			}
		})
	}
}

func TestReadCSVRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, wants string }{
		"nothing":          {"", "no points"},
		"only a header":    {"x,y\n", "no points"},
		"missing value":    {"1,2\n3,\n", "line 2, value 2: it is missing"},
		"missing in first": {",2\n3,4\n", "line 1, value 1: it is missing"},
		"text":             {"1,2\n3,four\n", `line 2, value 2: "four" is not a number`},
		"text in first":    {"1,two\n3,4\n", `line 1, value 2: "two" is not a number`},
		"NaN":              {"1,2\n\n3,NaN\n", `line 3, value 2: "NaN"`},
		"infinity":         {"1,2\n-inf,4\n", `line 2, value 1: "-inf"`},
		"too large":        {"1,2\n1e400,4\n", `line 2, value 1: "1e400"`},
		"too many values":  {"1,2\n3,4,5\n", "line 2: 3 values, the first line has 2"},
		"too few values":   {"x,y\n3,4\n5\n", "line 3: 1 values, the first line has 2"},
		"an open quote":    {"1,2\n\"3,4\n", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeCSV(t, test.text)
			_, err := datasets.ReadCSV(path)
			if err == nil || !strings.Contains(err.Error(), test.wants) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want the file and %q", err, test.wants)
			}
		})
	}
	if _, err := datasets.ReadCSV("no such file.csv"); err == nil || !strings.Contains(err.Error(), "no such file.csv") {
		t.Errorf("a file that isn't there: error %v", err)
	}
}

// FuzzReadCSV wants points or an error of whatever is in a file.
func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{"x,y\n1,2\n-3.5,4e-1\n", "1,2\n3,\n", "\ufeff1,2\n\"3\",\t4", "1,NaN\n", "1,2\n\n3,4,5", "\"", "1;2", "0x1p-2,1_000"} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, "points.csv")
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		points, err := datasets.ReadCSV(path)
		if err != nil {
			if points != nil || !strings.Contains(err.Error(), path) {
				t.Fatalf("points %v, error %v: want no points, and an error that names the file", points, err)
			}
			return
		}
		drawn, err := datasets.Draw(points, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, point := range drawn {
			if len(point) != points.Dim() || points.Len() > bytes.Count(text, []byte("\n"))+bytes.Count(text, []byte("\r"))+1 {
				t.Fatalf("%d points of %d coordinates, one of them %v", points.Len(), points.Dim(), point)
			}
			for _, coordinate := range point {
				if math.IsNaN(coordinate) || math.IsInf(coordinate, 0) {
					t.Fatalf("a point is %v", point)
				}
			}
		}
	})
}

// The moments of each distribution: by sums over its curve, plus the noise's variance, computed here from its
// description.
func TestMomentsOfTheOthers(t *testing.T) {
	const noise = 0.05 * 0.05
	// sum adds up a curve's moments over parameters that are uniform on [0, 1].
	sum := func(curve func(a float64) (x, y float64)) (want [5]float64) {
		const steps = 100_000
		for i := range steps {
			x, y := curve((float64(i) + 0.5) / steps)
			for k, value := range []float64{x, y, x * x, y * y, x * y} {
				want[k] += value / steps
			}
		}
		return want
	}
	withNoise := func(want [5]float64, variance float64) [5]float64 {
		want[2] += variance
		want[3] += variance
		return want
	}
	twice := func(want [5]float64) [5]float64 { // With a second half turned by half a circle.
		want[0], want[1] = 0, 0
		return want
	}
	mixture, err := datasets.NewMixture([]float64{1, 3}, [][]float64{{2, 0}, {-1, 1}}, []float64{0.5, 0.25})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		distribution datasets.Distribution
		want         [5]float64 // Means of x, y, x², y², x·y.
	}{
		{datasets.Moons{}, twice(withNoise(sum(func(a float64) (x, y float64) {
			return math.Cos(a*math.Pi) - 0.5, math.Sin(a*math.Pi) - 0.25
		}), noise))},
		// The mean of the radii's squares is (0.25 + 1 + 2.25)/3.
		{datasets.Rings{}, withNoise([5]float64{0, 0, 3.5 / 6, 3.5 / 6, 0}, noise)},
		// Turned by a fifth of a circle it is the same, so it has the same variance in all directions: half of the mean square
		// of the distance, which is 1 + 0.3² along and 0.1² across.
		{datasets.Pinwheel{}, [5]float64{0, 0, (1 + 0.09 + 0.01) / 2, (1 + 0.09 + 0.01) / 2, 0}},
		{datasets.SwissRoll{}, withNoise(sum(func(a float64) (x, y float64) {
			angle := (1.5 + 3*a) * math.Pi
			return angle / 10 * math.Cos(angle), angle / 10 * math.Sin(angle)
		}), noise)},
		{datasets.SwissRoll{Height: true}, withNoise(sum(func(a float64) (x, y float64) {
			angle := (1.5 + 3*a) * math.Pi
			return angle / 10 * math.Cos(angle), angle / 10 * math.Sin(angle)
		}), noise)},
		{datasets.TwoSpirals{}, twice(withNoise(sum(func(a float64) (x, y float64) {
			angle := 3 * math.Pi * math.Sqrt(a)
			return 1.8 * math.Sqrt(a) * math.Cos(angle), 1.8 * math.Sqrt(a) * math.Sin(angle)
		}), noise))},
		{datasets.EightGaussians(), [5]float64{0, 0, 1.5*1.5/2 + 0.15*0.15, 1.5*1.5/2 + 0.15*0.15, 0}},
		// Weights of 1/4 and 3/4.
		{mixture, [5]float64{-0.25, 0.75, (4+0.25)/4 + (1+0.0625)*3/4, 0.25/4 + (1+0.0625)*3/4, -0.75}},
	} {
		t.Run(test.distribution.Name(), func(t *testing.T) {
			enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
				points := drawOn(t, engine, test.distribution, 1)
				x, y, xx, yy, xy := moments(points)
				for k, got := range []float64{x, y, xx, yy, xy} {
					near(t, []string{"mean of x", "mean of y", "mean of x²", "mean of y²", "mean of x·y"}[k], got, test.want[k], 0.02)
				}
				if test.distribution.Dim() == 3 {
					var z, zz float64
					for _, p := range points {
						z += p[2] / n
						zz += p[2] * p[2] / n
					}
					near(t, "mean of z", z, 0, tolerance)
					near(t, "mean of z²", zz, 1./3+noise, tolerance)
				}
			})
		})
	}
}

// Where they have no points: in the middle of a ring's gap, between the arms of the spirals, on the other side of a moon.
func TestShapesOfTheOthers(t *testing.T) {
	for _, test := range []struct {
		distribution datasets.Distribution
		// distance of a point from the curve; normal noise of 0.05 keeps all of 200,000 points within five and a half of its
		// deviations.
		distance func(x, y float64) float64
	}{
		{datasets.Rings{}, func(x, y float64) float64 {
			radius := math.Hypot(x, y)
			return min(math.Abs(radius-0.5), math.Abs(radius-1), math.Abs(radius-1.5))
		}},
		{datasets.Moons{}, func(x, y float64) float64 {
			nearest := math.Inf(1)
			for i := range 400 {
				sin, cos := math.Sincos(float64(i) / 399 * math.Pi)
				nearest = min(nearest, math.Hypot(x-cos+0.5, y-sin+0.25), math.Hypot(x+cos-0.5, y+sin-0.25))
			}
			return nearest
		}},
		{datasets.TwoSpirals{}, func(x, y float64) float64 {
			nearest := math.Inf(1)
			for i := range 1000 {
				angle := float64(i) / 999 * 3 * math.Pi
				radius := 1.8 * angle / (3 * math.Pi)
				sin, cos := math.Sincos(angle)
				nearest = min(nearest, math.Hypot(x-radius*cos, y-radius*sin), math.Hypot(x+radius*cos, y+radius*sin))
			}
			return nearest
		}},
	} {
		points, err := datasets.Draw(test.distribution, 20_000, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range points {
			if far := test.distance(p[0], p[1]); far > 0.275 {
				t.Errorf("%s: %v is %.3f from the curve", test.distribution.Name(), p, far)
			}
		}
	}
}

func TestMixture(t *testing.T) {
	// One component: the flow from N(0, 1) to N(μ, σ²) takes z to (1 - t)·μ + σ_t·z.
	one, err := datasets.NewMixture([]float64{2}, [][]float64{{1, -2}}, []float64{0.4})
	if err != nil {
		t.Fatal(err)
	}
	path := func(z, t float64, mean float64) float64 { return (1-t)*mean + math.Hypot((1-t)*0.4, t)*z }
	const later, earlier = 0.9, 0.2
	from := []float64{path(0.7, later, 1), path(-1.3, later, -2)}
	at := func(values [][]float64, err error) []float64 {
		if err != nil {
			t.Fatal(err)
		}
		return values[0]
	}
	got := at(one.AverageVelocity([][]float64{from}, later, earlier, 50))
	for k, want := range []float64{(from[0] - path(0.7, earlier, 1)) / 0.7, (from[1] - path(-1.3, earlier, -2)) / 0.7} {
		near(t, "average velocity", got[k], want, 1e-6)
	}
	if got, want := at(one.AverageVelocity([][]float64{from}, later, later, 50)), at(one.Velocity([][]float64{from}, later)); !slices.Equal(got, want) {
		t.Errorf("with r = t the average velocity is %v, the velocity %v", got, want)
	}
	densities, err := one.Density([][]float64{{1, -2}, {1.4, -2}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "density at the mean", densities[0], 1/(2*math.Pi*0.16), 1e-12)
	near(t, "density a deviation away", densities[1], math.Exp(-0.5)/(2*math.Pi*0.16), 1e-12)

	// Several: the velocity is the mean of noise - data among pairs whose line passes by a place, here within 0.05 of it.
	mixture, err := datasets.NewMixture([]float64{1, 2}, [][]float64{{1, 0}, {-1, 0.5}}, []float64{0.3, 0.6})
	if err != nil {
		t.Fatal(err)
	}
	data := drawOn(t, enginetest.PureGo(t), mixture, 1)
	noise := drawOn(t, enginetest.PureGo(t), datasets.Gaussian{}, 2)
	const time = 0.4
	place := []float64{0.1, 0.2}
	var sum [2]float64
	var count float64
	for i := range data {
		x, y := (1-time)*data[i][0]+time*noise[i][0], (1-time)*data[i][1]+time*noise[i][1]
		if math.Hypot(x-place[0], y-place[1]) < 0.05 {
			count++
			sum[0] += noise[i][0] - data[i][0]
			sum[1] += noise[i][1] - data[i][1]
		}
	}
	velocity := at(mixture.Velocity([][]float64{place}, time))
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
	for want, call := range map[string]func() error{
		"points[1] has 1 coordinates": func() error { _, err := mixture.Density([][]float64{{1, 2}, {1}}); return err },
		"points[0][1] is NaN":         func() error { _, err := mixture.Velocity([][]float64{{1, math.NaN()}}, 0.5); return err },
		"t is 1.5":                    func() error { _, err := mixture.Velocity([][]float64{{1, 2}}, 1.5); return err },
		"r is 0.7":                    func() error { _, err := mixture.AverageVelocity([][]float64{{1, 2}}, 0.5, 0.7, 10); return err },
		"the number of steps is 0":    func() error { _, err := mixture.AverageVelocity([][]float64{{1, 2}}, 1, 0, 0); return err },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want one about %q", err, want)
		}
	}
}

// The class of a point against where the point lies, and how many there are of each.
func TestClasses(t *testing.T) {
	const n = 8000
	for _, test := range []struct {
		distribution datasets.Labelled
		where        func(x, y float64) int
	}{
		{datasets.Checkerboard{}, func(x, y float64) int { // Column by column from below, every second cell.
			return 1 + (4*int((x+1.5)/0.75)+int((y+1.5)/0.75))/2
		}},
		{datasets.EightGaussians(), func(x, y float64) int { // Counterclockwise from the right.
			return 1 + int(math.Round(math.Atan2(y, x)/(math.Pi/4))+8)%8
		}},
		{datasets.TwoSpirals{}, func(x, y float64) int { // The arm whose radius at this angle is the nearest.
			radius, angle := math.Hypot(x, y), math.Atan2(y, x)
			nearest, arm := math.Inf(1), 0
			for half := -1; half <= 3; half++ {
				if distance := math.Abs(radius - 1.8*(angle+float64(half)*math.Pi)/(3*math.Pi)); distance < nearest {
					nearest, arm = distance, 1+(half+2)%2
				}
			}
			return arm
		}},
	} {
		name := test.distribution.Name()
		points, classes, err := datasets.DrawLabelled(test.distribution, n, 1)
		if err != nil {
			t.Fatal(err)
		}
		if drawn, err := datasets.Draw(test.distribution, n, 1); err != nil || !slices.EqualFunc(drawn, points, slices.Equal) {
			t.Errorf("%s: the points are not those of Draw, error %v", name, err)
		}
		counts := make([]float64, test.distribution.Classes())
		var wrong float64
		for i, point := range points {
			counts[classes[i]-1]++
			if test.where(point[0], point[1]) != classes[i] {
				wrong++
			}
		}
		// Gaussians overlap by 1e-4, and the two arms where they begin.
		near(t, name+": share of points elsewhere than their class", wrong/n, 0, 0.03)
		share := 1 / float64(len(counts))
		for class, count := range counts {
			near(t, fmt.Sprintf("%s: share of class %d", name, class+1), count/n, share, 5*math.Sqrt(share*(1-share)/n))
		}
	}
	for _, n := range []int{0, -1, 1 << 40} {
		if _, _, err := datasets.DrawLabelled(datasets.TwoSpirals{}, n, 1); err == nil || !strings.Contains(err.Error(), "DrawLabelled") {
			t.Errorf("%d points: the error is %v", n, err)
		}
	}
	if _, _, err := datasets.DrawLabelled(nil, 1, 1); err == nil {
		t.Error("no distribution is not refused")
	}
}

func TestNewMixtureRefuses(t *testing.T) {
	if _, err := datasets.Draw(datasets.Mixture{}, 1, 1); err == nil || !strings.Contains(err.Error(), "0 dimensions") {
		t.Errorf("a mixture of nothing: the error is %v", err)
	}
	for _, test := range []struct {
		weights    []float64
		means      [][]float64
		deviations []float64
		want       string
	}{
		{nil, nil, nil, "at least one"},
		{[]float64{1}, [][]float64{{1}, {2}}, []float64{1, 1}, "1 weights, 2 means"},
		{[]float64{1, 0}, [][]float64{{1}, {2}}, []float64{1, 1}, "weights[1] is 0"},
		{[]float64{1, 1}, [][]float64{{1}, {2}}, []float64{1, math.NaN()}, "deviations[1] is NaN"},
		{[]float64{1, 1}, [][]float64{{1}, {2, 3}}, []float64{1, 1}, "means[1] has 2"},
		{[]float64{1, 1}, [][]float64{{1}, {math.Inf(1)}}, []float64{1, 1}, "means[1][0] is +Inf"},
	} {
		if _, err := datasets.NewMixture(test.weights, test.means, test.deviations); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("the error is %v, want one with %q", err, test.want)
		}
	}
}
