package plotting

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// columnTicks marks round numbers on the axis of a column. Labels that would touch their neighbours
// or stick out of the axis are left out. The numbers of an axis share a power of ten, which the
// column's nameWithUnit shows.
type columnTicks struct {
	labels   bool      // Whether the numbers are shown.
	vertical bool      // Whether the axis is vertical.
	whole    bool      // Whether the numbers are integers.
	exponent int       // The numbers are in units of 10 to the exponent.
	length   vg.Length // Of the axis, or somewhat less.
}

// ticks returns the ticks of the column's axis in a panel of the given width.
func (c column) ticks(width vg.Length) columnTicks {
	const dataArea = 0.85 // Its share of the panel, about.
	marks := columnTicks{labels: true, whole: c.whole, length: dataArea * width}
	axis := c.axis()
	if largest := max(-axis.min, axis.max); largest < 0.01 || largest >= 1e5 {
		marks.exponent = 3 * int(math.Floor(math.Log10(largest)/3))
	}
	return marks
}

// Ticks returns the ticks on the axis from low to high.
func (t columnTicks) Ticks(low, high float64) []plot.Tick {
	const perTick = 0.38 * vg.Inch
	step := roundStep((high - low) / min(4, max(2, math.Floor(float64(t.length/perTick)))))
	if t.whole {
		step = max(step, 1)
	}
	var marks []plot.Tick
	for _, value := range multiples(step, low, high) {
		marks = append(marks, plot.Tick{Value: value})
	}
	if !t.labels {
		return marks
	}
	end := math.Inf(-1) // Of the last label, along the axis.
	shown := ""
	for i := range marks {
		label := t.label(marks[i].Value, step)
		half := tickSize / 2.0
		if !t.vertical {
			half = float64(textWidth(label, sans(tickSize))) / 2
		}
		centre := (marks[i].Value - low) / (high - low) * float64(t.length)
		if centre-half < max(0, end+tickSize/2.0) || centre+half > float64(t.length) ||
			label == shown {
			continue
		}
		marks[i].Label, shown, end = label, label, centre+half
	}
	return marks
}

// label returns a number in units of 10 to the exponent, with the digits that steps need, but at
// most five decimals.
func (t columnTicks) label(value, step float64) string {
	unit := math.Pow10(t.exponent)
	decimals := -int(math.Floor(math.Log10(step/unit) + 1e-9))
	return withMinus(strconv.FormatFloat(value/unit, 'f', min(max(0, decimals), 5), 64))
}

// nameWithUnit returns the column's name and, unless it is 1, the unit of the ticks, such as
// "mass (1e6)". It shortens the name so that both fit in a width.
func (c column) nameWithUnit(marks columnTicks, size float64, width vg.Length) string {
	unit := ""
	if marks.exponent != 0 {
		unit = withMinus(" (1e" + strconv.Itoa(marks.exponent) + ")")
	}
	name := strings.Join(strings.Fields(c.name), " ")
	if textWidth(name+unit, sans(size)) <= width {
		return name + unit
	}
	runes := []rune(name)
	for len(runes) > 0 && textWidth(string(runes)+"…"+unit, sans(size)) > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + "…" + unit
}

// textWidth returns the width of a text.
func textWidth(text string, f font.Font) vg.Length {
	return draw.TextStyle{Font: f, Handler: plot.DefaultTextHandler}.Width(text)
}

// narrowTicks are ticks whose labels have no width.
type narrowTicks struct{ plot.Ticker }

// Ticks returns the ticks on the axis from low to high.
func (t narrowTicks) Ticks(low, high float64) []plot.Tick {
	marks := t.Ticker.Ticks(low, high)
	for i := range marks {
		if marks[i].Label != "" {
			marks[i].Label = "\u200b"
		}
	}
	return marks
}
