package datasets

import (
	"bytes"
	"math"
	"math/bits"
	"regexp"
	"strconv"
)

// parseNumber returns a finite decimal number with a decimal point or comma. Numbers too small for
// float64 become 0.
func parseNumber(cell []byte, decimal byte) (float64, bool) {
	if n := len(cell); decimal == ',' && n > 0 && cell[n-1] == ',' {
		return 0, false // A separator rather than a decimal sign.
	}
	if number, isPlain := parsePlain(cell, decimal); isPlain {
		return number, true
	}
	if decimal == ',' {
		if bytes.IndexByte(cell, '.') >= 0 {
			return 0, false
		}
		if comma := bytes.IndexByte(cell, ','); comma >= 0 {
			var buffer [32]byte
			cell = append(buffer[:0], cell...)
			cell[comma] = '.'
		}
	}
	number, err := strconv.ParseFloat(string(cell), 64)
	isFinite := number-number == 0
	if err != nil || !isFinite || isHexadecimal(cell) || bytes.IndexByte(cell, '_') >= 0 {
		return 0, false
	}
	return number, true
}

// parsePlain returns the number of at most 19 digits with an optional sign, decimal sign and small
// exponent, rounded as ParseFloat does but in a third of its time. It returns false for all else.
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

// isHexadecimal reports whether a number that Go understands begins with 0x.
func isHexadecimal(cell []byte) bool {
	return len(cell) > 2 && (cell[1]|0x20 == 'x' || cell[2]|0x20 == 'x')
}

var (
	thousandsWithCommas = regexp.MustCompile(`^[-+]?[1-9]\d{0,2}(,\d{3})+$`)
	thousandsWithPoints = regexp.MustCompile(`^[-+]?[1-9]\d{0,2}(\.\d{3})+$`)
)

// almostNumbers are what tables contain instead of a number, and what to do about it.
var almostNumbers = []struct {
	pattern *regexp.Regexp
	advice  string
}{
	{regexp.MustCompile(`(?i)^[-+]?(inf|infinity|∞)$`), "is not finite"},
	{regexp.MustCompile(`^[-+]?\d+,\d+([eE][-+]?\d+)?$|^[-+]?,\d+$`),
		"has a comma: set Decimal to ',', or write it without thousands separators"},
	{regexp.MustCompile(`^[-+]?\d{1,3}([,' _\x{a0}\x{2009}\x{202f}]\d{3})+(\.\d*)?$`),
		"has thousands separators: write it without"},
	{regexp.MustCompile(`^[-+]?\d{1,3}([.' _\x{a0}\x{2009}\x{202f}]\d{3})+(,\d*)?$`),
		"has thousands separators: write it without"},
	{regexp.MustCompile(`^[-+]?\d+\.\d*([eE][-+]?\d+)?$|^[-+]?\.\d+$`),
		"has a decimal point: set Decimal to '.'"},
	{regexp.MustCompile(`^[-+]?[\d.,]+ ?[%‰]$`), "is a percentage: write the number alone"},
	{regexp.MustCompile(`^[-+]?[$€£¥] ?[-+]?[\d.,]+$|^[-+]?[\d.,]+ ?[$€£¥]$`),
		"is an amount of money: write the number alone"},
	{regexp.MustCompile(`^[-+]?[\d.]+[dD][-+]?\d+$`), "is Fortran's: write E instead of D"},
	{regexp.MustCompile(`^[-+]?\d+([.,]\d+)? \pL+$|^[-+]?\d+[.,]\d+[\pL°]+$`),
		"has a unit: write the number alone"},
	{regexp.MustCompile(`^['’][-+]?[\d.,]+['’]?$`), "has an apostrophe: write the number alone"},
	{regexp.MustCompile(`^[-+]?\d+ ?/ ?\d+$`), "is a fraction: write it in decimals"},
	{regexp.MustCompile(`^[<>≤≥~≈] ?[-+]?[\d.,]+$`), "is a bound: write a number"},
	{regexp.MustCompile(`^[−–][\d.,]+$`), "has a typographic minus: write -"},
	{regexp.MustCompile(`^[-+]?0[xX][\da-fA-F.pP+-]+$`), "is hexadecimal: write it in decimals"},
	{regexp.MustCompile(`^\d{1,4}([-/.])\d{1,2}[-/.]\d{1,4}([T ].*)?$`),
		"is a date: write a number, such as days, or leave the column out"},
	{regexp.MustCompile(`^\d{1,3}:\d\d(:\d\d([.,]\d+)?)?( ?[aApP][mM])?$`),
		"is a time: write a number, such as seconds, or leave the column out"},
	{regexp.MustCompile(`^[\[(] ?[-+]?[\d.,]|^[-+\d.,]+ ?[\])]$`),
		"has brackets: write the number alone"},
	{regexp.MustCompile(`^[-+]?[\d.]+([;|,:\t ]+[-+]?[\d.]+)+[;|,:\t ]*$`),
		"has several numbers: set Separator"},
}

// adviceOn returns what is wrong with a text that is almost a number, or an empty string.
func adviceOn(cell []byte) string {
	if len(cell) == 0 || len(cell) > 64 {
		return ""
	}
	if number, err := strconv.ParseFloat(string(cell), 64); err != nil && math.IsInf(number, 0) {
		return "is not finite in float64"
	}
	for _, almost := range almostNumbers {
		if almost.pattern.Match(cell) {
			return almost.advice
		}
	}
	return ""
}
