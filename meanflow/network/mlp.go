package network

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// MLP is the tutorial's network: x, t and r side by side, hidden layers of one width with an
// activation each, and a linear layer back to the dimension of x. A class is one-hot beside them,
// and values of conditions stand there with a 1, or with a 0 for the velocity of all points.
//
// Weights and biases begin uniform in ±1/sqrt(inputs of the layer), as PyTorch's do.
type MLP struct {
	Width int // Outputs of each hidden layer, 64 if 0.
	Depth int // Number of hidden layers, 4 if 0.
	// One of GoMLX's activations: "gelu" (the exact one, with erf) if empty, "tanh", …
	Activation string
	// Times is what the network is given of the times: "t,r" if empty, "t,t-r", or "t-r" alone,
	// with which it can't know where between noise and data the point is.
	Times string `json:",omitempty"`
	// Frequencies is the number of pairs sin(2ᵏπτ), cos(2ᵏπτ), k = 0, 1, …, of each such time τ,
	// from 0 to 32. Each pair doubles how fast the network can change with time. With more than
	// three, du/dt becomes too large to learn an average velocity.
	Frequencies int `json:",omitempty"`
}

// Velocity builds the network.
func (m MLP) Velocity(scope *model.Scope, in Input) *Node {
	m = m.withDefaults()
	act := mustActivation(m.Activation)
	inputs := append([]*Node{in.X}, m.timeFeatures(in)...)
	hidden := Concatenate(append(inputs, in.conditions()...), -1)
	for layer := range m.Depth {
		hidden = activate(act, linear(scope.At("hidden_%d", layer), hidden, m.Width))
	}
	return linear(scope.At("output"), hidden, in.X.Shape().Dim(-1))
}

func (m MLP) timeFeatures(in Input) []*Node {
	switch m.Times {
	case "t,t-r":
		return timeFeatures(m.Frequencies, in.T, Sub(in.T, in.R))
	case "t-r":
		return timeFeatures(m.Frequencies, Sub(in.T, in.R))
	}
	return timeFeatures(m.Frequencies, in.T, in.R)
}

func (m MLP) withDefaults() MLP {
	setDefault(&m.Width, 64)
	setDefault(&m.Depth, 4)
	setDefault(&m.Activation, "gelu")
	m.Activation = strings.ToLower(m.Activation) // GoMLX takes both, a checkpoint has one.
	if m.Times == "t,r" {
		m.Times = ""
	}
	return m
}

// complete fills in the defaults, and says what is wrong.
func (m MLP) complete() (Network, error) {
	m = m.withDefaults()
	if !slices.Contains([]string{"", "t,t-r", "t-r"}, m.Times) {
		return nil, fmt.Errorf(`MLP.Times is %.20q, it must be "t,r", "t,t-r" or "t-r"`, m.Times)
	}
	if m.Frequencies < 0 || m.Frequencies > 32 {
		return nil, fmt.Errorf("MLP.Frequencies is %d, it must be from 0 to 32", m.Frequencies)
	}
	return m, checkLayers("MLP", m.Width, "Depth", m.Depth, m.Activation)
}
