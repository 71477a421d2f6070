package plotting_test

import (
	"bytes"
	"image/gif"
	"image/png"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/plot/cmpimg"
)

// tolerance is the difference between pictures that cmpimg accepts, from 0 (none) to 1: processors
// round differently.
const tolerance = 0.02

// TestGoldenPictures compares what the examples save in testdata with the golden pictures there.
// go test ./plotting -run Golden -regen makes them anew.
func TestGoldenPictures(t *testing.T) {
	for name, example := range map[string]func(){
		"scatter":      ExampleScatter,
		"samples":      ExampleSamples,
		"grid":         ExampleGrid,
		"curves":       ExampleCurves,
		"lines":        ExampleLines,
		"trajectories": ExampleTrajectories,
		"paths":        ExamplePaths,
		"vector_field": ExampleVectorField,
		"over":         ExamplePanel_Over,
		"beside":       ExampleCurves_besideSamples,
		"density":      ExampleDensity,
		"density_of":   ExampleDensityOf,
		"histograms":   ExampleHistograms,
		"pair_plot":    ExamplePairPlot,
		"images":       ExampleImages,
	} {
		t.Run(name, func(t *testing.T) {
			cmpimg.CheckPlotApprox(example, t, tolerance, name+".png")
		})
	}
	t.Run("animation", func(t *testing.T) {
		example := func() {
			ExampleAnimation()
			saveFrames(t)
		}
		cmpimg.CheckPlotApprox(example, t, tolerance, "animation_first.png", "animation_last.png")
	})
}

// saveFrames saves the first and the last frame of the example's animation as PNG, since cmpimg
// doesn't compare GIF, and checks the delays of all frames.
func saveFrames(t *testing.T) {
	t.Helper()
	encoded, err := os.ReadFile("testdata/animation.gif")
	if err != nil {
		t.Fatal(err)
	}
	animation, err := gif.DecodeAll(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	// In hundredths of a second: by default 100 ms, and ten times as long for the last frame.
	if want := []int{10, 10, 10, 10, 10, 100}; !slices.Equal(animation.Delay, want) {
		t.Fatalf("the delays are %v, want %v", animation.Delay, want)
	}
	for name, i := range map[string]int{"first": 0, "last": 5} {
		var frame bytes.Buffer
		if err := png.Encode(&frame, animation.Image[i]); err != nil {
			t.Fatal(err)
		}
		path := "testdata/animation_" + name + ".png"
		if err := os.WriteFile(path, frame.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
