package network

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// MLP is the tutorial's network. It concatenates x, t and r, and has hidden layers of the same
// width with an activation each, and a linear output layer of the dimension of x. Conditions are
// concatenated, too: the class one-hot, the condition values together with 1 if they are known or 0
// if not, and the logarithm of the guidance scale if the network takes one.
//
// Weights and biases begin uniform in ±1/sqrt(inputs of the layer), as in PyTorch.
type MLP struct {
	Width int // Outputs of each hidden layer, 64 if it is 0.
	Depth int // Number of hidden layers, 4 if it is 0.
	// Activation is one of GoMLX's activations: "gelu" (the exact one, with erf) if empty, "tanh",
	// …
	Activation string
	// Times selects the times that the network uses: "t,r" if empty, "t,t-r", or "t-r". With "t-r"
	// the network can't know where between noise and data the point is.
	Times string `json:",omitempty"`
	// Frequencies is the number of pairs sin(2ᵏπτ), cos(2ᵏπτ), k = 0, 1, …, that the network uses
	// of each of these times τ, from 0 to 32. Each pair doubles how fast the network can change
	// with time. With more than three, du/dt becomes too large to learn an average velocity.
	Frequencies int `json:",omitempty"`
}

// Velocity builds u(x, t, r), [batch, dim]. It panics if Activation is unknown.
func (m MLP) Velocity(scope *model.Scope, in Input) *Node {
	m = m.withDefaults()
	act := mustActivation(m.Activation)
	inputs := append([]*Node{in.X}, m.timeFeatures(in)...)
	inputs = append(inputs, in.conditions()...)
	layers := func(layer func(*model.Scope, *Node, int) *Node, hidden *Node) *Node {
		for k := range m.Depth {
			hidden = activate(act, layer(scope.At("hidden_%d", k), hidden, m.Width))
		}
		return layer(scope.At("output"), hidden, in.X.Shape().Dim(-1))
	}
	if inColumns(in.X, m.Width) {
		return transpose(layers(linearColumns, concatenateColumns(inputs)))
	}
	return layers(linear, Concatenate(inputs, -1))
}

// timeFeatures builds the features of the times that Times and Frequencies select, [batch, 1] each.
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
	m.Activation = strings.ToLower(m.Activation) // Checkpoints keep a single spelling.
	if m.Times == "t,r" {
		m.Times = ""
	}
	return m
}

// complete fills in the defaults and checks the fields.
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
