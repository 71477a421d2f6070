package datasets

import (
	"slices"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// categoryScale is the scale of all coordinates of a column of words. It takes 0 and 1 to numbers
// 2 apart, as the bits of Chen et al. are ("Analog Bits", arXiv 2208.04202), and is the deviation
// of two categories of equal probability. The deviation of a rare category would take its 1 far
// away: with a share of 1 in 10,000, to 100. A scale for all keeps categories equally far apart.
const categoryScale = 0.5

// Scale returns how the coordinates [Dim()] and the condition values [Values()] relate to the
// network's numbers, which [Points.Sample] and [Points.SampleConditioned] build. Each column of
// numbers is standardized, or made normal after [Points.WithQuantiles]. The coordinates of words
// are centred and divided by 1/2, unless all rows have the same word.
//
// The error is an [OutlierError] if a number is wildly off.
func (p *Points) Scale() (points, values []scale.Column, err error) {
	if err := p.outlier(); err != nil {
		return nil, nil, err
	}
	s := p.scales()
	return slices.Clone(s.points), slices.Clone(s.values), nil
}

// WithQuantiles returns the same points with another scale: a quantile transform gives each column
// of numbers the standard normal distribution, as [scale.Quantile] explains. It suits heavy tails
// and outliers. Samples never lie outside the range of the data.
func (p *Points) WithQuantiles() *Points {
	quantiles := *p
	quantiles.byQuantiles = true
	quantiles.prepare()
	return &quantiles
}

func (p *Points) computeScales() scales {
	return scales{points: p.scalesOf(p.coordinates), values: p.scalesOf(p.conditions)}
}

// scalesOf returns the scales of all coordinates that columns make.
func (p *Points) scalesOf(columns []tableColumn) []scale.Column {
	var all []scale.Column
	for _, column := range columns {
		switch {
		case column.isWords():
			all = append(all, categoryScales(column)...)
		case p.byQuantiles:
			all = append(all, scale.Quantile(column.numbers))
		default:
			all = append(all, scale.Standard(column.numbers))
		}
	}
	return all
}

// categoryScales returns the scales of the coordinates of a column of words. The coordinate of a
// category that all rows have, or none, is constant.
func categoryScales(column tableColumn) []scale.Column {
	scales := make([]scale.Column, len(column.words))
	for _, code := range column.codes {
		scales[code].Centre++
	}
	for k := range scales {
		scales[k].Centre /= float64(column.len()) // The category's share.
		if share := scales[k].Centre; share > 0 && share < 1 {
			scales[k].Scale = categoryScale
		}
	}
	return scales
}
