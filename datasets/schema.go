package datasets

import (
	"fmt"
	"strings"
)

// Schema describes the columns of points, their classes and their conditions. A checkpoint keeps
// it, so that samples of a loaded model become rows of a table again; see [ParseSchema].
type Schema struct {
	// Columns make the coordinates of the points: one coordinate for each column of numbers, and
	// one for each category of a [Category] column.
	Columns []Column `json:"columns"`
	// Label is the zero Label if there are no classes.
	Label Label `json:"label,omitzero"`
	// Conditions make the condition values, as Columns make the coordinates.
	Conditions []Column `json:"conditions,omitempty"`
}

// Column describes a column of points or conditions.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Categories are the different words of a [Category] column, in the order of its coordinates:
	// alphabetical, or ascending if all are numbers. Nil for other columns.
	Categories []string `json:"categories,omitempty"`
	// Min and Max are the smallest and the largest number, 0 for a [Category] column.
	Min float64 `json:"min,omitzero"`
	Max float64 `json:"max,omitzero"`
}

// Label describes the column of the classes.
type Label struct {
	Name string `json:"name"`
	// Classes are the names of the classes: Classes[0] is that of class 1. They are in the order
	// of [Column.Categories].
	Classes []string `json:"classes"`
}

// Kind says what a column holds.
type Kind int

// Kinds of columns.
const (
	Number   Kind = iota // Numbers.
	Integer              // Numbers that are all integers.
	Category             // Words.
)

var kinds = []string{"number", "integer", "category"}

// String returns "number", "integer" or "category".
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kinds) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kinds[k]
}

// Dim returns the number of coordinates of a point.
func (s Schema) Dim() int { return width(s.Columns) }

// Names returns a name for each coordinate, [Dim()]: that of its column or, for a category,
// "column=category".
func (s Schema) Names() []string {
	var names []string
	for _, column := range s.Columns {
		if column.Kind != Category {
			names = append(names, column.Name)
		}
		for _, category := range column.Categories {
			names = append(names, column.Name+"="+category)
		}
	}
	return names
}

// ConditionNames returns what [Schema.Given] needs: the name of the label, if there is one, and the
// names of the conditions.
func (s Schema) ConditionNames() []string {
	var names []string
	if len(s.Label.Classes) > 0 {
		names = append(names, s.Label.Name)
	}
	for _, column := range s.Conditions {
		names = append(names, column.Name)
	}
	return names
}

// width returns the number of coordinates that columns make.
func width(columns []Column) int {
	sum := 0
	for _, column := range columns {
		sum += column.width()
	}
	return sum
}

// width returns the number of coordinates that a column makes.
func (c Column) width() int {
	if c.Kind == Category {
		return len(c.Categories)
	}
	return 1
}

// shownWords is the number of classes or categories that String shows.
const shownWords = 10

// String returns a line for each column of the points, then for the classes, then for each
// condition, with at most ten classes or categories a line.
func (s Schema) String() string {
	var lines []string
	for _, column := range s.Columns {
		lines = append(lines, column.String())
	}
	if classes := s.Label.Classes; len(classes) > 0 {
		lines = append(lines, fmt.Sprintf("class %s: %s", s.Label.Name,
			listedUpTo(shownWords, classes)))
	}
	for _, column := range s.Conditions {
		lines = append(lines, "condition "+column.String())
	}
	return strings.Join(lines, "\n")
}

// String returns a line such as "year: integer from 2007 to 2009".
func (c Column) String() string {
	if c.Kind == Category {
		return fmt.Sprintf("%s: category %s", c.Name, listedUpTo(shownWords, c.Categories))
	}
	return fmt.Sprintf("%s: %v from %v to %v", c.Name, c.Kind, formatNumber(c.Min),
		formatNumber(c.Max))
}
