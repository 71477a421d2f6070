package datasets_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
)

// misshapen samples one coordinate where it says two.
type misshapen struct{ datasets.Gaussian }

func (misshapen) Dim() int { return 2 }

func (misshapen) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return datasets.Gaussian{Dimensions: 1}.Sample(scope, g, n)
}

func TestDraw(t *testing.T) {
	draw := func(seed int64) []float64 {
		points, err := datasets.Draw(datasets.Spiral{}, 10, seed)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Concat(points...)
	}
	if !slices.Equal(draw(1), draw(1)) {
		t.Error("same seed, other points")
	}
	if slices.Equal(draw(1), draw(2)) {
		t.Error("another seed, the same points")
	}
	for _, test := range []struct {
		distribution datasets.Distribution
		n            int
		wants        string
	}{
		{datasets.Spiral{}, 0, "is 0"},
		{datasets.Spiral{}, 1_000_000_000, "n is 1000000000"},
		{nil, 3, "distribution is nil"},
		{datasets.Gaussian{Dimensions: -1}, 3, "-1"},
		{misshapen{}, 3, "it must sample"},
	} {
		_, err := datasets.Draw(test.distribution, test.n, 1)
		checkError(t, err, "Draw", test.wants)
	}
}

// TestClasses compares the class of a point with the place of the point, and the share of each
// class with the others.
func TestClasses(t *testing.T) {
	const count = 8000
	for _, test := range []struct {
		distribution datasets.Labelled
		where        func(x, y float64) int
	}{
		// Column by column from below, every second cell.
		{datasets.Checkerboard{}, func(x, y float64) int {
			return 1 + (4*int((x+1.5)/0.75)+int((y+1.5)/0.75))/2
		}},
		// Counterclockwise from the right.
		{datasets.EightGaussians(), func(x, y float64) int {
			return 1 + int(math.Round(math.Atan2(y, x)/(math.Pi/4))+8)%8
		}},
		// The arm whose radius at the point's angle is nearest to the point's.
		{datasets.TwoSpirals{}, func(x, y float64) int {
			radius, angle := math.Hypot(x, y), math.Atan2(y, x)
			nearest, arm := math.Inf(1), 0
			for half := -1; half <= 3; half++ {
				onArm := 1.8 * (angle + float64(half)*math.Pi) / (3 * math.Pi)
				if distance := math.Abs(radius - onArm); distance < nearest {
					nearest, arm = distance, 1+(half+2)%2
				}
			}
			return arm
		}},
	} {
		name := test.distribution.Name()
		points, classes, err := datasets.DrawLabelled(test.distribution, count, 1)
		if err != nil {
			t.Fatal(err)
		}
		drawn, err := datasets.Draw(test.distribution, count, 1)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(drawn, points, slices.Equal) {
			t.Errorf("%s: the points are not those of Draw", name)
		}
		counts := make([]float64, test.distribution.Classes())
		var wrong float64
		for i, point := range points {
			counts[classes[i]-1]++
			if test.where(point[0], point[1]) != classes[i] {
				wrong++
			}
		}
		// The Gaussians overlap by 1e-4, the two arms where they begin.
		near(t, name+": share of points outside the place of their class", wrong/count, 0, 0.03)
		share := 1 / float64(len(counts))
		deviation := math.Sqrt(share * (1 - share) / count)
		for k := range counts {
			what := fmt.Sprintf("%s: share of class %d", name, k+1)
			near(t, what, counts[k]/count, share, 5*deviation)
		}
	}
	for _, wrong := range []int{0, -1, 1 << 40} {
		_, _, err := datasets.DrawLabelled(datasets.TwoSpirals{}, wrong, 1)
		checkError(t, err, "DrawLabelled", fmt.Sprintf("n is %d", wrong))
	}
	_, _, err := datasets.DrawLabelled(nil, 1, 1)
	checkError(t, err, "DrawLabelled", "distribution is nil")
}
