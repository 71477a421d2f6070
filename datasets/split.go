package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Split holds out a share, above 0 and below 1, of the points: heldOut has that many random
// points, at least one, and rest the others, in their order. The seed determines which. Both have
// the same classes, categories and kinds of columns as p, but their own ranges and scales. It
// returns an error for another share, or if no points would be left to train on.
func (p *Points) Split(share float64, seed int64) (rest, heldOut *Points, err error) {
	if !(share > 0 && share < 1) {
		return nil, nil, fmt.Errorf("datasets: Split: share is %v, it must be above 0 and below 1",
			share)
	}
	count := max(1, int(math.Round(share*float64(p.Len()))))
	if count >= p.Len() {
		return nil, nil, fmt.Errorf("datasets: Split: a share of %v of %d points leaves none to "+
			"train on", share, p.Len())
	}
	order := rand.New(rand.NewPCG(uint64(seed), 0)).Perm(p.Len())
	slices.Sort(order[:count])
	slices.Sort(order[count:])
	return p.subset(order[count:]), p.subset(order[:count]), nil
}

// subset returns only some of the points, in their order.
func (p *Points) subset(rows []int) *Points {
	part := *p
	part.rows = make([]int, len(rows))
	for i, row := range rows {
		if part.rows[i] = row; p.rows != nil {
			part.rows[i] = p.rows[row]
		}
	}
	part.coordinates = subsets(p.coordinates, rows)
	part.conditions = subsets(p.conditions, rows)
	if p.label != nil {
		label := p.label.subset(rows)
		part.label = &label
	}
	part.describe()
	keepKinds(part.schema.Columns, p.schema.Columns)
	keepKinds(part.schema.Conditions, p.schema.Conditions)
	part.prepare()
	return &part
}

func subsets(columns []tableColumn, rows []int) []tableColumn {
	var parts []tableColumn
	for _, column := range columns {
		parts = append(parts, column.subset(rows))
	}
	return parts
}

// keepKinds gives columns the kinds of others: a part of a column of numbers may have only
// integers.
func keepKinds(columns, others []Column) {
	for k := range columns {
		columns[k].Kind = others[k].Kind
	}
}
