package meanflow_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// function is a function to differentiate at standard normal primals.
type function struct {
	name    string
	primals [][]int // The shape of each primal.
	build   func(in []*Node) *Node
}

var functions = []function{
	{"sum", [][]int{{3, 4}, {3, 4}}, func(in []*Node) *Node {
		return Add(in[0], MulScalar(in[1], 3))
	}},
	{"product", [][]int{{3, 4}, {3, 4}}, func(in []*Node) *Node {
		return Mul(in[0], Mul(in[1], in[0]))
	}},
	{"quotient", [][]int{{5}, {5}}, func(in []*Node) *Node {
		return Div(in[0], OnePlus(Square(in[1])))
	}},
	{"reduction", [][]int{{3, 4}}, func(in []*Node) *Node { return ReduceSum(Square(in[0]), 0) }},
	{"scalar", [][]int{{}}, func(in []*Node) *Node { return Exp(in[0]) }},
	{"matmul", [][]int{{3, 4}, {4, 2}}, func(in []*Node) *Node {
		return Dot(in[0], in[1]).Product()
	}},
	{"transpose", [][]int{{3, 4}}, func(in []*Node) *Node {
		return Square(Transpose(in[0], 0, 1))
	}},
	{"tanh", [][]int{{6}}, func(in []*Node) *Node { return Tanh(in[0]) }},
	{"erf", [][]int{{6}}, func(in []*Node) *Node { return Erf(in[0]) }},
	{"sqrt and log", [][]int{{6}}, func(in []*Node) *Node {
		return Log(Sqrt(OnePlus(Square(in[0]))))
	}},
	{"sin and cos", [][]int{{6}}, func(in []*Node) *Node { return Mul(Sin(in[0]), Cos(in[0])) }},
	{"softmax", [][]int{{3, 5}}, func(in []*Node) *Node { return Softmax(in[0], -1) }},
	{"concatenate", [][]int{{3, 2}, {3, 1}}, func(in []*Node) *Node {
		return Square(Concatenate(in, -1))
	}},
	{"gather", [][]int{{4, 3}}, func(in []*Node) *Node {
		return Square(Gather(in[0], Const(in[0].Graph(), [][]int32{{2}, {0}, {2}})))
	}},
	{"where", [][]int{{7}, {7}}, func(in []*Node) *Node {
		return Where(GreaterThan(in[0], in[1]), Square(in[0]), MulScalar(in[1], 3))
	}},
	{"attention", [][]int{{4, 3}, {3, 3}, {3, 3}}, func(in []*Node) *Node {
		x, queries, values := in[0], Dot(in[0], in[1]).Product(), Dot(in[0], in[2]).Product()
		scores := DivScalar(Dot(queries, Transpose(x, 0, 1)).Product(), math.Sqrt(3))
		return Dot(Softmax(scores, -1), values).Product()
	}},
	{"network", [][]int{{5, 2}, {5, 1}, {5, 1}, {4, 6}, {6, 2}}, func(in []*Node) *Node {
		hidden := Dot(Concatenate(in[:3], -1), in[3]).Product()
		gelu := Mul(hidden, MulScalar(OnePlus(Erf(DivScalar(hidden, math.Sqrt2))), 0.5))
		return Dot(gelu, in[4]).Product()
	}},
	{"ignored primal", [][]int{{4}, {4}}, func(in []*Node) *Node { return Sin(in[1]) }},
	{"constant", [][]int{{4}}, func(in []*Node) *Node { return OnesLike(in[0]) }},
}

// normal draws standard normal arrays of the given shapes.
func normal(random *rand.Rand, dtype dtypes.DType, dims [][]int) []any {
	arrays := make([]any, len(dims))
	for i, dim := range dims {
		array := tensors.FromShape(shapes.Make(dtypes.Float64, dim...))
		tensors.MustMutableFlatData(array, func(flat []float64) {
			for k := range flat {
				flat[k] = random.NormFloat64()
			}
		})
		if dtype == dtypes.Float32 {
			single := tensors.FromShape(shapes.Make(dtypes.Float32, dim...))
			tensors.MustMutableFlatData(single, func(flat []float32) {
				for k, value := range check.Floats(array) {
					flat[k] = float32(value)
				}
			})
			array = single
		}
		arrays[i] = array
	}
	return arrays
}

