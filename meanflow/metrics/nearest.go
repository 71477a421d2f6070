package metrics

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/floats"
)

// Nearest returns for each of the points [n][dim] the index of the nearest row of reference
// [m][dim], from 0, and the Euclidean distance to it, in the units of the coordinates. Of equally
// near rows it returns the first. For samples of a model, and a reference of the rows that the
// model was trained on, it shows whether the model copies rows.
//
// It uses all cores. For 1,000 points and 60,000 rows of MNIST, it takes 3 s of processor time. The
// error names a set that is empty, a row with another dimension, or a number that is not finite or
// exceeds 1e100 in magnitude.
func Nearest(points, reference [][]float64) (indices []int, distances []float64, err error) {
	if err := checkNearest(points, reference); err != nil {
		return nil, nil, fmt.Errorf("metrics: Nearest: %w", err)
	}
	indices, distances = nearest(points, reference, nil)
	return indices, distances, nil
}

// checkNearest returns an error unless points and reference are [n][dim], n ≥ 1, with numbers that
// are at most maxCoordinate in magnitude.
func checkNearest(points, reference [][]float64) error {
	if len(points) == 0 || len(reference) == 0 {
		return fmt.Errorf("points has %d and reference has %d rows, each must have at least 1",
			len(points), len(reference))
	}
	dim := len(reference[0])
	if dim == 0 {
		return errors.New("reference[0] has no coordinates, it must have at least 1")
	}
	if err := checkPoints("points", points, dim); err != nil {
		return err
	}
	if err := checkPoints("reference", reference, dim); err != nil {
		return err
	}
	if err := checkMagnitudes("points", points); err != nil {
		return err
	}
	return checkMagnitudes("reference", reference)
}

// nearest returns for each query the index of the nearest of rows, and the distance to it. Query k
// is not compared with the row self[k], unless self is nil.
//
// Distances are computed only until they exceed the smallest one. Gonum's kdtree is faster up to 8
// columns, but takes five times as long for 30. With many columns, most rows are left out because
// their sketches are farther away than the nearest row.
func nearest(queries, rows [][]float64, self []int) (indices []int, distances []float64) {
	indices, distances = make([]int, len(queries)), make([]float64, len(queries))
	var querySketches, rowSketches []sketch
	if sketchingPays(len(queries), len(rows), len(rows[0])) {
		if b, ok := newBasis(rows); ok {
			querySketches, rowSketches = b.sketches(queries), b.sketches(rows)
		}
	}
	parallel((len(queries)+batch-1)/batch, func(next func() (k int, ok bool)) {
		bounds := make([]float64, batch*len(rowSketches))
		for k, ok := next(); ok; k, ok = next() {
			first, end := k*batch, min((k+1)*batch, len(queries))
			if rowSketches != nil {
				squaredBounds(bounds, querySketches[first:end], rowSketches)
			}
			for k := first; k < end; k++ {
				s := search{query: queries[k], rows: rows, self: -1, squared: math.Inf(1)}
				if self != nil {
					s.self = self[k]
				}
				s.run(bounds[(k-first)*len(rowSketches):][:len(rowSketches)])
				indices[k], distances[k] = s.index, math.Sqrt(s.squared)
			}
		}
	})
	return indices, distances
}

// batch is the number of queries whose sketches are compared with a row's while that is in the
// processor's caches.
const batch = 16

// search is the search for the row that is nearest to a query.
type search struct {
	query   []float64
	rows    [][]float64
	self    int     // The index of a row to ignore, or -1.
	index   int     // Of the nearest of the visited rows, the first one of equals.
	squared float64 // The squared distance to it, at first +Inf.
}

// run visits the rows that can be the nearest. The squared distance of row i is at least bounds[i],
// or the bounds are empty.
func (s *search) run(bounds []float64) {
	if len(bounds) > 0 {
		s.visit(floats.MinIdx(bounds)) // It may be the nearest: then the others end early.
	}
	for i := range s.rows {
		if len(bounds) == 0 || bounds[i] <= s.squared {
			s.visit(i)
		}
	}
}

// visit compares the query with row i.
func (s *search) visit(i int) {
	if i == s.self {
		return
	}
	// Equal distances must be exact, because the first row counts.
	squared := squaredDistance(s.query, s.rows[i], math.Nextafter(s.squared, math.Inf(1)))
	if squared < s.squared || squared == s.squared && i < s.index {
		s.index, s.squared = i, squared
	}
}

// parallel calls work on all cores. Together, the calls of next return the numbers from 0 up to n,
// exclusive.
func parallel(n int, work func(next func() (k int, ok bool))) {
	var taken atomic.Int64
	next := func() (int, bool) {
		k := int(taken.Add(1)) - 1
		return k, k < n
	}
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() { work(next) })
	}
	group.Wait()
}

// squaredDistance returns ‖a - b‖², or a part of the sum that is at least enough.
func squaredDistance(a, b []float64, enough float64) float64 {
	const piece = 8 // Coordinates between two comparisons.
	var sum float64
	for first := 0; first < len(a) && sum < enough; first += piece {
		end := min(first+piece, len(a))
		for i, coordinate := range a[first:end] {
			difference := coordinate - b[first+i]
			sum += difference * difference
		}
	}
	return sum
}
