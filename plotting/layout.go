package plotting

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// The sizes of data areas.
const (
	maxSide = 320 * cssPixel // Of a square.
	minSide = 90 * cssPixel  // Of a square, and the least width of any other data area.
	// minHeight is the least height of a data area that isn't square.
	minHeight = 72 * cssPixel
	// scrolledSide is that of a square in a figure with so many rows that it is higher than
	// maxHeight anyway.
	scrolledSide = 130 * cssPixel

	// In a figure that has square panels, curves have the height of the squares beside them and are
	// wider; in a row of their own, they are less high.
	curvesWidth  = 1.5 // In sides of a square.
	curvesHeight = 0.6 // In sides of a square.
)

// layout says where the panels of a figure are: the data areas of a column are equally wide, and
// those of a row equally high. All data areas of square panels have the same size.
type layout struct {
	panels        [][]Panel // [rows, columns], with the axes that they share.
	columns, rows []strip
	legendLines   int
	width, height vg.Length
}

// strip is a column or a row of data areas, with the room before and behind it that axes and texts
// take: on the left and right of a column, above and below a row.
type strip struct{ before, data, behind vg.Length }

// layOut lays the figure out: as large as maxWidth and maxHeight allow, but with data areas that
// are neither larger nor smaller than can be read well.
func (f Figure) layOut() layout {
	l := layout{panels: f.sharingAxes()}
	l.columns, l.rows = make([]strip, len(l.panels[0])), make([]strip, len(l.panels))
	l.fit()
	// The room of texts depends on the sizes of data areas, which depend on the room. It only
	// grows, so that it settles soon, and nothing sticks out if it doesn't.
	const attempts = 4
	for range attempts {
		l.measure()
		l.fit()
		l.width = 2*margin + total(l.columns, gap)
		l.legendLines = len(f.legendLines(l.width - 2*margin))
	}
	l.height = 2*margin + legendRoomFor(l.legendLines) + total(l.rows, rowGap)
	// In whole dots at 144 dots per inch, and in whole CSS pixels.
	const step = 2 * cssPixel
	l.width = step * vg.Length(math.Ceil(float64(l.width/step)-1e-6))
	l.height = step * vg.Length(math.Ceil(float64(l.height/step)-1e-6))
	return l
}

// total returns the length of strips that are a distance apart.
func total(strips []strip, apart vg.Length) vg.Length {
	sum := -apart
	for _, s := range strips {
		sum += apart + s.before + s.data + s.behind
	}
	return sum
}

// sharingAxes returns the panels with the axes that square panels share. Only the first square in a
// row and the last one in a column have numbers. Grids of images don't repeat labels.
func (f Figure) sharingAxes() [][]Panel {
	x, y := emptySpan(), emptySpan()
	for _, row := range f.rows {
		for _, panel := range row {
			if panel.square {
				x.include(panel.x)
				y.include(panel.y)
			}
		}
	}
	isSquare := func(panel Panel) bool { return panel.square }
	panels := make([][]Panel, len(f.rows))
	for i, row := range f.rows {
		panels[i] = slices.Clone(row)
		for j := range row {
			panel := &panels[i][j]
			if panel.images != nil {
				panel.dropRepeatedLabels(f.rows, i, j)
			}
			if !panel.square {
				continue
			}
			below := slices.ContainsFunc(f.rows[i+1:], func(row []Panel) bool {
				return row[j].square
			})
			panel.x, panel.y = x, y
			panel.xTicks = ticks{labels: !below, inner: true}
			panel.yTicks = ticks{
				labels: !slices.ContainsFunc(row[:j], isSquare), inner: true, vertical: true,
			}
		}
	}
	return panels
}

// measure sets the room that axes and titles need, if it is more than before.
func (l *layout) measure() {
	for i, row := range l.panels {
		for j, panel := range row {
			if panel.isEmpty() {
				continue
			}
			column, line := &l.columns[j], &l.rows[i]
			left, right := panel.sideRoom(column.data, line.data)
			column.before, column.behind = max(column.before, left), max(column.behind, right)
			line.before = max(line.before, panel.titleHeight(column.data))
			line.behind = max(line.behind, panel.axisHeight())
		}
	}
}

