package plotting

import (
	"fmt"
	"strings"
)

// The brightness below and above which pixels are nearly black and nearly white: 10 % and 90 %.
const (
	nearlyBlack = 25
	nearlyWhite = 230
)

// describe describes the images with their labels. Brightness is 0 for black and 1 for white.
func (c *imageCells) describe(rowLabels, columnLabels []string) description {
	brightness := emptySpan() // Of the darkest and the brightest image.
	sum, black, white := 0, 0, 0
	for _, pixels := range c.pixels {
		ofImage := 0
		for _, value := range pixels {
			ofImage += int(value)
			switch {
			case value <= nearlyBlack:
				black++
			case value >= nearlyWhite:
				white++
			}
		}
		sum += ofImage
		mean := float64(ofImage) / float64(255*len(pixels))
		brightness.include(span{mean, mean})
	}
	values := len(c.pixels) * len(c.pixels[0])
	share := func(n int) string { return percent(float64(n) / float64(values)) }
	kind := "image"
	if c.channels == 3 {
		kind = "colour image"
	}
	mean := percent(float64(sum) / float64(255*values))
	alt := description{
		what: "a grid of " + kind + "s",
		shown: fmt.Sprintf("%s of %d by %d pixels in %s of %d", count(len(c.pixels), kind),
			c.width, c.height, count(c.rows(), "row"), c.columns),
		facts: "The mean brightness is " + mean,
		key:   "Given is the mean brightness.",
		short: mean,
	}
	if len(c.pixels) > 1 {
		alt.facts += ", from " + percent(brightness.min) + " in the darkest image to " +
			percent(brightness.max) + " in the brightest"
	}
	alt.facts += "."
	if c.channels == 1 {
		between := share(values - black - white)
		alt.facts += fmt.Sprintf(" %s of the pixels are nearly black, %s nearly white, and %s "+
			"between.", share(black), share(white), between)
		alt.key = "Given are the mean brightness and the share of pixels that are neither " +
			"nearly black nor nearly white."
		alt.short += " and " + between
	}
	alt.facts = sentences(quoted("Rows", rowLabels), quoted("Columns", columnLabels), alt.facts)
	return alt
}

// quoted returns a sentence with labels, the first ten of them and the last.
func quoted(things string, labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	const most = 10
	var words []string
	for i, label := range labels {
		switch {
		case i < most || i == len(labels)-1:
			words = append(words, "“"+cut(oneLine(label), 40)+"”")
		case i == most:
			words = append(words, "…")
		}
	}
	return things + ": " + strings.Join(words, ", ") + "."
}
