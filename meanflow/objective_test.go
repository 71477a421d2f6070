package meanflow_test

import (
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// gaussianFlow is the flow from noise N(0, 1) to data N(0, s²), in closed form. On the straight
// lines between independent pairs x_t is N(0, σ_t²), and
//
//	σ_t²    = (1 - t)²·s² + t²
//	v(x, t) = E[noise - data | x_t = x] = (t - (1 - t)·s²)/σ_t² · x
//
// which the path x_t = σ_t·z follows, so that the average velocity is the chord of that path:
//
//	u(x, t, r) = (x_t - x_r)/(t - r) = x·(1 - σ_r/σ_t)/(t - r)
type gaussianFlow struct{ s float64 }

func (f gaussianFlow) variance(t *Node) *Node {
	return Add(MulScalar(Square(OneMinus(t)), f.s*f.s), Square(t))
}

func (f gaussianFlow) velocity(x, t *Node) *Node {
	slope := Sub(t, MulScalar(OneMinus(t), f.s*f.s))
	return Mul(x, Div(slope, f.variance(t)))
}

func (f gaussianFlow) averageVelocity(x, t, r *Node) *Node {
	ratio := Sqrt(Div(f.variance(r), f.variance(t)))
	return Mul(x, Div(OneMinus(ratio), Sub(t, r)))
}

// The closed form of the average velocity satisfies the MeanFlow identity, with du/dt by JVP.
func TestMeanFlowIdentityOnGaussians(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, s := range []float64{0.3, 1, 2} {
			flow := gaussianFlow{s}
			random := rand.New(rand.NewPCG(4, 0))
			const n = 200
			x, later, earlier := make([][]float64, n), make([][]float64, n), make([][]float64, n)
			for i := range n {
				x[i] = []float64{random.NormFloat64(), random.NormFloat64()}
				earlier[i] = []float64{0.9 * random.Float64()}
				// t - r is at least 0.01, since u divides a difference of nearly equal numbers by
				// it.
				later[i] = []float64{earlier[i][0] + 0.01 + random.Float64()*(0.99-earlier[i][0])}
			}
			out := run(t, engine, func(in []*Node) []*Node {
				x, t, r := in[0], in[1], in[2]
				v := flow.velocity(x, t)
				u, dudt := meanflow.JVP(
					func(in []*Node) *Node { return flow.averageVelocity(in[0], in[1], in[2]) },
					[]*Node{x, t, r}, []*Node{v, OnesLike(t), ZerosLike(r)})
				return []*Node{u, Sub(v, Mul(Sub(t, r), dudt))}
			}, x, later, earlier)
			check.Close(t, "u = v - (t - r)·du/dt",
				check.Floats(out[0]), check.Floats(out[1]), 1e-5)
		}
	})
}

// batchOf draws a batch of n examples: data and noise [n, 2], t and r [n, 1], with r = t if
// equalTimes is true.
func batchOf(n int, equalTimes bool) []any {
	random := rand.New(rand.NewPCG(5, 0))
	points := normal(random, dtypes.Float32, [][]int{{n, 2}, {n, 2}})
	t, r := make([][]float32, n), make([][]float32, n)
	for i := range n {
		a, b := random.Float32(), random.Float32()
		t[i], r[i] = []float32{max(a, b)}, []float32{min(a, b)}
		if equalTimes {
			r[i] = t[i]
		}
	}
	return append(points, t, r)
}

// lossOf computes the loss of an objective for the tutorial's network with the weights in the
// store.
func lossOf(
	t *testing.T, engine compute.Backend, store *model.Store, objective meanflow.Objective,
	batch []any,
) float32 {
	t.Helper()
	loss, err := model.CallOnce(engine, store, func(scope *model.Scope, in []*Node) *Node {
		u := func(x, t, r *Node) *Node {
			return network.MLP{}.Velocity(scope.At("network"), network.Input{X: x, T: t, R: r})
		}
		loss, _ := objective.Loss(u, meanflow.Batch{Data: in[0], Noise: in[1], T: in[2], R: in[3]})
		return loss
	}, batch...)
	if err != nil {
		t.Fatal(err)
	}
	return loss.Value().(float32)
}

// With r = t, the losses of mean flow and flow matching are equal to the last bit.
func TestLossesAgreeWhereTimesAreEqual(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store, batch := seededStore(t, 1), batchOf(256, true)
		mean := lossOf(t, engine, store, meanflow.MeanFlow{}, batch)
		flow := lossOf(t, engine, store, meanflow.FlowMatching{}, batch)
		if mean != flow {
			t.Errorf("with r = t the loss of mean flow is %v and of flow matching %v, want the "+
				"same", mean, flow)
		}
	})
}

// The losses on XLA and in pure Go agree up to rounding.
func TestEnginesAgree(t *testing.T) {
	enginetest.Long(t)
	xla, pureGo := enginetest.XLA(t), enginetest.PureGo(t)
	for _, objective := range []meanflow.Objective{meanflow.MeanFlow{}, meanflow.FlowMatching{}} {
		store := seededStore(t, 1)
		onXLA := lossOf(t, xla, store, objective, batchOf(2048, false))
		copied, err := store.Clone()
		if err != nil {
			t.Fatal(err)
		}
		for weights := range copied.RootScope().IterVariables() {
			if err := weights.MustValue().ToLocal(); err != nil {
				t.Fatal(err)
			}
		}
		inGo := lossOf(t, pureGo, copied, objective, batchOf(2048, false))
		check.Close(t, objective.Name(), []float64{float64(inGo)}, []float64{float64(onXLA)}, 1e-5)
	}
}
