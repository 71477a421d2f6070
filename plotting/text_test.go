package plotting

import (
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

// TestNumber compares numbers around the limits of their notation.
func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 1: "1", -2.345: "−2.35", 0.00001234: "1.23e−05", 999.4: "999", 999.6: "1000",
		-999.6: "−1000", 1000: "1000", 12345.6: "12346", 999_999.4: "999999", 999_999.6: "1e+06",
		1e6: "1e+06",
	} {
		if got := number(x); got != want {
			t.Errorf("%v is %q, want %q", x, got, want)
		}
	}
}

// TestSpanInWords compares spans whose ends need different numbers of digits.
func TestSpanInWords(t *testing.T) {
	for s, want := range map[span]string{
		{-2, 2}: "−2 to 2", {0.12345, 0.98765}: "0.123 to 0.988",
		{5, 5}: "5 to 5", {0, 0}: "0 to 0",
		{100.11, 100.12}: "100.11 to 100.12", {-100.12, -100.11}: "−100.12 to −100.11",
		{12_340.6, 13_341}: "12341 to 13341", {12_345.5, 12_346.5}: "12345.5 to 12346.5",
		{1, 4000}: "1 to 4000", {1e9, 1e9 + 1}: "1000000000 to 1000000001",
		{1e300, 1.00000000000000002e300}: "1e+300 to 1e+300",
	} {
		if got := s.String(); got != want {
			t.Errorf("%v to %v is %q, want %q", s.min, s.max, got, want)
		}
	}
}

// TestTicksDiffer marks a narrow range far from 0, whose numbers have more than six digits.
func TestTicksDiffer(t *testing.T) {
	var labels []string
	for _, mark := range (ticks{labels: true}).marks(1e9, 1e9+1, 300*vg.Length(cssPixel)) {
		if mark.Label != "" {
			labels = append(labels, mark.Label)
		}
	}
	if want := []string{"1e+09"}; !slices.Equal(labels, want) {
		t.Errorf("the numbers are %q, want %q", labels, want)
	}
}
