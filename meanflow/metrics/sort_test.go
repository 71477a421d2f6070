package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The order is that of [slices.Sort], for numbers of all magnitudes and both signs.
func TestSorter(t *testing.T) {
	generator := rand.New(rand.NewPCG(1, 0))
	var s sorter
	for _, n := range []int{0, 1, few - 1, few, 5 * few, 2 * few} {
		numbers := make([]float64, n)
		for i := range numbers {
			numbers[i] = generator.NormFloat64() * math.Pow(10, 600*generator.Float64()-300)
		}
		copy(numbers, []float64{
			0, math.Copysign(0, -1), 1, 1, -1, math.MaxFloat64, -math.MaxFloat64,
			math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64,
		})
		want := slices.Sorted(slices.Values(numbers))
		if s.sort(numbers); !slices.Equal(numbers, want) {
			t.Errorf("%d numbers are not in the order of slices.Sort", n)
		}
	}
}