// run runs a graph once with the given inputs.
func run(
	t *testing.T, engine compute.Backend, build func(in []*Node) []*Node, in ...any,
) []*tensors.Tensor {
	t.Helper()
	exec, err := NewExec(engine, build)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	out, err := exec.Call(in...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// shifted builds in + scale·direction.
func shifted(in, direction []*Node, scale float64) []*Node {
	out := make([]*Node, len(in))
	for i := range in {
		out[i] = Add(in[i], MulScalar(direction[i], scale))
	}
	return out
}

// The derivatives are checked as jax's public_test_util does it: against central differences in a
// random direction (this test), by the adjoint identity, and at second order.
func TestJVPAgainstCentralDifferences(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, f := range functions {
			for _, dtype := range []dtypes.DType{dtypes.Float64, dtypes.Float32} {
				t.Run(fmt.Sprintf("%s/%s", f.name, dtype), func(t *testing.T) {
					checkCentralDifferences(t, engine, f, dtype)
				})
			}
		}
	})
}

func checkCentralDifferences(
	t *testing.T, engine compute.Backend, f function, dtype dtypes.DType,
) {
	t.Helper()
	k := len(f.primals)
	random := rand.New(rand.NewPCG(1, 0))
	in := append(normal(random, dtype, f.primals), normal(random, dtype, f.primals)...)
	out := run(t, engine, func(in []*Node) []*Node {
		value, tangent := meanflow.JVP(f.build, in[:k], in[k:])
		// The reference is computed in float64, whichever dtype is under test.
		double := make([]*Node, len(in))
		for i := range in {
			double[i] = ConvertDType(in[i], dtypes.Float64)
		}
		const h = 1e-5 // The error is about h² + 1e-16/h, which is below 1e-9.
		difference := Sub(
			f.build(shifted(double[:k], double[k:], h)),
			f.build(shifted(double[:k], double[k:], -h)))
		return []*Node{value, f.build(double[:k]), tangent, MulScalar(difference, 1/(2*h))}
	}, in...)
	tolerance := 1e-8
	if dtype == dtypes.Float32 {
		tolerance = 1e-5
	}
	if dtype != out[2].DType() {
		t.Errorf("the tangent is %s, want %s", out[2].DType(), dtype)
	}
	check.Close(t, "value", check.Floats(out[0]), check.Floats(out[1]), tolerance)
	check.Close(t, "tangent", check.Floats(out[2]), check.Floats(out[3]), tolerance)
}

// The JVP and GoMLX's gradient satisfy the adjoint identity ⟨J·v, w⟩ = ⟨v, Jᵀ·w⟩.
func TestJVPIsAdjointOfGradient(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, f := range functions {
			t.Run(f.name, func(t *testing.T) {
				k := len(f.primals)
				random := rand.New(rand.NewPCG(2, 0))
				in := append(normal(random, dtypes.Float64, f.primals),
					normal(random, dtypes.Float64, f.primals)...)
				out := run(t, engine, func(in []*Node) []*Node {
					value, tangent := meanflow.JVP(f.build, in[:k], in[k:])
					// Any fixed numbers serve as w.
					w := AddScalar(Sin(IotaFull(value.Graph(), value.Shape())), 0.5)
					forward := ReduceAllSum(Mul(tangent, w))
					backward := ScalarZero(value.Graph(), dtypes.Float64)
					weighted := ReduceAllSum(Mul(f.build(in[:k]), w))
					for i, gradient := range Gradient(weighted, in[:k]...) {
						backward = Add(backward, ReduceAllSum(Mul(gradient, in[k+i])))
					}
					return []*Node{forward, backward}
				}, in...)
				check.Close(t, "⟨Jv, w⟩", check.Floats(out[0]), check.Floats(out[1]), 1e-12)
			})
		}
	})
}

// The JVP of a JVP agrees with central differences of the JVP, and the gradient of a JVP agrees
// with the JVP of the JVP.
func TestJVPAtSecondOrder(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, f := range functions {
			t.Run(f.name, func(t *testing.T) {
				k := len(f.primals)
				random := rand.New(rand.NewPCG(3, 0))
				in := append(normal(random, dtypes.Float64, f.primals),
					normal(random, dtypes.Float64, f.primals)...)
				out := run(t, engine, func(in []*Node) []*Node {
					primals, tangents := in[:k], in[k:]
					derivative := func(primals []*Node) *Node {
						_, tangent := meanflow.JVP(f.build, primals, tangents)
						return tangent
					}
					_, second := meanflow.JVP(derivative, primals, tangents)
					const h = 1e-5
					difference := Sub(
						derivative(shifted(primals, tangents, h)),
						derivative(shifted(primals, tangents, -h)))
					alongGradient := ScalarZero(second.Graph(), dtypes.Float64)
					sum := ReduceAllSum(derivative(primals))
					for i, gradient := range Gradient(sum, primals...) {
						alongGradient = Add(alongGradient, ReduceAllSum(Mul(gradient, tangents[i])))
					}
					return []*Node{
						second, MulScalar(difference, 1/(2*h)),
						alongGradient, ReduceAllSum(second),
					}
				}, in...)
				check.Close(t, "second derivative",
					check.Floats(out[0]), check.Floats(out[1]), 1e-7)
				check.Close(t, "gradient of the derivative",
					check.Floats(out[2]), check.Floats(out[3]), 1e-12)
			})
		}
	})
}

