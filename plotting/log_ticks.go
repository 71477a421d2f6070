package plotting

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// logTicks marks round numbers on a logarithmic axis, which runs from one decimal logarithm to
// another: as many as have room.
type logTicks struct {
	vertical bool // Whether the axis is vertical.
}

func (t logTicks) marks(low, high float64, length vg.Length) []plot.Tick {
	var marks []plot.Tick
	if high-low < 0.6 { // Less than a factor of 4: steps of equal size.
		from, to := math.Pow(10, low), math.Pow(10, high)
		for step := roundStep((to - from) / 4); ; step = roundStep(1.3 * step) {
			marks = nil
			for _, value := range multiples(step, from, to) {
				marks = append(marks, logTick(value))
			}
			if t.haveRoom(marks, low, high, length) {
				return marks
			}
		}
	}
	for _, digits := range [][]float64{{1, 2, 3, 5, 7}, {1, 2, 5}, {1, 3}} {
		if marks = decades(low, high, 1, digits...); t.haveRoom(marks, low, high, length) {
			return marks
		}
	}
	for every := 1.0; ; every = roundStep(1.3 * every) {
		marks = decades(low, high, int(every), 1)
		if t.haveRoom(marks, low, high, length) {
			return marks
		}
	}
}

// decades returns ticks from low to high at the digits times the powers of ten whose exponent
// is a multiple of every, for exponents from -300 to 300.
func decades(low, high float64, every int, digits ...float64) []plot.Tick {
	var marks []plot.Tick
	for exponent := -300; exponent <= 300; exponent++ {
		if exponent%every != 0 {
			continue
		}
		for _, digit := range digits {
			mark := logTick(digit * math.Pow10(exponent))
			if mark.Value >= low-1e-9 && mark.Value <= high+1e-9 {
				marks = append(marks, mark)
			}
		}
	}
	return marks
}

// logTick returns the tick of a positive number.
func logTick(value float64) plot.Tick {
	label := withMinus(strconv.FormatFloat(value, 'g', 6, 64))
	return plot.Tick{Value: math.Log10(value), Label: label}
}

// haveRoom reports whether the numbers of the ticks don't touch each other.
func (t logTicks) haveRoom(marks []plot.Tick, low, high float64, length vg.Length) bool {
	axis := span{low, high}
	for i := range len(marks) - 1 {
		apart := vg.Length(axis.share(marks[i+1].Value)-axis.share(marks[i].Value)) * length
		room := vg.Length(textSize+4) * cssPixel
		if !t.vertical {
			room = (textWidth(marks[i].Label, textSize)+textWidth(marks[i+1].Label, textSize))/2 +
				8*cssPixel
		}
		if apart < room {
			return false
		}
	}
	return true
}
