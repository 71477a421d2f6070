package metrics

import "fmt"

// Agreement returns the share, from 0 to 1, of the indices i with got[i] = want[i]: of the samples
// whose class, as a classifier sees it, is the class that they were generated for, or the accuracy
// of a classifier. The error says that got is empty, or that the lengths differ.
func Agreement(got, want []int) (float64, error) {
	if len(got) == 0 || len(got) != len(want) {
		return 0, fmt.Errorf("metrics: Agreement: got has %d and want has %d classes, both must "+
			"have the same number and at least 1", len(got), len(want))
	}
	equal := 0
	for i, class := range got {
		if class == want[i] {
			equal++
		}
	}
	return float64(equal) / float64(len(got)), nil
}
