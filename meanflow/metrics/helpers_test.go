package metrics_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// gaussian returns n normal points around (shift, 0, …, 0), [n][dim].
func gaussian(n, dim int, deviation, shift float64, seed uint64) [][]float64 {
	generator := rand.New(rand.NewPCG(seed, 0))
	points := make([][]float64, n)
	for i := range points {
		points[i] = make([]float64, dim)
		for j := range points[i] {
			points[i][j] = deviation * generator.NormFloat64()
		}
		points[i][0] += shift
	}
	return points
}

// near wants a number within tolerance of another.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

// checkError wants an error whose message contains a text.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one that contains %q", err, want)
	}
}
