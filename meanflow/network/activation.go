package network

import (
	"fmt"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/support/exceptions"
)

// parseActivation finds one of GoMLX's activations by its name, in any case.
func parseActivation(name string) (activation.Type, error) {
	kind, err := activation.TypeString(name)
	// SwiGLU halves its input, so the layers would not fit.
	if err == nil && kind != activation.TypeSwiGLU {
		return kind, nil
	}
	var known []string
	for _, kind := range activation.TypeValues() {
		if kind != activation.TypeSwiGLU {
			known = append(known, strings.ToLower(kind.String()))
		}
	}
	return 0, fmt.Errorf("Activation is %.20q, it must be one of %s",
		name, strings.Join(known, ", "))
}

// mustActivation is parseActivation for functions that build graphs: it panics on an error.
func mustActivation(name string) activation.Type {
	kind, err := parseActivation(name)
	if err != nil {
		exceptions.Panicf("network: %v", err)
	}
	return kind
}

// activate builds an activation f(x) whose derivatives use the slope f'(x) as one node. Each JVP
// and gradient is then a product with the slope, instead of a new computation of the slope from the
// terms of f.
func activate(kind activation.Type, x *Node) *Node {
	var value, slope *Node
	if kind == activation.TypeGelu {
		value, slope = gelu(x)
	} else {
		value = activation.Apply(kind, x)
		slope = Gradient(ReduceAllSum(value), x)[0]
	}
	return withGradient(x, value, func(_, v *Node) *Node { return Mul(v, slope) })
}