// fit sets the sizes of the data areas so that they fill the room that is left.
func (l *layout) fit() {
	width := maxWidth - 2*margin - total(withoutData(l.columns), gap)
	height := maxHeight - 2*margin - total(withoutData(l.rows), rowGap) -
		legendRoomFor(l.legendLines)
	isImages := func(panel *Panel) bool { return panel.images != nil }
	isOther := func(panel *Panel) bool { return panel.images == nil }
	isSquare := func(panel *Panel) bool { return panel.square }
	panels := l.all()
	switch {
	case !slices.ContainsFunc(panels, isOther):
		l.fitImages(width, height)
	case slices.ContainsFunc(panels, isSquare), slices.ContainsFunc(panels, isImages):
		l.fitSquares(width, height)
		if slices.ContainsFunc(panels, isImages) {
			l.scaleImages(0, l.fitsImages)
		}
	default:
		same := panels[0].shape // All panels have the same one.
		across := max(minSide, min(same.width, width/vg.Length(len(l.columns))))
		wanted := vg.Length(same.aspect) * across
		l.fill(across, max(minHeight, min(wanted, height/vg.Length(len(l.rows)))))
	}
}

// fitSquares sets the sizes of the data areas of a figure with squares, or with images beside
// curves.
func (l *layout) fitSquares(width, height vg.Length) {
	columns, rows := l.sides()
	var fixed, upwards vg.Length // In sides of a square. Curves are not fixed.
	curves := 0
	for _, column := range columns {
		fixed += column
		if column == 0 {
			curves++
		}
	}
	for _, row := range rows {
		upwards += row
	}
	across := fixed + curvesWidth*vg.Length(curves)
	side := height / upwards
	if side < minSide {
		side = scrolledSide
	}
	side = max(minSide, min(maxSide, width/across, side))
	wide := curvesWidth * side
	if curves > 0 && side == width/across {
		// Curves take up what numbers of changing length leave, so that squares and the figure
		// keep their sizes when it is drawn again and again.
		const step = 8 * cssPixel
		side = max(minSide, step*vg.Length(math.Floor(float64(side/step))))
		wide = (width - side*fixed) / vg.Length(curves)
	}
	for j, column := range columns {
		l.columns[j].data = side * column
		if column == 0 {
			l.columns[j].data = wide
		}
	}
	for i, row := range rows {
		l.rows[i].data = side * row
	}
}

// sides returns the widths of the columns and the heights of the rows in sides of a square. The
// width is 0 for a column of curves, and 1 for one with a square. A row of images is no higher than
// these need.
func (l *layout) sides() (columns, rows []vg.Length) {
	columns, rows = make([]vg.Length, len(l.columns)), make([]vg.Length, len(l.rows))
	for j := range columns {
		hasSquare := false
		for _, row := range l.panels {
			hasSquare = hasSquare || row[j].square
			if row[j].images != nil {
				columns[j] = max(columns[j], row[j].images.sidesAcross())
			}
		}
		if hasSquare {
			columns[j] = 1
		}
	}
	for i, row := range l.panels {
		for j, panel := range row {
			height := vg.Length(curvesHeight)
			switch {
			case panel.square:
				height = 1
			case panel.images != nil:
				across, upwards := panel.images.size(1)
				height = min(1, columns[j]*upwards/across)
			}
			rows[i] = max(rows[i], height)
		}
	}
	return columns, rows
}

// fill makes all data areas equally large.
func (l *layout) fill(width, height vg.Length) {
	for j := range l.columns {
		l.columns[j].data = width
	}
	for i := range l.rows {
		l.rows[i].data = height
	}
}

// withoutData returns the strips without their data areas.
func withoutData(strips []strip) []strip {
	empty := slices.Clone(strips)
	for i := range empty {
		empty[i].data = 0
	}
	return empty
}

// dataArea returns the rectangle of a panel's data, relative to the figure's upper left corner.
func (l *layout) dataArea(row, column int) vg.Rectangle {
	left := margin + l.columns[column].before
	if column > 0 {
		left += total(l.columns[:column], gap) + gap
	}
	top := -margin - legendRoomFor(l.legendLines) - l.rows[row].before
	if row > 0 {
		top -= total(l.rows[:row], rowGap) + rowGap
	}
	return vg.Rectangle{
		Min: vg.Point{X: left, Y: top - l.rows[row].data},
		Max: vg.Point{X: left + l.columns[column].data, Y: top},
	}
}
