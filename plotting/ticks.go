package plotting

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// ticker chooses the ticks of an axis.
type ticker interface {
	// marks returns the ticks of an axis that runs from low to high along a length.
	marks(low, high float64, length vg.Length) []plot.Tick
}

// ticks marks at most about five round numbers on an axis, as many as have room.
type ticks struct {
	labels   bool // Whether the numbers are shown.
	inner    bool // Whether the ends of the axis have no ticks: numbers of neighbours would touch.
	vertical bool // Whether the axis is vertical.
	whole    bool // Whether the numbers are integers.
}

func (t ticks) marks(low, high float64, length vg.Length) []plot.Tick {
	const attempts = 20 // More than any axis needs.
	step := roundStep((high - low) / 4)
	if t.whole {
		step = max(step, 1)
	}
	from, to := low, high
	if t.inner {
		end := 0.02 * (high - low)
		from, to = low+end, high-end
	}
	var marks []plot.Tick
	for range attempts {
		marks = marks[:0]
		widest := vg.Length(0)
		for _, value := range multiples(step, from, to) {
			label := withMinus(strconv.FormatFloat(value, 'g', 6, 64))
			marks = append(marks, plot.Tick{Value: value, Label: label})
			widest = max(widest, textWidth(label, textSize))
		}
		if t.vertical {
			widest = textSize * cssPixel
		}
		apart := vg.Length(step/(high-low)) * length
		if len(marks) < 2 || apart >= widest+6*cssPixel {
			break
		}
		step = roundStep(1.3 * step)
	}
	shown := ""
	for i := range marks {
		// Steps beyond the sixth digit give several ticks the same number: only the first shows it.
		if !t.labels || marks[i].Label == shown {
			marks[i].Label = ""
			continue
		}
		shown = marks[i].Label
	}
	return marks
}

// withMinus returns a number with a minus sign in place of a hyphen.
func withMinus(digits string) string { return strings.ReplaceAll(digits, "-", "−") }

// multiples returns the multiples of step from low to high, at most 10.
func multiples(step, low, high float64) []float64 {
	var values []float64
	first := math.Ceil(low/step - 1e-9)
	// Axes have fewer than 10 ticks. The limit ends the loop for numbers so large that adding a
	// step doesn't change them.
	for i := range 10 {
		value := (first+float64(i))*step + 0 // Adding 0 turns -0 into 0.
		if !(value <= high+1e-9*step) {
			break
		}
		values = append(values, value)
	}
	return values
}

// roundStep returns the smallest 1, 2 or 5 times a power of ten that is at least 0.8 times step.
func roundStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= 0.8*step {
			return factor * power
		}
	}
	return 10 * power
}
