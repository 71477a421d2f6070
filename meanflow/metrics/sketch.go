package metrics

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// sketch is a row in few coordinates: its coordinates in an orthonormal basis, and the distance
// from the space of the basis. By Pythagoras and the triangle inequality, the distance of two
// sketches is at most the distance of their rows.
type sketch struct {
	coordinates []float64 // [sketchSize]
	squaredNorm float64   // Of the coordinates, which is that of the row minus the basis' centre.
}

// sketchSize is the number of coordinates of a sketch.
const sketchSize = 48

// sketchingPays returns whether a search for the nearest of many rows with dim coordinates is
// faster with sketches, which take time themselves.
func sketchingPays(queries, rows, dim int) bool {
	return dim >= 3*sketchSize && queries >= sketchSize && rows >= 10*sketchSize
}

// squaredBound returns a number that is at most the squared distance of the rows. Rounding errors
// of the distance from the space of the basis can be 1e-8 times the norm, as it is the square root
// of a difference of squares. A share of the norms, far above such errors, is subtracted.
func (s sketch) squaredBound(other sketch) float64 {
	const share = 1e-6
	norms := s.squaredNorm + other.squaredNorm
	return (1-share)*norms - 2*floats.Dot(s.coordinates, other.coordinates)
}

// squaredBounds sets bounds[k·len(rows)+i] to a number that is at most the squared distance of
// query k and row i.
func squaredBounds(bounds []float64, queries, rows []sketch) {
	const block = 256 // Rows that stay in the caches.
	for first := 0; first < len(rows); first += block {
		for k, query := range queries {
			for i := first; i < min(first+block, len(rows)); i++ {
				bounds[k*len(rows)+i] = query.squaredBound(rows[i])
			}
		}
	}
}

// basis is an orthonormal basis [dim, sketchSize-1] of a space through a centre.
type basis struct {
	centre  []float64
	vectors mat.Dense
}

// newBasis returns a basis of the space that some of the rows span. It holds most of the variance
// of the others, too, if coordinates are as related as the pixels of images are. It returns false
// if gonum finds no basis.
func newBasis(rows [][]float64) (_ basis, ok bool) {
	dim, count := len(rows[0]), sketchSize-1
	chosen := make([][]float64, count)
	centre := make([]float64, dim)
	for k := range chosen {
		chosen[k] = rows[k*len(rows)/count]
		floats.AddScaled(centre, 1/float64(count), chosen[k])
	}
	var svd mat.SVD
	if !svd.Factorize(centred(chosen, centre).T(), mat.SVDThinU) {
		return basis{}, false
	}
	b := basis{centre: centre}
	svd.UTo(&b.vectors)
	return b, true
}

// centred returns the rows minus a centre, [n, dim].
func centred(rows [][]float64, centre []float64) *mat.Dense {
	differences := mat.NewDense(len(rows), len(centre), nil)
	for i, row := range rows {
		floats.SubTo(differences.RawRowView(i), row, centre)
	}
	return differences
}

// sketches returns the sketches of rows.
func (b basis) sketches(rows [][]float64) []sketch {
	const block = 256 // Rows in a product of matrices.
	sketches := make([]sketch, len(rows))
	parallel((len(rows)+block-1)/block, func(next func() (k int, ok bool)) {
		for k, ok := next(); ok; k, ok = next() {
			first, end := k*block, min((k+1)*block, len(rows))
			differences := centred(rows[first:end], b.centre)
			var product mat.Dense
			product.Mul(differences, &b.vectors)
			for i := range end - first {
				coordinates := product.RawRowView(i)
				row := differences.RawRowView(i)
				norm := floats.Dot(row, row)
				rest := norm - floats.Dot(coordinates, coordinates)
				coordinates = append(coordinates[:len(coordinates):len(coordinates)],
					math.Sqrt(max(0, rest)))
				sketches[first+i] = sketch{coordinates, norm}
			}
		}
	})
	return sketches
}
