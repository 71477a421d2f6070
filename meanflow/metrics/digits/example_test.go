package digits_test

import (
	"fmt"
	"log"

	"github.com/meanflow-go/meanflow/meanflow/metrics/digits"
)

func Example() {
	// A vertical stroke, four pixels wide.
	image := make([]float64, 28*28)
	for i := range image {
		row, column := i/28, i%28
		image[i] = -1
		if row >= 4 && row < 24 && column >= 12 && column < 16 {
			image[i] = 1
		}
	}
	classifier, err := digits.Open(nil)
	if err != nil {
		log.Fatal(err)
	}
	classes, err := classifier.Classify([][]float64{image})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the digit", classes[0]-1)
	// Output: the digit 1
}
