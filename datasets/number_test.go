package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestParseNumber compares numbers with strconv.ParseFloat to the bit.
func TestParseNumber(t *testing.T) {
	texts := []string{
		"0", "-0", "-0.0", ".5", "5.", "-.5", "+1", "1e5", "999999999999999", "9999999999999999",
		"99999999999999.9", "0.000000000000001", "-123456789012345", "0.1", "123456.789", "1e-400",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		texts = append(texts, fmt.Sprintf("%.*f", random.IntN(18), random.NormFloat64()*
			math.Pow(10, float64(random.IntN(8)-2))))
	}
	for _, text := range texts {
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		got, isNumber := parseNumber([]byte(text), '.')
		if !isNumber || math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%s is read as %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{
		"", "-", ".", "-.", "1.2.3", "1,5", "--1", "1-", "e5", "inf", "nan", "0x1p-2", "1_000",
		"1e400",
	} {
		if got, isNumber := parseNumber([]byte(text), '.'); isNumber {
			t.Errorf("%q is read as %v, want no number", text, got)
		}
	}
}
