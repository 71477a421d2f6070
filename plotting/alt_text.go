package plotting

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxAltText is the greatest length of an alternative text, in characters.
const maxAltText = 1200

// AltText returns an alternative text for readers who can't see the figure: its layout, the titles,
// and for each panel what is in it with a few measured facts. It is plain text of 1 to 1,200
// characters, always the same for a figure; put into HTML, it must be escaped. If the facts of all
// panels are too long, each panel has fewer; if they are still too long, the last panels are left
// out. For a figure that can't be drawn, the text says why.
//
// Numbers and facts are those of all points, also of those that a small panel leaves out.
// Samples lie where the target has points if they share a cell with at least one of them, in a grid
// of 4 to 24 cells across the target, fewer for fewer points. A spread is the root mean square
// distance from the centre.
func (f Figure) AltText() string {
	switch {
	case f.err != nil:
		return cut("A figure that can't be drawn: "+oneLine(f.err.Error()), maxAltText)
	case len(f.rows) == 0:
		return "An empty figure."
	}
	start := []string{f.layoutText(), f.axesText()}
	full := sentences(append(start, f.inFull()...)...)
	if utf8.RuneCountInString(full) <= maxAltText {
		return full
	}
	kinds := f.groups()
	for most := len(f.describedPanels()); most > 0; most-- {
		short := slices.Clone(start)
		for _, kind := range kinds {
			short = append(short, kind.inShort(most))
		}
		if text := sentences(short...); utf8.RuneCountInString(text) <= maxAltText {
			return text
		}
	}
	return cut(full, maxAltText)
}

// sentences joins texts that aren't empty. Each begins with a capital letter.
func sentences(texts ...string) string {
	var joined []string
	for _, text := range texts {
		if text != "" {
			joined = append(joined, capitalized(text))
		}
	}
	return strings.Join(joined, " ")
}

// capitalized returns a text that begins with a capital letter.
func capitalized(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// description is what an alternative text says about a panel.
type description struct {
	name  string // Instead of the title, if that is empty.
	what  string // What panels of this kind show, without numbers.
	shown string // What this panel shows, with numbers. Starts in lower case; no full stop.
	facts string // Sentences.
	key   string // A sentence about the numbers in short, if that is set.
	short string // A few of the facts; no full stop.
}

// described is a panel's description with the panel's name.
type described struct {
	description
	title string
}

// describedPanels returns the panels that aren't empty, row by row.
func (f Figure) describedPanels() []described {
	var panels []described
	for _, row := range f.rows {
		for _, panel := range row {
			if panel.isEmpty() {
				continue
			}
			title := cut(oneLine(panel.title), 80)
			if title == "" {
				title = cut(oneLine(panel.alt.name), 80)
			}
			panels = append(panels, described{panel.alt, title})
		}
	}
	return panels
}

// layoutText returns a sentence about the layout, or nothing for a single panel.
func (f Figure) layoutText() string {
	rows, columns, panels := len(f.rows), len(f.rows[0]), len(f.describedPanels())
	switch {
	case f.layout != "":
		return f.layout
	case panels == 1:
		return ""
	case rows == 1:
		return fmt.Sprintf("%d panels in a row.", panels)
	case columns == 1:
		return fmt.Sprintf("%d panels, one below the other.", panels)
	case panels < rows*columns:
		return fmt.Sprintf("%d panels in %d rows.", panels, rows)
	}
	return fmt.Sprintf("%d by %d panels.", rows, columns)
}

// axesText returns a sentence about the axes that square panels share, or nothing without any.
func (f Figure) axesText() string {
	for _, row := range f.sharingAxes() {
		for _, panel := range row {
			switch {
			case !panel.square:
			case panel.x == panel.y:
				return fmt.Sprintf("Both axes run from %s.", panel.x)
			default:
				return fmt.Sprintf("The x axis runs from %s, the y axis from %s.", panel.x, panel.y)
			}
		}
	}
	return ""
}

// String returns the span in words, such as "−2 to 2", with enough digits to tell its ends apart.
func (s span) String() string {
	return significant(s.min, s.digits()) + " to " + significant(s.max, s.digits())
}

// digits returns how many significant digits the numbers in the span need: three, and more for a
// span that is narrow and far from 0.
func (s span) digits() int {
	if s.min == s.max {
		return 3
	}
	shared := math.Floor(math.Log10(max(math.Abs(s.min), math.Abs(s.max)) / (s.max - s.min)))
	return int(min(3+max(0, shared), 15)) // A float64 has 15 exact digits.
}

// inFull returns all that is known about each panel.
func (f Figure) inFull() []string {
	var texts []string
	for _, panel := range f.describedPanels() {
		shown := panel.shown + "."
		if panel.title != "" {
			shown = "“" + panel.title + "”: " + shown
		}
		texts = append(texts, sentences(shown, panel.facts))
	}
	return texts
}

// group is a list of panels of the same kind.
type group []described

// groups returns the panels by kind, in the order of the first of each kind.
func (f Figure) groups() []group {
	var groups []group
	for _, panel := range f.describedPanels() {
		k := slices.IndexFunc(groups, func(g group) bool { return g[0].what == panel.what })
		if k < 0 {
			k = len(groups)
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], panel)
	}
	return groups
}

// inShort returns what all panels of the group show, and short facts about the first ones, at most
// a number of them. Neighbours whose titles begin alike, such as "mean flow, 1 step" and "mean
// flow, 5 steps", share the beginning.
func (g group) inShort(most int) string {
	shown := g[0].shown
	for _, panel := range g {
		if panel.shown != shown {
			shown = g[0].what
		}
	}
	each := "Each panel shows " + shown + "."
	if len(g) == 1 {
		each = "One panel shows " + shown + "."
	}
	texts := []string{each, g[0].key}
	panels := g[:min(len(g), most)]
	for len(panels) > 0 {
		prefix, alike := panels[0].begin(), 1
		for prefix != "" && alike < len(panels) && panels[alike].begin() == prefix {
			alike++
		}
		var facts []string
		for _, panel := range panels[:alike] {
			name := panel.title
			if alike > 1 {
				name = name[len(prefix):]
			}
			if name != "" {
				name = "“" + name + "” "
			}
			facts = append(facts, name+panel.short)
		}
		text := strings.Join(facts, "; ") + "."
		if alike > 1 {
			text = "“" + strings.TrimRight(prefix, ",: ") + "”: " + text
		}
		texts = append(texts, text)
		panels = panels[alike:]
	}
	if left := len(g) - most; left > 0 {
		texts = append(texts, "And "+count(left, "more panel")+".")
	}
	return sentences(texts...)
}

// begin returns the title up to its last comma or colon that isn't in brackets, with the space
// behind. It is empty without any.
func (d described) begin() string {
	for end := len(d.title); ; {
		end = max(strings.LastIndex(d.title[:end], ", "), strings.LastIndex(d.title[:end], ": "))
		if end < 0 {
			return ""
		}
		prefix := d.title[:end+2]
		if strings.Count(prefix, "(") == strings.Count(prefix, ")") {
			return prefix
		}
	}
}

// oneLine returns a text without line breaks, repeated spaces, and what isn't text.
func oneLine(text string) string {
	printable := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " "))
	return strings.Join(strings.Fields(printable), " ")
}

// cut returns a text of at most n characters, the last of which is an ellipsis if more were there.
func cut(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}
