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

func ExampleTrajectories() {
	const n, steps = 60, 20
	noise := ring(n, 2.5, 0.4)
	states := make([][][]float64, steps+1)
	for i := range states {
		along := float64(i) / steps
		states[i] = make([][]float64, n)
		for k, p := range noise { // Inwards, and a quarter turn around.
			sin, cos := math.Sincos(along * math.Pi / 2)
			shrink := 1 - 0.7*along
			states[i][k] = []float64{shrink * (cos*p[0] - sin*p[1]), shrink * (sin*p[0] + cos*p[1])}
		}
	}
	figure := plotting.Row(
		plotting.Trajectories("pairs", [][][]float64{states[0], states[steps]}),
		plotting.Trajectories("paths", states))
	if err := figure.Save("trajectories.png"); err != nil {
		log.Fatal(err)
	}
}

func ExamplePaths() {
	var curve [][]float64
	for i := range 51 {
		sin, cos := math.Sincos(math.Pi / 2 * float64(i) / 50)
		curve = append(curve, []float64{cos, sin})
	}
	figure := plotting.Paths("two steps from the same point",
		plotting.Path{Name: "path", Points: curve},
		plotting.Path{Name: "tangent", Points: [][]float64{{1, 0}, {1, math.Pi / 2}}},
		plotting.Path{Name: "chord", Points: [][]float64{{1, 0}, {0, 1}}}).Figure()
	if err := figure.Save("paths.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleVectorField() {
	whirl := func(points [][]float64) ([][]float64, error) {
		velocity := make([][]float64, len(points))
		for i, p := range points {
			velocity[i] = []float64{-p[1] - 0.3*p[0], p[0] - 0.3*p[1]}
		}
		return velocity, nil
	}
	if err := plotting.VectorField("a whirl", -2, 2, whirl).Figure().Save("vector_field.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleDensity() {
	points := ring(50_000, 1, 0.2)
	if err := plotting.Density("a ring", points, -2, 2).Figure().Save("density.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleDensityOf() {
	bell := func(points [][]float64) ([]float64, error) {
		densities := make([]float64, len(points))
		for i, p := range points { // Narrower upwards than sideways.
			densities[i] = math.Exp(-(p[0]*p[0] + 4*p[1]*p[1]) / 2)
		}
		return densities, nil
	}
	if err := plotting.DensityOf("a bell", -2, 2, bell).Figure().Save("density_of.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleAnimation() {
	target := ring(500, 1, 0.05)
	var frames []plotting.Figure
	for i := range 6 {
		samples := ring(500, 1, 0.5-0.09*float64(i))
		frames = append(frames, plotting.Samples("noise turns into data", samples, target).Within(-3, 3).Figure())
	}
	if err := (plotting.Animation{Frames: frames}).Save("animation.gif"); err != nil {
		log.Fatal(err)
	}
}
