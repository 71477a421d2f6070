package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

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
	directions := randomDirections(len(a[0]), seed)
	squares := make([]float64, len(directions)) // Summed in order, so that the result is always the same.
	processes := runtime.GOMAXPROCS(0)
	var running sync.WaitGroup
	for first := range processes {
		running.Go(func() {
			projectedA, projectedB := make([]float64, len(a)), make([]float64, len(b))
			for i := first; i < len(directions); i += processes {
				project(projectedA, a, directions[i])
				project(projectedB, b, directions[i])
				squares[i] = squaredWasserstein(projectedA, projectedB)
			}
		})
	}
	running.Wait()
	return math.Sqrt(floats.Sum(squares) / Projections), nil
}

// randomDirections are unit vectors.
func randomDirections(dim int, seed int64) [][]float64 {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	directions := make([][]float64, Projections)
	for k := range directions {
		directions[k] = make([]float64, dim)
		for i := range directions[k] {
			directions[k][i] = random.NormFloat64()
		}
		floats.Scale(1/floats.Norm(directions[k], 2), directions[k])
	}
	return directions
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
