package metrics

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat"
)

// The nearest row of data is searched for at most maxNearestRows rows, fewer if the data have so
// many rows that more than maxNearestPairs distances would be computed, but at least
// minNearestRows.
const (
	maxNearestRows  = 2000
	minNearestRows  = 200
	maxNearestPairs = 20_000_000
)

// compareNearest sets the report's Nearest and NearestRows from standardised rows. All rows of data
// are searched: in a subset of them, most copies would be missed.
func (r *Report) compareNearest(sets rowSets, seed int64) {
	generator := rand.New(rand.NewPCG(uint64(seed), 2))
	limit := max(minNearestRows, min(maxNearestRows, maxNearestPairs/len(sets.data)))
	random := func(n int) []int {
		count := min(n, limit)
		r.NearestRows = max(r.NearestRows, count)
		return generator.Perm(n)[:count]
	}
	median := func(queries [][]float64, indices []int, among bool) float64 {
		distances := nearest(queries, indices, sets.data, among)
		slices.Sort(distances)
		return stat.Quantile(0.5, stat.Empirical, distances, nil)
	}
	r.Nearest.Samples = median(sets.samples, random(len(sets.samples)), false)
	if len(sets.heldOut) > 0 {
		r.Nearest.Real = median(sets.heldOut, random(len(sets.heldOut)), false)
	} else {
		r.Nearest.Real = median(sets.data, random(len(sets.data)), true)
	}
}

// nearest returns the distances of queries[i], for each i of indices, to the nearest of rows. If
// the queries are among the rows, it returns their distances to the nearest other row.
//
// It computes the distances to all rows. Gonum's kdtree is faster up to 8 columns, but takes five
// times as long for 30.
func nearest(queries [][]float64, indices []int, rows [][]float64, among bool) []float64 {
	distances := make([]float64, len(indices))
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for first := range workers {
		group.Go(func() {
			for k := first; k < len(indices); k += workers {
				smallest := math.Inf(1)
				for i, row := range rows {
					if among && i == indices[k] {
						continue
					}
					smallest = min(smallest, squaredDistance(queries[indices[k]], row, smallest))
				}
				distances[k] = math.Sqrt(smallest)
			}
		})
	}
	group.Wait()
	return distances
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

// compareCopies returns the shares of samples and of real rows that equal a row of data.
func compareCopies(sets rowSets) Comparison {
	counts := make(map[string]int, len(sets.data))
	for _, row := range sets.data {
		counts[key(row)]++
	}
	share := func(rows [][]float64, self int) float64 {
		copies := 0
		for _, row := range rows {
			if counts[key(row)] > self {
				copies++
			}
		}
		return float64(copies) / float64(len(rows))
	}
	if len(sets.heldOut) > 0 {
		return Comparison{share(sets.samples, 0), share(sets.heldOut, 0)}
	}
	return Comparison{share(sets.samples, 0), share(sets.data, 1)}
}

// key returns a string that is the same for rows of equal numbers only. Adding 0 turns -0 into 0.
func key(row []float64) string {
	var encoded []byte
	for _, value := range row {
		encoded = binary.LittleEndian.AppendUint64(encoded, math.Float64bits(value+0))
	}
	return string(encoded)
}
