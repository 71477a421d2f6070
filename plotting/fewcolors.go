package plotting

import (
	"image"
	"image/color"
	"math"
)

// fewColors returns n colours that stand for all colours of the images, rare ones included: unlike
// [commonColors], which would spend a few colours on shades of the largest areas. The colours are
// the centres of clusters by Lloyd's algorithm. A shade has the weight of the square root of its
// area.
func fewColors(n int, images ...*image.RGBA) color.Palette {
	counts := make([]float64, shadeCount)
	for _, img := range images {
		for i := 0; i < len(img.Pix); i += 4 {
			counts[shade(img.Pix[i], img.Pix[i+1], img.Pix[i+2])]++
		}
	}
	var used []usedShade
	var centres [][3]float64
	most := 0.0
	for s, area := range counts {
		if area > 0 {
			rgb := [3]float64{float64(s>>10<<3 | 7), float64(s>>5&31<<3 | 7), float64(s&31<<3 | 7)}
			used = append(used, usedShade{rgb: rgb, weight: math.Sqrt(area)})
			if area > most { // The first centre is the most frequent shade: the background.
				most, centres = area, [][3]float64{rgb}
			}
		}
	}
	assign(used, centres)
	for len(centres) < min(n, len(used)) {
		// The next centre is the shade that misses its centre most.
		worst := 0
		for i, s := range used {
			if s.weight*s.square > used[worst].weight*used[worst].square {
				worst = i
			}
		}
		centres = append(centres, used[worst].rgb)
		assign(used, centres)
	}
	for range 10 {
		moveCentres(centres, used)
		assign(used, centres)
	}
	var colors color.Palette
	for _, centre := range centres {
		colors = append(colors, color.RGBA{
			uint8(centre[0] + 0.5), uint8(centre[1] + 0.5), uint8(centre[2] + 0.5), 0xff})
	}
	return colors
}

// usedShade is a shade of an image.
type usedShade struct {
	rgb     [3]float64
	weight  float64
	nearest int     // Index of the nearest centre.
	square  float64 // Of the distance to it.
}

// assign finds the nearest centre of each shade.
func assign(used []usedShade, centres [][3]float64) {
	for i := range used {
		s := &used[i]
		s.square = math.Inf(1)
		for k, centre := range centres {
			square := 0.0
			for c := range 3 {
				square += (s.rgb[c] - centre[c]) * (s.rgb[c] - centre[c])
			}
			if square < s.square {
				s.nearest, s.square = k, square
			}
		}
	}
}

// moveCentres moves each centre to the weighted mean of its shades. The first one, the background,
// keeps its colour, and so does a centre without shades.
func moveCentres(centres [][3]float64, used []usedShade) {
	sums, weights := make([][3]float64, len(centres)), make([]float64, len(centres))
	for _, s := range used {
		weights[s.nearest] += s.weight
		for c := range 3 {
			sums[s.nearest][c] += s.weight * s.rgb[c]
		}
	}
	for k := 1; k < len(centres); k++ {
		if weights[k] == 0 {
			continue
		}
		for c := range 3 {
			centres[k][c] = sums[k][c] / weights[k]
		}
	}
}
