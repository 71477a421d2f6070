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

func ExampleFrechet() {
	// Both sets have the covariance 1, and their means are 3 apart.
	real := [][]float64{{-1}, {0}, {1}}
	generated := [][]float64{{2}, {3}, {4}}
	distance, err := metrics.Frechet(generated, real)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", distance)
	// Output: 9.0
}

func ExampleNearest() {
	training := [][]float64{{0, 0}, {4, 0}, {0, 4}}
	samples := [][]float64{{4, 1}, {0, 4}}
	indices, distances, err := metrics.Nearest(samples, training)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(indices, distances)
	// Output: [1 2] [1 0]
}

func ExampleAgreement() {
	wanted := []int{1, 1, 2, 2}
	recognised := []int{1, 1, 2, 1}
	share, err := metrics.Agreement(recognised, wanted)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f %%\n", 100*share)
	// Output: 75 %
}
