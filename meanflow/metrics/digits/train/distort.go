package main

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/metrics/digits/internal/perceptron"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// The largest distortions of an image, in both directions.
const (
	maxShift    = 2.0                // Pixels.
	maxRotation = 12 * math.Pi / 180 // Radians.
	maxStretch  = 0.12               // Of the size.
	maxShear    = 0.15               // Columns per row.
)

// distort builds images [n, perceptron.Pixels], each shifted, rotated, stretched and sheared at
// random: a pixel at (x, y) from the centre takes the bilinear interpolation of the image at
//
//	(a·x + b·y + c, d·x + e·y + f)
//
// from the centre. With a rotation α, a shear s, and stretches w and h of width and height,
//
//	a = w·cos α    b = w·(s - sin α)
//	d = h·sin α    e = h·cos α
//
// Beyond the borders an image continues with the pixels at the border.
func distort(scope *model.Scope, images *Node) *Node {
	const side = perceptron.Side
	g, n := images.Graph(), images.Shape().Dim(0)
	within := func(limit float64) *Node { // [n, 1]
		return MulScalar(AddScalar(random.Uniform(scope, g, n, 1), -0.5), 2*limit)
	}
	angle, shear := within(maxRotation), within(maxShear)
	width, height := OnePlus(within(maxStretch)), OnePlus(within(maxStretch))
	a, b := Mul(width, Cos(angle)), Mul(width, Sub(shear, Sin(angle)))
	d, e := Mul(height, Sin(angle)), Mul(height, Cos(angle))

	index := Iota(g, shapes.Make(dtypes.Int32, 1, perceptron.Pixels), 1)
	row := Div(index, Const(g, int32(side)))
	column := Sub(index, MulScalar(row, side))
	const centre = (side - 1) / 2.0
	fromCentre := func(position *Node) *Node {
		return AddScalar(ConvertDType(position, dtypes.Float32), -centre)
	}
	x, y := fromCentre(column), fromCentre(row)
	sourceX := Add(Add(Mul(a, x), Mul(b, y)), AddScalar(within(maxShift), centre))
	sourceY := Add(Add(Mul(d, x), Mul(e, y)), AddScalar(within(maxShift), centre))

	left, above := Floor(sourceX), Floor(sourceY)
	first := MulScalar(Iota(g, shapes.Make(dtypes.Int32, n, 1), 0), perceptron.Pixels)
	flat := Reshape(images, n*perceptron.Pixels)
	pixel := func(x, y *Node) *Node {
		inside := func(position *Node) *Node {
			return ConvertDType(ClipScalar(position, 0, side-1), dtypes.Int32)
		}
		index := Add(first, Add(MulScalar(inside(y), side), inside(x)))
		return Gather(flat, ExpandAxes(index, -1))
	}
	mix := func(from, to, share *Node) *Node { return Add(from, Mul(share, Sub(to, from))) }
	right, below := OnePlus(left), OnePlus(above)
	shareX, shareY := Sub(sourceX, left), Sub(sourceY, above)
	return mix(
		mix(pixel(left, above), pixel(right, above), shareX),
		mix(pixel(left, below), pixel(right, below), shareX),
		shareY)
}
