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
		later, earlier := drawTimes(t, engine, n, meanflow.UniformTimes())
		for i := range n {
			if !(0 <= earlier[i] && earlier[i] <= later[i] && later[i] <= 1) {
				t.Fatalf("t is %v, r is %v, want 0 <= r <= t <= 1", later[i], earlier[i])
			}
		}
		// The larger of two uniform numbers has the mean 2/3, the smaller 1/3, and both have the
		// variance 1/18. The tolerance is five standard deviations of the mean of 100,000 numbers.
		check.Close(t, "means of t and r",
			[]float64{stat.Mean(later, nil), stat.Mean(earlier, nil)},
			[]float64{2. / 3, 1. / 3}, 0.0037)
		later, earlier = drawTimes(t, engine, n, meanflow.EqualTimes(meanflow.Uniform()))
		check.Close(t, "r, which must equal t", earlier, later, 0)
		// The variance of t is 1/12.
		check.Close(t, "mean of t", []float64{stat.Mean(later, nil)}, []float64{0.5}, 0.0046)
	})
}

// drawTimes draws t (later) and r (earlier) for n examples.
func drawTimes(
	t *testing.T, engine compute.Backend, n int, sampler meanflow.TimeSampler,
) (later, earlier []float64) {
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
		// If both times have the same logit-normal distribution, the log-odds of t and r together
		// are normal.
		logitNormal := meanflow.LogitNormal(-0.4, 1.5)
		later, earlier := drawTimes(t, engine, n, meanflow.OrderedTimes(logitNormal, logitNormal))
		var logOdds []float64
		for i := range n {
			if earlier[i] > later[i] {
				t.Fatalf("t is %v, r is %v, want r <= t", later[i], earlier[i])
			}
			logOdds = append(logOdds,
				math.Log(later[i]/(1-later[i])),
				math.Log(earlier[i]/(1-earlier[i])))
		}
		mean := stat.Mean(logOdds, nil)
		for i := range logOdds {
			logOdds[i] = (logOdds[i] - mean) * (logOdds[i] - mean)
		}
		variance := stat.Mean(logOdds, nil)
		// Five standard deviations: 1.5/√200,000 of the mean, 1.5²·√2/√200,000 of the variance.
		check.Close(t, "mean of the log-odds", []float64{mean}, []float64{-0.4}, 0.017)
		check.Close(t, "variance of the log-odds", []float64{variance}, []float64{1.5 * 1.5}, 0.036)

		// Two different distributions, one with nearly all times near 0, the other near 1.
		low, high := meanflow.LogitNormal(-8, 0.1), meanflow.LogitNormal(8, 0.1)
		later, earlier = drawTimes(t, engine, n, meanflow.OrderedTimes(low, high))
		check.Close(t, "means of two distributions",
			[]float64{stat.Mean(later, nil), stat.Mean(earlier, nil)}, []float64{1, 0}, 0.001)

		later, earlier = drawTimes(t, engine, n, meanflow.TimesToZero(meanflow.Uniform()))
		check.Close(t, "mean of t and maximum of r, which must be 0",
			[]float64{stat.Mean(later, nil), slices.Max(earlier)}, []float64{0.5, 0}, 0.005)

		for _, objective := range []meanflow.Objective{
			meanflow.MeanFlow{FlowRatio: 0.75},
			meanflow.AlphaFlow{MeanFlow: meanflow.MeanFlow{FlowRatio: 0.75}},
			meanflow.ImprovedMeanFlow{MeanFlow: meanflow.MeanFlow{FlowRatio: 0.75}},
			meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{FlowRatio: 0.75}},
		} {
			later, earlier = drawTimes(t, engine, n, objective.TimeSampler())
			var equal float64
			for i := range n {
				if later[i] == earlier[i] {
					equal++
				}
			}
			// Five standard deviations: √(0.75·0.25/100,000) = 0.0014.
			check.Close(t, objective.Name()+": the share of r = t",
				[]float64{equal / n}, []float64{0.75}, 0.007)
		}
		equalTimes := meanflow.EqualTimes(meanflow.Uniform())
		for _, objective := range []meanflow.Objective{
			meanflow.MeanFlow{Times: equalTimes},
			meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Times: equalTimes}},
		} {
			later, earlier = drawTimes(t, engine, n, objective.TimeSampler())
			check.Close(t, objective.Name()+": r with a sampler of r = t", earlier, later, 0)
		}
	})
}
