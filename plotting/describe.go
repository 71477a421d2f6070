package plotting

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// count returns a number of things, such as "1 point" and "4,000 points".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return thousands(n) + " " + thing
}

// thousands returns a whole number from 0 on, with commas between thousands.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// at returns the place of a point, such as "(1.5, −2)".
func at(point []float64) string {
	return "(" + number(point[0]) + ", " + number(point[1]) + ")"
}

// percent returns a share in per cent. Only 0 is "0 %", and only 1 is "100 %".
func percent(share float64) string {
	rounded := math.Round(100 * share)
	switch {
	case share > 0 && rounded == 0:
		return "under 1 %"
	case share < 1 && rounded == 100:
		return "over 99 %"
	}
	return strconv.Itoa(int(rounded)) + " %"
}

// listed joins facts, at most six of them: it counts the other things.
func listed(facts []string, thing string) string {
	const most = 6
	if left := len(facts) - most; left > 0 {
		facts = append(slices.Clone(facts[:most]), "And "+count(left, "more "+thing)+".")
	}
	return strings.Join(facts, " ")
}

// centreAndSpread returns the mean of points [n, 2] and their root mean square distance from it.
func centreAndSpread(points [][]float64) (centre []float64, spread float64) {
	centre = []float64{0, 0}
	n := float64(len(points))
	for _, point := range points {
		centre[0] += point[0] / n
		centre[1] += point[1] / n
	}
	for _, point := range points {
		spread = math.Hypot(spread, math.Hypot(point[0]-centre[0], point[1]-centre[1])/math.Sqrt(n))
	}
	return centre, spread
}

// middle returns the words for the centre and the spread of points. The centre has the digits that
// matter beside the spread.
func middle(points [][]float64) string {
	centre, spread := centreAndSpread(points)
	roundBeside(centre, spread)
	return "centre " + at(centre) + ", spread " + number(spread)
}

// roundBeside rounds a point to the third digit of a length, unless that is 0.
func roundBeside(point []float64, length float64) {
	if length == 0 {
		return
	}
	unit := math.Pow10(int(math.Floor(math.Log10(length))) - 2)
	for k := range point {
		if rounded := math.Round(point[k]/unit) * unit; canBeShown(rounded) { // Not for tiny units.
			point[k] = rounded
		}
	}
}

// neighbourhoods divides the plane into cells, from 4 to 24 across the given points.
type neighbourhoods struct {
	left, bottom, width float64
}

func newNeighbourhoods(points [][]float64) neighbourhoods {
	x, y := emptySpan(), emptySpan()
	for _, point := range points {
		x.include(span{point[0], point[0]})
		y.include(span{point[1], point[1]})
	}
	across := min(max(math.Round(math.Sqrt(float64(len(points)))/2.5), 4), 24)
	width := max(x.max-x.min, y.max-y.min) / across
	if width == 0 { // All points are the same.
		width = max(1e-6*max(math.Abs(x.min), math.Abs(y.min)), 1e-300)
	}
	return neighbourhoods{x.min, y.min, width}
}

// cell returns the column and the row of a point's cell.
func (n neighbourhoods) cell(point []float64) [2]float64 {
	return [2]float64{
		math.Floor((point[0] - n.left) / n.width), math.Floor((point[1] - n.bottom) / n.width),
	}
}

// shareNear returns the share of points that are in a cell with at least one of others.
func (n neighbourhoods) shareNear(points, others [][]float64) float64 {
	occupied := make(map[[2]float64]bool)
	for _, other := range others {
		occupied[n.cell(other)] = true
	}
	near := 0
	for _, point := range points {
		if occupied[n.cell(point)] {
			near++
		}
	}
	return float64(near) / float64(len(points))
}

// overTarget says that something is shown over points of the target [n, 2].
func overTarget(target [][]float64) string {
	return " over " + count(len(target), "point") + " of the target in light blue"
}

// describeSamples describes samples [n, 2] over points of their target [m, 2].
func describeSamples(samples, target [][]float64) description {
	around := newNeighbourhoods(target)
	hits := percent(around.shareNear(samples, target))
	covered := percent(around.shareNear(target, samples))
	return description{
		what:  "samples in green over points of the target in light blue",
		shown: count(len(samples), "sample") + " in green" + overTarget(target),
		facts: hits + " of the samples lie where the target has points, and " + covered +
			" of the target's points lie where there are samples. Samples: " + middle(samples) +
			"; target: " + middle(target) + ".",
		key: "Given are the share of the samples that lie where the target has points, and the " +
			"share of the target's points that lie where there are samples.",
		short: hits + " and " + covered,
	}
}

