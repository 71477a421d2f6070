package metrics_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func TestOffSupport(t *testing.T) {
	positive := func(point []float64) bool { return point[0] > 0 }
	share, err := metrics.OffSupport([][]float64{{1}, {-1}, {2}, {3}}, positive)
	if err != nil || share != 0.25 {
		t.Errorf("share %v, error %v, want 0.25", share, err)
	}
	for name, test := range map[string]struct {
		points   [][]float64
		contains func([]float64) bool
		wants    string
	}{
		"no points":          {nil, positive, "points is empty"},
		"no coordinates":     {[][]float64{{}}, positive, "points[0] is empty"},
		"NaN":                {[][]float64{{1}, {math.NaN()}}, positive, "points[1][0] is NaN"},
		"no support":         {[][]float64{{1}}, nil, "contains is nil"},
		"unequal dimensions": {[][]float64{{1}, {1, 2}}, positive, "points[1] has 2 coordinates"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := metrics.OffSupport(test.points, test.contains)
			checkError(t, err, test.wants)
		})
	}
}
