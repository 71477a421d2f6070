package plotting

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"
)

// fitted returns text and suffix in one line of a size in CSS pixels. It shortens text so that both
// fit in a width.
func fitted(text, suffix string, size float64, width vg.Length) string {
	text = strings.Join(strings.Fields(text), " ")
	if textWidth(text+suffix, size) <= width {
		return text + suffix
	}
	runes := []rune(text)
	tooMany := sort.Search(len(runes), func(n int) bool {
		return textWidth(string(runes[:n])+"…"+suffix, size) > width
	})
	return strings.TrimSpace(string(runes[:max(0, tooMany-1)])) + "…" + suffix
}

// wrapped returns a text with its suffix, of a size in CSS pixels, in one line if it fits in a
// width, and otherwise in two. It breaks the text after a comma or a colon, or else at a space,
// where the longer line is shortest, and shortens lines that still don't fit. An empty text has no
// lines.
func wrapped(text, suffix string, size float64, width vg.Length) []string {
	words := strings.Fields(text)
	if len(words) == 0 && suffix == "" {
		return nil
	}
	whole := strings.Join(words, " ")
	if textWidth(whole+suffix, size) <= width {
		return []string{whole + suffix}
	}
	best, shortest := 0, math.MaxInt
	breakAt := func(i int) {
		before := utf8.RuneCountInString(strings.Join(words[:i], " "))
		after := utf8.RuneCountInString(strings.Join(words[i:], " ") + suffix)
		if longer := max(before, after); longer < shortest {
			best, shortest = i, longer
		}
	}
	for i := 1; i < len(words); i++ {
		if strings.HasSuffix(words[i-1], ",") || strings.HasSuffix(words[i-1], ":") {
			breakAt(i)
		}
	}
	fits := best > 0 && textWidth(strings.Join(words[:best], " "), size) <= width &&
		textWidth(strings.Join(words[best:], " ")+suffix, size) <= width
	for i := 1; !fits && i < len(words); i++ {
		breakAt(i)
	}
	if best == 0 { // A single word.
		return []string{fitted(whole, suffix, size, width)}
	}
	return []string{
		fitted(strings.Join(words[:best], " "), "", size, width),
		fitted(strings.Join(words[best:], " "), suffix, size, width),
	}
}

// number returns a number with three significant digits, or all digits before the point if there
// are up to six.
func number(x float64) string { return significant(x, 3) }

// significant returns a number with the given number of significant digits, or all digits before
// the point if there are up to six.
func significant(x float64, digits int) string {
	// The limits are those of the rounded number: 999.5 becomes 1000.
	magnitude := math.Abs(x)
	if magnitude >= math.Pow10(digits)-0.5 && magnitude < 999_999.5 {
		return withMinus(strconv.FormatFloat(x, 'f', 0, 64))
	}
	return withMinus(strconv.FormatFloat(x+0, 'g', digits, 64))
}
