package datasets

import (
	"fmt"
	"slices"
)

// Outside says how many samples lie outside the range of the data in a column.
type Outside struct {
	Column   string
	Count    int     // Samples below Min or above Max, before any clipping.
	Samples  int     // All samples.
	Min, Max float64 // The range of the data.
}

// Outside returns the columns of numbers in which samples lie outside the range of the data, after
// rounding to integers but before clipping.
func (t *Table) Outside() []Outside { return slices.Clone(t.outside) }

// String returns a line such as "mass: 12 of 1,000 samples below 2700 or above 6300".
func (o Outside) String() string {
	return fmt.Sprintf("%s: %s of %s samples below %s or above %s", o.Column, thousands(o.Count),
		thousands(o.Samples), formatNumber(o.Min), formatNumber(o.Max))
}
