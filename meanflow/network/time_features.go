package network

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
)

// timeFeatures builds each time τ [batch, 1] itself, then for each time the pairs sin(2ᵏπτ) and
// cos(2ᵏπτ), k = 0, 1, … (M. Tancik et al., arXiv 2006.10739).
//
// Frequencies above 12 or so, more than three pairs, make du/dt large and the training of an
// average velocity fail.
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
