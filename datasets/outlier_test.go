package datasets_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

// column returns points of one coordinate, n random numbers of a seed.
func column(n int, seed uint64, draw func(r *rand.Rand) float64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	points := make([][]float64, n)
	for i := range points {
		points[i] = []float64{draw(r)}
	}
	return points
}

func normal(r *rand.Rand) float64    { return r.NormFloat64() }
func lognormal(r *rand.Rand) float64 { return math.Exp(2 * r.NormFloat64()) }
func coin(r *rand.Rand) float64      { return float64(r.IntN(2)) }
func count(r *rand.Rand) float64     { return math.Ceil(5 * r.ExpFloat64()) }
func cauchy(r *rand.Rand) float64    { return math.Tan(math.Pi * (r.Float64() - 0.5)) }

// mostly returns a random number that is 0 but for a share.
func mostly0(share float64, other func(r *rand.Rand) float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		if r.Float64() >= share {
			return 0
		}
		return other(r)
	}
}

func TestNoOutliers(t *testing.T) {
	for name, draw := range map[string]func(r *rand.Rand) float64{
		"normal":          normal,
		"exponential":     func(r *rand.Rand) float64 { return r.ExpFloat64() },
		"lognormal σ = 1": func(r *rand.Rand) float64 { return math.Exp(r.NormFloat64()) },
		"far away":        func(r *rand.Rand) float64 { return 1e9 + r.NormFloat64() },
		"huge":            func(r *rand.Rand) float64 { return 1e299 * r.Float64() },
		"tiny":            func(r *rand.Rand) float64 { return 1e-300 * r.Float64() },
		"0 or 1":          coin,
		"1 in a hundred":  mostly0(0.0101, func(*rand.Rand) float64 { return 1 }),
		"counts":          mostly0(0.02, count),
		"amounts": mostly0(0.01, func(r *rand.Rand) float64 {
			return math.Exp(r.NormFloat64())
		}),
		"pixel at the edge": mostly0(0.001, func(r *rand.Rand) float64 {
			return float64(r.IntN(256))
		}),
	} {
		for _, n := range []int{1, 2, 3, 10, 100, 1797, 10_000} {
			for seed := range uint64(3) {
				if _, _, err := fromPoints(t, column(n, seed, draw)).Scale(); err != nil {
					t.Errorf("%s, %d rows, seed %d: %v", name, n, seed, err)
				}
			}
		}
	}
	if _, _, err := fromPoints(t, column(1_000_000, 1, normal)).Scale(); err != nil {
		t.Error(err)
	}
	digits := make([][]float64, 1797) // As of scikit-learn: an edge pixel has one or two values.
	for i := range digits {
		digits[i] = []float64{0, 0}
	}
	digits[5], digits[900] = []float64{16, 1}, []float64{0, 15}
	if _, _, err := fromPoints(t, digits).Scale(); err != nil {
		t.Error(err)
	}
}

func TestOutliers(t *testing.T) {
	for name, test := range map[string]struct {
		draw    func(r *rand.Rand) float64
		n       int
		strange []float64 // In the first rows.
	}{
		"a row":                {normal, 1000, []float64{1e6}},
		"a row of few":         {normal, 3, []float64{1e25}},
		"a row of ten":         {normal, 10, []float64{-1e4}},
		"a row of many":        {normal, 100_000, []float64{200}},
		"beyond float32":       {normal, 100, []float64{1e300}},
		"several":              {normal, 100, []float64{1e6, 1e6, 1e6}},
		"missing as -9999":     {normal, 200, []float64{-9999, -9999, -9999, -9999, -9999}},
		"both ways":            {normal, 500, []float64{1e5, -2e5, 1e7}},
		"among 0 and 1":        {coin, 50, []float64{1e6}},
		"among counts":         {mostly0(0.1, count), 1000, []float64{1e5}},
		"lognormal with σ = 2": {lognormal, 30_000, nil},
		"Cauchy":               {cauchy, 10_000, nil},
	} {
		for seed := range uint64(3) {
			points := column(test.n, seed, test.draw)
			for i, strange := range test.strange {
				points[i][0] = strange
			}
			own := fromPoints(t, points)
			_, _, err := own.Scale()
			var outlier *datasets.OutlierError
			if !errors.As(err, &outlier) {
				t.Errorf("%s, seed %d: error %v, want an OutlierError", name, seed, err)
				continue
			}
			farthest := points[outlier.Row][0]
			for _, p := range points {
				if math.Abs(p[0]) > math.Abs(farthest)+10 {
					t.Errorf("%s: row %d has %v, another is %v", name, outlier.Row, farthest, p[0])
					break
				}
			}
			if outlier.Value != farthest || outlier.Deviations <= 100 || len(err.Error()) > 200 {
				t.Errorf("%s: %+v: %v", name, outlier, err)
			}
			if _, _, err := own.WithQuantiles().Scale(); err != nil {
				t.Errorf("%s by quantiles: %v", name, err)
			}
		}
	}
}

// TestOutlierSaysWhere has 0 as the median and -1 and 1 as the others, whose deviation is 1.
func TestOutlierSaysWhere(t *testing.T) {
	text := "word,x,year\n"
	for i := range 40 {
		text += "a," + []string{"-1", "1", "0"}[i%3] + ",200" + []string{"7", "8", "9"}[i%3] + "\n"
	}
	own := read(t, text+"b,31622,2008\n", datasets.ReadOptions{})
	_, _, err := own.Scale()
	const place = `points.csv, line 42, column "x": 31622 is 31,622 deviations`
	checkError(t, err, place, "WithQuantiles")
	found := 0
	for seed := range int64(10) { // Rows have the same lines after Split.
		rest, _, err := own.Split(0.3, seed)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := rest.Scale(); err != nil {
			checkError(t, err, `points.csv, line 42, column "x": 31622`)
			found++
		}
	}
	if found == 0 || found == 10 {
		t.Errorf("the row is among the rest for %d of 10 seeds", found)
	}
	year := datasets.ReadOptions{Conditions: []string{"year"}}
	_, _, err = read(t, text+"b,1,20077\n", year).Scale()
	checkError(t, err, `line 42, column "year": 20077 is 18,069 deviations`)
	_, _, err = fromPoints(t, [][]float64{{0, 1}, {0, 2}, {0, 1e25}}).Scale()
	checkError(t, err, `points[2], column "x2": 1e+25 is 1e+25 deviations`)
}
