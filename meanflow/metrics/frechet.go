package metrics

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Frechet returns the squared Fréchet distance between the normal distributions with the means and
// covariances of two sets of features a [n][dim] and b [m][dim] (Dowson and Landau, "The Fréchet
// Distance between Multivariate Normal Distributions", 1982):
//
//	‖μ₁ - μ₂‖² + tr(Σ₁ + Σ₂ - 2·(Σ₁^½·Σ₂·Σ₁^½)^½)
//
// in the square of the features' units. With the features of an Inception network, this is the FID
// (M. Heusel et al., arXiv 1706.08500), which calls it d². Covariances are those of the sample,
// divided by n - 1.
//
// Sets of one distribution have a distance above 0, which falls with their sizes about as 1/n. So
// compare distances between sets of the same sizes only, and with the distance of two sets of real
// points. A set with fewer rows than columns has a singular covariance, and its distance says
// little; many times as many rows are better.
//
// It takes time proportional to (n + m)·dim² + dim³. The error names a set with fewer than 2 rows,
// a row with another dimension, or a number that is not finite or exceeds 1e100 in magnitude.
func Frechet(a, b [][]float64) (float64, error) {
	if err := checkFeatures(a, b); err != nil {
		return 0, fmt.Errorf("metrics: Frechet: %w", err)
	}
	var first, second moments
	var group sync.WaitGroup
	group.Go(func() { first = momentsOf(a) })
	group.Go(func() { second = momentsOf(b) })
	group.Wait()
	distance, err := first.frechet(second)
	if err != nil {
		return 0, fmt.Errorf("metrics: Frechet: %w", err)
	}
	return distance, nil
}

// checkFeatures returns an error unless a and b are [n][dim], n ≥ 2, with numbers that are at most
// maxCoordinate in magnitude.
func checkFeatures(a, b [][]float64) error {
	if len(a) < 2 || len(b) < 2 {
		return fmt.Errorf("a has %d and b has %d rows, each must have at least 2", len(a), len(b))
	}
	if err := check(a, b); err != nil {
		return err
	}
	if err := checkMagnitudes("a", a); err != nil {
		return err
	}
	return checkMagnitudes("b", b)
}

// moments are the mean μ [dim] and the covariance Σ of a set of rows. The covariance is kept as a
// factor R [r, dim], Σ = Rᵀ·R.
type moments struct {
	mean   []float64
	factor mat.Matrix
}

// momentsOf returns the moments of rows [n][dim]. The centred rows, divided by √(n - 1), are a
// factor of the covariance. If there are many, the triangle of their QR decomposition is a smaller
// one, computed block by block: the triangle of a block that begins with the triangle of the rows
// before it.
func momentsOf(rows [][]float64) moments {
	n, dim := len(rows), len(rows[0])
	mean := make([]float64, dim)
	for _, row := range rows {
		floats.AddScaled(mean, 1/float64(n), row)
	}
	var factor mat.Matrix
	for block := range slices.Chunk(rows, max(blockRows, 4*dim)) {
		before := 0
		if factor != nil {
			before, _ = factor.Dims()
		}
		stacked := mat.NewDense(before+len(block), dim, nil)
		if factor != nil {
			stacked.Slice(0, before, 0, dim).(*mat.Dense).Copy(factor)
		}
		for i, row := range block {
			difference := stacked.RawRowView(before + i)
			floats.SubTo(difference, row, mean)
			floats.Scale(1/math.Sqrt(float64(n-1)), difference)
		}
		factor = triangle(stacked)
	}
	return moments{mean, factor}
}

// blockRows is a number of rows whose QR decomposition runs in the processor's caches.
const blockRows = 128

// triangle returns the triangle of the QR decomposition, or the matrix itself if it has no more
// rows than columns.
func triangle(matrix *mat.Dense) mat.Matrix {
	rows, columns := matrix.Dims()
	if rows <= columns {
		return matrix
	}
	var qr mat.QR
	qr.Factorize(matrix)
	var r mat.Dense
	qr.RTo(&r) // [rows, columns], with zeros below row columns.
	return r.Slice(0, columns, 0, columns)
}

// frechet returns the distance that [Frechet] defines. The trace of (Σ₁^½·Σ₂·Σ₁^½)^½ is the sum
// of the singular values of R₁·R₂ᵀ. Unlike the square roots of eigenvalues, they are exact for
// singular covariances, too.
func (m moments) frechet(other moments) (float64, error) {
	var product mat.Dense
	product.Mul(m.factor, other.factor.T())
	var svd mat.SVD
	if !svd.Factorize(&product, mat.SVDNone) {
		return 0, errors.New("the singular values of the covariances' factors were not found")
	}
	apart := floats.Distance(m.mean, other.mean, 2)
	distance := apart*apart + m.trace() + other.trace() - 2*floats.Sum(svd.Values(nil))
	return max(0, distance), nil // Rounding can make it negative.
}

// trace returns the trace of Σ.
func (m moments) trace() float64 {
	norm := mat.Norm(m.factor, 2) // The Frobenius norm.
	return norm * norm
}
