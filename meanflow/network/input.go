package network

import . "github.com/gomlx/gomlx/core/graph"

// Input is the input of a network. In an example without conditions, the network must give the
// unconditional velocity.
type Input struct {
	X    *Node // Points, [batch, dim].
	T, R *Node // Times, [batch, 1], 0 <= r <= t <= 1.

	// Class is the class of each point, int32 [batch, 1], from 1 to Classes, or 0 in an example
	// without conditions. A nil Class means that the data have no classes.
	Class   *Node
	Classes int // The number of classes.
	// Values are the condition values of each point, [batch, k], or 0 in an example without
	// conditions. Nil Values mean that the data have no condition values.
	Values *Node
	// Conditioned is [batch, 1]: 1 in an example with conditions, 0 in one without. It is nil if
	// the data have neither classes nor condition values.
	Conditioned *Node
	// Guidance is the guidance scale ω of each example, [batch, 1], above 0, and 1 in an example
	// without conditions. It is nil unless the network is trained for a range of scales, by
	// Config.MaxGuidance of package meanflow.
	Guidance *Node
	// IsShared says that all points of the batch have the same times and conditions, as they have
	// when a model generates. A network may then compute what depends on them once.
	IsShared bool
}

// conditions builds the features of the conditions for the networks of this package, [batch, …]
// each: the class one-hot, the values, whether they are known, and the logarithm of the guidance
// scale. Without conditions all of them are 0.
func (in Input) conditions() (features []*Node) {
	if in.Class != nil {
		oneHot := OneHot(Reshape(in.Class, -1), in.Classes+1, in.X.DType())
		// Without the column of class 0, an example without conditions has only zeros.
		features = append(features, Slice(oneHot, AxisRange(), AxisRange(1)))
	}
	if in.Values != nil {
		features = append(features, in.Values, in.Conditioned)
	}
	if in.Guidance != nil {
		features = append(features, Log(in.Guidance))
	}
	return features
}
