package network

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ours is what the networks of this package have besides: a checkpoint can keep them.
type ours interface {
	Network
	complete() (Network, error)
}

// kinds are the networks of this package by the name that a checkpoint has for them.
var kinds = map[string]func(parameters []byte) (Network, error){
	"mlp":          decode[MLP],
	"residual_mlp": decode[ResidualMLP],
}

// Complete fills in the defaults of one of this package's networks, and says which of its fields is
// wrong. It returns a network of your own as it is.
func Complete(n Network) (Network, error) {
	known, ok := n.(ours)
	if !ok {
		return n, nil
	}
	completed, err := known.complete()
	if err != nil {
		return nil, err
	}
	return completed, nil
}

// Encode is what a checkpoint keeps of a network: {"kind": …, "parameters": …} for one of this
// package's, nil for one of your own.
func Encode(n Network) (json.RawMessage, error) {
	var kind string
	switch n.(type) {
	case MLP:
		kind = "mlp"
	case ResidualMLP:
		kind = "residual_mlp"
	default:
		return nil, nil
	}
	return json.Marshal(encoded[Network]{kind, n})
}

// Decode is the inverse of [Encode]. The network is nil for one of your own.
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
		return nil, fmt.Errorf("the network is a %.20q, this version has mlp and residual_mlp",
			n.Kind)
	}
	return decodeParameters(n.Parameters)
}

type encoded[T any] struct {
	Kind       string `json:"kind"`
	Parameters T      `json:"parameters"`
}

func decode[T ours](parameters []byte) (Network, error) {
	var n T
	decoder := json.NewDecoder(bytes.NewReader(parameters))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&n); err != nil {
		return nil, fmt.Errorf("the network's parameters: %w", err)
	}
	return n.complete()
}

// setDefault gives a field its default where it has its zero value.
func setDefault[T comparable](field *T, value T) {
	if *field == *new(T) {
		*field = value
	}
}

// checkLayers says what is wrong with the fields that both networks have.
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
