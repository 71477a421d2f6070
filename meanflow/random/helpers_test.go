package random

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// newDrawer compiles two calls of a function of this package, and returns a function that runs them
// several times from a seed: 20,000 numbers per run.
func newDrawer(
	t *testing.T, engine compute.Backend, function func(*model.Scope, *Graph, ...int) *Node,
) (drawn func(seed int64, runs int) []float64) {
	t.Helper()
	store := model.NewStore()
	exec, err := model.NewExec(engine, store, func(scope *model.Scope, g *Graph) (a, b *Node) {
		return function(scope, g, 5000, 2), function(scope, g, 10_000)
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(seed int64, runs int) (numbers []float64) {
		t.Helper()
		if err := store.SetRNGStateFromSeed(seed); err != nil {
			t.Fatal(err)
		}
		for range runs {
			results, err := exec.Call()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range results[0].Value().([][]float32) {
				numbers = append(numbers, float64(row[0]), float64(row[1]))
			}
			for _, number := range results[1].Value().([]float32) {
				numbers = append(numbers, float64(number))
			}
		}
		return numbers
	}
}

// checkDistribution compares the shares of 100 intervals of equal probability, and those of 10 × 10
// cells for pairs of numbers at several distances, by χ² with 99 degrees of freedom: 99 ± 5·√198.
func checkDistribution(t *testing.T, numbers []float64, probability func(float64) float64) {
	t.Helper()
	check := func(what string, cell func(i int) int) {
		var counts [100]float64
		for i := range numbers {
			counts[cell(i)]++
		}
		want := float64(len(numbers)) / 100
		var chi2 float64
		for _, count := range counts {
			chi2 += (count - want) * (count - want) / want
		}
		if math.Abs(chi2-99) > 5*math.Sqrt(198) {
			t.Errorf("%s: χ² is %.0f, want 99 ± 70", what, chi2)
		}
	}
	part := func(i, parts int) int {
		return int(probability(numbers[i%len(numbers)]) * float64(parts))
	}
	check("one number", func(i int) int { return part(i, 100) })
	for _, distance := range []int{1, 2, 5000, 10_000, 20_000} {
		check("two numbers", func(i int) int { return 10*part(i, 10) + part(i+distance, 10) })
	}
}
