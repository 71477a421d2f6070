// Digits trains a patch transformer on the pixels of MNIST's digits, without an autoencoder, and
// measures the digits that it generates. It needs XLA and half an hour. `make quality-pixels` runs
// it. (`make quality` measures flows of codes of digits.)
//
// The files: pixels.go trains and measures, report.go writes the results.
package main

import (
	"flag"
	"log"
	"path/filepath"

	"github.com/meanflow-go/meanflow/benchmarks/internal/digitmeasures"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
)

func main() {
	log.SetFlags(0)
	folder := flag.String("out", "benchmarks", "output folder of digits.json and digits.md")
	mnist := flag.String("mnist", "notebooks/data/mnist", "folder of MNIST's files")
	epochs := flag.Int("epochs", 0, "epochs of 100 steps, the recommended ones if 0")
	checkpoints := flag.String("checkpoints", ".local/pixels",
		"folder of checkpoints, from which the training goes on")
	flag.Parse()
	backend.KeepMemory()
	err := run(*mnist, filepath.Join(*folder, "digits"), *checkpoints, *epochs)
	if err != nil {
		log.Fatal(err)
	}
}

// run trains and measures, and writes path.json, path.md and path_pixels.png.
func run(mnist, path, checkpoints string, epochs int) error {
	digits, err := digitmeasures.Open(mnist)
	if err != nil {
		return err
	}
	flow, err := train(meanflow.UntilInterrupted(), digits.Train, checkpoints, epochs)
	if err != nil {
		return err
	}
	measured, err := measure(digits, flow, path+"_pixels.png")
	if err != nil {
		return err
	}
	return measured.write(path)
}