// describePoints describes points [n, 2].
func describePoints(points [][]float64) description {
	x, y := emptySpan(), emptySpan()
	for _, point := range points {
		x.include(span{point[0], point[0]})
		y.include(span{point[1], point[1]})
	}
	short := middle(points)
	alt := description{
		what:  "points in blue",
		shown: count(len(points), "point") + " in blue",
		facts: fmt.Sprintf("They run from %s along x and from %s along y; %s.", x, y, short),
		short: short,
	}
	if len(points) == 1 {
		alt.facts, alt.short = "It is at "+at(points[0])+".", "at "+at(points[0])
	}
	return alt
}

// describeTrajectories describes lines through states [times, n, 2].
func describeTrajectories(states [][][]float64) description {
	noise, data := states[0], states[len(states)-1]
	var along, straight float64
	for k := range noise {
		straight += distance(noise[k], data[k])
		for i := range states[1:] {
			along += distance(states[i][k], states[i+1][k])
		}
	}
	facts := "Noise: " + middle(noise) + "; data: " + middle(data) + "."
	lines, straightOnes := "The lines are ", "straight ones"
	if len(noise) == 1 {
		facts = "It leads from " + at(noise[0]) + " to " + at(data[0]) + "."
		lines, straightOnes = "The line is ", "a straight one"
	}
	short := middle(noise) + " to " + middle(data)
	switch ratio := along / straight; {
	case straight == 0 || ratio > 1e6:
	case ratio < 1.005:
		facts += " " + lines + "straight."
		short += ", straight"
	default:
		bent := strconv.FormatFloat(ratio, 'f', 2, 64)
		facts += " " + lines + bent + " times as long as " + straightOnes + "."
		short += ", " + bent + " times as long as straight"
	}
	return description{
		what:  "lines from noise in orange to data in blue",
		shown: count(len(noise), "line") + " from noise in orange to data in blue",
		facts: facts,
		short: short,
	}
}

