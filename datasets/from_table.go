package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// maxCategories is the largest number of different words in a column, and of classes.
const maxCategories = 1000

// fromTable returns the points of a table with a name for errors. The points own the table.
func fromTable(name string, t *table) (*Points, error) {
	p := &Points{name: name, format: t.format, lines: t.lines}
	for _, column := range t.columns {
		if err := p.add(column); err != nil {
			return nil, fmt.Errorf("datasets: %w", err)
		}
	}
	if len(p.coordinates) == 0 || p.Len() == 0 {
		return nil, fmt.Errorf("datasets: %s has %d columns for the points, it must have at least "+
			"one, and one row", shortPath(name), len(p.coordinates))
	}
	p.describe()
	if err := p.schema.check(); err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", shortPath(name), err)
	}
	p.prepare()
	return p, nil
}

// add puts a column where its role belongs.
func (p *Points) add(column tableColumn) error {
	if column.role == roleLabel && !column.isWords() {
		column.toWords()
	}
	if err := p.checkColumn(column); err != nil {
		return err
	}
	if column.isWords() {
		column.sortWords()
	}
	switch column.role {
	case roleLabel:
		p.label = &column
	case roleCondition:
		p.conditions = append(p.conditions, column)
	default:
		p.coordinates = append(p.coordinates, column)
	}
	return nil
}

// checkColumn returns an error if a number is out of range, or there are too many words.
func (p *Points) checkColumn(column tableColumn) error {
	if count := len(column.words); count > maxCategories {
		return fmt.Errorf("%s, column %s has %s different values, at most %s can be categories or "+
			"classes", shortPath(p.name), quoted(column.name), thousands(count),
			thousands(maxCategories))
	}
	for i, number := range column.numbers {
		if !(math.Abs(number) <= scale.MaxMagnitude) {
			return fmt.Errorf("%s, column %s: %v must be finite and at most 1e300 in magnitude",
				p.place(i), quoted(column.name), number)
		}
	}
	return nil
}

// describe sets the schema.
func (p *Points) describe() {
	p.schema = Schema{Columns: describeAll(p.coordinates), Conditions: describeAll(p.conditions)}
	if p.label != nil {
		p.schema.Label = Label{Name: p.label.name, Classes: p.label.words}
	}
}

func describeAll(columns []tableColumn) []Column {
	var described []Column
	for _, column := range columns {
		described = append(described, describeColumn(column))
	}
	return described
}

// describeColumn returns the kind and range of a column.
func describeColumn(column tableColumn) Column {
	if column.isWords() {
		return Column{Name: column.name, Kind: Category, Categories: column.words}
	}
	kind := Integer
	if slices.ContainsFunc(column.numbers, func(y float64) bool { return y != math.Trunc(y) }) {
		kind = Number
	}
	return Column{
		Name: column.name, Kind: kind,
		Min: slices.Min(column.numbers), Max: slices.Max(column.numbers),
	}
}
