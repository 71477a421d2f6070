package datasets_test

import (
	"fmt"
	"log"

	"github.com/meanflow-go/meanflow/datasets"
)

func ExampleDraw() {
	spiral, err := datasets.ByName("spiral")
	if err != nil {
		log.Fatal(err)
	}
	points, err := datasets.Draw(spiral, 4000, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(points), "points of", len(points[0]), "coordinates")
	// Output: 4000 points of 2 coordinates
}
