package datasets

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// Points is the uniform distribution on a finite list of points, the user's own data, made by
// [FromPoints], [Read] or [ReadFS]. Points may have classes and condition values.
//
// Points keeps the user's numbers in float64. A point has a coordinate for each column of numbers,
// and one for each category of a column of words, which is 1 for the point's category and 0 for
// the others. [Points.Sample] builds these coordinates in the network's units, [Points.Scale]
// relates the units, and [Points.Schema] describes the columns.
type Points struct {
	name                    string
	format                  Format
	lines                   lineNumbers
	rows                    []int // The row that each point had before Split; nil before any.
	coordinates, conditions []tableColumn
	label                   *tableColumn // Code k is class k + 1. Nil if there are no classes.
	schema                  Schema
	byQuantiles             bool

	// Computed at the first call.
	scales      func() scales
	outlier     func() error
	tensors     func() pointTensors
	fingerprint func() string
}

// scales relate the coordinates and the condition values to the network's.
type scales struct{ points, values []scale.Column }

// pointTensors are what Sample chooses from, in the network's units. They never change.
type pointTensors struct {
	points  *tensors.Tensor // Float32 [n, Dim()].
	classes *tensors.Tensor // Int32 [n, 1], or nil.
	values  *tensors.Tensor // Float32 [n, Values()], or nil.
}

// Read returns the points of a file, of which options say what can't be detected: CSV or other
// text with a point a row, or an NPY or NPZ file. [Points.Format] says how Read understood the
// file. The error names the file, the line and the column.
func Read(path string, options ReadOptions) (*Points, error) {
	t, err := readTable(path, options)
	if err != nil {
		return nil, err
	}
	return fromTable(filepath.Base(path), t)
}

// ReadFS is [Read] for the file with a name in a file system, such as an embed.FS, a zip.Reader or
// files that were uploaded. Names have slashes, as in [fs.ValidPath].
func ReadFS(fsys fs.FS, name string, options ReadOptions) (*Points, error) {
	if fsys == nil {
		return nil, withPath(name, problem(ErrOptions, "the file system is nil"))
	}
	t, err := readOpened(func() (fs.File, error) { return fsys.Open(name) }, name, options)
	if err != nil {
		return nil, err
	}
	return fromTable(filepath.Base(name), t)
}

// FromPoints returns the distribution of points [n][dim], with n and dim at least 1; it copies the
// points. The columns are called x1, x2 and so on. All points must have the same number of
// coordinates, and each coordinate must be finite and at most 1e300 in magnitude; the error names
// the point at fault.
func FromPoints(points [][]float64) (*Points, error) {
	if len(points) == 0 {
		return nil, errors.New("datasets: points is empty, it must have at least one point")
	}
	dim := len(points[0])
	t := &table{columns: make([]tableColumn, dim)}
	for j := range t.columns {
		t.columns[j].name = fmt.Sprintf("x%d", j+1)
		t.columns[j].numbers = make([]float64, len(points))
	}
	for i, point := range points {
		if len(point) == 0 || len(point) != dim {
			return nil, fmt.Errorf("datasets: points[%d] has %d coordinates, points[0] has %d: "+
				"all must have the same number, at least 1", i, len(point), dim)
		}
		for j, coordinate := range point {
			t.columns[j].numbers[i] = coordinate
		}
	}
	return fromTable("points", t)
}

// prepare sets what the first call of a method computes.
func (p *Points) prepare() {
	p.scales = sync.OnceValue(p.computeScales)
	p.outlier = sync.OnceValue(p.findOutlier)
	p.tensors = sync.OnceValue(p.makeTensors)
	p.fingerprint = sync.OnceValue(p.computeFingerprint)
}

// Name returns the name of the file without its folder, or "points".
func (p *Points) Name() string { return p.name }

// Len returns the number of points.
func (p *Points) Len() int { return p.coordinates[0].len() }

// Dim returns the number of coordinates of a point.
func (p *Points) Dim() int { return p.schema.Dim() }

