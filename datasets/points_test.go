package datasets_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// penguins is a table with each kind of column.
const penguins = `island,mass,count,site,species,year,sex
Torgersen,3750.5,1,A,Adelie,2007,male
Biscoe,4500.25,0,A,Gentoo,2008,female
Dream,3700,2,A,Chinstrap,2009,female
Biscoe,4725.5,12,A,Gentoo,2007,male
Torgersen,3475,3,A,Adelie,2009,female
`

var penguinRoles = datasets.ReadOptions{Label: "species", Conditions: []string{"year", "sex"}}

// read returns the points of a text in a file called points.csv.
func read(t *testing.T, text string, options datasets.ReadOptions) *datasets.Points {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	points, err := datasets.Read(path, options)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

func fromPoints(t *testing.T, points [][]float64) *datasets.Points {
	t.Helper()
	own, err := datasets.FromPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func TestPointsAreDrawnEqually(t *testing.T) {
	points := [][]float64{{0, 1}, {2, 3}, {4, 5}, {0.5, -7}}
	own := fromPoints(t, points)
	if own.Len() != 4 || own.Dim() != 2 || own.Name() != "points" {
		t.Errorf("%d points of dimension %d, called %s", own.Len(), own.Dim(), own.Name())
	}
	scales, _, err := own.Scale()
	if err != nil {
		t.Fatal(err)
	}
	network := func(p []float64) [2]float64 {
		x, y := float32(scales[0].ToNetwork(p[0])), float32(scales[1].ToNetwork(p[1]))
		return [2]float64{float64(x), float64(y)}
	}
	eachEngine(t, func(t *testing.T, engine compute.Backend) {
		counts := map[[2]float64]int{}
		for _, p := range drawOn(t, engine, own, 1) {
			counts[[2]float64(p)]++
		}
		for _, p := range points {
			// Five standard deviations, √(3/16/200,000) each.
			near(t, "share of a point", float64(counts[network(p)])/n, 0.25, 0.005)
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
		"none":      {nil, "points is empty"},
		"empty":     {[][]float64{{}}, "points[0]"},
		"unequal":   {[][]float64{{1, 2}, {3}}, "points[1] has 1 coordinates, points[0] has 2"},
		"NaN":       {[][]float64{{1, 2}, {3, math.NaN()}}, `points[1], column "x2": NaN`},
		"infinite":  {[][]float64{{math.Inf(-1), 2}}, `points[0], column "x1": -Inf`},
		"too large": {[][]float64{{1e301, 2}}, `points[0], column "x1": 1e+301`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := datasets.FromPoints(test.points)
			checkError(t, err, test.wants)
		})
	}
}

// conditionedOn draws n of the points with their classes and values, in the network's units.
func conditionedOn(
	t *testing.T, own *datasets.Points, n int,
) (points, classes, values [][]float64) {
	t.Helper()
	store := model.NewStore()
	defer store.Finalize()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	drawn, err := model.CallOnceN(enginetest.PureGo(t), store,
		func(scope *model.Scope, g *Graph) []*Node {
			points, classes, values := own.SampleConditioned(scope, g, n)
			if classes.DType() != dtypes.Int32 || values.DType() != dtypes.Float32 {
				t.Errorf("classes are %s, values %s", classes.Shape(), values.Shape())
			}
			classes = ConvertDType(classes, dtypes.Float64)
			return []*Node{ConvertDType(points, dtypes.Float64), classes,
				ConvertDType(values, dtypes.Float64)}
		})
	if err != nil {
		t.Fatal(err)
	}
	of := func(k int) [][]float64 { return drawn[k].Value().([][]float64) }
	return of(0), of(1), of(2)
}

// TestSampleMatchesDraw wants the same choice of rows, with the same seed, from all ways to draw:
// each row of the penguins has another mass.
func TestSampleMatchesDraw(t *testing.T) {
	own := read(t, penguins, penguinRoles)
	const count = 50 // Ten times as many as there are.
	drawn, err := datasets.Draw(own, count, 1)
	if err != nil {
		t.Fatal(err)
	}
	again, labels, err := datasets.DrawLabelled(own, count, 1)
	if err != nil || !slices.EqualFunc(drawn, again, slices.Equal) {
		t.Errorf("DrawLabelled gives other points than Draw: %v", err)
	}
	scales, valueScales, err := own.Scale()
	if err != nil || len(scales) != own.Dim() || len(valueScales) != own.Values() {
		t.Fatalf("%d and %d scales, error %v", len(scales), len(valueScales), err)
	}
	// Class and condition values by mass: Adelie is 1, Chinstrap 2, Gentoo 3; female, male.
	want := map[float64][]float64{
		3750.5: {1, 2007, 0, 1}, 4500.25: {3, 2008, 1, 0}, 3700: {2, 2009, 1, 0},
		4725.5: {3, 2007, 0, 1}, 3475: {1, 2009, 1, 0},
	}
	points, classes, values := conditionedOn(t, own, count)
	const mass = 3
	seen := map[float64]bool{}
	for i, point := range drawn {
		seen[point[mass]] = true
		for j := range point {
			if x := float64(float32(scales[j].ToNetwork(point[j]))); points[i][j] != x {
				t.Fatalf("point %d is %v in the network's units, want %v of %v", i, points[i], x,
					point)
			}
		}
		wanted := want[point[mass]]
		if classes[i][0] != wanted[0] || float64(labels[i]) != wanted[0] {
			t.Errorf("%v has the class %v and %d, want %v", point, classes[i], labels[i], wanted[0])
		}
		for k, y := range wanted[1:] {
			near(t, "condition value", valueScales[k].ToUser(values[i][k]), y, 1e-6)
		}
	}
	if len(seen) != own.Len() {
		t.Errorf("drew %d of %d rows", len(seen), own.Len())
	}
}

func TestRows(t *testing.T) {
	own := read(t, penguins, penguinRoles)
	// Biscoe, Dream, Torgersen, mass, count, site A.
	want := [][]float64{
		{0, 0, 1, 3750.5, 1, 1}, {1, 0, 0, 4500.25, 0, 1}, {0, 1, 0, 3700, 2, 1},
		{1, 0, 0, 4725.5, 12, 1}, {0, 0, 1, 3475, 3, 1},
	}
	if got := own.Rows(); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows are %v, want %v", got, want)
	}
}

// TestDrawIsExact wants the user's numbers to the bit, whatever float32 makes of them.
func TestDrawIsExact(t *testing.T) {
	points := [][]float64{{0.1, 1e9 + 0.25}, {1e-300, 1e9 + 0.5}, {1e300, 1e9}}
	drawn, err := datasets.Draw(fromPoints(t, points), 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range drawn {
		if !slices.ContainsFunc(points, func(q []float64) bool { return slices.Equal(p, q) }) {
			t.Fatalf("%v is none of the points", p)
		}
	}
}

// TestSampleIsStandardized wants a mean of 0 and a deviation of 1 where float32 would see one
// number only, and 0 from a constant column.
func TestSampleIsStandardized(t *testing.T) {
	own := fromPoints(t, [][]float64{
		{1e9, 0.1}, {1e9 + 0.25, 0.1}, {1e9 + 0.5, 0.1}, {1e9 + 0.75, 0.1},
	})
	points := drawOn(t, enginetest.PureGo(t), own, 1)
	first := make([]float64, len(points))
	different := map[float64]bool{}
	for i, p := range points {
		first[i] = p[0]
		different[p[0]] = true
		if p[1] != 0 {
			t.Fatalf("the constant is %v in the network's units, want 0", p[1])
		}
	}
	mean, deviation := stat.MeanStdDev(first, nil)
	near(t, "mean", mean, 0, 0.012)
	near(t, "deviation", deviation, 1, 0.012)
	if len(different) != 4 {
		t.Errorf("%d different numbers, want 4", len(different))
	}
	scales, _, err := own.Scale()
	if err != nil || scales[1].ToUser(0.3) != 0.1 {
		t.Errorf("the constant comes back as %v, error %v", scales[1].ToUser(0.3), err)
	}
}

// TestScaleOfCategories wants a coordinate with mean 0 for each category, the same distance
// between any two, and no network's number far away, even if a category is rare.
func TestScaleOfCategories(t *testing.T) {
	text := "word,same,x\n"
	for i := range 1000 {
		text += []string{"often", "sometimes", "rarely"}[min(1, i%3)] + ",A,1.5\n"
	}
	text += "rarely,A,2.5\n"
	own := read(t, text, datasets.ReadOptions{})
	scales, _, err := own.Scale()
	if err != nil {
		t.Fatal(err)
	}
	shares := []float64{334. / 1001, 1. / 1001, 666. / 1001} // Often, rarely, sometimes.
	for k, share := range shares {
		near(t, "centre", scales[k].Centre, share, 1e-15)
		if x := scales[k].ToNetwork(1); math.Abs(x) > 2 || x-scales[k].ToNetwork(0) != 2 {
			t.Errorf("category %d is at %v, want at most 2, 2 away from the others", k, x)
		}
	}
	if !scales[3].IsConstant() || scales[3].ToUser(0.7) != 1 {
		t.Errorf("the scale of the only category is %+v, want the constant 1", scales[3])
	}
	byQuantiles, _, err := own.WithQuantiles().Scale()
	if err != nil || !slices.EqualFunc(scales[:4], byQuantiles[:4], sameScale) {
		t.Errorf("by quantiles categories have the scales %v, error %v", byQuantiles, err)
	}
}

func sameScale(a, b scale.Column) bool {
	return a.Centre == b.Centre && a.Scale == b.Scale && slices.Equal(a.Quantiles, b.Quantiles)
}

func TestWithQuantiles(t *testing.T) {
	points := make([][]float64, 2000)
	for i := range points {
		points[i] = []float64{math.Tan(math.Pi * (float64(i) + 0.5) / 2000)} // Cauchy.
	}
	own := fromPoints(t, points)
	_, _, err := own.Scale()
	checkError(t, err, "WithQuantiles")
	quantiles := own.WithQuantiles()
	if _, _, err := quantiles.Scale(); err != nil {
		t.Fatal(err)
	}
	drawn := drawOn(t, enginetest.PureGo(t), quantiles, 1)
	numbers := make([]float64, len(drawn))
	for i := range drawn {
		numbers[i] = drawn[i][0]
	}
	mean, deviation := stat.MeanStdDev(numbers, nil)
	near(t, "mean", mean, 0, 0.02)
	near(t, "deviation", deviation, 1, 0.02)
}
