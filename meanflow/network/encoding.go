package network

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// encodable is a network of this package, which a checkpoint can keep.
type encodable interface {
	Network
	// complete fills in the defaults and checks the fields.
	complete() (Network, error)
	// largest is the number of values of the largest intermediate result for a point. The defaults
	// are filled in.
	largest() int
}

// kinds are the decoders of the networks of this package, by the kind that a checkpoint keeps.
var kinds = map[string]func(parameters []byte) (Network, error){
	"mlp":               decode[MLP],
	"residual_mlp":      decode[ResidualMLP],
	"patch_transformer": decode[PatchTransformer],
}

// Complete fills in the defaults of a network of this package. The error names the field that is
// wrong. It returns a custom network unchanged.
func Complete(n Network) (Network, error) {
	known, ok := n.(encodable)
	if !ok {
		return n, nil
	}
	completed, err := known.complete()
	if err != nil {
		return nil, err
	}
	return completed, nil
}

// Encode returns what a checkpoint keeps of a network: {"kind": …, "parameters": …} for a network
// of this package, nil for a custom one.
func Encode(n Network) (json.RawMessage, error) {
	var kind string
	switch n.(type) {
	case MLP:
		kind = "mlp"
	case ResidualMLP:
		kind = "residual_mlp"
	case PatchTransformer:
		kind = "patch_transformer"
	default:
		return nil, nil
	}
	return json.Marshal(encoded[Network]{kind, n})
}

// Decode is the inverse of [Encode]. It returns nil for a custom network.
func Decode(text json.RawMessage) (Network, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	var n encoded[json.RawMessage]
	if err := json.Unmarshal(text, &n); err != nil {
		return nil, err
	}
	decodeParameters, ok := kinds[n.Kind]
	if !ok {
		return nil, fmt.Errorf("the network's kind is %.20q, it must be mlp, residual_mlp or "+
			"patch_transformer", n.Kind)
	}
	return decodeParameters(n.Parameters)
}

// encoded is a network as a checkpoint keeps it.
type encoded[T any] struct {
	Kind       string `json:"kind"`
	Parameters T      `json:"parameters"`
}

// decode decodes the parameters of a network of this package, and completes the network.
func decode[T encodable](parameters []byte) (Network, error) {
	var n T
	decoder := json.NewDecoder(bytes.NewReader(parameters))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&n); err != nil {
		return nil, fmt.Errorf("decoding the network's parameters: %w", err)
	}
	return n.complete()
}

// setDefault sets a field to its default if it has its zero value.
func setDefault[T comparable](field *T, value T) {
	if *field == *new(T) {
		*field = value
	}
}

// checkLayers checks the fields that all networks have: the width, the number of layers or blocks,
// and the activation. The names of the network and of the field layers are for the error.
func checkLayers(network string, width int, layers string, count int, activation string) error {
	if width < 1 || width > 1<<16 {
		return fmt.Errorf("%s.Width is %d, it must be from 1 to %d", network, width, 1<<16)
	}
	if count < 1 || count > 1<<10 {
		return fmt.Errorf("%s.%s is %d, it must be from 1 to %d", network, layers, count, 1<<10)
	}
	if _, err := parseActivation(activation); err != nil {
		return fmt.Errorf("%s.%w", network, err)
	}
	return nil
}
