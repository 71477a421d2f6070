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

// TestThreefry compares with the known answers of Random123, the implementation by the generator's
// authors (kat_vectors, threefry2x32 13).
func TestThreefry(t *testing.T) {
	exec, err := NewExec(enginetest.XLA(t), func(inputs []*Node) (first, second *Node) {
		return threefry(inputs[0], inputs[1], inputs[2], inputs[3])
	})
	if err != nil {
		t.Fatal(err)
	}
	const all = 0xffffffff
	for _, test := range []struct{ counter, key, want [2]uint32 }{
		{[2]uint32{0, 0}, [2]uint32{0, 0}, [2]uint32{0x9d1c5ec6, 0x8bd50731}},
		{[2]uint32{all, all}, [2]uint32{all, all}, [2]uint32{0xfd36d048, 0x2d17272c}},
		{
			[2]uint32{0x243f6a88, 0x85a308d3}, [2]uint32{0x13198a2e, 0x03707344},
			[2]uint32{0xba3e4725, 0xf27d669e},
		},
	} {
		got, err := exec.Call(test.key[0], test.key[1], test.counter[0], test.counter[1])
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Value() != test.want[0] || got[1].Value() != test.want[1] {
			t.Errorf("counter %x, key %x: %x %x, want %x",
				test.counter, test.key, got[0].Value(), got[1].Value(), test.want)
		}
	}
}

func TestUniform(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		drawn := newDrawer(t, engine, Uniform)
		for seed := range int64(3) {
			numbers := drawn(seed, 5)
			if low, high := slices.Min(numbers), slices.Max(numbers); low < 0 || high >= 1 {
				t.Errorf("from %v to %v, want numbers in [0, 1)", low, high)
			}
			checkDistribution(t, numbers, func(x float64) float64 { return x })
		}
	})
}

func TestNormal(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		drawn := newDrawer(t, engine, Normal)
		for seed := range int64(3) {
			checkDistribution(t, drawn(seed, 5), func(x float64) float64 {
				return 0.5 * math.Erfc(-x/math.Sqrt2)
			})
		}
	})
}

func TestSeeds(t *testing.T) {
	drawn := newDrawer(t, enginetest.XLA(t), Uniform)
	first := drawn(1, 2)
	if !slices.Equal(first, drawn(1, 2)) {
		t.Error("the same seed gives other numbers")
	}
	var same int
	for i, number := range drawn(2, 2) {
		if number == first[i] {
			same++
		}
	}
	if same > 10 { // Of 40,000, each by chance with probability 2⁻²⁴.
		t.Errorf("%d numbers are those of another seed", same)
	}
}

// TestApartAndSkip wants Apart to draw the numbers that Skip leads to, and to leave the following
// numbers as they are without it.
func TestApartAndSkip(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := model.NewStore()
		if err := store.SetRNGStateFromSeed(1); err != nil {
			t.Fatal(err)
		}
		build := func(scope *model.Scope, calls *Node) (apart, next, skipped *Node) {
			g := calls.Graph()
			Apart(scope.Store(), g, calls, func() { apart = Uniform(scope, g, 100) })
			Apart(scope.Store(), g, Const(g, uint64(0)), func() { next = Uniform(scope, g, 100) })
			Skip(scope.Store(), g, calls)
			return apart, next, Uniform(scope, g, 100)
		}
		exec, err := model.NewExec(engine, store, build)
		if err != nil {
			t.Fatal(err)
		}
		results, err := exec.Call(uint64(1 << 33))
		if err != nil {
			t.Fatal(err)
		}
		apart, next := results[0].Value().([]float32), results[1].Value().([]float32)
		skipped := results[2].Value().([]float32)
		if !slices.Equal(apart, skipped) {
			t.Error("Apart drew other numbers than those after Skip")
		}
		if slices.Equal(apart, next) {
			t.Error("Apart drew the next numbers")
		}
		if want := newDrawer(t, engine, Uniform)(1, 1); float64(next[0]) != want[0] {
			t.Errorf("after Apart the next number is %v, want %v", next[0], want[0])
		}
	})
}
