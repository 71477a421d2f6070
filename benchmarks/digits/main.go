// Digits trains an autoencoder on MNIST's digits and flows of its codes with several seeds, and
// measures the digits that they generate. It needs XLA and about five minutes a seed. `make
// quality` runs it.
//
// With -pixels it trains a transformer on pixels instead, without an autoencoder.
//
// The files: measure.go and pixels.go train and measure, report.go writes the results.
package main

import (
	"flag"
	"fmt"
	"log"
	"path/filepath"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/metrics/digits"
)

func main() {
	log.SetFlags(0)
	folder := flag.String("out", "benchmarks", "output folder of digits.json and digits.md")
	mnist := flag.String("mnist", "notebooks/data/mnist", "folder of MNIST's files")
	seeds := flag.Int("seeds", 3, "number of seeds")
	epochs := flag.Int("epochs", 0, "epochs of 100 steps of each flow, the recommended ones if 0")
	pixels := flag.String("pixels", "",
		"folder of checkpoints: train on pixels instead, and go on from there")
	flag.Parse()
	backend.KeepMemory()
	err := run(*mnist, filepath.Join(*folder, "digits"), *pixels, *seeds, *epochs)
	if err != nil {
		log.Fatal(err)
	}
}

// run measures pixels, or else all seeds, and writes the report after each. It keeps the results of
// the other kind.
func run(mnist, path, pixels string, seeds, epochs int) error {
	if seeds < 1 {
		return fmt.Errorf("-seeds is %d, it must be at least 1", seeds)
	}
	train, test, err := datasets.ReadMNIST(mnist)
	if err != nil {
		return err
	}
	classifier, err := digits.Open(nil)
	if err != nil {
		return err
	}
	m := measure{train: train, test: test, classifier: classifier, epochs: epochs}
	if m.report, err = readReport(path); err != nil {
		return err
	}
	m.report.forget(pixels != "")
	if err := m.prepare(); err != nil {
		return err
	}
	if pixels != "" {
		err := m.addPixels(meanflow.UntilInterrupted(), pixels, path+"_pixels.png")
		if err != nil {
			return err
		}
		return m.report.write(path)
	}
	for seed := range int64(seeds) {
		if err := m.addSeed(meanflow.UntilInterrupted(), seed); err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
		if err := m.report.write(path); err != nil {
			return err
		}
		log.Printf("After seed %d:\n%s", seed, m.report.table())
	}
	return nil
}
