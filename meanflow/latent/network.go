package latent

import (
	"bytes"
	"encoding/json"
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Network is an encoder and a decoder: [Dense] or [Convolutional].
type Network interface {
	// encode builds the codes [batch, codeDim] of images x [batch, dim], not yet normalised.
	encode(scope *model.Scope, x *Node, codeDim int) *Node
	// decode builds images [batch, dim] of codes [batch, codeDim], not yet limited to [-1, 1].
	decode(scope *model.Scope, codes *Node, dim int) *Node
	// complete fills in the defaults, and checks the fields for images [dim].
	complete(dim int) (Network, error)
}

// encodedNetwork is a network as a checkpoint keeps it: one of the fields.
type encodedNetwork struct {
	Dense         *Dense         `json:"dense,omitempty"`
	Convolutional *Convolutional `json:"convolutional,omitempty"`
}

// encodeNetwork returns what a checkpoint keeps of a network.
func encodeNetwork(network Network) encodedNetwork {
	switch network := network.(type) {
	case Dense:
		return encodedNetwork{Dense: &network}
	case Convolutional:
		return encodedNetwork{Convolutional: &network}
	}
	panic(fmt.Sprintf("a network of type %T", network))
}

// network is the inverse of encodeNetwork, for images [dim].
func (e encodedNetwork) network(dim int) (Network, error) {
	switch {
	case e.Dense != nil:
		return e.Dense.complete(dim)
	case e.Convolutional != nil:
		return e.Convolutional.complete(dim)
	}
	return nil, fmt.Errorf("the autoencoder's network is neither dense nor convolutional")
}

// UnmarshalJSON refuses fields that this version does not know.
func (e *encodedNetwork) UnmarshalJSON(text []byte) error {
	type plain encodedNetwork
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*plain)(e))
}

// String returns the network as JSON, by which resuming compares it.
func (e encodedNetwork) String() string {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // The fields are numbers.
	}
	return string(text)
}
