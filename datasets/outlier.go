package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// OutlierError names a row that is wildly off in a column of numbers. Standardized, all other rows
// would be nearly the same to the network.
//
// A number is wildly off if its distance from the column's median is more than 100 deviations,
// which are the root mean square of the others' distances. The others are the numbers that differ
// from the median (a column that is nearly always 0 would make an outlier of any other number),
// without
//
//   - the farthest number, or up to a tenth of the numbers, all more than 100 deviations off, or
//   - the farthest hundredth, if the deviation with them is more than twice as large: heavy tails.
//
// A column with fewer than 10 others, if they are less than a tenth of the rows, has no outliers.
type OutlierError struct {
	File       string  // Name of the file, or empty for FromPoints.
	Row        int     // Row of the file without its header, or index of the point, from 0.
	Line       int     // Line of the file from 1, or 0 if it has no lines.
	Column     string  // Name of the column.
	Value      float64 // In the user's units.
	Deviations float64 // Distance from the median in deviations.

	place string
}

// Error returns one line with the place, the number, how far off it is and what helps.
func (e *OutlierError) Error() string {
	deviations := fmt.Sprintf("%.3g", e.Deviations)
	if e.Deviations < 1e6 {
		deviations = thousands(int(math.Round(e.Deviations)))
	}
	return fmt.Sprintf("datasets: %s, column %s: %v is %s deviations from the other rows: "+
		"correct or leave out the row, or use WithQuantiles", e.place, quoted(e.Column), e.Value,
		deviations)
}

// findOutlier returns an OutlierError for the first column with an outlier, or nil.
func (p *Points) findOutlier() error {
	if p.byQuantiles {
		return nil
	}
	for _, column := range slices.Concat(p.coordinates, p.conditions) {
		if column.isWords() {
			continue
		}
		i, deviations, found := outlier(column.numbers)
		if !found {
			continue
		}
		e := &OutlierError{
			Column: column.name, Value: column.numbers[i], Deviations: deviations,
			place: p.place(i),
		}
		e.Row, e.Line = p.source(i)
		if p.format.Kind != "" {
			e.File = p.name
		}
		return e
	}
	return nil
}

// mostDeviations is the largest distance of a number that is not wildly off.
const mostDeviations = 100

// outlier returns the index of the number farthest from the median, its distance in deviations,
// and whether it is wildly off.
func outlier(numbers []float64) (index int, deviations float64, found bool) {
	if isShort(numbers) {
		return 0, 0, false
	}
	median, distances := distancesFromMedian(numbers)
	count := len(distances)
	if count == 0 {
		return 0, 0, false
	}
	norms := normsOf(distances)
	// deviation returns the deviation of the nearest numbers, infinite if they are too few.
	deviation := func(nearest int) float64 {
		if nearest == 0 || nearest < 10 && 10*nearest < len(numbers) {
			return math.Inf(1)
		}
		return norms[nearest-1] / math.Sqrt(float64(nearest))
	}
	farthest := distances[count-1]
	others := 0
	for out := 1; out <= max(1, count/10) && others == 0; out++ {
		if distances[count-out]/deviation(count-out) > mostDeviations {
			others = count - out
		}
	}
	hundredth := count - max(1, count/100)
	if isHeavy := deviation(count) > 2*deviation(hundredth); others == 0 && isHeavy &&
		farthest/deviation(hundredth) > mostDeviations {
		others = hundredth
	}
	if others == 0 {
		return 0, 0, false
	}
	isFarthest := func(y float64) bool { return math.Abs(y-median) == farthest }
	return slices.IndexFunc(numbers, isFarthest), farthest / deviation(others), true
}

// isShort reports whether the kurtosis excludes an outlier, which is faster to compute than
// sorting. At 100 deviations, a tenth of the rows have a kurtosis of 8 and one row in a million
// has 98. Among fewer than 100 rows an outlier may be more than a tenth.
func isShort(numbers []float64) bool {
	column := scale.Standard(numbers)
	if column.IsConstant() {
		return true
	}
	if len(numbers) < 100 || len(numbers) > 1_000_000 {
		return false
	}
	sum := 0.0
	for _, number := range numbers {
		x := column.ToNetwork(number)
		sum += x * x * x * x
	}
	return sum/float64(len(numbers)) < 6
}

// distancesFromMedian returns the median, and the distances from there in ascending order without
// those that are 0.
func distancesFromMedian(numbers []float64) (median float64, distances []float64) {
	sorted := slices.Clone(numbers)
	slices.Sort(sorted)
	median = sorted[len(sorted)/2]
	distances = sorted[:0]
	for _, number := range sorted {
		if distance := math.Abs(number - median); distance > 0 {
			distances = append(distances, distance)
		}
	}
	slices.Sort(distances)
	return median, distances
}

// normsOf returns the root of the sum of squares of the first distances, for each number of them.
// It neither overflows nor underflows.
func normsOf(distances []float64) []float64 {
	norms := make([]float64, len(distances))
	norm := 0.0
	for i, distance := range distances {
		norm = math.Hypot(norm, distance)
		norms[i] = norm
	}
	return norms
}