// distance returns the distance of two points [2].
func distance(a, b []float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

// describePaths describes at least one path.
func describePaths(paths []Path) description {
	var facts, short []string
	for i, path := range paths {
		name := "Path " + strconv.Itoa(i+1)
		if path.Name != "" {
			name = "“" + cut(oneLine(path.Name), 60) + "”"
		}
		ends := "from " + at(path.Points[0]) + " to " + at(path.Points[len(path.Points)-1])
		length := 0.0
		for k := range path.Points[1:] {
			length += distance(path.Points[k], path.Points[k+1])
		}
		facts = append(facts, fmt.Sprintf("%s leads %s, %s long.", name, ends, number(length)))
		short = append(short, ends)
	}
	return description{
		what:  "paths",
		shown: count(len(paths), "path"),
		facts: listed(facts, "path"),
		short: strings.Join(short[:min(len(short), 4)], ", "),
	}
}

// describe describes the arrows.
func (a arrowCells) describe() description {
	longest, where := 0.0, 0
	for i, vector := range a.vectors {
		if length := math.Hypot(vector.X, vector.Y); length > longest {
			longest, where = length, i
		}
	}
	var vectors [][]float64
	for _, vector := range a.vectors {
		vectors = append(vectors, []float64{vector.X, vector.Y})
	}
	mean, _ := centreAndSpread(vectors)
	roundBeside(mean, longest)
	place := number(longest) + " at " + at([]float64{a.X(where % a.n), a.Y(where / a.n)})
	arrows := fmt.Sprintf("%d by %d arrows", a.n, a.n)
	return description{
		what:  arrows,
		shown: arrows + " on the square from " + a.span().String(),
		facts: "The longest arrow is " + place + "; the mean of all is " + at(mean) + ".",
		key:   "Given is the longest arrow.",
		short: place,
	}
}

// describe describes the density, which shown calls by name.
func (d *densityCells) describe(shown string) description {
	alt := description{
		what:  "a density",
		shown: shown + " on the square from " + d.span().String(),
	}
	var values []float64
	highest, sum := []float64{0, 0}, 0.0
	for row := range d.values {
		for column, value := range d.values[row] {
			if len(values) == 0 || value > d.values[int(highest[1])][int(highest[0])] {
				highest = []float64{float64(column), float64(row)}
			}
			values = append(values, value)
		}
	}
	slices.Sort(values)
	slices.Reverse(values)
	if values[0] == 0 {
		alt.facts, alt.short = "It is 0 everywhere.", "0 everywhere"
		return alt
	}
	for _, value := range values {
		sum += value / values[0]
	}
	half, fullest := 0.0, 0 // The sum and the number of the fullest cells.
	for half < sum/2 {
		half += values[fullest] / values[0]
		fullest++
	}
	place := at([]float64{d.X(int(highest[0])), d.Y(int(highest[1]))})
	area := percent(float64(fullest) / float64(len(values)))
	alt.facts = "It is highest at " + place + ". Half of it lies in " + area + " of the square."
	alt.short = "highest at " + place + ", half of it in " + area + " of the square"
	return alt
}

// describeCurves describes at least one curve of a quantity.
func describeCurves(quantity string, curves []Curve) description {
	epochs := emptySpan()
	var facts, short []string
	for k, curve := range curves {
		for i := range curve.Values {
			epoch := float64(curve.epoch(i))
			epochs.include(span{epoch, epoch})
		}
		name := "Curve " + strconv.Itoa(k+1)
		switch {
		case curve.Name != "":
			name = "“" + cut(oneLine(curve.Name), 60) + "”"
		case len(curves) == 1:
			name = "It"
		}
		facts = append(facts, name+" "+curve.course()+".")
		last := "ends at " + number(curve.Values[len(curve.Values)-1])
		if curve.Name != "" {
			last = name + " " + last
		}
		short = append(short, last)
	}
	quantity = cut(oneLine(quantity), 60)
	if quantity == "" {
		quantity = "a quantity"
	}
	alt := description{what: quantity + " over the epochs"}
	alt.shown = quantity + " over epochs " + epochs.String()
	if epochs.min == epochs.max {
		alt.shown = quantity + " at epoch " + number(epochs.min)
	}
	if len(curves) > 1 {
		alt.shown = count(len(curves), "curve") + " of " + alt.shown
	}
	alt.facts = listed(facts, "curve")
	alt.short = strings.Join(short[:min(len(short), 4)], ", ")
	return alt
}

// course returns the words for how a curve runs.
func (c Curve) course() string {
	lowest, highest, last := 0, 0, len(c.Values)-1
	for i, value := range c.Values {
		if value < c.Values[lowest] {
			lowest = i
		}
		if value > c.Values[highest] {
			highest = i
		}
	}
	digits := span{c.Values[lowest], c.Values[highest]}.digits()
	value := func(i int) string { return significant(c.Values[i], digits) }
	when := func(i int) string { return " at epoch " + strconv.Itoa(c.epoch(i)) }
	switch {
	case lowest == highest:
		return "is " + value(0) + " throughout"
	case highest == 0 && lowest == last:
		return "falls from its highest value, " + value(0) + when(0) + ", to its lowest, " +
			value(last) + when(last)
	case lowest == 0 && highest == last:
		return "rises from its lowest value, " + value(0) + when(0) + ", to its highest, " +
			value(last) + when(last)
	}
	return "starts at " + value(0) + " and ends at " + value(last) + "; it is lowest, " +
		value(lowest) + "," + when(lowest) + " and highest, " + value(highest) + "," + when(highest)
}

// describe describes the histograms of a column.
func (c column) describe() description {
	alt := description{
		name:  c.name,
		what:  "the distribution of a column of the target in blue",
		shown: "the distribution of " + count(len(c.data), "value") + " of the target in blue",
		facts: "Target: " + rangeAndMean(c.data) + ".",
		key:   "Given are range and mean.",
		short: rangeAndMean(c.data),
	}
	if len(c.samples) > 0 {
		alt.what += " and of the samples as a green line"
		alt.shown += " and of " + count(len(c.samples), "sample") + " as a green line"
		alt.facts = strings.TrimSuffix(alt.facts, ".") + "; samples: " +
			rangeAndMean(c.samples) + "."
		alt.key = "Given are range and mean of the target, and of the samples."
		alt.short += ", and " + rangeAndMean(c.samples)
	}
	return alt
}

// rangeAndMean returns the words for the range and the mean of values.
func rangeAndMean(values []float64) string {
	if slices.Min(values) == slices.Max(values) {
		return "always " + number(values[0])
	}
	mean := 0.0
	for _, value := range values {
		mean += value / float64(len(values))
	}
	all := span{slices.Min(values), slices.Max(values)}
	return all.String() + ", mean " + significant(mean, all.digits())
}

// describePair describes the points of two columns.
func describePair(horizontal, vertical column) description {
	correlation := correlationOf(horizontal.data, vertical.data)
	alt := description{
		name:  cut(oneLine(horizontal.name), 30) + " and " + cut(oneLine(vertical.name), 30),
		what:  "the points of two columns",
		shown: "the points of two columns",
		facts: "The correlation of the target is " + correlation + ".",
		key:   "Given is their correlation in the target.",
		short: correlation,
	}
	if len(horizontal.samples) > 0 {
		correlation := correlationOf(horizontal.samples, vertical.samples)
		alt.facts = strings.TrimSuffix(alt.facts, ".") + ", that of the samples " +
			correlation + "."
		alt.key = "Given is their correlation in the target and in the samples."
		alt.short += " and " + correlation
	}
	return alt
}

// correlationOf returns the correlation of x [n] and y [n] with two digits, or "not defined" if one
// of them is constant.
func correlationOf(x, y []float64) string {
	c := stat.Correlation(x, y, nil)
	if math.IsNaN(c) || math.IsInf(c, 0) {
		return "not defined"
	}
	return withMinus(strconv.FormatFloat(math.Round(100*c)/100+0, 'f', 2, 64))
}
