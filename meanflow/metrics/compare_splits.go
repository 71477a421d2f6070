package metrics

import "math/rand/v2"

const (
	splits       = 4    // The number of splits of the data that are averaged over.
	maxSplitRows = 2500 // In each set of a split.
)

// compareSplits sets the report's SlicedWasserstein and SplitRows from standardised rows.
func (r *Report) compareSplits(sets rowSets, seed int64) error {
	generator := rand.New(rand.NewPCG(uint64(seed), 1))
	realCount := len(sets.heldOut)
	if realCount == 0 {
		realCount = len(sets.data) / 2
	}
	r.SplitRows = min(len(sets.samples), realCount, maxSplitRows)
	for split := range splits {
		samples := subset(sets.samples, r.SplitRows, generator)
		data := subset(sets.data, len(sets.data), generator) // Shuffled.
		realRows := sets.heldOut
		if len(realRows) > 0 {
			realRows = subset(realRows, r.SplitRows, generator)
		} else {
			realRows, data = data[:r.SplitRows], data[r.SplitRows:]
		}
		data = data[:min(len(data), maxSplitRows)]
		ofSamples, err := SlicedWasserstein(samples, data, seed+int64(split))
		if err != nil {
			return err
		}
		ofReal, err := SlicedWasserstein(realRows, data, seed+int64(split))
		if err != nil {
			return err
		}
		r.SlicedWasserstein.Samples += ofSamples / splits
		r.SlicedWasserstein.Real += ofReal / splits
	}
	return nil
}

// subset returns count random rows, in random order.
func subset(rows [][]float64, count int, generator *rand.Rand) [][]float64 {
	chosen := make([][]float64, count)
	for i, from := range generator.Perm(len(rows))[:count] {
		chosen[i] = rows[from]
	}
	return chosen
}
