package metrics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// compare returns a report, and fails the test on an error.
func compare(
	t *testing.T, samples, data [][]float64, options metrics.CompareOptions,
) metrics.Report {
	t.Helper()
	report, err := metrics.Compare(samples, data, options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// flowers are rows of Fisher's iris data, and made-up ones that resemble them.
var flowers, similarFlowers = [][]float64{
	{5.1, 3.5, 1.4}, {4.9, 3.0, 1.4}, {4.7, 3.2, 1.3}, {4.6, 3.1, 1.5},
	{7.0, 3.2, 4.7}, {6.4, 3.2, 4.5}, {6.9, 3.1, 4.9}, {5.5, 2.3, 4.0},
}, [][]float64{
	{5.0, 3.6, 1.2}, {4.9, 3.1, 1.6}, {7.7, 2.9, 5.1}, {6.4, 3.2, 4.5}, {5.8, 2.2, 3.9},
}

// TestCompareWithSciPy compares with numbers of NumPy 2.4.6 and SciPy 1.17.1, for each column and
// with a and b the samples' and the data's:
//
//	a.mean(), a.std(ddof=1), b.mean(), b.std(ddof=1)
//	scipy.stats.wasserstein_distance(a, b), scipy.stats.ks_2samp(a, b).statistic
//	numpy.corrcoef(samples.T), numpy.corrcoef(data.T)
//
// and, with z(x) = (x - data.mean(0)) / data.std(0, ddof=1), for the distances to the nearest rows
//
//	numpy.median(scipy.spatial.distance.cdist(z(samples), z(data)).min(1))
//	distances = scipy.spatial.distance.cdist(z(data), z(data))
//	numpy.fill_diagonal(distances, numpy.inf)
//	numpy.sort(distances.min(1))[3]
func TestCompareWithSciPy(t *testing.T) {
	report := compare(t, similarFlowers, flowers, metrics.CompareOptions{
		Names: []string{"length", "width", "petal"},
	})
	for i, want := range []metrics.Column{
		{
			Name: "length", Min: 4.6, Max: 7, Outside: 1. / 5,
			SamplesMean: 5.96, SamplesDeviation: 1.150217370760849,
			Mean: 5.6375, Deviation: 0.9884150371753183,
			Wasserstein: 0.3775, KolmogorovSmirnov: 0.25,
		}, {
			Name: "width", Min: 2.3, Max: 3.5, Outside: 2. / 5,
			SamplesMean: 3, SamplesDeviation: 0.51478150704935,
			Mean: 3.075, Deviation: 0.3453776401067596,
			Wasserstein: 0.16, KolmogorovSmirnov: 0.275,
		}, {
			Name: "petal", Min: 1.3, Max: 4.9, Outside: 2. / 5,
			SamplesMean: 3.26, SamplesDeviation: 1.7558473737771172,
			Mean: 2.9625, Deviation: 1.690255686490741,
			Wasserstein: 0.3925, KolmogorovSmirnov: 0.3,
		},
	} {
		want.Relative = want.Wasserstein / want.Deviation
		got, wanted := reflect.ValueOf(report.Columns[i]), reflect.ValueOf(want)
		if got.Field(0).String() != want.Name {
			t.Errorf("column %d is %q, want %q", i, got.Field(0), want.Name)
		}
		for field := 1; field < got.NumField(); field++ {
			near(t, want.Name+" "+got.Type().Field(field).Name,
				got.Field(field).Float(), wanted.Field(field).Float(), 1e-12)
		}
	}
	if c := report.Correlation; c.First != 0 || c.Second != 1 {
		t.Errorf("correlations differ most between columns %d and %d", c.First, c.Second)
	}
	near(t, "the correlation of the data", report.Correlation.Data, 0.03661647, 1e-8)
	near(t, "the correlation of the samples", report.Correlation.Samples, -0.27021977, 1e-8)
	near(t, "the distance of the samples", report.Nearest.Samples, 0.3287384965106891, 1e-12)
	near(t, "the distance of the data", report.Nearest.Real, 0.3287384965106891, 1e-8)
	near(t, "the share of copies", report.Copies.Samples, 1./5, 1e-12) // (6.4, 3.2, 4.5).
}

func TestCompareSplits(t *testing.T) {
	data, same := gaussian(300, 2, 1, 0, 1), gaussian(300, 2, 1, 0, 2)
	shifted := gaussian(300, 2, 1, 3, 3)
	heldOut := gaussian(100, 2, 1, 0, 4)
	for name, held := range map[string][][]float64{"halves": nil, "held-out rows": heldOut} {
		options := metrics.CompareOptions{HeldOut: held}
		report := compare(t, same, data, options)
		near(t, name+" against the same", report.SlicedWasserstein.Ratio(), 1, 0.3)
		near(t, name+" are as near", report.Nearest.Ratio(), 1, 0.2)
		want := 150
		if held != nil {
			want = len(held)
		}
		if report.SplitRows != want {
			t.Errorf("%s: %d rows in a split, want %d", name, report.SplitRows, want)
		}
		// The mean of cos² over the plane is 1/2, and the data's deviation is 1 ± 0.04. A distance
		// between finite sets adds little.
		report = compare(t, shifted, data, options)
		near(t, name+" against a shift by 3", report.SlicedWasserstein.Samples,
			3/math.Sqrt2, 0.2)
	}

	// Samples of 10 rows are compared with 10 rows at a time.
	few := compare(t, same[:10], data, metrics.CompareOptions{})
	if few.SplitRows != 10 {
		t.Errorf("%d rows in a split, want 10", few.SplitRows)
	}
}

// TestCompareHasNoUnits multiplies a column by a power of two, which is exact, and adds to another.
func TestCompareHasNoUnits(t *testing.T) {
	samples, data := gaussian(100, 2, 1, 0.5, 1), gaussian(100, 2, 1, 0, 2)
	before := compare(t, samples, data, metrics.CompareOptions{})
	for _, rows := range [][][]float64{samples, data} {
		for _, row := range rows {
			row[0], row[1] = row[0]/(1<<30), row[1]+1000
		}
	}
	after := compare(t, samples, data, metrics.CompareOptions{})
	near(t, "the distance", after.SlicedWasserstein.Samples, before.SlicedWasserstein.Samples, 1e-9)
	near(t, "the nearest row", after.Nearest.Samples, before.Nearest.Samples, 1e-9)
	near(t, "the column in deviations",
		after.Columns[0].Relative, before.Columns[0].Relative, 1e-12)
	near(t, "the column in its units",
		after.Columns[0].Wasserstein, before.Columns[0].Wasserstein/(1<<30), 1e-20)
}

// TestCompareFindsCopies takes the samples from the data, with and without a little noise.
func TestCompareFindsCopies(t *testing.T) {
	data, heldOut := gaussian(100, 3, 1, 0, 1), gaussian(50, 3, 1, 0, 2)
	random := rand.New(rand.NewPCG(3, 0))
	var noisy [][]float64
	for _, row := range data {
		noisy = append(noisy, []float64{row[0] + 1e-3*random.NormFloat64(), row[1], row[2]})
	}
	options := metrics.CompareOptions{HeldOut: heldOut}
	report := compare(t, data[:50], data, options)
	near(t, "the ratio of copies", report.Nearest.Ratio(), 0, 0)
	near(t, "the share of copies", report.Copies.Samples, 1, 0)
	near(t, "the share of held-out copies", report.Copies.Real, 0, 0)
	for _, options := range []metrics.CompareOptions{options, {}} {
		report = compare(t, noisy, data, options)
		near(t, "the ratio of noisy copies", report.Nearest.Ratio(), 0, 0.01)
		near(t, "the share of noisy copies", report.Copies.Samples, 0, 0)
		if text := report.String(); !strings.Contains(text, "the samples copy rows") {
			t.Errorf("the report doesn't say that the samples are copies:\n%s", text)
		}
	}
}

// TestCompareRepeatedRows has integers, most rows of which equal another.
func TestCompareRepeatedRows(t *testing.T) {
	dice := func(seed uint64) [][]float64 {
		random := rand.New(rand.NewPCG(seed, 0))
		rows := make([][]float64, 60)
		for i := range rows {
			rows[i] = []float64{float64(random.IntN(6)), 0}
		}
		return rows
	}
	data, samples := dice(1), dice(2)
	samples[0][1] = math.Copysign(0, -1) // Equals 0.
	report := compare(t, samples, data, metrics.CompareOptions{})
	near(t, "the ratio of two zeros", report.Nearest.Ratio(), 1, 0)
	near(t, "the share of equal samples", report.Copies.Samples, 1, 0)
	near(t, "the share of equal rows", report.Copies.Real, 1, 0)
	if text := report.String(); !strings.Contains(text, "no sign of copying") {
		t.Errorf("the report takes equal integers for copies:\n%s", text)
	}
	for _, row := range samples {
		row[0] += 0.5
	}
	report = compare(t, samples, data, metrics.CompareOptions{})
	if ratio := report.Nearest.Ratio(); !math.IsInf(ratio, 1) {
		t.Errorf("the ratio to 0 is %v, want +Inf", ratio)
	}
}

// TestCompareSomeRepeat has samples most of which are 0, as 40 % of the data are.
func TestCompareSomeRepeat(t *testing.T) {
	rows := func(zeros, others int, shift float64) [][]float64 {
		rows := make([][]float64, zeros, zeros+others)
		for i := range rows {
			rows[i] = []float64{0}
		}
		for i := range others {
			rows = append(rows, []float64{float64(i) + shift})
		}
		return rows
	}
	report := compare(t, rows(30, 20, 1.5), rows(20, 30, 1), metrics.CompareOptions{})
	near(t, "the distance of the samples", report.Nearest.Samples, 0, 0)
	if report.Nearest.Real == 0 {
		t.Error("the distance of the data is 0")
	}
	near(t, "the share of equal samples", report.Copies.Samples, 0.6, 1e-12)
	near(t, "the share of equal rows", report.Copies.Real, 0.4, 1e-12)
	if text := report.String(); !strings.Contains(text, "no sign of copying") {
		t.Errorf("the report takes common zeros for copies:\n%s", text)
	}
}

// TestCompareConstantColumn adds 3 to a column that is constant in the data.
func TestCompareConstantColumn(t *testing.T) {
	const constant = 0.1 // The rounded mean of three of these is larger.
	data, samples := gaussian(30, 2, 1, 0, 1), gaussian(30, 2, 1, 0, 1)
	for i := range data {
		data[i] = append(data[i], constant)
		samples[i] = append(samples[i], constant+3)
	}
	report := compare(t, samples, data, metrics.CompareOptions{})
	column := report.Columns[2]
	near(t, "the data's deviation", column.Deviation, 0, 0)
	near(t, "the distance", column.Wasserstein, 3, 1e-12)
	near(t, "the relative distance", column.Relative, 3, 1e-12)
	near(t, "the Kolmogorov–Smirnov statistic", column.KolmogorovSmirnov, 1, 1e-12)
	near(t, "the share outside", column.Outside, 1, 1e-12)
	near(t, "the nearest row", report.Nearest.Samples, 3, 1e-12) // The rows are equal otherwise.
	near(t, "the difference of correlations", report.Correlation.Difference(), 0, 1e-12)
	if c := report.Correlation; c.First != 0 || c.Second != 1 {
		t.Errorf("correlations are of columns %d and %d", c.First, c.Second)
	}
	if text := report.String(); !strings.Contains(text, "Constant, so without correlations: x3\n") {
		t.Errorf("the report doesn't name the constant column:\n%s", text)
	}
}

// TestCompareLimits has so many rows that subsets are used.
func TestCompareLimits(t *testing.T) {
	report := compare(t, gaussian(8, 1, 1, 0, 1), gaussian(20_000, 1, 1, 0, 2),
		metrics.CompareOptions{})
	if report.SplitRows != 8 || report.NearestRows != 1000 {
		t.Errorf("subsets of %d and %d rows, want 8 and 1000", report.SplitRows, report.NearestRows)
	}
}

// TestCompareOneColumn has no pair of columns and as few rows as are allowed.
func TestCompareOneColumn(t *testing.T) {
	data := [][]float64{{1}, {2}, {4}, {8}}
	report := compare(t, data, data, metrics.CompareOptions{HeldOut: data})
	near(t, "the ratio", report.SlicedWasserstein.Ratio(), 1, 0)
	if report.Correlation != (metrics.Correlation{}) {
		t.Errorf("one column has a correlation: %+v", report.Correlation)
	}
	if text := report.String(); strings.Contains(text, "correlation") {
		t.Errorf("the report of one column has a correlation:\n%s", text)
	}
}

func TestCompareIsDeterministic(t *testing.T) {
	data, samples := gaussian(100, 3, 1, 0, 1), gaussian(80, 3, 1, 0, 2)
	first := compare(t, samples, data, metrics.CompareOptions{Seed: 1})
	if again := compare(t, samples, data, metrics.CompareOptions{Seed: 1}); !reflect.DeepEqual(
		first, again) {
		t.Errorf("%+v, then %+v", first, again)
	}
	other := compare(t, samples, data, metrics.CompareOptions{Seed: 2})
	if first.SlicedWasserstein == other.SlicedWasserstein {
		t.Error("another seed has the same splits")
	}
	if fmt.Sprint(data) != fmt.Sprint(gaussian(100, 3, 1, 0, 1)) {
		t.Error("the data have changed")
	}
}

func TestCompareNames(t *testing.T) {
	report := compare(t, similarFlowers, flowers, metrics.CompareOptions{
		Names: []string{"Länge", "a\tb\nc", ""},
	})
	lines := strings.Split(report.String(), "\n")
	width := len([]rune(lines[2]))
	for _, line := range lines[3:6] {
		if len([]rune(line)) != width {
			t.Errorf("the table's lines differ in width:\n%s", report)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	good := [][]float64{{1, 2}, {3, 4}, {5, 6}, {7, 9}}
	with := func(value float64) [][]float64 { return append([][]float64{{value, 1}}, good...) }
	narrow := func(width float64) [][]float64 {
		return [][]float64{{0, 1}, {width, 2}, {0, 3}, {0, 4}}
	}
	for name, test := range map[string]struct {
		samples, data [][]float64
		options       metrics.CompareOptions
		wants         string
	}{
		"no data":         {samples: good, wants: "data has 0 rows, it must have at least 4"},
		"three samples":   {samples: good[:3], data: good, wants: "samples has 3 rows"},
		"without columns": {samples: good, data: make([][]float64, 4), wants: "data[0] has no"},
		"another length": {samples: append([][]float64{{1}}, good...), data: good,
			wants: "samples[0] has 1 coordinates, it must have 2"},
		"NaN":       {samples: with(math.NaN()), data: good, wants: "samples[0][0] is NaN"},
		"infinity":  {samples: good, data: with(math.Inf(1)), wants: "data[0][0] is +Inf"},
		"too large": {samples: good, data: with(1e101), wants: "data[0][0] is 1e+101"},
		"too far": {samples: with(1e90), data: narrow(1e-20),
			wants: "samples[0][0] is 1e+90, too far from the data's 2.5e-21 ± 5e-21"},
		"too narrow": {samples: good, data: narrow(1e-300),
			wants: "data[0][0] is 0, too far from the data's 2.5e-301 ± 0"},
		"one name": {samples: good, data: good, wants: "Names has 1 names, data has 2 columns",
			options: metrics.CompareOptions{Names: []string{"a"}}},
		"few held-out rows": {samples: good, data: good, wants: "HeldOut has 1 rows",
			options: metrics.CompareOptions{HeldOut: good[:1]}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := metrics.Compare(test.samples, test.data, test.options)
			checkError(t, err, "metrics: Compare: "+test.wants)
		})
	}
}

// Years from 2007 to 2009 have means that differ in the fifth digit.
func TestReportShowsLateDigits(t *testing.T) {
	var data, samples [][]float64
	for i := range 30 {
		data = append(data, []float64{2007 + float64(i%3), 1e9 + 0.25*float64(i%2)})
		samples = append(samples, []float64{2007 + float64(i%2), 1e9})
	}
	report, err := metrics.Compare(samples, data, metrics.CompareOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2008.000", "2007.500", "1000000000.125"} {
		if text := report.String(); !strings.Contains(text, want) {
			t.Errorf("the report has no %q:\n%s", want, text)
		}
	}
}

// With many columns and rows, the nearest rows are found by sketches. Rows of the data are not
// compared with themselves, and samples that are rows of the data are found to be copies.
func TestCompareManyColumns(t *testing.T) {
	data := gaussian(500, 150, 1, 0, 1)
	report, err := metrics.Compare(data[:60], data, metrics.CompareOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the median distance of copies", report.Nearest.Samples, 0, 0)
	// Distances of normal points in 150 dimensions are √300 ± 0.7 (√(2χ²)), the smallest of 499 are
	// about 3 deviations below.
	near(t, "the median distance to the nearest other row", report.Nearest.Real,
		math.Sqrt(300)-3*math.Sqrt(0.5), 1)
}
