package session

import (
	"errors"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// Measurement says how good samples are.
type Measurement struct {
	// Distance is the sliced Wasserstein distance to the data: in the data's units for a
	// distribution, and in standard deviations of each column for the reader's points.
	Distance float64
	// OffSupport is the share off the data's support, nil if the data have no known support.
	OffSupport *float64
}

// measuredSize is the number of samples that are compared with the data.
const measuredSize = 10_000

// Measure compares 10,000 samples of the model in a slot with the session's data.
func (s *Session) Measure(
	name string, o Sampling, giveWay func() error,
) (Measurement, error) {
	if s.data == nil {
		return Measurement{}, errNoData
	}
	compared, err := s.data.compare()
	if err != nil {
		return Measurement{}, err
	}
	o.N = measuredSize
	samples, err := s.sample(name, o, giveWay)
	if err != nil {
		return Measurement{}, err
	}
	if len(samples[0]) != len(compared[0]) {
		return Measurement{}, errors.New("the model generates other columns than the data have")
	}
	var m Measurement
	if own, isPoints := s.data.Distribution.(*datasets.Points); isPoints {
		columns, _, err := own.Scale()
		if err != nil {
			return Measurement{}, err
		}
		samples, compared = standardized(samples, columns), standardized(compared, columns)
	}
	const seed = 1 // Of the directions of projection.
	if m.Distance, err = metrics.SlicedWasserstein(samples, compared, seed); err != nil {
		return Measurement{}, err
	}
	supported, ok := s.data.Distribution.(datasets.Supported)
	if !ok {
		return m, nil
	}
	share, err := metrics.OffSupport(samples, supported.Contains)
	m.OffSupport = &share
	return m, err
}

// standardized returns points [n][dim] in the units of the network.
func standardized(points [][]float64, columns []scale.Column) [][]float64 {
	result := make([][]float64, len(points))
	for i, point := range points {
		result[i] = make([]float64, len(point))
		for j, value := range point {
			result[i][j] = columns[j].ToNetwork(value)
		}
	}
	return result
}
