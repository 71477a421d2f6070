package meanflow

import (
	"fmt"
	"iter"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// Stream generates the points that [Model.Sample] returns for the same arguments, as float32 and in
// the memory of a chunk, however many points there are. It yields chunks [k·dim]: the coordinates
// of k points, one point after the other. k is 8,192, less if points have more than 784
// coordinates, and less in the last chunk. A chunk belongs to the caller.
//
// Coordinates are those of Sample, rounded: in the units of the training data, and infinite beyond
// the range of float32. The sequence ends with the first error, for which the chunk is nil.
// Arguments that Sample refuses are such an error. Another loop over the sequence gets the same
// points. The body of the loop may use the model, and other goroutines may at any time.
func (m *Model) Stream(n, steps int, seed int64) iter.Seq2[[]float32, error] {
	return func(yield func(points []float32, err error) bool) {
		err := m.stream(n, steps, seed, func(points []float32) bool { return yield(points, nil) })
		if err != nil {
			yield(nil, fmt.Errorf("meanflow: Stream: %w", err))
		}
	}
}

// stream calls use for each chunk, until it returns false. The model is not locked meanwhile.
func (m *Model) stream(n, steps int, seed int64, use func(points []float32) bool) error {
	if err := m.checkSampling(n, steps); err != nil {
		return err
	}
	size, random := engine.ChunkSize(m.Dim()), seeded(seed)
	for ; n > 0; n -= size {
		points := noise(random, min(n, size)*m.Dim())
		if err := m.integrate(points, 0, steps, steps); err != nil {
			return err
		}
		for j, column := range m.meta.Units.Points {
			for i := j; i < len(points); i += m.Dim() {
				points[i] = float32(column.ToUser(float64(points[i])))
			}
		}
		if !use(points) {
			return nil
		}
	}
	return nil
}
