package scale

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// maxQuantiles is the number of quantiles of a long column, as of scikit-learn's
// QuantileTransformer.
const maxQuantiles = 1000

// edge is the smallest probability, as in scikit-learn, and 1 - edge the largest. Without them, the
// ends of a column would go to ±∞.
const edge = 1e-7

// Quantile returns the Column that makes values [n], n at least 1 and all finite, standard normal:
// it takes the quantile of a value to the same quantile of the normal distribution. It keeps at
// most 1,000 quantiles and interpolates linearly, as scikit-learn's QuantileTransformer does with
// output_distribution="normal". It never gives numbers beyond the smallest and the largest value.
func Quantile(values []float64) Column {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	if sorted[0] == sorted[len(sorted)-1] {
		return Column{Centre: sorted[0]}
	}
	var c Column
	n := min(len(values), maxQuantiles)
	for k := range n {
		// Linear interpolation between the order statistics, numpy's default.
		place := float64(k) / float64(n-1) * float64(len(sorted)-1)
		below := min(int(place), len(sorted)-2)
		c.Quantiles = append(c.Quantiles, mix(sorted[below], sorted[below+1], place-float64(below)))
	}
	return c
}

// mix returns the number at a share, from 0 to 1, of the way from a to b: exactly a at 0 and b at
// 1.
func mix(a, b, share float64) float64 {
	if share == 1 {
		return b
	}
	return a + share*(b-a)
}

// quantileToNetwork interpolates the probability of y. Where quantiles are equal it takes the
// middle of their probabilities, as scikit-learn does.
func (c Column) quantileToNetwork(y float64) float64 {
	n := len(c.Quantiles)
	first := sort.SearchFloat64s(c.Quantiles, y)                               // The first >= y.
	last := sort.Search(n, func(k int) bool { return c.Quantiles[k] > y }) - 1 // The last <= y.
	var place float64                                                          // In [0, n - 1].
	switch {
	case y <= c.Quantiles[0]:
		place = 0 // Also where the first quantiles are equal.
	case y >= c.Quantiles[n-1]:
		place = float64(n - 1)
	case c.Quantiles[first] == y:
		place = float64(first+last) / 2
	default:
		low, high := c.Quantiles[last], c.Quantiles[first]
		place = float64(last) + (y-low)/(high-low)
	}
	return distuv.UnitNormal.Quantile(min(max(place/float64(n-1), edge), 1-edge))
}

// quantileToUser interpolates the quantile at Φ(x).
func (c Column) quantileToUser(x float64) float64 {
	k, share := c.segment(x)
	return mix(c.Quantiles[k], c.Quantiles[k+1], share)
}

// quantileSlope returns dy/dx = dy/dp·φ(x), 0 where quantiles are equal or end.
func (c Column) quantileSlope(x float64) float64 {
	k, _ := c.segment(x)
	length := 1 / float64(len(c.Quantiles)-1)
	return (c.Quantiles[k+1] - c.Quantiles[k]) / length * distuv.UnitNormal.Prob(x)
}

// segment returns the quantile below Φ(x) and the share of the way from there to the next one.
func (c Column) segment(x float64) (k int, share float64) {
	p := math.Erfc(-x/math.Sqrt2) / 2
	if p <= edge {
		p = 0 // What ToNetwork takes to the edge comes back exactly.
	} else if p >= 1-edge {
		p = 1
	}
	place := p * float64(len(c.Quantiles)-1)
	k = min(int(place), len(c.Quantiles)-2)
	return k, place - float64(k)
}
