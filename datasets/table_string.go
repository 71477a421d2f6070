package datasets

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
)

// shownRows is the number of rows that String shows.
const shownRows = 10

// String returns the names of the columns and the first ten rows, aligned, with five digits a
// number. [Table.WriteCSV] writes all rows with all digits.
func (t *Table) String() string {
	var text strings.Builder
	rows := t.columns[0].len()
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for row := -1; row < min(rows, shownRows); row++ {
		record := t.record(row)
		for k, column := range t.columns {
			if row >= 0 && !column.isWords() {
				record[k] = fiveDigits(column.numbers[row])
			}
		}
		fmt.Fprintln(table, strings.Join(record, "\t"))
	}
	table.Flush()
	if rows > shownRows {
		fmt.Fprintf(&text, "and %s more rows\n", thousands(rows-shownRows))
	}
	return text.String()
}

// fiveDigits returns a number rounded to five significant digits, an integer with all of its
// digits.
func fiveDigits(number float64) string {
	if number == float64(int64(number)) {
		return formatNumber(number)
	}
	return strconv.FormatFloat(number, 'g', 5, 64)
}
