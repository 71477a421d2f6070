package random

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
)

// NormalQuantile builds the quantiles of the standard normal distribution, with the shape and data
// type of probability:
//
//	Φ⁻¹(p) = √2·erf⁻¹(2p - 1)
//
// It uses the polynomials of M. Giles ("Approximating the erfinv function", GPU Computing Gems,
// 2011), which are accurate to single precision. Probabilities are clipped to [2⁻²⁴, 1 - 2⁻²⁴], so
// the quantiles lie within ±5.42.
func NormalQuantile(probability *Node) *Node {
	const least = 1.0 / (1 << 24)
	p := ClipScalar(probability, least, 1-least)
	w := Neg(Log(MulScalar(Mul(p, OneMinus(p)), 4)))
	center := polynomial(SubScalar(w, 2.5), 2.81022636e-08, 3.43273939e-07, -3.5233877e-06,
		-4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941)
	tail := polynomial(SubScalar(Sqrt(w), 3), -0.000200214257, 0.000100950558, 0.00134934322,
		-0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682)
	isCenter := LessThan(w, ConstAs(w, 5))
	ratio := Where(isCenter, center, tail) // erf⁻¹(2p - 1)/(2p - 1).
	return MulScalar(Mul(ratio, SubScalar(MulScalar(p, 2), 1)), math.Sqrt2)
}

// polynomial builds Σ coefficients[i]·x^(n-1-i) for n coefficients, the one of the highest power
// first.
func polynomial(x *Node, coefficients ...float64) *Node {
	sum := ConstAs(x, coefficients[0])
	for _, coefficient := range coefficients[1:] {
		sum = AddScalar(Mul(sum, x), coefficient)
	}
	return sum
}
