package network

import (
	"fmt"
	"math"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/support/exceptions"
)

// parseActivation finds one of GoMLX's activations by its name, in any case.
func parseActivation(name string) (activation.Type, error) {
	kind, err := activation.TypeString(name)
	// It halves its input, so the layers would not fit.
	if err == nil && kind != activation.TypeSwiGLU {
		return kind, nil
	}
	var known []string
	for _, kind := range activation.TypeValues() {
		if kind != activation.TypeSwiGLU {
			known = append(known, strings.ToLower(kind.String()))
		}
	}
	return 0, fmt.Errorf("Activation is %.20q, the known ones are %s", name,
		strings.Join(known, ", "))
}

// mustActivation is parseActivation for graph-building functions.
func mustActivation(name string) activation.Type {
	kind, err := parseActivation(name)
	if err != nil {
		exceptions.Panicf("network: %v", err)
	}
	return kind
}

// activate builds an activation f with its slope f'(x) as one value. The derivative in a direction
// and the gradient are products with the slope, where the rules of differentiation would compute it
// from its terms for each of them. The value is f(x) + (x - x); what is differentiated is the first
// x, whose gradient is given.
func activate(kind activation.Type, x *Node) *Node {
	var value *Node
	if kind == activation.TypeGelu {
		// x·Φ(x) out of its parts. GoMLX's is one operation in pure Go, whose erf the slope can't
		// use.
		value = Mul(x, MulScalar(OnePlus(Erf(DivScalar(x, math.Sqrt2))), 0.5))
	} else {
		value = activation.Apply(kind, x)
	}
	slope := Gradient(ReduceAllSum(value), x)[0]
	zero := Sub(IdentityWithCustomGradient(x, func(_, v *Node) *Node { return Mul(v, slope) }),
		StopGradient(x))
	return Add(StopGradient(value), zero)
}
