package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// Projections is the number of random directions that [SlicedWasserstein] averages over.
const Projections = 512

// SlicedWasserstein returns the sliced 2-Wasserstein distance between two sets of points a [n][dim]
// and b [m][dim] (Bonneel et al., "Sliced and Radon Wasserstein Barycenters of Measures", 2015):
//
//	SW₂(a, b)² = mean over unit directions θ of W₂(θ·a, θ·b)²
//
// in the units of the coordinates. In one dimension W₂² is the mean squared difference of the
// quantile functions. The mean is over [Projections] random directions, which the seed determines.
// The error names a set that is empty, or a point with another dimension or a coordinate that is
// not finite.
func SlicedWasserstein(a, b [][]float64, seed int64) (float64, error) {
	if err := check(a, b); err != nil {
		return 0, fmt.Errorf("metrics: SlicedWasserstein: %w", err)
	}
	directions := randomDirections(len(a[0]), seed)
	squares := make([]float64, len(directions)) // Summed in order, so the result is deterministic.
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for first := range workers {
		group.Go(func() {
			projectedA, projectedB := make([]float64, len(a)), make([]float64, len(b))
			var sorterA, sorterB sorter
			for i := first; i < len(directions); i += workers {
				project(projectedA, a, directions[i])
				project(projectedB, b, directions[i])
				sorterA.sort(projectedA)
				sorterB.sort(projectedB)
				squares[i] = wasserstein(projectedA, projectedB, square)
			}
		})
	}
	group.Wait()
	return math.Sqrt(floats.Sum(squares) / Projections), nil
}

// randomDirections returns unit vectors [Projections][dim], uniform on the sphere.
func randomDirections(dim int, seed int64) [][]float64 {
	generator := rand.New(rand.NewPCG(uint64(seed), 0))
	directions := make([][]float64, Projections)
	for k := range directions {
		directions[k] = make([]float64, dim)
		for i := range directions[k] {
			directions[k][i] = generator.NormFloat64()
		}
		floats.Scale(1/floats.Norm(directions[k], 2), directions[k])
	}
	return directions
}

// project sets projections [n] to the components of the points [n][dim] along a direction [dim].
func project(projections []float64, points [][]float64, direction []float64) {
	for i, point := range points {
		projections[i] = floats.Dot(point, direction)
	}
}

// wasserstein returns ∫₀¹ cost(A(p) - B(p)) dp for the quantile functions A and B of two sorted
// sets of numbers: W₁ if cost is the magnitude, W₂² if it is the square. Both are step functions;
// the integral is a sum over the pieces on which both are constant. Gonum's
// stat.WassersteinDistance takes quadratic time.
func wasserstein(a, b []float64, cost func(difference float64) float64) float64 {
	var sum, start float64 // The current piece is from start to end.
	for i, j := 0, 0; i < len(a) && j < len(b); {
		endA, endB := float64(i+1)/float64(len(a)), float64(j+1)/float64(len(b))
		end := min(endA, endB)
		sum += (end - start) * cost(a[i]-b[j])
		start = end
		if endA == end {
			i++
		}
		if endB == end {
			j++
		}
	}
	return sum
}

func square(x float64) float64 { return x * x }
