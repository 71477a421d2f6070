package network

import "math"

// positions returns the features of the positions in a grid of rows × columns,
// [rows·columns][width] in the order of rows. Half of the width is of the column, half of the row.
// The features of a position p are sin(p·ωₖ), then cos(p·ωₖ), for ωₖ = 10000^(-k/(width/4)) and
// k = 0, …, width/4 - 1 (A. Vaswani et al., arXiv 1706.03762, section 3.5, for two axes as in W.
// Peebles and S. Xie, arXiv 2212.09748). The width is a multiple of 4.
func positions(rows, columns, width int) [][]float64 {
	quarter := width / 4
	grid := make([][]float64, 0, rows*columns)
	for row := range rows {
		for column := range columns {
			features := make([]float64, width)
			for k := range quarter {
				frequency := math.Pow(10000, -float64(k)/float64(quarter))
				features[k], features[quarter+k] = math.Sincos(float64(column) * frequency)
				features[2*quarter+k], features[3*quarter+k] =
					math.Sincos(float64(row) * frequency)
			}
			grid = append(grid, features)
		}
	}
	return grid
}
