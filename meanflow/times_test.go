package meanflow_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

func TestTimes(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		const n = 100_000
		draw := func(times meanflow.TimeSampler) (later, earlier []float64) {
			out, err := model.CallOnceN(engine, seededStore(t, 1),
				func(scope *model.Scope, g *Graph) []*Node {
					t, r := times.Draw(scope, g, n)
					return []*Node{t, r}
				})
			if err != nil {
				t.Fatal(err)
			}
			return check.Floats(out[0]), check.Floats(out[1])
		}
		later, earlier := draw(meanflow.UniformTimes())
		for i := range n {
			if !(0 <= earlier[i] && earlier[i] <= later[i] && later[i] <= 1) {
				t.Fatalf("t is %v, r is %v, want 0 <= r <= t <= 1", later[i], earlier[i])
			}
		}
		// Of two uniform numbers the larger has mean 2/3 and the smaller 1/3, both variance 1/18:
		// means of 100,000 are within 0.0037, five standard deviations.
		check.Close(t, "means of t and r", []float64{stat.Mean(later, nil),
			stat.Mean(earlier, nil)}, []float64{2. / 3, 1. / 3}, 0.0037)
		later, earlier = draw(meanflow.EqualTimes(meanflow.Uniform()))
		check.Close(t, "r, where it should be t", earlier, later, 0)
		// Variance 1/12.
		check.Close(t, "mean of t", []float64{stat.Mean(later, nil)}, []float64{0.5}, 0.0046)
	})
}

// times draws n times t and r.
func times(t *testing.T, engine compute.Backend, n int, sampler meanflow.TimeSampler) (later,
	earlier []float64) {
	t.Helper()
	out, err := model.CallOnceN(engine, seededStore(t, 1),
		func(scope *model.Scope, g *Graph) []*Node {
			t, r := sampler.Draw(scope, g, n)
			return []*Node{t, r}
		})
	if err != nil {
		t.Fatal(err)
	}
	return check.Floats(out[0]), check.Floats(out[1])
}

func TestTimeOptions(t *testing.T) {
	const n = 100_000
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		// The odds of one and the same distribution for both, t and r in any order, are normal
		// again.
		later, earlier := times(t, engine, n, meanflow.OrderedTimes(meanflow.LogitNormal(-0.4, 1.5),
			meanflow.LogitNormal(-0.4, 1.5)))
		var odds []float64
		for i := range n {
			if earlier[i] > later[i] {
				t.Fatalf("t is %v, r is %v", later[i], earlier[i])
			}
			odds = append(odds, math.Log(later[i]/(1-later[i])),
				math.Log(earlier[i]/(1-earlier[i])))
		}
		center := stat.Mean(odds, nil)
		for i := range odds {
			odds[i] = (odds[i] - center) * (odds[i] - center)
		}
		// Five standard deviations: 1.5/√200,000 of the mean, 1.5²·√2/√200,000 of the variance.
		check.Close(t, "mean of the logarithms of the odds", []float64{center}, []float64{-0.4},
			0.017)
		check.Close(t, "their variance", []float64{stat.Mean(odds, nil)}, []float64{1.5 * 1.5},
			0.036)

		// Each its own: nearly all of one near 1, nearly all of the other near 0.
		later, earlier = times(t, engine, n, meanflow.OrderedTimes(meanflow.LogitNormal(-8, 0.1),
			meanflow.LogitNormal(8, 0.1)))
		check.Close(t, "means of two distributions",
			[]float64{stat.Mean(later, nil), stat.Mean(earlier, nil)}, []float64{1, 0}, 0.001)

		later, earlier = times(t, engine, n, meanflow.TimesToZero(meanflow.Uniform()))
		check.Close(t, "t and r on the way to the data",
			[]float64{stat.Mean(later, nil), slices.Max(earlier)}, []float64{0.5, 0}, 0.005)

		for _, objective := range []meanflow.Objective{
			meanflow.MeanFlow{FlowRatio: 0.75},
			meanflow.AlphaFlow{MeanFlow: meanflow.MeanFlow{FlowRatio: 0.75}},
			meanflow.ImprovedMeanFlow{MeanFlow: meanflow.MeanFlow{FlowRatio: 0.75}},
			meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{FlowRatio: 0.75}},
		} {
			later, earlier = times(t, engine, n, objective.TimeSampler())
			var equal float64
			for i := range n {
				if later[i] == earlier[i] {
					equal++
				}
			}
			// √(0.75·0.25/100,000) = 0.0014.
			check.Close(t, objective.Name()+": the share of r = t", []float64{equal / n},
				[]float64{0.75}, 0.007)
		}
		alike := meanflow.EqualTimes(meanflow.Uniform())
		for _, objective := range []meanflow.Objective{
			meanflow.MeanFlow{Times: alike},
			meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Times: alike}},
		} {
			later, earlier = times(t, engine, n, objective.TimeSampler())
			check.Close(t, objective.Name()+": r with a sampler of r = t", earlier, later, 0)
		}
	})
}
