package meanflow

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// MLP is the tutorial's network: x, t and r side by side, hidden layers of one width with an
// activation each, and a linear layer back to the dimension of x.
//
// Weights and biases start uniform in ±1/sqrt(inputs of the layer), as PyTorch's do.
type MLP struct {
	Width      int    // Outputs of each hidden layer, 64 if left 0.
	Depth      int    // Number of hidden layers, 4 if left 0.
	Activation string // One of GoMLX's activations: "gelu" (the exact one, with erf) if left empty, "tanh", "swish", …
	// Times is what the network is given of the times t and r: "t,r" if left empty, "t,t-r", or "t-r" alone, with which
	// it can't know where between noise and data it is.
	Times string `json:",omitempty"`
	// Frequencies is how many pairs sin(2ᵏπτ), cos(2ᵏπτ), k = 0, 1, …, it is given of each such time τ besides τ itself
	// (M. Tancik et al., arXiv 2006.10739). Each doubles how fast the network can change with time.
	Frequencies int `json:",omitempty"`
	// Classes is how many classes it can be told of. [Train] sets it, see Config.Guidance.
	Classes int `json:",omitempty"`
}

// withDefaults fills in what was left at its zero value.
func (m MLP) withDefaults() MLP {
	if m.Width == 0 {
		m.Width = 64
	}
	if m.Depth == 0 {
		m.Depth = 4
	}
	if m.Activation == "" {
		m.Activation = "gelu"
	}
	m.Activation = strings.ToLower(m.Activation) // GoMLX takes both, a checkpoint has one.
	if m.Times == "t,r" {
		m.Times = ""
	}
	return m
}

// validate says what is wrong with the (filled-in) network.
func (m MLP) validate() error {
	if m.Width < 1 || m.Width > 1<<16 {
		return fmt.Errorf("MLP.Width is %d, it must be from 1 to %d", m.Width, 1<<16)
	}
	if m.Depth < 1 || m.Depth > 1<<10 {
		return fmt.Errorf("MLP.Depth is %d, it must be from 1 to %d", m.Depth, 1<<10)
	}
	if !slices.Contains([]string{"", "t,r", "t,t-r", "t-r"}, m.Times) {
		return fmt.Errorf(`MLP.Times is %q, it must be "t,r", "t,t-r" or "t-r"`, m.Times)
	}
	if m.Frequencies < 0 || m.Frequencies > 32 {
		return fmt.Errorf("MLP.Frequencies is %d, it must be from 0 to 32", m.Frequencies)
	}
	if m.Classes < 0 || m.Classes > maxClasses {
		return fmt.Errorf("MLP.Classes is %d, it must be from 0 to %d", m.Classes, maxClasses)
	}
	if kind, err := activation.TypeString(m.Activation); err != nil || kind == activation.TypeSwiGLU {
		var known []string
		for _, kind := range activation.TypeValues() {
			if kind != activation.TypeSwiGLU { // It halves its input, so the layers would not fit together.
				known = append(known, strings.ToLower(kind.String()))
			}
		}
		return fmt.Errorf("MLP.Activation is %q, the known ones are %s", m.Activation, strings.Join(known, ", "))
	}
	return nil
}

// Velocity builds the network; it is a [Net]. If it knows of classes, it is told of none.
func (m MLP) Velocity(scope *model.Scope, x, t, r *Node) *Node {
	return m.told(nil)(scope, x, t, r)
}

// told is the network that is told the class of each point, int32 [batch, 1], from 1 to Classes, or 0 for none. Without
// classes it is told none of any.
func (m MLP) told(classes *Node) Net {
	m = m.withDefaults()
	return func(scope *model.Scope, x, t, r *Node) *Node {
		act, err := activation.TypeString(m.Activation)
		if err != nil {
			panic(err)
		}
		inputs := append([]*Node{x}, m.timeFeatures(t, r)...)
		switch {
		case classes != nil:
			inputs = append(inputs, classFeatures(classes, m.Classes, x.DType()))
		case m.Classes > 0:
			inputs = append(inputs, Zeros(x.Graph(), shapes.Make(x.DType(), x.Shape().Dim(0), m.Classes)))
		}
		hidden := Concatenate(inputs, -1)
		for layer := range m.Depth {
			hidden = activate(act, linear(scope.At("hidden_%d", layer), hidden, m.Width))
		}
		return linear(scope.At("output"), hidden, x.Shape().Dim(-1))
	}
}

// timeFeatures builds what the network is given of the times, [batch, 1] each.
func (m MLP) timeFeatures(t, r *Node) (features []*Node) {
	switch m.Times {
	case "t,t-r":
		features = []*Node{t, Sub(t, r)}
	case "t-r":
		features = []*Node{Sub(t, r)}
	default:
		features = []*Node{t, r}
	}
	for _, time := range slices.Clone(features) {
		for k := range m.Frequencies {
			angle := MulScalar(time, math.Pi*math.Pow(2, float64(k)))
			features = append(features, Sin(angle), Cos(angle))
		}
	}
	return features
}

// activate builds an activation f with its slope f'(x) as one value: the derivative in a direction and the gradient
// are products with it, where the rules of differentiation would have each compute it from its terms. The value is
// f(x) + (x - x), and what is differentiated is the first x, whose gradient is given.
func activate(act activation.Type, x *Node) *Node {
	var value *Node
	if act == activation.TypeGelu {
		// x·Φ(x) out of its parts. GoMLX's is one operation in pure Go, whose erf the slope can't use.
		value = Mul(x, MulScalar(OnePlus(Erf(DivScalar(x, math.Sqrt2))), 0.5))
	} else {
		value = activation.Apply(act, x)
	}
	slope := Gradient(ReduceAllSum(value), x)[0]
	zero := Sub(IdentityWithCustomGradient(x, func(_, v *Node) *Node { return Mul(v, slope) }), StopGradient(x))
	return Add(StopGradient(value), zero)
}

// linear is a layer x·W + b, W [inputs, outputs] and b [outputs] uniform in ±1/sqrt(inputs).
func linear(scope *model.Scope, x *Node, outputs int) *Node {
	inputs := x.Shape().Dim(-1)
	bound := 1 / math.Sqrt(float64(inputs))
	scope = scope.WithInitializer(initializer.RandomUniformFn(scope, -bound, bound))
	g := x.Graph()
	weights := scope.VariableWithShape("weights", shapes.Make(x.DType(), inputs, outputs)).NodeValue(g)
	biases := scope.VariableWithShape("biases", shapes.Make(x.DType(), outputs)).NodeValue(g)
	return Add(Dot(x, weights).Product(), ExpandLeftToRank(biases, x.Rank()))
}
