package metrics_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func TestAgreement(t *testing.T) {
	share, err := metrics.Agreement([]int{1, 2, 3, 4}, []int{1, 3, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the share", share, 0.75, 0)
	for want, sets := range map[string][2][]int{
		"got has 0 and want has 0 classes": {},
		"got has 2 and want has 1 classes": {{1, 2}, {1}},
	} {
		_, err := metrics.Agreement(sets[0], sets[1])
		checkError(t, err, "metrics: Agreement: "+want)
	}
}
