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
		"9007199254740993", "9007199254740993.0", "900719925474099.35", "9999999999999999999",
		"18446744073709551615", "18446744073709551616", "0.0000000000000000001", "0e5", "-0e-400",
		"1.000000000000000111", "1.00000000000000011102230246251565",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		number := random.NormFloat64() * math.Pow(10, float64(random.IntN(8)-2))
		halfway := math.Ldexp(float64(1+random.IntN(1<<30)), -random.IntN(31)) // Many end in 5.
		texts = append(texts, fmt.Sprintf("%.*f", random.IntN(20), number),
			fmt.Sprintf("%.*e", random.IntN(20), number), fmt.Sprint(number), fmt.Sprint(halfway),
			fmt.Sprintf("%d.%0*d", random.IntN(100), 1+random.IntN(17), random.Int64N(1e17)),
			fmt.Sprintf("%de%d", random.Uint64N(1<<60), random.IntN(80)-40))
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
		"", "-", ".", "-.", "1.2.3", "1,5", "--1", "1-", "e5", "1e", "1e+", "1e5.", ".e5", "inf",
		"nan", "0x1p-2", "1_000",
		"1e400",
	} {
		if got, isNumber := parseNumber([]byte(text), '.'); isNumber {
			t.Errorf("%q is read as %v, want no number", text, got)
		}
	}
}
