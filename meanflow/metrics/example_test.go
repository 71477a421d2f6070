package metrics_test

import (
	"fmt"
	"log"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func Example() {
	target := [][]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}}
	samples := [][]float64{{0, 0}, {1, 0}, {0, 1}, {3, 3}}
	distance, err := metrics.SlicedWasserstein(samples, target, 1)
	if err != nil {
		log.Fatal(err)
	}
	inSquare := func(point []float64) bool {
		return min(point[0], point[1]) >= 0 && max(point[0], point[1]) <= 1
	}
	off, err := metrics.OffSupport(samples, inSquare)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sliced Wasserstein %.1f, off the support %.0f %%\n", distance, 100*off)
	// Output: sliced Wasserstein 1.0, off the support 25 %
}
