package metrics

import "math"

// Comparison is a number of the samples beside the same number of real rows, which says how large
// it is without any error of a model.
type Comparison struct{ Samples, Real float64 }

// Ratio returns Samples / Real: 1 if both are 0, and +Inf if only Real is.
func (c Comparison) Ratio() float64 {
	if c.Samples == c.Real {
		return 1
	}
	if c.Real == 0 {
		return math.Inf(1)
	}
	return c.Samples / c.Real
}

// Report says how close samples are to data, as [Compare] measures it. Printing it shows a table of
// the columns, and the other numbers with what they mean.
type Report struct {
	// Rows, SampleRows and HeldOutRows are the numbers of rows of the data, the samples and the
	// held-out rows.
	Rows, SampleRows, HeldOutRows int

	// Columns compares each column by itself, on all rows.
	Columns []Column

	// SlicedWasserstein is the sliced 2-Wasserstein distance to rows of data, of samples and of
	// equally many real rows, in standard deviations. The distance between finite sets depends on
	// their sizes even if their distribution is the same, so both distances are taken between sets
	// of the same sizes. The ratio is 1 on average if samples and data have the same distribution,
	// typically from 0.8 to 1.25; the more rows in a split, the smaller the differences that raise
	// it.
	//
	// The real rows are SplitRows random held-out rows or, without any, random rows of data. They
	// and SplitRows random samples are both compared with the data's other rows, at most 2,500 of
	// them, by [SlicedWasserstein] along the same directions. The distances are means over four
	// such splits.
	SlicedWasserstein Comparison

	// Correlation is the largest difference of correlations between samples and data, on all rows.
	Correlation Correlation

	// SplitRows is the number of samples and of real rows in a split: the number of held-out rows
	// or half the number of rows of data, but at most the number of samples and at most 2,500.
	SplitRows int

	// Nearest is the median distance to the nearest row of data, in standard deviations: of the
	// samples, and of the held-out rows. Without held-out rows, it is that of the data's rows to
	// their nearest other row. A ratio near 0 means that samples are copies of rows, 1 that they
	// are as far from the rows as new rows are.
	Nearest Comparison

	// NearestRows is the largest number of samples and of real rows whose nearest row was searched
	// for, a random subset: at most 2,000, fewer for more than 10,000 rows of data, at least 200.
	// They are compared with all rows of data.
	NearestRows int

	// Copies is the share, from 0 to 1, of samples that equal a row of data in every number, and
	// the share of held-out rows that do. Without held-out rows, it is the share of the data's rows
	// that equal another row.
	Copies Comparison
}
