package random

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// TestNormalQuantile compares with Go's inverse of the error function, in double precision.
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
			// A float32 has 24 bits: the last term is what the last bit of p changes in the
			// quantile.
			want := math.Sqrt2 * math.Erfinv(2*float64(p)-1)
			lastBit := 6e-8 * math.Sqrt(2*math.Pi) * math.Exp(want*want/2)
			tolerance := 1e-6 + 3e-6*math.Abs(want) + lastBit
			if math.Abs(float64(values[i])-want) > tolerance {
				t.Fatalf("the quantile of %v is %v, want %v", p, values[i], want)
			}
		}
		low, high := values[len(values)-2], values[len(values)-1]
		if low != values[0] || math.Abs(float64(high+low)) > 1e-4 {
			t.Errorf("the quantiles of 0 and 1 are %v and %v, want ±%v", low, high, values[0])
		}
	})
}
