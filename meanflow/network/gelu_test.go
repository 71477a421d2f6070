package network

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// TestGELU compares the value, the slope and the slope's derivative in float32 with the formulas in
// float64. Far from 0 the slope is 0 or 1, and its derivative 0.
func TestGELU(t *testing.T) {
	points := []float32{-1e6, -100, 100, 1e6}
	for x := float32(-10); x <= 10; x += 1.0 / 256 {
		points = append(points, x)
	}
	var values, slopes, derivatives []float64
	for _, point := range points {
		x := float64(point)
		cdf := math.Erfc(-x/math.Sqrt2) / 2
		density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
		values = append(values, x*cdf)
		slopes = append(slopes, cdf+x*density)
		derivatives = append(derivatives, (2-x*x)*density)
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		results, err := ExecOnceN(engine, func(x *Node) (value, slope, derivative *Node) {
			value = activate(activation.TypeGelu, x)
			slope = Gradient(ReduceAllSum(value), x)[0]
			return value, slope, Gradient(ReduceAllSum(slope), x)[0]
		}, points)
		if err != nil {
			t.Fatal(err)
		}
		got := check.Floats(results[0])
		for i := range values { // One by one, because the tolerance is relative to the largest.
			check.Close(t, "value", got[i:i+1], values[i:i+1], 1e-6)
		}
		check.Close(t, "slope", check.Floats(results[1]), slopes, 4e-7)
		check.Close(t, "derivative", check.Floats(results[2]), derivatives, 1e-6)
	})
}
