package datasets

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// formatNumber returns the shortest decimal number that reads back as x to the bit. It has an
// exponent only if x is very large or very small.
func formatNumber(x float64) string {
	format := byte('f')
	if magnitude := math.Abs(x); magnitude >= 1e21 || magnitude < 1e-6 && magnitude > 0 {
		format = 'e'
	}
	return strconv.FormatFloat(x, format, -1, 64)
}

// allNumbers returns the numbers that words stand for, and whether all are finite numbers.
func allNumbers(words []string) ([]float64, bool) {
	numbers := make([]float64, len(words))
	for k, word := range words {
		var isNumber bool
		if numbers[k], isNumber = finiteNumber(word); !isNumber {
			return nil, false
		}
	}
	return numbers, true
}

// finiteNumber returns the number that a word stands for, and whether it is a finite number.
func finiteNumber(word string) (float64, bool) {
	number, err := strconv.ParseFloat(word, 64)
	return number, err == nil && number-number == 0 // NaN unless the number is finite.
}

// byNumberOrLetters compares words by their numbers if all are numbers, otherwise as texts.
func byNumberOrLetters(words []string) func(a, b string) int {
	if _, isNumbers := allNumbers(words); !isNumbers {
		return strings.Compare
	}
	return func(a, b string) int {
		x, _ := finiteNumber(a)
		y, _ := finiteNumber(b)
		return cmp.Or(cmp.Compare(x, y), strings.Compare(a, b))
	}
}
