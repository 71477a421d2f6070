package plotting_test

import (
	"log"
	"math"

	"github.com/meanflow-go/meanflow/plotting"
)

func ExampleScatter() {
	points := ring(2000, 1, 0.08)
	if err := plotting.Scatter("a ring", points).Figure().Save("scatter.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleSamples() {
	samples, target := ring(2000, 1, 0.15), ring(2000, 1, 0.05)
	if err := plotting.Samples("one step", samples, target).Figure().Save("samples.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleGrid() {
	target := ring(1000, 1, 0.05)
	row := func(width float64) []plotting.Panel {
		return []plotting.Panel{
			plotting.Samples("many steps", ring(1000, 1, width), target),
			plotting.Samples("one step", ring(1000, 1, 2*width), target),
		}
	}
	if err := plotting.Grid(row(0.2), row(0.1)).Save("grid.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleCurves() {
	slow, fast := make([]float64, 50), make([]float64, 50)
	for i := range slow {
		slow[i], fast[i] = 1+2*math.Exp(-float64(i)/20), 0.8+2*math.Exp(-float64(i)/5)
	}
	figure := plotting.Curves("Two trainings", "mean loss",
		plotting.Curve{Name: "slow", Values: slow}, plotting.Curve{Name: "fast", Values: fast}).Figure()
	if err := figure.Save("curves.png"); err != nil {
		log.Fatal(err)
	}
}
