package network

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
)

// timePairs is the number of pairs of time features of the networks with a conditioning. The
// highest frequency is 4π; higher ones make du/dt too large.
const timePairs = 3

// timeFeatures builds the times τ [batch, 1], then for each time the given number of pairs
// sin(2ᵏπτ) and cos(2ᵏπτ), k = 0, 1, … (M. Tancik et al., arXiv 2006.10739).
//
// With more than three pairs, which have frequencies above 4π, du/dt becomes so large that training
// an average velocity fails.
func timeFeatures(pairs int, times ...*Node) (features []*Node) {
	features = append(features, times...)
	for _, time := range times {
		for k := range pairs {
			angle := MulScalar(time, math.Pi*math.Pow(2, float64(k)))
			features = append(features, Sin(angle), Cos(angle))
		}
	}
	return features
}
