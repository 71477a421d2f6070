package plotting

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// columnTicks marks round numbers on the axis of a column. Labels that would touch their neighbours
// or stick out of the axis are left out. The numbers of an axis share a power of ten, which the
// column's unit shows.
type columnTicks struct {
	labels   bool // Whether the numbers are shown.
	vertical bool // Whether the axis is vertical.
	whole    bool // Whether the numbers are integers.
	exponent int  // The numbers are in units of 10 to the exponent.
}

// ticks returns the ticks of the column's axis.
func (c column) ticks() columnTicks {
	marks := columnTicks{labels: true, whole: c.whole}
	axis := c.axis()
	if largest := max(-axis.min, axis.max); largest < 0.01 || largest >= 1e5 {
		marks.exponent = 3 * int(math.Floor(math.Log10(largest)/3))
	}
	return marks
}

func (t columnTicks) marks(low, high float64, length vg.Length) []plot.Tick {
	perTick := 36 * cssPixel
	if t.vertical {
		perTick = 24 * cssPixel
	}
	step := roundStep((high - low) / min(4, max(2, math.Floor(float64(length/perTick)))))
	marks := t.at(step, low, high, length)
	if !t.labels {
		return marks
	}
	// A single number doesn't tell a scale.
	for range 2 {
		if countLabels(marks) > 1 {
			break
		}
		step = roundStep(step / 2.5)
		if finer := t.at(step, low, high, length); countLabels(finer) > countLabels(marks) {
			marks = finer
		}
	}
	return marks
}

// at returns the ticks at the multiples of a step, or of 1 if that is larger and the numbers are
// integers.
func (t columnTicks) at(step, low, high float64, length vg.Length) []plot.Tick {
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
	const textHeight = textSize * cssPixel
	room := vg.Length(overhang) // Beyond the ends of the axis.
	if t.vertical {
		room = rowGap / 2
	}
	end := -length // Of the last label, along the axis.
	shown := ""
	for i := range marks {
		label := t.label(marks[i].Value, step)
		half := vg.Length(textHeight / 2)
		if !t.vertical {
			half = textWidth(label, textSize) / 2
		}
		centre := vg.Length((marks[i].Value-low)/(high-low)) * length
		if centre-half < max(-room, end+textHeight/2) || centre+half > length+room ||
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

// unit returns the unit of the ticks, such as " (1e6)", or "" if it is 1.
func (t columnTicks) unit() string {
	if t.exponent == 0 {
		return ""
	}
	return withMinus(" (1e" + strconv.Itoa(t.exponent) + ")")
}
