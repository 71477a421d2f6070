package datasets

import "sort"

// table is what a file holds, in columns.
type table struct {
	columns []tableColumn // Those of the points, then the label, then conditions.
	format  Format
	lines   lineNumbers
}

// tableColumn is a column of numbers or of words.
type tableColumn struct {
	name    string
	role    role
	numbers []float64 // [rows]; nil for words.
	codes   []int32   // [rows], indices into words; nil for numbers.
	words   []string  // The different words, in the order of their first use.
}

// role is what a column is used for.
type role int

const (
	rolePoint     role = iota // A coordinate of the points.
	roleLabel                 // The class.
	roleCondition             // A condition value.
)

// lineNumbers are the lines of a file on which rows begin: rows from starts[k].row on begin
// starts[k].offset lines further down than their index says.
type lineNumbers []struct{ row, offset int }

// of returns the line of a row, or 0 if the rows come from no text.
func (l lineNumbers) of(row int) int {
	after := sort.Search(len(l), func(k int) bool { return l[k].row > row })
	if after == 0 {
		return 0
	}
	return row + l[after-1].offset
}
