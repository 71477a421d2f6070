package metrics

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

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
	median := func(queries [][]float64, among bool) float64 {
		chosen := random(len(queries))
		subset := make([][]float64, len(chosen))
		for k, index := range chosen {
			subset[k] = queries[index]
		}
		if !among {
			chosen = nil
		}
		_, distances := nearest(subset, sets.data, chosen)
		slices.Sort(distances)
		return stat.Quantile(0.5, stat.Empirical, distances, nil)
	}
	r.Nearest.Samples = median(sets.samples, false)
	if len(sets.heldOut) > 0 {
		r.Nearest.Real = median(sets.heldOut, false)
	} else {
		r.Nearest.Real = median(sets.data, true)
	}
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
