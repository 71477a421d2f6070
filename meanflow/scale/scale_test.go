package scale_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

func Example() {
	column := scale.Standard([]float64{5100, 4900, 5300, 4700})
	fmt.Printf("%.0f ± %.1f\n", column.Centre, column.Scale)
	fmt.Printf("%.3f\n", column.ToNetwork(5300))
	fmt.Printf("%.0f\n", column.ToUser(column.ToNetwork(5300)))
	// Output:
	// 5000 ± 223.6
	// 1.342
	// 5300
}

// extremes are columns that careless arithmetic gets wrong: squares that overflow or vanish, and
// differences far below the numbers.
var extremes = map[string][]float64{
	"plain":     {1, 2, 4, 8, -3},
	"huge":      {1e300, -1e300, 5e299},
	"tiny":      {1e-300, 3e-300, 2e-300},
	"far away":  {1e9, 1e9 + 0.25, 1e9 + 0.5, 1e9 + 0.75},
	"two":       {0, 1},
	"subnormal": {5e-324, 1e-323, 0},
}

func TestStandard(t *testing.T) {
	for name, values := range extremes {
		t.Run(name, func(t *testing.T) {
			column := scale.Standard(values)
			if err := column.Check(); err != nil || column.IsConstant() {
				t.Fatalf("%+v: constant, or %v", column, err)
			}
			network := make([]float64, len(values))
			largest := slices.Max(values) - slices.Min(values)
			for i, value := range values {
				network[i] = column.ToNetwork(value)
				if back := column.ToUser(network[i]); math.Abs(back-value) > 1e-9*largest {
					t.Errorf("%v came back as %v", value, back)
				}
			}
			mean, deviation := stat.PopMeanStdDev(network, nil)
			tolerance := 1e-9
			if name == "subnormal" { // They have three bits.
				tolerance = 0.5
			}
			if math.Abs(mean) > tolerance || math.Abs(deviation-1) > tolerance {
				t.Errorf("the network's numbers have mean %v and deviation %v, want 0 and 1",
					mean, deviation)
			}
		})
	}
}

func TestConstantComesBackExactly(t *testing.T) {
	for name, make := range map[string]func([]float64) scale.Column{
		"standard": scale.Standard, "quantile": scale.Quantile,
	} {
		column := make([]float64{0.1, 0.1, 0.1})
		if !column.IsConstant() || column.ToNetwork(0.1) != 0 || column.ToUser(0.3) != 0.1 {
			t.Errorf("%s: %+v is not the constant 0.1", name, column)
		}
		if column.Contains(0.2) || !column.Contains(0.1) {
			t.Errorf("%s: contains 0.2, or not 0.1", name)
		}
	}
}

// TestQuantileAgainstScikitLearn compares with scikit-learn 1.9.1:
//
//	q = QuantileTransformer(n_quantiles=10, output_distribution="normal").fit(values)
//	q.transform(y); q.inverse_transform(z)
func TestQuantileAgainstScikitLearn(t *testing.T) {
	column := scale.Quantile([]float64{0, 0, 0, 1, 2, 2, 3, 10, 1000, 5})
	for y, want := range map[float64]float64{
		-1: -5.199337582605575, 0: -5.199337582605575, 0.5: -0.5894557978497783,
		1: -0.4307272992954573, 2: 0, 2.5: 0.28221614706250825, 9: 1.110771616636785,
		10: 1.2206403488473496, 500: 1.5882339554330691, 1000: 5.19933758270342,
		2000: 5.19933758270342,
	} {
		if x := column.ToNetwork(y); math.Abs(x-want) > 1e-9 {
			t.Errorf("ToNetwork(%v) is %v, want %v", y, x, want)
		}
	}
	for x, want := range map[float64]float64{
		-6: 0, -5.2: 0, -1: 0, -0.5: 0.7768378485338814, 0: 2, 0.3: 2.561202799700572,
		1: 7.860513573084434, 2: 797.2963243417233, 5.19: 999.9990631398709, 6: 1000,
	} {
		if y := column.ToUser(x); math.Abs(y-want) > 1e-9*math.Max(1, want) {
			t.Errorf("ToUser(%v) is %v, want %v", x, y, want)
		}
	}
}

func TestQuantileMakesHeavyTailsNormal(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 20_000)
	for i := range values {
		values[i] = random.NormFloat64() / random.NormFloat64() // Cauchy.
	}
	column := scale.Quantile(values)
	network := make([]float64, len(values))
	for i, value := range values {
		network[i] = column.ToNetwork(value)
	}
	mean, deviation := stat.MeanStdDev(network, nil)
	// 20,000 normal numbers have a mean within .03 and a deviation within .02 of 0 and 1 but for
	// one sample in 10,000.
	if math.Abs(mean) > 0.03 || math.Abs(deviation-1) > 0.02 {
		t.Errorf("the mean is %v and the deviation %v, want 0 and 1", mean, deviation)
	}
	for _, end := range []float64{slices.Min(values), slices.Max(values)} {
		if back := column.ToUser(column.ToNetwork(end)); back != end {
			t.Errorf("the end %v came back as %v", end, back)
		}
	}
}

// TestSlope compares with a difference quotient.
func TestSlope(t *testing.T) {
	values := []float64{0, 1, 2, 4, 8, 16, 32}
	for name, column := range map[string]scale.Column{
		"standard": scale.Standard(values), "quantile": scale.Quantile(values),
	} {
		for _, x := range []float64{-1, -0.1, 0.7, 1.2} {
			const h = 1e-6
			want := (column.ToUser(x+h) - column.ToUser(x-h)) / (2 * h)
			if slope := column.Slope(x); math.Abs(slope-want) > 1e-5*want {
				t.Errorf("%s: the slope at %v is %v, want %v", name, x, slope, want)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	for name, column := range map[string]scale.Column{
		"NaN":                {Centre: math.NaN(), Scale: 1},
		"negative":           {Scale: -1},
		"infinite":           {Scale: math.Inf(1)},
		"a single quantile":  {Quantiles: []float64{1}},
		"unsorted quantiles": {Quantiles: []float64{2, 1}},
		"infinite quantiles": {Quantiles: []float64{1, math.Inf(1)}},
	} {
		if column.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := scale.Identity().Check(); err != nil {
		t.Error(err)
	}
}
