package meanflow

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// checkTimes draws times and warns if they leave times untrained that sampling needs. isOneStep
// reports whether all times are t = 1 and r = 0, so that the model will know only that step.
func (c Config) checkTimes() (isOneStep bool, err error) {
	pureGo, err := backend.PureGo()
	if err != nil {
		return false, err
	}
	const n = 10_000
	drawn, err := engine.DrawOnce(pureGo, func(scope *model.Scope, g *Graph) []*Node {
		t, r := c.Objective.TimeSampler().Draw(scope, g, n)
		return []*Node{ConvertDType(t, dtypes.Float64), ConvertDType(r, dtypes.Float64)}
	})
	if err != nil {
		return false, fmt.Errorf("Config.Objective: drawing times: %w", err)
	}
	t, r := drawn[0].Value().([][]float64), drawn[1].Value().([][]float64)
	if c.Objective.PredictsAverage() && areOneStep(t, r) {
		return true, nil
	}
	if warning := untrainedTimes(t, r, c.Objective.PredictsAverage()); warning != "" {
		training.Warn("Config.Objective: %s", warning)
	}
	return false, nil
}

// areOneStep reports whether all times t and r, [n][1] each, are 1 and 0.
func areOneStep(t, r [][]float64) bool {
	for i := range t {
		if t[i][0] != 1 || r[i][0] != 0 {
			return false
		}
	}
	return true
}

// untrainedTimes describes what random times t and r, [n][1] each, leave untrained. It returns an
// empty string if they leave nothing untrained.
func untrainedTimes(t, r [][]float64, predictsAverage bool) string {
	var tenths [10]int
	apart := 0
	for i := range t {
		tenths[min(int(10*t[i][0]), 9)]++
		if r[i][0] < t[i][0] {
			apart++
		}
	}
	if predictsAverage && apart == 0 {
		return "all examples have r = t: u(x, t, r) is never trained for r < t, " +
			"so steps along it are meaningless"
	}
	var missing []string
	for k, count := range tenths {
		if count == 0 {
			missing = append(missing, fmt.Sprintf("[%.1f, %.1f]", float64(k)/10, float64(k+1)/10))
		}
	}
	if len(missing) > 0 {
		return fmt.Sprintf("of %d times t none is in %s: steps from there are hardly trained",
			len(t), strings.Join(missing, ", "))
	}
	return ""
}