// JVP treats primals as independent variables even if one is computed from another: the derivative
// of f(x, t) = x·t² in the direction (v, 1) is v·t² + 2·x·t, also if x = 3·t.
func TestJVPSeparatesPrimals(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		out := run(t, engine, func(in []*Node) []*Node {
			t, v := in[0], in[1]
			x := MulScalar(t, 3)
			_, tangent := meanflow.JVP(
				func(in []*Node) *Node { return Mul(in[0], Square(in[1])) },
				[]*Node{x, t}, []*Node{v, OnesLike(t)})
			return []*Node{tangent}
		}, []float64{0.25, 0.5, 2}, []float64{1, -2, 4})
		var want []float64
		for i, t := range []float64{0.25, 0.5, 2} {
			v := []float64{1, -2, 4}[i]
			want = append(want, v*t*t+2*(3*t)*t)
		}
		check.Close(t, "tangent", check.Floats(out[0]), want, 1e-14)
	})
}

// Gradients flow through JVP to its primals, so that the network's input can itself be learned.
func TestJVPKeepsGradientsOfPrimals(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		out := run(t, engine, func(in []*Node) []*Node {
			value, tangent := meanflow.JVP(
				func(in []*Node) *Node { return Mul(in[0], Square(in[0])) },
				[]*Node{in[0]}, []*Node{OnesLike(in[0])})
			// They are x³ and 3x², so the gradient of their sum is 3x² + 6x.
			return Gradient(ReduceAllSum(Add(value, tangent)), in[0])
		}, []float64{0.5, -2})
		check.Close(t, "gradient", check.Floats(out[0]), []float64{3*0.25 + 3, 3*4 - 12}, 1e-14)
	})
}

func TestJVPRefuses(t *testing.T) {
	engine := enginetest.PureGo(t)
	identity := func(in []*Node) *Node { return in[0] }
	for _, test := range []struct {
		name, want string
		build      func(g *Graph) (value, tangent *Node)
	}{
		{"no primals", "0 primals, 0 tangents", func(g *Graph) (*Node, *Node) {
			return meanflow.JVP(identity, nil, nil)
		}},
		{"too few tangents", "1 primals, 0 tangents", func(g *Graph) (*Node, *Node) {
			return meanflow.JVP(identity, []*Node{Const(g, 1.0)}, nil)
		}},
		{"shapes", "tangents[1]", func(g *Graph) (*Node, *Node) {
			x := Const(g, []float64{1, 2})
			return meanflow.JVP(identity, []*Node{x, x}, []*Node{x, Const(g, []float64{1, 2, 3})})
		}},
		{"types", "tangents[0]", func(g *Graph) (*Node, *Node) {
			return meanflow.JVP(identity, []*Node{Const(g, 1.0)}, []*Node{Const(g, float32(1))})
		}},
		{"integers", "primals[0]", func(g *Graph) (*Node, *Node) {
			return meanflow.JVP(identity, []*Node{Const(g, int32(1))}, []*Node{Const(g, int32(1))})
		}},
		{"an integer result", "the function returns", func(g *Graph) (*Node, *Node) {
			x := Const(g, 1.5)
			toInt := func(in []*Node) *Node { return ConvertDType(in[0], dtypes.Int32) }
			return meanflow.JVP(toInt, []*Node{x}, []*Node{x})
		}},
		{"no derivative", "Floor", func(g *Graph) (*Node, *Node) {
			x := Const(g, 1.5)
			floor := func(in []*Node) *Node { return Floor(in[0]) }
			return meanflow.JVP(floor, []*Node{x}, []*Node{x})
		}},
		{"a gradient without a derivative", "SelectAndScatter", func(g *Graph) (*Node, *Node) {
			x := Const(g, [][][]float64{{{1}, {2}, {3}, {4}}})
			pool := func(in []*Node) *Node { return MaxPool(in[0]).Window(2).Done() }
			return meanflow.JVP(pool, []*Node{x}, []*Node{x})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			defer func() {
				if message := fmt.Sprint(recover()); !strings.Contains(message, test.want) {
					t.Errorf("the panic is %q, want it to contain %q", message, test.want)
				}
			}()
			g := NewGraph(engine, "refused")
			defer g.Finalize()
			test.build(g)
		})
	}
}
