package main

import (
	"math"
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// For u(x, t, r) = w·((1+t)·x + 2t + 3r) and points on a line, the loss and its derivative by w
// agree with the equations in the doc comment, computed here in plain Go. The derivative leaves out
// what is under the stop-gradient. dX/dr is linear in w.
func TestLagrangianAgainstItsEquations(t *testing.T) {
	const n, w = 64, 0.7
	random := rand.New(rand.NewPCG(1, 0))
	var in [4][][]float64 // Data, noise, t and r, [n][1] each.
	u := func(x, t, r float64) float64 { return w * ((1+t)*x + 2*t + 3*r) }
	var loss, slope float64
	for range n {
		data, noise, end := random.NormFloat64(), random.NormFloat64(), random.Float64()
		start := end
		if random.Float64() < 0.5 {
			start = end * random.Float64()
		}
		x := (1-end)*data + end*noise
		rate, target := u(x, end, start)-(end-start)*3*w, noise-data
		if start < end {
			target = u(x-(end-start)*u(x, end, start), start, start)
		}
		weight := math.Pow(math.Pow(rate-target, 2)+1e-3, -0.25)
		loss += weight * math.Pow(rate-target, 2) / n
		slope += weight * 2 * (rate - target) * rate / w / n
		for k, value := range []float64{data, noise, end, start} {
			in[k] = append(in[k], []float64{value})
		}
	}
	objective := lagrangian{meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: 0.25}}}
	out, err := CallOnceN(enginetest.PureGo(t), func(in []*Node) []*Node {
		w := in[4]
		velocity := func(x, t, r *Node) *Node {
			sum := Add(Mul(OnePlus(t), x), Add(MulScalar(t, 2), MulScalar(r, 3)))
			return Mul(w, sum)
		}
		built, _ := objective.Loss(velocity, meanflow.Batch{
			Data: in[0], Noise: in[1], T: in[2], R: in[3],
		})
		return []*Node{built, Gradient(built, w)[0]}
	}, in[0], in[1], in[2], in[3], w)
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, "the loss", check.Floats(out[0]), []float64{loss}, 1e-9)
	check.Close(t, "its derivative", check.Floats(out[1]), []float64{slope}, 1e-9)
}
