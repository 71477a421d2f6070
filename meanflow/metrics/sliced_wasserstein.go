package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Projections is the number of directions that SlicedWasserstein averages over.
const Projections = 512

// SlicedWasserstein is the sliced 2-Wasserstein distance between two sets of points, [n][dim] and
// [m][dim] (Bonneel et al., "Sliced and Radon Wasserstein Barycenters of Measures", 2015):
//
//	SW₂(a, b)² = mean over unit directions θ of W₂(θ·a, θ·b)²
//
// in the units of the coordinates. In one dimension W₂² is the mean square of the difference of the
// quantiles. The seed determines the random directions.
func SlicedWasserstein(a, b [][]float64, seed int64) (float64, error) {
	if err := check(a, b); err != nil {
		return 0, fmt.Errorf("metrics: SlicedWasserstein: %w", err)
	}
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	direction := make([]float64, len(a[0]))
	projectedA, projectedB := make([]float64, len(a)), make([]float64, len(b))
	var sum float64
	for range Projections {
		for i := range direction {
			direction[i] = random.NormFloat64()
		}
		floats.Scale(1/floats.Norm(direction, 2), direction)
		project(projectedA, a, direction)
		project(projectedB, b, direction)
		sum += squaredWasserstein(projectedA, projectedB)
	}
	return math.Sqrt(sum / Projections), nil
}

// project sets along to the sorted components of the points in a direction.
func project(along []float64, points [][]float64, direction []float64) {
	for i, point := range points {
		along[i] = floats.Dot(point, direction)
	}
	slices.Sort(along)
}

// squaredWasserstein is W₂² between two sorted sets of numbers. Both quantile functions are steps; they
// are compared piece by piece between any two steps.
func squaredWasserstein(a, b []float64) float64 {
	var sum, done float64 // done is the probability that has been gone through.
	for i, j := 0, 0; i < len(a) && j < len(b); {
		endA, endB := float64(i+1)/float64(len(a)), float64(j+1)/float64(len(b))
		end := min(endA, endB)
		difference := a[i] - b[j]
		sum += (end - done) * difference * difference
		done = end
		if endA == end {
			i++
		}
		if endB == end {
			j++
		}
	}
	return sum
}
