package metrics_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func TestRefuses(t *testing.T) {
	good := [][]float64{{1, 2}, {3, 4}}
	for name, test := range map[string]struct {
		a, b  [][]float64
		wants string
	}{
		"an empty set":       {good, nil, "a has 2 and b has 0 points"},
		"another dimension":  {good, [][]float64{{1, 2, 3}}, "b[0] has 3 coordinates"},
		"unequal lengths":    {[][]float64{{1, 2}, {3}}, good, "a[1] has 1 coordinates"},
		"NaN":                {good, [][]float64{{1, 2}, {math.NaN(), 4}}, "b[1][0] is NaN"},
		"infinity":           {[][]float64{{1, math.Inf(1)}}, good, "a[0][1] is +Inf"},
		"without dimensions": {[][]float64{{}}, [][]float64{{}}, "a[0] has no coordinates"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := metrics.SlicedWasserstein(test.a, test.b, 1)
			checkError(t, err, "SlicedWasserstein: "+test.wants)
			_, err = metrics.Energy(test.a, test.b)
			checkError(t, err, "Energy: "+test.wants)
		})
	}
}
