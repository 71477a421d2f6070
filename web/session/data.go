package session

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"testing/fstest"

	"github.com/meanflow-go/meanflow/datasets"
)

// Limits on data from the reader.
const (
	maxFileSize  = 64 << 20 // Bytes: a browser's memory is small.
	minRows      = 20       // Fewer points are no distribution.
	previewSize  = 2000     // Points that the page draws.
	comparedSize = 10_000   // Points that samples are compared with.
)

// data is what models learn.
type data struct {
	datasets.Distribution
	compared [][]float64 // [comparedSize][dim], drawn when they are first needed.
}

// Data describes a data set.
type Data struct {
	Columns []string    // The names of the coordinates.
	Rows    int         // The number of points, 0 if they are drawn from a distribution.
	Preview [][]float64 // Some of the points [n][dim].
	Notes   []string    // How a file was understood.
	Classes []string    // The names of the classes, nil if there are none.
}

// UseDistribution takes the points of one of package datasets' distributions.
func (s *Session) UseDistribution(name string) (Data, error) {
	distribution, err := datasets.ByName(name)
	if err != nil {
		return Data{}, err
	}
	return s.use(distribution, Data{Columns: coordinates(distribution.Dim())})
}

// UsePoints takes points [n][dim] that the reader drew.
func (s *Session) UsePoints(points [][]float64) (Data, error) {
	if len(points) < minRows {
		return Data{}, fmt.Errorf("%d points are too few: draw at least %d", len(points), minRows)
	}
	own, err := datasets.FromPoints(points)
	if err != nil {
		return Data{}, err
	}
	return s.usePoints(own, nil)
}

// UseFile takes the points of a file with the given name and content.
func (s *Session) UseFile(name string, content []byte, options datasets.ReadOptions) (Data, error) {
	if len(content) > maxFileSize {
		return Data{}, fmt.Errorf("%s has %d MB, the page reads up to %d MB: use the command "+
			"meanflow train", name, len(content)>>20, maxFileSize>>20)
	}
	if !fs.ValidPath(name) || path.Base(name) != name {
		name = "file" // fs.FS has fewer names than people have.
	}
	files := fstest.MapFS{name: &fstest.MapFile{Data: content}}
	own, err := datasets.ReadFS(files, name, options)
	if err != nil {
		return Data{}, err
	}
	if own.Len() < minRows {
		return Data{}, fmt.Errorf("%s: the number of rows is %d, it must be at least %d", name,
			own.Len(), minRows)
	}
	return s.usePoints(own, []string{own.Format().String(), own.Schema().String()})
}

func (s *Session) usePoints(own *datasets.Points, notes []string) (Data, error) {
	schema := own.Schema()
	return s.use(own, Data{
		Columns: schema.Names(), Rows: own.Len(), Notes: notes, Classes: schema.Label.Classes,
	})
}

func (s *Session) use(distribution datasets.Distribution, description Data) (Data, error) {
	n := previewSize
	if description.Rows > 0 {
		n = min(n, description.Rows)
	}
	var err error
	if description.Preview, err = datasets.Draw(distribution, n, previewSeed); err != nil {
		return Data{}, err
	}
	s.data = &data{Distribution: distribution}
	return description, nil
}

// Seeds of the points that are drawn of the data.
const (
	previewSeed = iota
	comparedSeed
)

// compare returns points to compare samples with [n][dim].
func (d *data) compare() (_ [][]float64, err error) {
	if d.compared == nil {
		own, isPoints := d.Distribution.(*datasets.Points)
		if isPoints && own.Len() <= comparedSize {
			d.compared = own.Rows()
		} else {
			d.compared, err = datasets.Draw(d.Distribution, comparedSize, comparedSeed)
		}
	}
	return d.compared, err
}

var errNoData = errors.New("there are no data: choose a distribution, draw points or open a file")

// coordinates returns names for coordinates without names.
func coordinates(dim int) []string {
	names := make([]string, dim)
	for j := range names {
		names[j] = fmt.Sprintf("x%d", j+1)
	}
	return names
}
