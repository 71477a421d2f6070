package plotting_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/meanflow-go/meanflow/plotting"
)

// ring returns n random points [n, 2] around a circle, with a normally distributed distance from it
// of standard deviation width. The same arguments give the same points.
func ring(n int, radius, width float64) [][]float64 {
	random := rand.New(rand.NewPCG(1, 0))
	points := make([][]float64, n)
	for i := range points {
		r, angle := radius+width*random.NormFloat64(), 2*math.Pi*random.Float64()
		points[i] = []float64{r * math.Cos(angle), r * math.Sin(angle)}
	}
	return points
}

func ExampleScatter() {
	points := ring(2000, 1, 0.08)
	figure := plotting.Scatter("a ring", points).Figure()
	if err := figure.Save("testdata/scatter.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleSamples() {
	samples, target := ring(2000, 1, 0.15), ring(2000, 1, 0.05)
	figure := plotting.Samples("one step", samples, target).Figure()
	if err := figure.Save("testdata/samples.png"); err != nil {
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
	if err := plotting.Grid(row(0.2), row(0.1)).Save("testdata/grid.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleCurves() {
	slow, fast := make([]float64, 50), make([]float64, 50)
	for i := range slow {
		slow[i], fast[i] = 1+2*math.Exp(-float64(i)/20), 0.8+2*math.Exp(-float64(i)/5)
	}
	figure := plotting.Curves("Two trainings", "mean loss",
		plotting.Curve{Name: "slow", Values: slow},
		plotting.Curve{Name: "fast", Values: fast}).Figure()
	if err := figure.Save("testdata/curves.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleLines() {
	steps := []float64{100, 1000, 10_000}
	panel := func(title string, level float64, names ...string) plotting.Panel {
		lines := []plotting.Line{{Name: "many steps", Y: []float64{level}}}
		for k, name := range names {
			distance := make([]float64, len(steps))
			for i, n := range steps {
				distance[i] = level + float64(k+1)/math.Sqrt(n)
			}
			lines = append(lines, plotting.Line{Name: name, X: steps, Y: distance})
		}
		return plotting.Lines(title, "training steps", "distance", lines...)
	}
	figure := plotting.Row(
		panel("checkerboard", 0.01, "mean flow", "alpha flow", "SoFlow"),
		panel("spiral", 0.03, "alpha flow", "mean flow"))
	if err := figure.Save("testdata/lines.png"); err != nil {
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
		for k, p := range noise { // Each point moves inwards and makes a quarter turn.
			sin, cos := math.Sincos(along * math.Pi / 2)
			shrink := 1 - 0.7*along
			states[i][k] = []float64{shrink * (cos*p[0] - sin*p[1]), shrink * (sin*p[0] + cos*p[1])}
		}
	}
	figure := plotting.Row(
		plotting.Trajectories("pairs", [][][]float64{states[0], states[steps]}),
		plotting.Trajectories("paths", states))
	if err := figure.Save("testdata/trajectories.png"); err != nil {
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
	if err := figure.Save("testdata/paths.png"); err != nil {
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
	figure := plotting.VectorField("a whirl", -2, 2, whirl).Figure()
	if err := figure.Save("testdata/vector_field.png"); err != nil {
		log.Fatal(err)
	}
}

func ExamplePanel_Over() {
	outwards := func(points [][]float64) ([][]float64, error) { return points, nil }
	whirl := func(points [][]float64) ([][]float64, error) {
		velocity := make([][]float64, len(points))
		for i, p := range points {
			velocity[i] = []float64{-3 * p[1], 3 * p[0]}
		}
		return velocity, nil
	}
	target := ring(1000, 1, 0.1)
	figure := plotting.Row(
		plotting.VectorField("outwards", -2, 2, outwards).Over(target),
		plotting.VectorField("around", -2, 2, whirl).Over(target))
	if err := figure.Save("testdata/over.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleCurves_besideSamples() {
	losses := make([]float64, 300)
	for i := range losses {
		losses[i] = 0.4 + 2*math.Exp(-float64(i)/40)
	}
	target := ring(1000, 1, 0.05)
	figure := plotting.Row(
		plotting.Curves("The loss", "mean loss", plotting.Curve{Values: losses}),
		plotting.Samples("epoch 300: 1 step", ring(1000, 1, 0.15), target).Within(-2, 2),
		plotting.Samples("epoch 300: 5 steps", ring(1000, 1, 0.08), target).Within(-2, 2))
	if err := figure.Save("testdata/beside.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleDensity() {
	points := ring(50_000, 1, 0.2)
	figure := plotting.Density("a ring", points, -2, 2).Figure()
	if err := figure.Save("testdata/density.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleDensityOf() {
	bell := func(points [][]float64) ([]float64, error) {
		densities := make([]float64, len(points))
		for i, p := range points { // Twice as wide as high.
			densities[i] = math.Exp(-(p[0]*p[0] + 4*p[1]*p[1]) / 2)
		}
		return densities, nil
	}
	figure := plotting.DensityOf("a bell", -2, 2, bell).Figure()
	if err := figure.Save("testdata/density_of.png"); err != nil {
		log.Fatal(err)
	}
}

// table returns n random rows [n, 4]: a length in m, a weight in μg that grows with it, a number of
// legs, and a constant. The same arguments give the same rows.
func table(n int, seed uint64, spread float64) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 0))
	rows := make([][]float64, n)
	for i := range rows {
		length := 0.03 * math.Exp(spread*random.NormFloat64())
		weight := 2e6 + 5e7*length + 1e6*spread*random.NormFloat64()
		legs := math.Round(5 + 3*spread*random.NormFloat64())
		rows[i] = []float64{length, weight, legs, 0.5}
	}
	return rows
}

func ExampleHistograms() {
	names := []string{"length", "weight", "legs", "constant"}
	figure := plotting.Histograms(names, table(500, 1, 0.3), table(1000, 2, 0.4))
	if err := figure.Save("testdata/histograms.png"); err != nil {
		log.Fatal(err)
	}
}

func ExamplePairPlot() {
	names := []string{"length", "weight", "legs", "constant"}
	figure := plotting.PairPlot(names, table(200, 1, 0.3), table(500, 2, 0.4))
	if err := figure.Save("testdata/pair_plot.png"); err != nil {
		log.Fatal(err)
	}
}

// rings returns n images [n][16·16] of rings with a radius in pixels, white on black.
func rings(n int, radius float64) [][]float64 {
	images := make([][]float64, n)
	for i := range images {
		x0, y0 := 7+float64(i%3)/2, 8-float64(i%4)/2
		for y := range 16 {
			for x := range 16 {
				outside := math.Hypot(float64(x)-x0, float64(y)-y0) - radius
				images[i] = append(images[i], 2*math.Exp(-outside*outside)-1)
			}
		}
	}
	return images
}

func ExampleImages() {
	classes := plotting.ImageGrid{
		Images:    slices.Concat(rings(6, 2), rings(6, 4), rings(6, 6)),
		RowLabels: []string{"small", "medium", "large"},
	}
	var growing [][]float64
	for i := range 6 {
		growing = append(growing, rings(1, float64(i+1))...)
	}
	figure := plotting.Row(
		plotting.Images("one step, a row a class", classes),
		plotting.Images("between two classes", plotting.ImageGrid{
			Images: growing, ColumnLabels: []string{"0", "0.2", "0.4", "0.6", "0.8", "1"},
		}))
	if err := figure.Save("testdata/images.png"); err != nil {
		log.Fatal(err)
	}
}

func ExampleAnimation() {
	target := ring(500, 1, 0.05)
	var frames []plotting.Figure
	for i := range 6 {
		samples := ring(500, 1, 0.5-0.09*float64(i))
		panel := plotting.Samples("noise turns into data", samples, target).Within(-3, 3)
		frames = append(frames, panel.Figure())
	}
	if err := (plotting.Animation{Frames: frames}).Save("testdata/animation.gif"); err != nil {
		log.Fatal(err)
	}
}

func ExampleAnimation_Display() {
	target := ring(500, 1, 0.05)
	var animation plotting.Animation
	const steps = 5
	for i := range steps + 1 {
		t := 1 - float64(i)/steps
		samples := ring(500, 1, 0.05+0.45*t)
		panel := plotting.Samples("noise turns into data", samples, target).Within(-3, 3)
		animation.Frames = append(animation.Frames, panel.Figure())
		label := fmt.Sprintf("t = %.1f, step %d of %d", t, i, steps)
		animation.Labels = append(animation.Labels, label)
	}
	err := animation.Display() // In a notebook, this shows a player.
	fmt.Println(err)
	// Output:
	// plotting: there is no GoNB notebook to display in: use Figure.Save or Animation.Save
}

func ExampleLive() {
	target := ring(500, 1, 0.05)
	samples := func(batch int) plotting.Figure {
		width := 0.5 / float64(1+batch)
		return plotting.Samples("in training", ring(500, 1, width), target).Within(-3, 3).Figure()
	}
	var live plotting.Live
	const batches = 1000
	for batch := range batches { // Of a training.
		err := live.Update(func() plotting.Figure { return samples(batch) })
		if err != nil {
			log.Fatal(err)
		}
	}
	err := live.Finish(samples(batches)) // In a notebook, this picture stays.
	fmt.Println(err)
	// Output:
	// plotting: there is no GoNB notebook to display in: use Figure.Save or Animation.Save
}

func ExampleExplorer() {
	target := ring(500, 1, 0.05)
	widths := []float64{0.05, 0.1, 0.2, 0.4}
	names := []string{"target", "samples"}
	err := plotting.Explorer{
		Controls: []plotting.Control{
			{Name: "width", Options: []string{"0.05", "0.1", "0.2", "0.4"}, Start: 1},
			{Name: "show", Options: []string{"both", names[0], names[1]}, Menu: true},
		},
		Draw: func(choices []int) plotting.Figure {
			samples := ring(500, 1, widths[choices[0]])
			panels := []plotting.Panel{
				plotting.Samples("both", samples, target),
				plotting.Scatter(names[0], target),
				plotting.Scatter(names[1], samples),
			}
			return panels[choices[1]].Within(-3, 3).Figure()
		},
	}.Display() // In a notebook, this shows a slider and a menu above the figure.
	fmt.Println(err)
	// Output:
	// plotting: there is no GoNB notebook to display in: use Figure.Save or Animation.Save
}
