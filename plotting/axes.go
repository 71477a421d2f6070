package plotting

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	tickLength = 4 * cssPixel
	tickRoom   = 3 * cssPixel // Between a tick and its number.
	titleRoom  = 5 * cssPixel // Between the title and the data area.
	// minNumbers is the least room of the numbers on a vertical axis. It keeps the layout of a
	// figure that is drawn again and again, while numbers such as −2 and 0.15 come and go.
	minNumbers = 28 * cssPixel
	// overhang is how far numbers may stick out of a panel into the gap beside it.
	overhang = gap/2 - cssPixel
	// rise moves a line of text up, so that digits and small letters are centred.
	rise = cssPixel
)

// titleLines returns the title in at most two lines, and below them the note, for a data area of a
// width. The second result is the number of lines of the title.
func (p Panel) titleLines(width vg.Length) (lines []string, ofTitle int) {
	room := width + gap - 6*cssPixel
	lines = wrapped(p.title, p.titleUnit, titleSize, room)
	ofTitle = len(lines)
	if p.note != "" {
		lines = append(lines, fitted(p.note, "", textSize, room))
	}
	return lines, ofTitle
}

// titleHeight returns the room above a data area of a width.
func (p Panel) titleHeight(width vg.Length) vg.Length {
	lines, ofTitle := p.titleLines(width)
	return vg.Length(ofTitle)*titleLine + vg.Length(len(lines)-ofTitle)*textLine +
		p.columnLabelsHeight() + titleRoom
}

// axisHeight returns the room below a data area.
func (p Panel) axisHeight() vg.Length {
	if p.images != nil {
		return 0
	}
	height := vg.Length(tickLength)
	if countLabels(p.xTicks.marks(p.x.min, p.x.max, maxSide)) > 0 {
		height += textLine
	}
	if p.xLabel != "" {
		height += textLine
	}
	return height
}

// sideRoom returns the room on the left and right of a data area of the given size.
func (p Panel) sideRoom(width, height vg.Length) (left, right vg.Length) {
	if p.images != nil {
		return p.rowLabelsWidth(), 0
	}
	for _, mark := range p.xTicks.marks(p.x.min, p.x.max, width) {
		if mark.Label != "" {
			half := textWidth(mark.Label, textSize)/2 - overhang
			x := vg.Length(p.x.share(mark.Value)) * width
			left, right = max(left, half-x), max(right, half-(width-x))
		}
	}
	if p.bare {
		return left, right
	}
	axis := vg.Length(tickLength)
	if numbers := p.numbersWidth(height); numbers > 0 {
		axis += numbers + tickRoom
	}
	if p.yLabel != "" {
		axis += tickRoom + textLine
	}
	return max(left, axis), right
}

// numbersWidth returns the room of the numbers on the vertical axis of a data area.
func (p Panel) numbersWidth(height vg.Length) vg.Length {
	marks := p.yTicks.marks(p.y.min, p.y.max, height)
	if countLabels(marks) == 0 {
		return 0
	}
	width := vg.Length(0)
	if p.lines {
		width = minNumbers
	}
	for _, mark := range marks {
		width = max(width, textWidth(mark.Label, textSize))
	}
	return width
}

// countLabels returns how many of the ticks have a number.
func countLabels(marks []plot.Tick) int {
	labels := 0
	for _, mark := range marks {
		if mark.Label != "" {
			labels++
		}
	}
	return labels
}

// share returns where a value is in the span: 0 at its minimum and 1 at its maximum.
func (s span) share(value float64) float64 { return (value - s.min) / (s.max - s.min) }

// draw draws the panel, with its data on the canvas, and axes and title around it.
func (p Panel) draw(canvas draw.Canvas) {
	if p.images != nil {
		p.drawTitle(canvas)
		p.drawImages(canvas)
		return
	}
	styled := plot.New()
	styled.X.Min, styled.X.Max = p.x.min, p.x.max
	styled.Y.Min, styled.Y.Max = p.y.min, p.y.max
	size := canvas.Size()
	xMarks := p.xTicks.marks(p.x.min, p.x.max, size.X)
	var yMarks []plot.Tick
	if !p.bare {
		yMarks = p.yTicks.marks(p.y.min, p.y.max, size.Y)
	}
	if p.lines {
		line := draw.LineStyle{Color: faint, Width: 0.5}
		for _, mark := range yMarks {
			y := canvas.Y(p.y.share(mark.Value))
			canvas.StrokeLine2(line, canvas.Min.X, y, canvas.Max.X, y)
		}
	}
	for _, plotter := range p.plotters {
		plotter.Plot(canvas, styled)
	}
	p.drawTitle(canvas)
	p.drawX(canvas, xMarks)
	if !p.bare {
		p.drawY(canvas, yMarks)
	}
}

// axisLine is the style of axes and their ticks.
var axisLine = draw.LineStyle{Color: gray, Width: 0.5}

// drawX draws the horizontal axis below the data area.
func (p Panel) drawX(canvas draw.Canvas, marks []plot.Tick) {
	y := canvas.Min.Y
	canvas.StrokeLine2(axisLine, canvas.Min.X, y, canvas.Max.X, y)
	style := textStyle(textSize, gray, draw.XCenter, draw.YTop)
	for _, mark := range marks {
		x := canvas.X(p.x.share(mark.Value))
		canvas.StrokeLine2(axisLine, x, y-tickLength, x, y)
		canvas.FillText(style, vg.Point{X: x, Y: y - tickLength}, mark.Label)
	}
	if p.xLabel == "" {
		return
	}
	y -= tickLength
	if countLabels(marks) > 0 {
		y -= textLine
	}
	label := fitted(p.xLabel, p.xUnit, textSize, canvas.Size().X+gap-6*cssPixel)
	canvas.FillText(style, vg.Point{X: canvas.Center().X, Y: y}, label)
}

// drawY draws the vertical axis on the left of the data area.
func (p Panel) drawY(canvas draw.Canvas, marks []plot.Tick) {
	x := canvas.Min.X
	canvas.StrokeLine2(axisLine, x, canvas.Min.Y, x, canvas.Max.Y)
	style := textStyle(textSize, gray, draw.XRight, draw.YCenter)
	for _, mark := range marks {
		y := canvas.Y(p.y.share(mark.Value))
		canvas.StrokeLine2(axisLine, x-tickLength, y, x, y)
		canvas.FillText(style, vg.Point{X: x - tickLength - tickRoom, Y: y + rise}, mark.Label)
	}
	if p.yLabel == "" {
		return
	}
	x -= tickLength + 2*tickRoom + p.numbersWidth(canvas.Size().Y)
	style = textStyle(textSize, gray, draw.XCenter, draw.YBottom)
	style.Rotation = math.Pi / 2
	label := fitted(p.yLabel, p.yUnit, textSize, canvas.Size().Y)
	x -= style.FontExtents().Descent
	canvas.FillText(style, vg.Point{X: x, Y: canvas.Center().Y}, label)
}

// drawTitle draws the title and the note above the data area.
func (p Panel) drawTitle(canvas draw.Canvas) {
	lines, ofTitle := p.titleLines(canvas.Size().X)
	y := canvas.Max.Y + p.titleHeight(canvas.Size().X)
	for i, line := range lines {
		style, height := textStyle(titleSize, color.Black, draw.XCenter, draw.YTop), titleLine
		if i >= ofTitle {
			style, height = textStyle(textSize, gray, draw.XCenter, draw.YTop), textLine
		}
		canvas.FillText(style, vg.Point{X: canvas.Center().X, Y: y}, line)
		y -= height
	}
}
