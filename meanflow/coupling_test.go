package meanflow_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// coupled returns a function that pairs points with noise by a coupling. Each call draws new noise.
func coupled(
	t *testing.T, engine compute.Backend, coupling meanflow.Coupling,
) func(points [][]float32) (ordered, noise [][]float32) {
	t.Helper()
	exec, err := model.NewExec(engine, seededStore(t, 1), coupling.Pair)
	if err != nil {
		t.Fatal(err)
	}
	return func(points [][]float32) (ordered, noise [][]float32) {
		t.Helper()
		out, err := exec.Call(points)
		if err != nil {
			t.Fatal(err)
		}
		return out[0].Value().([][]float32), out[1].Value().([][]float32)
	}
}

// The pairs of sorted noise approximate the Knothe-Rosenblatt map. For normal data x = L·z with a
// lower triangular L, the map takes x to z: it is increasing in each coordinate given those before,
// and unique (G. Carlier et al., "From Knothe's transport to Brenier's map", 2010).
func TestSortedNoise(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, test := range []struct {
			l     [][]float64
			n     int
			bound float64 // Of the root-mean-square distance between the noise and the map.
		}{
			{[][]float64{{0.5}}, 1024, 0.08},
			{[][]float64{{0.5}}, 1023, 0.08}, // 3·11·31.
			{[][]float64{{2, 0}, {-1.5, 0.5}}, 2048, 0.25},
			{[][]float64{{1, 0, 0}, {1, 1, 0}, {-1, 2, 0.5}}, 32768, 0.5},
		} {
			if test.n > 2048 && engine.String() == "go" {
				continue // The pure-Go engine takes seconds to sort.
			}
			dim := len(test.l)
			random := rand.New(rand.NewPCG(12, 0))
			points, latent := make([][]float32, test.n), map[float32][]float64{}
			for i := range points {
				z, x := make([]float64, dim), make([]float32, dim)
				for k := range z {
					z[k] = random.NormFloat64()
					for j := range k + 1 {
						x[k] += float32(test.l[k][j] * z[j])
					}
				}
				points[i], latent[x[dim-1]] = x, z
			}
			ordered, noise := coupled(t, engine, meanflow.SortedNoise())(points)
			var squares float64
			seen := map[float32]bool{}
			for i, x := range ordered {
				seen[x[dim-1]] = true
				for k, z := range latent[x[dim-1]] {
					squares += math.Pow(z-float64(noise[i][k]), 2) / float64(test.n*dim)
				}
			}
			if len(seen) != len(latent) {
				t.Errorf("%d points in %d dimensions: %d of %d points remain",
					test.n, dim, len(seen), len(latent))
			}
			if distance := math.Sqrt(squares); !(distance < test.bound) {
				t.Errorf("%d points in %d dimensions: the noise is %.3f from the map, want less "+
					"than %v", test.n, dim, distance, test.bound)
			}
		}
	})
}

// Points at -1 and 1 with a blur b have keys N(±1, b²). The key of a point lies on the other side
// of 0 with the probability Φ(-1/b), and so does its noise, which has the rank of the key.
func TestSoftSortedNoiseCrossesTheCut(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		const n = 4096
		points := make([][]float32, n)
		for i := range points {
			points[i] = []float32{float32(2*(i%2) - 1)}
		}
		for _, blur := range []float64{0, 0.5, 1} {
			ordered, noise := coupled(t, engine, meanflow.SoftSortedNoise(blur))(points)
			crossed := 0.0
			for i := range noise {
				if ordered[i][0]*noise[i][0] < 0 {
					crossed += 1. / n
				}
			}
			want := 0.5 * math.Erfc(1/blur/math.Sqrt2)
			if within := 4 * math.Sqrt(want/n); !(math.Abs(crossed-want) <= within) {
				t.Errorf("blur %v: a share of %.4f crosses, want %.4f ± %.4f",
					blur, crossed, want, within)
			}
		}
	})
}

// Train refuses a blur that makes no sense.
func TestBadBlur(t *testing.T) {
	for _, blur := range []float64{-1, math.NaN(), math.Inf(1), 1e300} {
		config := small(enginetest.PureGo(t))
		config.Coupling = meanflow.SoftSortedNoise(blur)
		_, err := meanflow.Train(t.Context(), config)
		check.Error(t, err, "Config.Coupling: the blur", fmt.Sprint(blur), "from 0 to 100")
	}
}

// The coordinates of the noise of all rows and draws together are standard normal by Kolmogorov's
// test. For independent numbers Kolmogorov's distance exceeds 2.2/√n once in 8,000 times, and less
// often for the noise, which is more even.
func TestSortedNoiseIsNormal(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		random := rand.New(rand.NewPCG(13, 0))
		tensor := normal(random, dtypes.Float32, [][]int{{96, 3}})[0].(*tensors.Tensor)
		points := tensor.Value().([][]float32)
		bound := func(numbers []float64) float64 { return 2.2 / math.Sqrt(float64(len(numbers))) }
		for _, coupling := range []meanflow.Coupling{
			meanflow.SortedNoise(), meanflow.SoftSortedNoise(0.3),
		} {
			var row, all []float64
			draw := coupled(t, engine, coupling)
			for range 40 {
				ordered, noise := draw(points)
				row = append(row, float64(noise[slices.IndexFunc(ordered, func(x []float32) bool {
					return x[2] == points[0][2]
				})][0]))
				for _, z := range noise {
					all = append(all, float64(z[0]), float64(z[1]), float64(z[2]))
				}
			}
			if d := kolmogorovDistance(all); d > bound(all) {
				t.Errorf("%s: Kolmogorov's distance of the noise from the standard normal "+
					"distribution is %.4f, want at most %.4f", coupling.Name, d, bound(all))
			}
			if kolmogorovDistance(row) < bound(row) {
				t.Errorf("%s: the noise of the first point is standard normal, it must come "+
					"from a part of the distribution only", coupling.Name)
			}
		}
	})
}

// kolmogorovDistance returns Kolmogorov's distance between numbers and the standard normal
// distribution: the largest difference between their cumulative distribution functions.
func kolmogorovDistance(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	var largest float64
	for i, x := range sorted {
		below := 0.5 * math.Erfc(-x/math.Sqrt2)
		largest = max(largest, below-float64(i)/float64(len(sorted)),
			float64(i+1)/float64(len(sorted))-below)
	}
	return largest
}
