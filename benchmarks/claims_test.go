package main

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// The READMEs say what the committed results say: each claim, whose figures are computed from
// results.json, reach.json, quality.json, digits.json and measured.json, is in the text, and the
// text has no other figures. benchmarks/tried.md has no claims, as no results file has its figures.
//
// To write a new sentence with a figure, add it to the claims, with the figure from a file. A
// number that nobody measured, such as a size, belongs to the settings.
func TestClaims(t *testing.T) {
	f := readFigures(t)
	for _, document := range []struct {
		path             string
		claims, settings []string
	}{
		{"../README.md", readmeClaims(f), readmeSettings},
		{"README.md", benchmarksClaims(f), benchmarksSettings},
	} {
		content, err := os.ReadFile(document.path)
		if err != nil {
			t.Fatal(err)
		}
		missing, unclaimed := checkClaims(string(content), document.claims, document.settings)
		name := path.Join("benchmarks", document.path)
		for _, claim := range missing {
			t.Errorf("%s does not say, as the results do: %s", name, claim)
		}
		for _, number := range unclaimed {
			t.Errorf("%s: no claim covers %s", name, number)
		}
	}
}

// checkClaims returns the claims and settings that a text does not have, whatever its line breaks,
// and the numbers that are in none of them, each with what is around it.
func checkClaims(content string, claims, settings []string) (missing, unclaimed []string) {
	text, prose := oneLine(content), oneLine(codeBlock.ReplaceAllString(content, "\n"))
	for _, part := range append(claims, settings...) {
		line := oneLine(part)
		if !strings.Contains(text, line) {
			missing = append(missing, part)
		}
		prose = strings.ReplaceAll(prose, line, " ¶ ")
	}
	left := prose
	for _, ignored := range []*regexp.Regexp{markup, size, word} {
		left = ignored.ReplaceAllStringFunc(left, func(match string) string {
			return strings.Repeat(" ", len(match))
		})
	}
	for _, at := range number.FindAllStringIndex(left, -1) {
		start, end := max(0, at[0]-40), min(len(prose), at[1]+40)
		around := strings.ToValidUTF8(prose[start:end], "")
		unclaimed = append(unclaimed, left[at[0]:at[1]]+" in …"+around+"…")
	}
	return missing, unclaimed
}

// What checkClaims takes no numbers from, in this order, and a number.
var (
	codeBlock = regexp.MustCompile("(?ms)^```.*?^```|^    .*?$")
	// markup is inline code, and where a link leads.
	markup = regexp.MustCompile("`[^`]*`" + `|\]\([^)]*\)`)
	// size is of a training or of samples: whole thousands, and what is said to be one.
	size = regexp.MustCompile(`\b\d[\d,]*,000\b` +
		`|(width|blur|(batches|blur|ratio) of) \d[\d.,]*|\d+ (steps?|columns|dimensions|batches)\b`)
	// word has a letter, as x86-64 and 16-dimensional.
	word   = regexp.MustCompile(`\d*-?\pL[\pL\d_]*(-[\pL\d]+)*`)
	number = regexp.MustCompile(`[.−-]?\d(?:[\d.,]*\d)?`)
)

// oneLine replaces each run of white space by a blank, and leaves none beside a table's bars.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return besideBar.ReplaceAllString(text, "|")
}

var besideBar = regexp.MustCompile(` ?\| ?`)

// A text that differs from a result, and a number that nobody claims, are found; other line breaks,
// code, links, words and sizes are not.
func TestCheckClaims(t *testing.T) {
	const content = "A step takes 1.5\nms at 40 degrees and width 64, on 10,000 points,\nin " +
		"2 steps, on x86-64.\n\n" +
		"    make it 7\n\n| a | 2.5 |\n|---|---|\n\nSee `f(3)` and [this](page-4 5). It has 9 MB.\n"
	settings := []string{"at 40"}
	for _, test := range []struct {
		claims             []string
		missing, unclaimed int
	}{
		{[]string{"takes 1.5 ms", "| a | 2.5 |", "It has 9 MB."}, 0, 0},
		{[]string{"takes 1.6 ms", "| a | 2.5 |", "It has 9 MB."}, 1, 1},
		{[]string{"takes 1.5 ms"}, 0, 2},
	} {
		missing, unclaimed := checkClaims(content, test.claims, settings)
		if len(missing) != test.missing || len(unclaimed) != test.unclaimed {
			t.Errorf("%q: missing %q, unclaimed %q", test.claims, missing, unclaimed)
		}
	}
}
