package meanflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// units relate a model's numbers to the user's. The zero value takes the user's numbers as they
// are.
type units struct {
	Points []scale.Column `json:"points,omitempty"` // [dim], or nil.
	Values []scale.Column `json:"values,omitempty"` // [condition values], or nil.
}

// unitsOf returns the units of data that Train accepts.
func unitsOf(data Data) (units, error) {
	scaled, ok := data.(ScaledData)
	if !ok {
		return units{}, nil
	}
	points, values, err := scaled.Scale()
	if err != nil {
		return units{}, fmt.Errorf("Config.Data: %w", err)
	}
	if len(points) != data.Dim() {
		return units{}, fmt.Errorf("Config.Data has the scales of %d columns, it must have one "+
			"for each of its %d dimensions", len(points), data.Dim())
	}
	return units{points, values}, nil
}

// describeData returns the data's description, or nil if it has none.
func describeData(data Data) (json.RawMessage, error) {
	described, ok := data.(DescribedData)
	if !ok {
		return nil, nil
	}
	description, err := described.Description()
	if err == nil && description != nil && !json.Valid(description) {
		err = errors.New("it must be JSON")
	}
	if err != nil {
		return nil, fmt.Errorf("Config.Data: Description: %w", err)
	}
	return description, nil
}

// check returns an error unless there are scales for all of dim coordinates and all condition
// values, or none.
func (u units) check(dim, values int) error {
	for _, part := range []struct {
		name    string
		columns []scale.Column
		want    int
	}{
		{"coordinates", u.Points, dim}, {"condition values", u.Values, values},
	} {
		if n := len(part.columns); n != 0 && n != part.want {
			return fmt.Errorf("there are scales of %d %s, but the model has %d",
				n, part.name, part.want)
		}
		for k, column := range part.columns {
			if err := column.Check(); err != nil {
				return fmt.Errorf("the scale of %s [%d]: %w", part.name, k, err)
			}
		}
	}
	return nil
}

// toNetwork returns the network's numbers for the user's points [n][dim], one point after the
// other. The name of the points is for error messages.
func (m *Model) toNetwork(name string, points [][]float64) ([]float32, error) {
	if m.meta.Units.Points == nil {
		return m.flat(name, points)
	}
	scaled := make([][]float64, len(points))
	for i, point := range points {
		if len(point) != m.Dim() {
			scaled[i] = point // An error of flat.
			continue
		}
		scaled[i] = make([]float64, m.Dim())
		for j, y := range point {
			x, err := toNetwork(m.meta.Units.Points[j], y)
			if err != nil {
				return nil, fmt.Errorf("%s[%d][%d] is %v, %w", name, i, j, y, err)
			}
			scaled[i][j] = x
		}
	}
	return m.flat(name, scaled)
}

// toNetwork returns the network's number for the user's number y, or says what y must be.
func toNetwork(column scale.Column, y float64) (float64, error) {
	n := len(column.Quantiles)
	switch x := column.ToNetwork(y); {
	case column.Contains(y) && math.Abs(x) <= math.MaxFloat32:
		return x, nil
	case column.IsConstant():
		return 0, fmt.Errorf("but it was %v in all of the data, so it must be that",
			column.ToUser(0))
	case n > 0:
		return 0, fmt.Errorf("it must be from %v to %v, the range of the data's quantiles",
			column.Quantiles[0], column.Quantiles[n-1])
	}
	return 0, fmt.Errorf("it must be finite, and not far beyond the data: %v ± %v",
		column.Centre, column.Scale)
}

// valuesToNetwork returns the network's numbers for the user's condition values, nil for nil.
func (m *Model) valuesToNetwork(values []float64) ([]float64, error) {
	scaled := slices.Clone(values)
	for k, y := range values {
		column := scale.Identity()
		if m.meta.Units.Values != nil {
			column = m.meta.Units.Values[k]
		}
		x, err := toNetwork(column, y)
		if err != nil {
			return nil, fmt.Errorf("SampleOptions.Values[%d] is %v, %w", k, y, err)
		}
		scaled[k] = x
	}
	return scaled, nil
}

// toUser returns the user's points [n][dim] for the network's numbers.
func (m *Model) toUser(flat []float32) [][]float64 {
	points := m.rows(flat)
	for j, column := range m.meta.Units.Points {
		for _, point := range points {
			point[j] = column.ToUser(point[j])
		}
	}
	return points
}

// velocitiesToUser returns the velocities [n][dim] of the user's points, in the user's units per
// unit of time, from the network's points x and velocities u at the times t and r. With quantiles,
// points move along curves, and the average velocity is the quotient of their way and the time.
func (m *Model) velocitiesToUser(x, u []float32, t, r float64) [][]float64 {
	velocities, points := m.rows(u), m.rows(x)
	for j, column := range m.meta.Units.Points {
		for i, velocity := range velocities {
			at := points[i][j]
			if t == r || len(column.Quantiles) == 0 {
				velocity[j] *= column.Slope(at)
				continue
			}
			end := at - (t-r)*velocity[j]
			velocity[j] = (column.ToUser(at) - column.ToUser(end)) / (t - r)
		}
	}
	return velocities
}

// logSlopes returns Σ ln dy/dx over the coordinates of the network's point x [dim]: the logarithm
// of the density of y is that of x less this sum.
func (m *Model) logSlopes(x []float32) float64 {
	sum := 0.
	for j, column := range m.meta.Units.Points {
		sum += math.Log(column.Slope(float64(x[j])))
	}
	return sum
}

// constant returns the index of the first coordinate that is the same in all points, or -1.
func (u units) constant() int { return slices.IndexFunc(u.Points, scale.Column.IsConstant) }

// isBeyond reports whether a coordinate of a point [dim] lies beyond the data's quantiles, where
// the density is 0.
func (m *Model) isBeyond(point []float64) bool {
	isFinite := func(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }
	if len(point) != m.Dim() || !isFinite(floats.Sum(point)) {
		return false // An error of toNetwork.
	}
	for j, column := range m.meta.Units.Points {
		if n := len(column.Quantiles); n > 0 &&
			(point[j] < column.Quantiles[0] || point[j] > column.Quantiles[n-1]) {
			return true
		}
	}
	return false
}
