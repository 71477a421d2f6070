package datasets_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

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

func ExampleReadCSV() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "points.csv")
	if err := os.WriteFile(path, []byte("x,y\n0.5,1\n-2,3e-1\n"), 0o666); err != nil {
		log.Fatal(err)
	}
	points, err := datasets.ReadCSV(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(points.Len(), "points of", points.Dim(), "coordinates")
	// Output: 2 points of 2 coordinates
}
