package session

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// Sampling says what to sample.
type Sampling struct {
	N     int   // From 1 to 100,000.
	Steps int   // From 1 to 100.
	Seed  int64 // Determines the noise, as in [meanflow.Model.Sample].
	Class int   // From 1, or 0 for any.
}

func (o Sampling) check() error {
	if err := inRange("number of points", o.N, 1, 100_000); err != nil {
		return err
	}
	return inRange("steps", o.Steps, 1, 100)
}

// Samples come in parts, so that something shows at once. The first part has up to firstEvaluations
// evaluations of the network, each later one twice as many points as the one before, up to
// partPoints: small parts take longer for each point.
const (
	firstEvaluations = 512
	partPoints       = 512
)

// parts yields the sizes of the parts of n points with the given number of evaluations each. Sizes
// are powers of two, since the engine pads others to one.
func parts(n, evaluations int) []int {
	size := 1
	for size*2 <= partPoints && size*2*evaluations <= firstEvaluations {
		size *= 2
	}
	var sizes []int
	for n > 0 {
		sizes = append(sizes, min(n, size))
		n, size = n-size, min(2*size, partPoints)
	}
	return sizes
}

// Sample samples from the model in a slot. It calls show for each part with the index of its first
// point, and the points on their way at the ends of the steps [steps+1][k][dim], from noise to
// samples, in the units of the data. It returns the time that the model took.
func (s *Session) Sample(
	name string, o Sampling, giveWay func() error,
	show func(from int, path [][][]float64) error,
) (elapsed time.Duration, err error) {
	m, err := s.points(name)
	if err != nil {
		return 0, err
	}
	if err := o.check(); err != nil {
		return 0, err
	}
	noise, err := meanflow.Noise(o.N, m.Dim(), o.Seed)
	if err != nil {
		return 0, err
	}
	var waited time.Duration
	last := time.Now()
	onStep := func(float64, [][]float64) error {
		if time.Since(last) < patience {
			return nil
		}
		began := time.Now()
		err := giveWay()
		last = time.Now()
		waited += last.Sub(began)
		return err
	}
	from := 0
	for _, size := range parts(o.N, o.Steps) {
		options := meanflow.SampleOptions{
			Times: meanflow.UniformGrid(o.Steps), Noise: noise[from : from+size], Class: o.Class,
			OnStep: onStep,
		}
		began := time.Now()
		path, err := m.TrajectoryWith(options, size, o.Seed)
		elapsed += time.Since(began)
		if err != nil {
			return 0, err
		}
		if err := show(from, path); err != nil {
			return 0, err
		}
		from += size
	}
	return elapsed - waited, nil
}

// patience is how long a computation goes on before it gives way.
const patience = 20 * time.Millisecond

// sample returns samples [n][dim] of the model in a slot.
func (s *Session) sample(name string, o Sampling, giveWay func() error) ([][]float64, error) {
	samples := make([][]float64, 0, o.N)
	_, err := s.Sample(name, o, giveWay, func(_ int, path [][][]float64) error {
		samples = append(samples, path[len(path)-1]...)
		return giveWay()
	})
	return samples, err
}

// CSV returns samples [n][dim] of the model in a slot as a table in the columns of the data. The
// samples are of a class, or of any if class is 0.
func (s *Session) CSV(name string, samples [][]float64, class int) (string, error) {
	m, err := s.points(name)
	if err != nil {
		return "", err
	}
	if len(samples) == 0 {
		return "", errors.New("there are no samples to save yet")
	}
	if err := inRange("class", class, 0, m.Classes()); err != nil {
		return "", err
	}
	var options datasets.TableOptions
	schema := datasets.Schema{Columns: columnsOf(samples)}
	if m.Description() != nil {
		if schema, err = datasets.ParseSchema(m.Description()); err != nil {
			return "", err
		}
		if class > 0 {
			options.Given = map[string]any{schema.Label.Name: schema.Label.Classes[class-1]}
		}
	}
	table, err := schema.Table(samples, options)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = table.WriteCSV(&text)
	return text.String(), err
}

// columnsOf returns columns of numbers for points [n][dim] whose data have no schema.
func columnsOf(points [][]float64) []datasets.Column {
	columns := make([]datasets.Column, len(points[0]))
	for j, name := range coordinates(len(columns)) {
		numbers := make([]float64, len(points))
		for i, point := range points {
			numbers[i] = point[j]
		}
		columns[j] = datasets.Column{
			Name: name, Min: slices.Min(numbers), Max: slices.Max(numbers),
		}
	}
	return columns
}

// Dim returns the number of coordinates of the points of the model in a slot.
func (s *Session) Dim(name string) (int, error) {
	m, err := s.points(name)
	if err != nil {
		return 0, err
	}
	return m.Dim(), nil
}

// Field returns the average velocities u(x, t, r) of the model in a slot at points [n][dim], in
// their units per unit of time; the velocities at t for a model of flow matching.
func (s *Session) Field(name string, points [][]float64, t, r float64) ([][]float64, error) {
	m, err := s.points(name)
	if err != nil {
		return nil, err
	}
	if !m.PredictsAverage() {
		r = t
	}
	return m.AverageVelocity(points, t, r)
}
