package datasets

import (
	"math"
	"math/bits"
)

// parsePlain returns the number of at most 19 digits with an optional sign, decimal sign and small
// exponent, rounded as strconv.ParseFloat does. It returns false for all else, which is left to
// ParseFloat. ParseFloat alone would take half of the time of reading a table: parsePlain takes a
// third of that.
func parsePlain(cell []byte, decimal byte) (float64, bool) {
	isNegative := len(cell) > 0 && cell[0] == '-'
	if isNegative {
		cell = cell[1:]
	}
	var whole uint64 // The digits without the decimal sign.
	point := -1
	end := 0
	for ; end < len(cell); end++ {
		if digit := cell[end] - '0'; digit <= 9 {
			whole = 10*whole + uint64(digit) // Wraps beyond 19 digits, which are refused below.
		} else if cell[end] == decimal && point < 0 {
			point = end
		} else {
			break
		}
	}
	digits, fraction := end, 0
	if point >= 0 {
		digits, fraction = end-1, end-1-point
	}
	exponent, isPlain := parseExponent(cell[end:])
	if digits == 0 || digits > 19 || !isPlain {
		return 0, false
	}
	number, isExact := timesPowerOf10(whole, exponent-fraction)
	if isNegative {
		number = -number
	}
	return number, isExact
}

// parseExponent returns the exponent that e+05 means, and 0 for no bytes.
func parseExponent(text []byte) (int, bool) {
	if len(text) == 0 {
		return 0, true
	}
	if text[0]|0x20 != 'e' {
		return 0, false
	}
	text = text[1:]
	isNegative := len(text) > 0 && text[0] == '-'
	if isNegative || len(text) > 0 && text[0] == '+' {
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 3 {
		return 0, false
	}
	exponent := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		exponent = 10*exponent + int(c-'0')
	}
	if isNegative {
		exponent = -exponent
	}
	return exponent, true
}

// powersOf10 are exact in float64 up to 10²², and in uint64 up to 10¹⁹.
var powersOf10 = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// timesPowerOf10 returns whole·10^exponent, correctly rounded, or false if that takes more than 64
// bits.
func timesPowerOf10(whole uint64, exponent int) (float64, bool) {
	const largestExact = 1 << 53
	largest := len(powersOf10) - 1
	switch {
	case whole <= largestExact && 0 <= exponent && exponent <= largest:
		return float64(whole) * powersOf10[exponent], true
	case whole <= largestExact && -largest <= exponent && exponent < 0:
		return float64(whole) / powersOf10[-exponent], true
	case -19 <= exponent && exponent <= 0:
		return quotient(whole, uint64(powersOf10[-exponent])), true
	}
	return 0, false
}

// quotient returns a/b, correctly rounded, for a and b of at least 1. It divides in 128 bits to a
// quotient of 64 bits, whose last bit says whether there is a rest; converting it rounds it once.
func quotient(a, b uint64) float64 {
	shiftA, shiftB := bits.LeadingZeros64(a), bits.LeadingZeros64(b)
	a <<= shiftA
	b <<= shiftB
	exponent := shiftB - shiftA - 64
	var low uint64
	if a >= b { // Div64 needs a < b.
		a, low = a>>1, a<<63
		exponent++
	}
	q, rest := bits.Div64(a, low, b)
	if rest > 0 {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023+exponent)<<52) // Times 2^exponent.
}
