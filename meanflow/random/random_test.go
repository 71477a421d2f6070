package random

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// The known answers of Random123, the implementation by the generator's authors (kat_vectors, threefry2x32 13).
func TestThreefry(t *testing.T) {
	for _, test := range []struct{ counter, key, want [2]uint32 }{
		{[2]uint32{0, 0}, [2]uint32{0, 0}, [2]uint32{0x9d1c5ec6, 0x8bd50731}},
		{[2]uint32{0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff}, [2]uint32{0xfd36d048, 0x2d17272c}},
		{[2]uint32{0x243f6a88, 0x85a308d3}, [2]uint32{0x13198a2e, 0x03707344}, [2]uint32{0xba3e4725, 0xf27d669e}},
	} {
		got, err := ExecOnceN(enginetest.XLA(t), func(inputs []*Node) []*Node {
			first, second := threefry(inputs[0], inputs[1], inputs[2], inputs[3])
			return []*Node{first, second}
		}, test.key[0], test.key[1], test.counter[0], test.counter[1])
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Value() != test.want[0] || got[1].Value() != test.want[1] {
			t.Errorf("counter %x, key %x: %x %x, want %x", test.counter, test.key, got[0].Value(), got[1].Value(), test.want)
		}
	}
}

// drawn calls a function of this package several times in each of several calls of the engine.
func drawn(t *testing.T, engine compute.Backend, seed int64, calls int, draw func(*model.Scope, *Graph, ...int) *Node) (numbers []float64) {
	t.Helper()
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(seed); err != nil {
		t.Fatal(err)
	}
	exec, err := model.NewExec(engine, store, func(scope *model.Scope, g *Graph) (a, b *Node) {
		return draw(scope, g, 5000, 2), draw(scope, g, 10_000)
	})
	if err != nil {
		t.Fatal(err)
	}
	for range calls {
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

// checkDistribution compares the shares of 100 intervals of the same probability, and those of pairs of numbers at
// some distance in 10 × 10 such, by χ² with 99 degrees of freedom: 99 ± 5·√198.
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
	part := func(i, parts int) int { return int(probability(numbers[i%len(numbers)]) * float64(parts)) }
	check("one number", func(i int) int { return part(i, 100) })
	for _, distance := range []int{1, 2, 5000, 10_000, 20_000} {
		check("two numbers", func(i int) int { return 10*part(i, 10) + part(i+distance, 10) })
	}
}

func TestUniform(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for seed := range int64(3) {
			numbers := drawn(t, engine, seed, 5, Uniform)
			if slices.Min(numbers) < 0 || slices.Max(numbers) >= 1 {
				t.Errorf("from %v to %v, want numbers in [0, 1)", slices.Min(numbers), slices.Max(numbers))
			}
			checkDistribution(t, numbers, func(x float64) float64 { return x })
		}
	})
}

func TestNormal(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for seed := range int64(3) {
			numbers := drawn(t, engine, seed, 5, Normal)
			checkDistribution(t, numbers, func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) })
		}
	})
}

// Against Go's own inverse of the error function, in double precision.
func TestNormalQuantile(t *testing.T) {
	const parts = 100_000
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		probabilities := []float32{1.0 / (1 << 24), 1e-6, 1 - 1e-6}
		for i := range parts {
			probabilities = append(probabilities, (float32(i)+0.5)/parts)
		}
		got, err := ExecOnce(engine, NormalQuantile, append(probabilities, 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		values := got.Value().([]float32)
		for i, p := range probabilities {
			// A probability has 24 bits: near 1 its last one is worth that much of the quantile.
			want := math.Sqrt2 * math.Erfinv(2*float64(p)-1)
			tolerance := 1e-6 + 3e-6*math.Abs(want) + 6e-8*math.Sqrt(2*math.Pi)*math.Exp(want*want/2)
			if math.Abs(float64(values[i])-want) > tolerance {
				t.Fatalf("the quantile of %v is %v, want %v", p, values[i], want)
			}
		}
		if low, high := values[len(values)-2], values[len(values)-1]; low != values[0] || math.Abs(float64(high+low)) > 1e-4 {
			t.Errorf("the quantiles of 0 and 1 are %v and %v, want ±%v", low, high, values[0])
		}
	})
}

func TestSeeds(t *testing.T) {
	engine := enginetest.XLA(t)
	first := drawn(t, engine, 1, 2, Uniform)
	if !slices.Equal(first, drawn(t, engine, 1, 2, Uniform)) {
		t.Error("the same seed gives other numbers")
	}
	var same int
	for i, number := range drawn(t, engine, 2, 2, Uniform) {
		if number == first[i] {
			same++
		}
	}
	if same > 10 { // Of 40,000, each by chance with probability 2⁻²⁴.
		t.Errorf("%d numbers are those of another seed", same)
	}
}

// What is drawn apart is what comes after so many calls, and the next numbers are those that would have come without.
func TestApartAndSkip(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := model.NewStore()
		if err := store.SetRNGStateFromSeed(1); err != nil {
			t.Fatal(err)
		}
		draw, err := model.NewExec(engine, store, func(scope *model.Scope, calls *Node) (apart, next, skipped *Node) {
			g := calls.Graph()
			Apart(scope.Store(), g, calls, func() { apart = Uniform(scope, g, 100) })
			Apart(scope.Store(), g, Const(g, uint64(0)), func() { next = Uniform(scope, g, 100) })
			Skip(scope.Store(), g, calls)
			return apart, next, Uniform(scope, g, 100)
		})
		if err != nil {
			t.Fatal(err)
		}
		results, err := draw.Call(uint64(1 << 33))
		if err != nil {
			t.Fatal(err)
		}
		apart, next, skipped := results[0].Value().([]float32), results[1].Value().([]float32), results[2].Value().([]float32)
		if !slices.Equal(apart, skipped) {
			t.Error("what was drawn apart is not what comes after the calls that were skipped")
		}
		if slices.Equal(apart, next) {
			t.Error("what was drawn apart is what comes next")
		}
		if want := drawn(t, engine, 1, 1, Uniform); math.Abs(float64(next[0])-want[0]) > 0 {
			t.Errorf("next comes %v, want %v, as if nothing had been drawn apart", next[0], want[0])
		}
	})
}
