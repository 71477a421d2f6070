package datasets_test

import (
	"math"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

type fingerprinted interface{ Fingerprint() string }

func TestFingerprintsOfNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range datasets.Names() {
		distribution, err := datasets.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		fingerprint := distribution.(fingerprinted).Fingerprint()
		if other, found := seen[fingerprint]; found || fingerprint == "" {
			t.Errorf("%q and %q have the fingerprint %q", name, other, fingerprint)
		}
		seen[fingerprint] = name
	}
	for _, again := range []datasets.Distribution{
		datasets.Checkerboard{}, datasets.Crescent{}, datasets.Spiral{}, datasets.Gaussian{},
		datasets.EightGaussians(), datasets.Moons{}, datasets.Rings{}, datasets.Pinwheel{},
		datasets.SwissRoll{}, datasets.SwissRoll{Height: true}, datasets.TwoSpirals{},
	} {
		fingerprint := again.(fingerprinted).Fingerprint()
		if name := seen[fingerprint]; name != again.Name() {
			t.Errorf("a new %q has the fingerprint %q of %q", again.Name(), fingerprint, name)
		}
		delete(seen, fingerprint)
	}
	if len(seen) > 0 {
		t.Errorf("not constructed again: %v", seen)
	}
}

func TestFingerprintOfGaussian(t *testing.T) {
	base := datasets.Gaussian{}.Fingerprint()
	if got := (datasets.Gaussian{Deviation: 1, Dimensions: 2}).Fingerprint(); got != base {
		t.Errorf("with the defaults written out: %q, want %q", got, base)
	}
	for _, other := range []datasets.Gaussian{
		{Deviation: math.Nextafter(1, 2)}, {Dimensions: 3},
	} {
		if other.Fingerprint() == base {
			t.Errorf("%+v has the fingerprint %q of the default", other, base)
		}
	}
}

func TestFingerprintOfMixture(t *testing.T) {
	fingerprint := func(weights []float64, means [][]float64, deviations []float64) string {
		t.Helper()
		mixture, err := datasets.NewMixture(weights, means, deviations)
		if err != nil {
			t.Fatal(err)
		}
		return mixture.Fingerprint()
	}
	weights, deviations := []float64{1, 3}, []float64{0.5, 0.25}
	means := [][]float64{{2, 0}, {-1, 1}}
	base := fingerprint(weights, means, deviations)
	if got := fingerprint([]float64{2, 6}, means, deviations); got != base {
		t.Errorf("with weights in the same ratio: %q, want %q", got, base)
	}
	otherMeans := [][]float64{{2, 0}, {math.Nextafter(-1, 0), 1}}
	for name, got := range map[string]string{
		"weight":    fingerprint([]float64{math.Nextafter(1, 2), 3}, means, deviations),
		"mean":      fingerprint(weights, otherMeans, deviations),
		"deviation": fingerprint(weights, means, []float64{0.5, math.Nextafter(0.25, 1)}),
	} {
		if got == base {
			t.Errorf("another %s, the same fingerprint %q", name, base)
		}
	}
}

func TestFingerprintOfPoints(t *testing.T) {
	fingerprint := func(points ...[]float64) string {
		t.Helper()
		own := fromPoints(t, points)
		first := own.Fingerprint()
		if again := own.Fingerprint(); again != first {
			t.Errorf("%q at the first call, %q at the second", first, again)
		}
		return first
	}
	base := fingerprint([]float64{1, 2, 3}, []float64{4, 5, -0.5})
	if again := fingerprint([]float64{1, 2, 3}, []float64{4, 5, -0.5}); again != base {
		t.Errorf("%q for the same points, want %q", again, base)
	}
	if start := "points, 2 × 3, sha256 "; len(base) != len(start)+16 || base[:len(start)] != start {
		t.Errorf("%q, want %s and 16 digits", base, start)
	}
	next := math.Nextafter(-0.5, 0)
	quantiles := fromPoints(t, [][]float64{{1, 2, 3}, {4, 5, -0.5}}).WithQuantiles()
	for name, got := range map[string]string{
		"the next float64": fingerprint([]float64{1, 2, 3}, []float64{4, 5, next}),
		"another order":    fingerprint([]float64{4, 5, -0.5}, []float64{1, 2, 3}),
		"another shape":    fingerprint([]float64{1, 2}, []float64{3, 4}, []float64{5, -0.5}),
		"fewer points":     fingerprint([]float64{1, 2, 3}),
		"quantiles":        quantiles.Fingerprint(),
	} {
		if got == base {
			t.Errorf("%s has the same fingerprint %q", name, base)
		}
	}
}

// TestFingerprintOfTable wants another fingerprint if a value of any role changes hands, or a
// column another role or name.
func TestFingerprintOfTable(t *testing.T) {
	const text = "word,x,year,class\na,1,7,p\na,2,7,q\nb,3,8,p\n"
	roles := datasets.ReadOptions{Label: "class", Conditions: []string{"year"}}
	classAsCondition := datasets.ReadOptions{Conditions: []string{"class"}}
	seen := map[string]string{}
	for name, points := range map[string]*datasets.Points{
		"the table":              read(t, text, roles),
		"quantiles":              read(t, text, roles).WithQuantiles(),
		"another number":         read(t, strings.Replace(text, "2,7", "1,7", 1), roles),
		"another word":           read(t, strings.Replace(text, "a,2", "b,2", 1), roles),
		"another category":       read(t, strings.ReplaceAll(text, "\na", "\nc"), roles),
		"another class":          read(t, strings.Replace(text, "7,q", "7,p", 1), roles),
		"other names of classes": read(t, strings.ReplaceAll(text, "p\n", "r\n"), roles),
		"another condition":      read(t, strings.Replace(text, "2,7", "2,8", 1), roles),
		"another name":           read(t, strings.Replace(text, "x", "y", 1), roles),
		"no condition":           read(t, text, datasets.ReadOptions{Label: "class"}),
		"class as condition":     read(t, text, classAsCondition),
	} {
		fingerprint := points.Fingerprint()
		if other, found := seen[fingerprint]; found {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[fingerprint] = name
	}
	if _, found := seen[read(t, text, roles).Fingerprint()]; !found {
		t.Error("the same table has another fingerprint")
	}
}

// BenchmarkFingerprint hashes a million points of ten coordinates.
func BenchmarkFingerprint(b *testing.B) {
	points := make([][]float64, 1_000_000)
	for i := range points {
		points[i] = []float64{float64(i), 1, 2, 3, 4, 5, 6, 7, 8, 9}
	}
	for b.Loop() {
		b.StopTimer()
		own, err := datasets.FromPoints(points)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		own.Fingerprint()
	}
}
