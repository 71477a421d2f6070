package network

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// Input is what a network is given.
type Input struct {
	X    *Node // Points, [batch, dim].
	T, R *Node // Times, [batch, 1], 0 <= r <= t <= 1.

	// Class is the class of each point, int32 [batch, 1], from 1 to Classes, and 0 where the
	// network is to give the velocity of all points. It is nil where there are no classes.
	Class   *Node
	Classes int // How many classes there are.
	// Values are the values of each point's conditions, [batch, k], and 0 where the network is to
	// give the velocity of all points. They are nil where there are none.
	Values *Node
	// Conditioned is 1 where Class and Values count, and 0 where the network is to give the
	// velocity of all points, [batch, 1]. It is nil where there are neither classes nor values.
	Conditioned *Node
	// Guidance is the scale ω that the velocity is guided by, [batch, 1]. It is nil where there are
	// neither classes nor values.
	Guidance *Node
}

// conditions builds what a network of this package is given of class and values, [batch, n] each: a
// 1 in the place of the class; the values, and whether they count.
func (in Input) conditions() (features []*Node) {
	if in.Class != nil {
		oneHot := OneHot(Reshape(in.Class, -1), in.Classes+1, in.X.DType())
		// Nothing for class 0.
		features = append(features, Slice(oneHot, AxisRange(), AxisRange(1)))
	}
	if in.Values != nil {
		features = append(features, in.Values, in.Conditioned)
	}
	return features
}
