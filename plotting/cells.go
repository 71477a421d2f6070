package plotting

// cells divides the square [low, low + n*width]² into n by n cells, in data units.
type cells struct {
	low, width float64
	n          int
}

// newCells divides the square [low, high]² into n by n cells.
func newCells(low, high float64, n int) cells {
	return cells{low: low, width: (high - low) / float64(n), n: n}
}

// X returns the horizontal coordinate of a column's centre.
func (c cells) X(column int) float64 { return c.low + c.width*(float64(column)+0.5) }

// Y returns the vertical coordinate of a row's centre; row 0 is the lowest.
func (c cells) Y(row int) float64 { return c.X(row) }

// span returns the range of the cells along each axis.
func (c cells) span() span { return span{c.low, c.low + float64(c.n)*c.width} }

// centres returns the centres [n*n, 2] of the cells, row by row from below.
func (c cells) centres() [][]float64 {
	points := make([][]float64, 0, c.n*c.n)
	for row := range c.n {
		for column := range c.n {
			points = append(points, []float64{c.X(column), c.Y(row)})
		}
	}
	return points
}
