package datasets

import (
	"errors"
	"fmt"
	"math"
)

// Table holds samples as rows of the user's table, made by [Schema.Table].
type Table struct {
	columns []tableColumn
	outside []Outside
}

// TableOptions say what [Schema.Table] does besides.
type TableOptions struct {
	// Clip moves numbers outside the range of the data to its nearest end.
	Clip bool
	// Given is what the samples were generated for, as for [Schema.Given]. The names of its label
	// and conditions become columns after those of the points. Nil adds no columns.
	Given map[string]any
}

// Table returns a table of points [n][Dim()] in the user's units, n at least 1, such as samples of
// a model: a row for each point and a column for each column of the schema. An [Integer] column
// has the nearest integers, a [Category] column the category whose coordinate is largest, and a
// column that is constant in the data its constant. The error names a point with another number of
// coordinates, or one that is not finite, and what is wrong with Given.
func (s Schema) Table(points [][]float64, options TableOptions) (*Table, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("datasets: Table: %w", err)
	}
	if err := s.checkPoints(points); err != nil {
		return nil, fmt.Errorf("datasets: Table: %w", err)
	}
	t := &Table{}
	first := 0
	for _, column := range s.Columns {
		if column.Kind == Category {
			t.columns = append(t.columns, column.wordsOf(points, first))
		} else {
			t.addNumbers(column, column.numbersOf(points, first), options.Clip)
		}
		first += column.width()
	}
	if options.Given == nil {
		return t, nil
	}
	class, values, err := s.given(options.Given)
	if err != nil {
		return nil, fmt.Errorf("datasets: Table: %w", err)
	}
	t.addGiven(s, class, values, len(points))
	return t, nil
}

// Round returns points [n][Dim()] as [Schema.Table] has them, in coordinates again: integers are
// rounded, constants exact, and of the coordinates of a category one is 1 and the others are 0. Its
// errors are those of Table.
func (s Schema) Round(points [][]float64) ([][]float64, error) {
	t, err := s.Table(points, TableOptions{})
	if err != nil {
		return nil, err
	}
	rounded := make([][]float64, len(points))
	for i := range points {
		for _, column := range t.columns {
			rounded[i] = column.appendTo(rounded[i], i)
		}
	}
	return rounded, nil
}

func (s Schema) checkPoints(points [][]float64) error {
	if len(points) == 0 {
		return errors.New("points is empty, it must have at least one point")
	}
	for i, point := range points {
		if len(point) != s.Dim() {
			return fmt.Errorf("points[%d] has %d coordinates, the schema has %d", i, len(point),
				s.Dim())
		}
		for j, coordinate := range point {
			if math.IsNaN(coordinate) || math.IsInf(coordinate, 0) {
				return fmt.Errorf("points[%d][%d] is %v, it must be finite", i, j, coordinate)
			}
		}
	}
	return nil
}

// wordsOf returns the categories of points, whose coordinates begin at an index.
func (c Column) wordsOf(points [][]float64, first int) tableColumn {
	words := tableColumn{name: c.Name, words: c.Categories, codes: make([]int32, len(points))}
	for i, point := range points {
		largest := first
		for j := first; j < first+len(c.Categories); j++ {
			if point[j] > point[largest] {
				largest = j
			}
		}
		words.codes[i] = int32(largest - first)
	}
	return words
}

// numbersOf returns the numbers of points at an index, rounded if they are integers.
func (c Column) numbersOf(points [][]float64, at int) []float64 {
	numbers := make([]float64, len(points))
	for i, point := range points {
		numbers[i] = point[at]
		if c.Kind == Integer {
			numbers[i] = math.Round(point[at]) + 0 // Makes -0 a 0.
		}
	}
	return numbers
}

// addNumbers adds a column, counts the numbers outside its range, and clips them if wanted.
func (t *Table) addNumbers(column Column, numbers []float64, clip bool) {
	outside := Outside{Column: column.Name, Samples: len(numbers), Min: column.Min, Max: column.Max}
	for i, number := range numbers {
		if number < column.Min || number > column.Max {
			outside.Count++
		}
		if clip || column.Min == column.Max {
			numbers[i] = min(max(number, column.Min), column.Max)
		}
	}
	if outside.Count > 0 {
		t.outside = append(t.outside, outside)
	}
	t.columns = append(t.columns, tableColumn{name: column.Name, numbers: numbers})
}

// addGiven adds a column for the class and each condition, with the same value in all rows.
func (t *Table) addGiven(s Schema, class int, values []float64, rows int) {
	if class > 0 {
		t.columns = append(t.columns, tableColumn{
			name: s.Label.Name, words: s.Label.Classes[class-1 : class], codes: make([]int32, rows),
		})
	}
	first := 0
	for _, column := range s.Conditions {
		same := make([][]float64, rows)
		for i := range same {
			same[i] = values
		}
		if column.Kind == Category {
			t.columns = append(t.columns, column.wordsOf(same, first))
		} else {
			numbers := Column{Kind: Number}.numbersOf(same, first)
			t.columns = append(t.columns, tableColumn{name: column.Name, numbers: numbers})
		}
		first += column.width()
	}
}
