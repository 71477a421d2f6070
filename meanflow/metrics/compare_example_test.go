package metrics_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func ExampleCompare() {
	// Heights in m and weights in kg. The samples' weights vary too little.
	people := func(n int, deviation float64, seed uint64) [][]float64 {
		random := rand.New(rand.NewPCG(seed, 0))
		rows := make([][]float64, n)
		for i := range rows {
			height := random.NormFloat64()
			weight := 0.6*height + 0.8*random.NormFloat64()
			rows[i] = []float64{1.7 + 0.1*height, 70 + deviation*weight}
		}
		return rows
	}
	report, err := metrics.Compare(people(500, 5, 1), people(500, 12, 2), metrics.CompareOptions{
		Names:   []string{"height", "weight"},
		HeldOut: people(250, 12, 3),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(report)
	// Output:
	// 500 samples, 500 rows of data, 250 held-out rows
	//
	//   column   mean  samples     dev  samples    min    max  outside       W1  W1/dev      KS
	//   height  1.701    1.696  0.1005   0.1009  1.322  2.060     0.0%  0.00939  0.0935  0.0820
	//   weight  68.99    70.00   11.77    4.873  23.77  109.2     0.0%     5.42   0.460   0.252
	//
	// outside: samples beyond the data's range. W1: Wasserstein distance in the column's units.
	// W1/dev: the same in the data's standard deviations. KS: largest difference of the cumulative
	// distributions, from 0 to 1; chance exceeds 0.086 in one column of 20.
	//
	// Sliced Wasserstein distance 0.355, held-out rows 0.190: ratio 1.87
	//     (1: as close to the data as real rows, more: farther)
	// Largest difference of correlations 0.0185: 0.59, not 0.57, of height and weight
	//     (chance exceeds 0.12 in one report of 20)
	// Distance to the nearest row 0.0608, held-out rows 0.0766: ratio 0.79
	//     (1: as far as new rows, near 0: copies of rows; no sign of copying)
	// Equal to a row of data: 0.0% of the samples; 0.0% of the held-out rows
	// Rows compared at a time: 250, for the nearest row 500
}
