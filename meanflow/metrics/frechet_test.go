package metrics_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func frechet(t *testing.T, a, b [][]float64) float64 {
	t.Helper()
	distance, err := metrics.Frechet(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return distance
}

// cross returns 2·len(deviations) rows whose mean is mean, and whose covariance is diagonal with
// the squares of the deviations: a pair mean ± s·eₖ adds 2s²/(n - 1) to the variance of column k.
func cross(mean, deviations []float64) (rows [][]float64) {
	scale := math.Sqrt(float64(2*len(deviations)-1) / 2)
	for k, deviation := range deviations {
		for _, sign := range []float64{-1, 1} {
			row := append([]float64(nil), mean...)
			row[k] += sign * scale * deviation
			rows = append(rows, row)
		}
	}
	return rows
}

// rotate returns rows·Q with Q [dim, dim] orthogonal, from the QR decomposition of a random matrix.
func rotate(rows [][]float64, seed uint64) [][]float64 {
	dim := len(rows[0])
	random := mat.NewDense(dim, dim, nil)
	for i, row := range gaussian(dim, dim, 1, 0, seed) {
		random.SetRow(i, row)
	}
	var qr mat.QR
	qr.Factorize(random)
	var q mat.Dense
	qr.QTo(&q)
	rotated := make([][]float64, len(rows))
	for i, row := range rows {
		var product mat.VecDense
		product.MulVec(q.T(), mat.NewVecDense(dim, row))
		rotated[i] = product.RawVector().Data
	}
	return rotated
}

// Diagonal covariances commute, so that the distance is Σ (μ₁ - μ₂)² + Σ (σ₁ - σ₂)², also
// where deviations are 0. A rotation of both sets does not change it.
func TestFrechetOfDiagonalCovariances(t *testing.T) {
	for _, test := range []struct{ mean, deviations []float64 }{
		{[]float64{1, -2, 0}, []float64{0.5, 2, 3}},
		{[]float64{0, 0, 0}, []float64{0, 2, 0}},
		{[]float64{0, 4, 0}, []float64{0, 0, 0}},
	} {
		mean, deviations := []float64{0, 1, 2}, []float64{1, 3, 0}
		want := 0.0
		for k := range mean {
			want += math.Pow(mean[k]-test.mean[k], 2) +
				math.Pow(deviations[k]-test.deviations[k], 2)
		}
		a, b := cross(mean, deviations), cross(test.mean, test.deviations)
		near(t, "the distance", frechet(t, a, b), want, 1e-12)
		near(t, "the distance of sets in reverse", frechet(t, b, a), want, 1e-12)
		near(t, "the distance of rotated sets",
			frechet(t, rotate(a, 7), rotate(b, 7)), want, 1e-12)
	}
}

// Rows that repeat 100 times, which are more than a block has, change a covariance of n rows only
// by the factor (n - 1)/n·100n/(100n - 1).
func TestFrechetOfManyRows(t *testing.T) {
	a, b := cross([]float64{0, 1}, []float64{1, 3}), cross([]float64{0, 3}, []float64{2, 0.5})
	many := func(rows [][]float64) [][]float64 { return slices.Repeat(rows, 100) }
	want := 4 + (1+2.5*2.5)*3/4*400/399
	near(t, "the distance", frechet(t, many(a), many(b)), want, 1e-12)
	want = 2*2 + 1 + 9 + 4 + 0.25 - 2*(1*2+3*0.5)*math.Sqrt(3./4*400/399)
	want += (3./4*400/399 - 1) * (4 + 0.25)
	near(t, "the distance of sets of different sizes", frechet(t, a, many(b)), want, 1e-12)
}

// Covariances that do not commute: in two dimensions, tr(M^½) = √(tr(M) + 2·√det(M)), which follows
// from the eigenvalues x, y of M: (√x + √y)² = x + y + 2√(xy). M = Σ₁·Σ₂ has the eigenvalues of
// Σ₁^½·Σ₂·Σ₁^½.
func TestFrechetInThePlane(t *testing.T) {
	a := cross([]float64{1, 2}, []float64{3, 0.5})
	for _, deviations := range [][]float64{{2, 1}, {2, 0}} {
		b := rotate(cross([]float64{0, 0}, deviations), 3)
		var covariances [2]mat.SymDense
		for k, rows := range [][][]float64{a, b} {
			data := mat.NewDense(len(rows), 2, nil)
			for i, row := range rows {
				data.SetRow(i, row)
			}
			stat.CovarianceMatrix(&covariances[k], data, nil)
		}
		var product mat.Dense
		product.Mul(&covariances[0], &covariances[1])
		determinant := math.Pow(3*0.5*deviations[0]*deviations[1], 2)
		root := math.Sqrt(mat.Trace(&product) + 2*math.Sqrt(determinant))
		want := 1 + 4 + mat.Trace(&covariances[0]) + mat.Trace(&covariances[1]) - 2*root
		near(t, "the distance", frechet(t, a, b), want, 1e-11)
	}
}

// The number is from SciPy 1.17.1:
//
//	i, j = np.mgrid[0:40, 0:4]
//	a = np.sin(1 + i*(j + 1)) + .1*j
//	b = np.cos(i*(j + 2))*(1 + j) + .3*np.sin(1 + i)
//	s, t = np.cov(a.T), np.cov(b.T)
//	((a.mean(0) - b.mean(0))**2).sum() + np.trace(s + t - 2*scipy.linalg.sqrtm(s @ t).real)
func TestFrechetAgainstSciPy(t *testing.T) {
	a, b := make([][]float64, 40), make([][]float64, 40)
	for row := range a {
		for column := range 4 {
			i, j := float64(row), float64(column)
			a[row] = append(a[row], math.Sin(1+i*(j+1))+0.1*j)
			b[row] = append(b[row], math.Cos(i*(j+2))*(1+j)+0.3*math.Sin(1+i))
		}
	}
	near(t, "the distance", frechet(t, a, b), 7.436046820680403, 1e-12)
	near(t, "the distance of a set to itself", frechet(t, a, a), 0, 1e-12)
}

// Sets of different sizes, with fewer rows than columns: the rows of a span 9 dimensions of 30.
func TestFrechetOfFewRows(t *testing.T) {
	a, b := gaussian(10, 30, 1, 0, 1), gaussian(50, 30, 1, 0, 2)
	distance := frechet(t, a, b)
	near(t, "the distance of rotated sets",
		frechet(t, rotate(a, 4), rotate(b, 4)), distance, 1e-10)
	near(t, "the distance of a set to itself", frechet(t, a, a), 0, 1e-11)
}

func TestFrechetRefuses(t *testing.T) {
	good := [][]float64{{1, 2}, {3, 4}}
	for want, b := range map[string][][]float64{
		"a has 2 and b has 1 rows, each must have at least 2": {{1, 2}},
		"b[1] has 3 coordinates, it must have 2":              {{1, 2}, {1, 2, 3}},
		"b[0][1] is NaN, it must be finite":                   {{1, math.NaN()}, {1, 2}},
		"b[1][0] is 1e+101, it must be from -1e100 to 1e100":  {{1, 2}, {1e101, 2}},
	} {
		_, err := metrics.Frechet(good, b)
		checkError(t, err, "metrics: Frechet: "+want)
	}
}

func BenchmarkFrechet(b *testing.B) {
	first, second := gaussian(10_000, 128, 1, 0, 1), gaussian(10_000, 128, 1, 0, 2)
	for b.Loop() {
		if _, err := metrics.Frechet(first, second); err != nil {
			b.Fatal(err)
		}
	}
}
