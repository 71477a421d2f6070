package datasets_test

import (
	"fmt"
	"image"
	"image/png"
	"log"
	"os"
	"path/filepath"
	"testing/fstest"

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

// Reads a table, and writes samples as rows of such a table. The samples of a model trained on the
// points look like these.
func ExampleRead() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "penguins.csv")
	const text = `island,mass,eggs,species
Dream,3750.5,1,Adelie
Biscoe,4500,0,Gentoo
Dream,3700,2,Adelie
`
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		log.Fatal(err)
	}
	points, err := datasets.Read(path, datasets.ReadOptions{Label: "species"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(points.Format())
	schema := points.Schema()
	fmt.Println(schema)

	// A coordinate for each island, the mass, and the number of eggs.
	samples := [][]float64{{0.04, 0.97, 3722.25, 0.8}, {1.1, -0.1, 4612.5, 0.1}}
	given := map[string]any{"species": "Adelie"}
	table, err := schema.Table(samples, datasets.TableOptions{Clip: true, Given: given})
	if err != nil {
		log.Fatal(err)
	}
	for _, outside := range table.Outside() {
		fmt.Println(outside)
	}
	if err := table.WriteCSV(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// CSV, separated by ",", UTF-8, names on line 1
	// island: category "Biscoe", "Dream"
	// mass: number from 3700 to 4500
	// eggs: integer from 0 to 2
	// class species: "Adelie", "Gentoo"
	// mass: 1 of 2 samples below 3700 or above 4500
	// island,mass,eggs,species
	// Dream,3722.25,1,Adelie
	// Biscoe,4500,0,Adelie
}

// Reads a table that a program holds in memory; an embed.FS and a zip.Reader are read alike.
func ExampleReadFS() {
	files := fstest.MapFS{"points.csv": {Data: []byte("x,y\n0.5,1\n2,3.25\n")}}
	points, err := datasets.ReadFS(files, "points.csv", datasets.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(points.Rows())
	// Output: [[0.5 1] [2 3.25]]
}

// Reads a folder of images, whose subfolders are the classes.
func ExampleReadImages() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	for _, class := range []string{"cats", "dogs"} {
		if err := os.Mkdir(filepath.Join(folder, class), 0o777); err != nil {
			log.Fatal(err)
		}
		file, err := os.Create(filepath.Join(folder, class, "1.png"))
		if err != nil {
			log.Fatal(err)
		}
		if err := png.Encode(file, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
			log.Fatal(err)
		}
		if err := file.Close(); err != nil {
			log.Fatal(err)
		}
	}
	images, err := datasets.ReadImages(folder, datasets.ImageOptions{Height: 8, Width: 8})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(images.Len(), "images of", images.Dim(), "coordinates")
	fmt.Println("classes", images.ClassNames(), images.Labels())
	fmt.Println("a black pixel is", images.Head(1).Points()[0][0])
	// Output:
	// 2 images of 64 coordinates
	// classes [cats dogs] [1 2]
	// a black pixel is -1
}
