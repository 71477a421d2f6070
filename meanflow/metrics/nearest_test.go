package metrics_test

import (
	"math"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// nearestByDefinition computes all distances.
func nearestByDefinition(points, reference [][]float64) (indices []int, distances []float64) {
	for _, point := range points {
		index, smallest := 0, math.Inf(1)
		for i, row := range reference {
			var squared float64
			for j, coordinate := range row {
				squared += (point[j] - coordinate) * (point[j] - coordinate)
			}
			if squared < smallest {
				index, smallest = i, squared
			}
		}
		indices, distances = append(indices, index), append(distances, math.Sqrt(smallest))
	}
	return indices, distances
}

// related returns n points [dim] on a plane of four dimensions, with noise, far from the origin: as
// with images, few coordinates say nearly everything.
func related(n, dim int, noise float64, seed uint64) [][]float64 {
	directions := gaussian(4, dim, 1, 0, 100)
	points, factors := gaussian(n, dim, noise, 0, seed), gaussian(n, 4, 1, 0, seed+1)
	for i, point := range points {
		for j := range point {
			point[j] += 50
			for k, factor := range factors[i] {
				point[j] += factor * directions[k][j]
			}
		}
	}
	return points
}

// Few columns, many columns whose sketches leave most rows out, columns whose sketches say little,
// and columns that sketches describe completely.
func TestNearest(t *testing.T) {
	for name, sets := range map[string][2][][]float64{
		"plane":     {gaussian(200, 2, 1, 0, 1), gaussian(300, 2, 1, 0, 2)},
		"one row":   {gaussian(200, 2, 1, 0, 1), gaussian(1, 2, 1, 0, 2)},
		"related":   {related(100, 200, 0.5, 1), related(900, 200, 0.5, 3)},
		"unrelated": {gaussian(100, 200, 1, 0, 1), gaussian(900, 200, 1, 0, 2)},
		"low rank":  {related(100, 200, 0, 1), related(900, 200, 0, 3)},
		"large":     {gaussian(100, 200, 1e99, 0, 1), gaussian(900, 200, 1e99, 0, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			points, reference := sets[0], sets[1]
			indices, distances, err := metrics.Nearest(points, reference)
			if err != nil {
				t.Fatal(err)
			}
			wantIndices, wantDistances := nearestByDefinition(points, reference)
			if !slices.Equal(indices, wantIndices) {
				t.Errorf("the indices are %v, want %v", indices, wantIndices)
			}
			for k, want := range wantDistances {
				near(t, "the distance", distances[k], want, 1e-13*want)
			}
		})
	}
}

// A copy has the distance 0, and of equal rows the first is returned.
func TestNearestFindsCopies(t *testing.T) {
	for _, dim := range []int{3, 200} {
		reference := related(500, dim, 0.5, 1)
		reference = slices.Concat(reference, reference)
		points := slices.Clone(reference[:60])
		indices, distances, err := metrics.Nearest(points, reference)
		if err != nil {
			t.Fatal(err)
		}
		for k := range points {
			if indices[k] != k || distances[k] != 0 {
				t.Errorf("the row nearest to a copy of row %d is %d, at a distance of %v",
					k, indices[k], distances[k])
			}
		}
	}
}

// Each point is as far from a row in the first half as from one in the second half, exactly,
// because all coordinates are integers. Sketches describe these rows completely, up to rounding.
func TestNearestOfTies(t *testing.T) {
	const dim = 200
	integers := func(rows [][]float64) [][]float64 {
		for _, row := range rows {
			for j := range row {
				row[j] = math.Round(row[j])
			}
		}
		return rows
	}
	directions := integers(gaussian(4, dim, 1, 0, 1))
	factors := integers(gaussian(300, 4, 3, 0, 2))
	move := func(steps float64) (rows [][]float64) {
		for _, multiples := range factors {
			row := make([]float64, dim)
			for j := range row {
				row[j] = steps * directions[0][j]
				for k, multiple := range multiples {
					row[j] += 10 * multiple * directions[k][j]
				}
			}
			rows = append(rows, row)
		}
		return rows
	}
	points, reference := move(0), slices.Concat(move(1), move(-1))
	indices, distances, err := metrics.Nearest(points, reference)
	if err != nil {
		t.Fatal(err)
	}
	wantIndices, wantDistances := nearestByDefinition(points, reference)
	if !slices.Equal(indices, wantIndices) || !slices.Equal(distances, wantDistances) {
		t.Errorf("the indices and distances are\n%v\n%v\nwant\n%v\n%v",
			indices, distances, wantIndices, wantDistances)
	}
}

func TestNearestRefuses(t *testing.T) {
	good := [][]float64{{1, 2}, {3, 4}}
	for want, sets := range map[string][2][][]float64{
		"points has 0 and reference has 2 rows":          {nil, good},
		"points has 2 and reference has 0 rows":          {good, {}},
		"reference[0] has no coordinates":                {{{}}, {{}}},
		"points[1] has 1 coordinates, it must have 2":    {{{1, 2}, {3}}, good},
		"reference[1] has 3 coordinates, it must have 2": {good, {{1, 2}, {1, 2, 3}}},
		"reference[0][1] is +Inf, it must be finite":     {good, {{1, math.Inf(1)}}},
		"points[0][0] is -1e+101, it must be from":       {{{-1e101, 2}}, good},
	} {
		_, _, err := metrics.Nearest(sets[0], sets[1])
		checkError(t, err, "metrics: Nearest: "+want)
	}
}

// As many columns and rows as MNIST has, a sixth of the samples that a report takes.
func BenchmarkNearest(b *testing.B) {
	points, reference := related(150, 784, 0.5, 1), related(60_000, 784, 0.5, 3)
	for b.Loop() {
		if _, _, err := metrics.Nearest(points, reference); err != nil {
			b.Fatal(err)
		}
	}
}