// Classes returns the number of classes, 0 if there are none.
func (p *Points) Classes() int { return len(p.schema.Label.Classes) }

// Values returns the number of condition values of a point: one for each condition column of
// numbers, and one for each category of a condition column of words.
func (p *Points) Values() int { return width(p.schema.Conditions) }

// Schema describes the columns, the classes and the conditions. Its ranges are those of these
// points.
func (p *Points) Schema() Schema { return p.schema }

// Format says how [Read] understood the file. It is the zero Format for [FromPoints].
func (p *Points) Format() Format { return p.format }

// Description returns the Schema in JSON; [ParseSchema] reads it. A checkpoint of a model that is
// trained on the points keeps it.
func (p *Points) Description() ([]byte, error) { return p.schema.description() }

// Rows returns the points [n][Dim()] in the user's units, in their order.
func (p *Points) Rows() [][]float64 {
	all := make([]int, p.Len())
	for i := range all {
		all[i] = i
	}
	return p.rowsAt(all)
}

// rowsAt returns the points at indices [len(indices)][Dim()] in the user's units.
func (p *Points) rowsAt(indices []int) [][]float64 {
	rows := make([][]float64, len(indices))
	for k, i := range indices {
		rows[k] = make([]float64, 0, p.Dim())
		for _, column := range p.coordinates {
			rows[k] = column.appendTo(rows[k], i)
		}
	}
	return rows
}

// classesAt returns the classes of the points at indices [len(indices)], from 1.
func (p *Points) classesAt(indices []int) []int {
	classes := make([]int, len(indices))
	for k, i := range indices {
		classes[k], _ = p.ConditionsOf(i)
	}
	return classes
}

// ConditionsOf returns the class of point i, from 1, and its condition values [Values()] in the
// user's units, as a model takes them: 0 and nil if the points have none.
func (p *Points) ConditionsOf(i int) (class int, values []float64) {
	if p.label != nil {
		class = int(p.label.codes[i]) + 1
	}
	for _, column := range p.conditions {
		values = column.appendTo(values, i)
	}
	return class, values
}

// Fingerprint returns "points, <n> × <dim>, sha256 <first 16 hex digits>", or "points by
// quantiles, …" for [Points.WithQuantiles]. The hash covers the numbers in float64 in their order,
// the words, classes and conditions, and the names. The first call computes it.
func (p *Points) Fingerprint() string { return p.fingerprint() }

func (p *Points) computeFingerprint() string {
	kind := "points"
	if p.byQuantiles {
		kind = "points by quantiles"
	}
	description, err := p.Description()
	if err != nil {
		panic(err) // All its numbers are finite.
	}
	parts := []any{description}
	for _, column := range p.columns() {
		parts = append(parts, column.numbers, column.codes)
	}
	return fmt.Sprintf("%s, %d × %d, sha256 %s", kind, p.Len(), p.Dim(), digest(parts...))
}

// columns returns the columns of the points, then the conditions, then the label.
func (p *Points) columns() []tableColumn {
	var columns []tableColumn
	columns = append(columns, p.coordinates...)
	columns = append(columns, p.conditions...)
	if p.label != nil {
		columns = append(columns, *p.label)
	}
	return columns
}

// place names a point for an error: by its line, by its row from 1 if the file has no lines, or by
// its index in FromPoints.
func (p *Points) place(i int) string {
	row, line := p.source(i)
	switch {
	case line > 0:
		return fmt.Sprintf("%s, line %d", shortPath(p.name), line)
	case p.format.Kind != "":
		return fmt.Sprintf("%s, row %d", shortPath(p.name), row+1)
	}
	return fmt.Sprintf("points[%d]", row)
}

// source returns the row from 0 and the line from 1, or 0 if there is none, that a point comes
// from.
func (p *Points) source(i int) (row, line int) {
	row = i
	if p.rows != nil {
		row = p.rows[i]
	}
	return row, p.lines.of(row)
}
