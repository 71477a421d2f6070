package metrics

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"gonum.org/v1/gonum/stat/distuv"
)

// String returns the report as text: a table with a line for each column, then the other numbers,
// each with what it means.
func (r Report) String() string {
	var text strings.Builder
	realRows := "two halves of the data"
	fmt.Fprintf(&text, "%d samples, %d rows of data", r.SampleRows, r.Rows)
	if r.HeldOutRows > 0 {
		realRows = "held-out rows"
		fmt.Fprintf(&text, ", %d held-out rows", r.HeldOutRows)
	}
	text.WriteString("\n\n")
	r.writeTable(&text)
	fmt.Fprintf(&text, `
outside: samples beyond the data's range. W1: Wasserstein distance in the column's units.
W1/dev: the same in the data's standard deviations. KS: largest difference of the cumulative
distributions, from 0 to 1; chance exceeds %s in one column of 20.

`, short(r.chanceKS(), 2))
	write := func(name string, c Comparison, of, meaning string) {
		fmt.Fprintf(&text, "%s %s, %s %s: ratio %.2f\n    (%s)\n",
			name, short(c.Samples, 3), of, short(c.Real, 3), c.Ratio(), meaning)
	}
	write("Sliced Wasserstein distance", r.SlicedWasserstein, realRows,
		"1: as close to the data as real rows, more: farther")
	r.writeCorrelation(&text)
	between, equal := "held-out rows", "of the held-out rows"
	if r.HeldOutRows == 0 {
		between, equal = "between rows of data", "of the rows equal another"
	}
	write("Distance to the nearest row", r.Nearest, between,
		"1: as far as new rows, near 0: copies of rows; "+r.memorising())
	fmt.Fprintf(&text, "Equal to a row of data: %s of the samples; %s %s\n",
		percent(r.Copies.Samples), percent(r.Copies.Real), equal)
	fmt.Fprintf(&text, "Rows compared at a time: %d, for the nearest row %d\n",
		r.SplitRows, r.NearestRows)
	return text.String()
}

// writeTable writes the table of the columns.
func (r Report) writeTable(text *strings.Builder) {
	rows := [][]string{{
		"column", "mean", "samples", "dev", "samples", "min", "max", "outside",
		"W1", "W1/dev", "KS",
	}}
	for _, c := range r.Columns {
		digits := c.digits()
		rows = append(rows, []string{
			printable(c.Name), short(c.Mean, digits), short(c.SamplesMean, digits),
			short(c.Deviation, 4), short(c.SamplesDeviation, 4),
			short(c.Min, digits), short(c.Max, digits),
			percent(c.Outside),
			short(c.Wasserstein, 3), short(c.Relative, 3), short(c.KolmogorovSmirnov, 3),
		})
	}
	width := 0
	for _, cells := range rows {
		width = max(width, utf8.RuneCountInString(cells[0]))
	}
	table := tabwriter.NewWriter(text, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, cells := range rows {
		// Spaces put the names to the left.
		fmt.Fprintf(table, "%-*s\t%s\t\n", width, cells[0], strings.Join(cells[1:], "\t"))
	}
	table.Flush() // A strings.Builder returns no error.
}

// digits returns the number of significant digits that shows a hundredth of the deviation, from 4
// to 15: years and temperatures in kelvin differ in late digits.
func (c Column) digits() int {
	largest := max(math.Abs(c.Min), math.Abs(c.Max))
	if c.Deviation == 0 || largest == 0 {
		return 4
	}
	exponent := func(number float64) int { return int(math.Floor(math.Log10(number))) }
	return min(max(4, 3+exponent(largest)-exponent(c.Deviation)), 15)
}

// writeCorrelation writes the largest difference of correlations, and names the columns that have
// none.
func (r Report) writeCorrelation(text *strings.Builder) {
	var constant []string
	for _, c := range r.Columns {
		if c.Deviation == 0 || c.SamplesDeviation == 0 {
			constant = append(constant, printable(c.Name))
		}
	}
	if c := r.Correlation; c.Second > 0 {
		fmt.Fprintf(text, "Largest difference of correlations %s: %.2f, not %.2f, of %s and %s\n"+
			"    (chance exceeds %s in one report of 20)\n",
			short(c.Difference(), 3), c.Samples, c.Data, printable(r.Columns[c.First].Name),
			printable(r.Columns[c.Second].Name), short(r.chanceCorrelation(len(constant)), 2))
	}
	if constant != nil {
		fmt.Fprintf(text, "Constant, so without correlations: %s\n", strings.Join(constant, ", "))
	}
}

// memorising says in words whether the samples are closer to the rows of data than real rows are.
func (r Report) memorising() string {
	const (
		enough = 20  // Of fewer rows, the ratio says little.
		half   = 0.5 // With enough rows, the ratio is hardly ever smaller by chance.
	)
	real := r.HeldOutRows
	if real == 0 {
		real = r.Rows
	}
	if min(r.SampleRows, real) < enough {
		return "too few rows to tell"
	}
	// Where values repeat, as integers do, real rows equal rows of data too.
	repeats := r.Nearest.Samples == 0 && r.Copies.Ratio() < 2
	if r.Nearest.Ratio() < half && !repeats {
		return "the samples copy rows"
	}
	return "no sign of copying"
}

// chanceKS returns the Kolmogorov–Smirnov statistic that samples and data of the same distribution
// exceed with a probability of 5 % (Smirnov, "Table for Estimating the Goodness of Fit of Empirical
// Distributions", 1948), if they have many rows and no value twice.
func (r Report) chanceKS() float64 {
	n, m := float64(r.SampleRows), float64(r.Rows)
	return math.Sqrt(-math.Log(0.05/2) / 2 * (n + m) / (n * m))
}

// chanceCorrelation returns a difference of correlations that the largest one exceeds with a
// probability of at most 5 % if samples and data have the same normal distribution and many rows: a
// correlation coefficient ρ of n rows has the variance (1 - ρ²)²/n ≤ 1/n, and Bonferroni's
// inequality covers all pairs of columns that aren't constant.
func (r Report) chanceCorrelation(constant int) float64 {
	varying := len(r.Columns) - constant
	pairs := float64(varying*(varying-1)) / 2
	deviation := math.Sqrt(1/float64(r.SampleRows) + 1/float64(r.Rows))
	return deviation * distuv.UnitNormal.Quantile(1-0.05/2/pairs)
}

// short returns a number with a number of significant digits, and all digits before the point: in
// scientific notation below 0.001 and from 1e6 on.
func short(number float64, digits int) string {
	magnitude := math.Abs(number)
	if number == 0 || !(magnitude >= 1e-3 && magnitude < 1e6) {
		return strconv.FormatFloat(number, 'g', digits, 64)
	}
	decimals := digits - 1 - int(math.Floor(math.Log10(magnitude)))
	return strconv.FormatFloat(number, 'f', max(0, decimals), 64)
}

// percent returns a share as a percentage.
func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

// printable returns a name with a space for each line break, tab and other control character, which
// would break the table.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, name)
}
