package datasets

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// headerKind is what the first row holds.
type headerKind int

const (
	noNames     headerKind = iota // Values.
	allNames                      // A name for each column.
	allButFirst                   // A name for each column but the first, as R writes them.
	counts                        // Counts and names of classes, as scikit-learn writes them.
)

// header is what the first row says.
type header struct {
	kind    headerKind
	line    int
	names   []string
	unnamed []int    // The columns without a name of their own.
	rows    int      // The number of rows by scikit-learn's counts.
	classes []string // The names of scikit-learn's classes.
}

// detectHeader returns what the first row of a sample holds.
func detectHeader(r *reading, set Header, missing *missingTexts) (*header, error) {
	kind, err := r.headerKind(set, missing)
	if err != nil {
		return nil, err
	}
	first := r.rows[0]
	h := &header{kind: kind, line: first.line}
	switch kind {
	case noNames:
		h.line = 0
		h.names = numberedNames(r.width)
		if len(r.rows) > 1 {
			h.names = numberedNames(len(first.cells))
		}
	case counts:
		h.names = append(numberedNames(r.width-1), "target")
		h.rows, _ = strconv.Atoi(string(first.cells[0]))
		for _, cell := range first.cells[2:] {
			h.classes = append(h.classes, string(cell))
		}
	case allButFirst:
		h.name(append([][]byte{nil}, first.cells...))
	case allNames:
		h.name(first.cells)
	}
	return h, nil
}

// name takes names from the cells of a row, and makes up those that are empty so that they differ
// from all others.
func (h *header) name(cells [][]byte) {
	isTaken := make(map[string]bool)
	for i, cell := range cells {
		name := strings.TrimSpace(strings.ToValidUTF8(strings.Trim(string(cell), "\ufeff"), "�"))
		if name == "" {
			h.unnamed = append(h.unnamed, i)
		}
		h.names = append(h.names, name)
		isTaken[name] = true
	}
	for _, i := range h.unnamed {
		name := fmt.Sprintf("x%d", i+1)
		for isTaken[name] {
			name += "_"
		}
		isTaken[name] = true
		h.names[i] = name
	}
}

// headerKind decides what the first row holds.
func (r *reading) headerKind(set Header, missing *missingTexts) (headerKind, error) {
	first := r.rows[0]
	isShort := len(first.cells) == r.width-1
	switch {
	case set == WithHeader && isShort:
		return allButFirst, nil
	case set == WithHeader:
		return allNames, nil
	case set == WithoutHeader:
		return noNames, nil
	case r.isCounts():
		return counts, nil
	case r.isRowNames():
		return allButFirst, nil
	case len(first.cells) != r.width:
		return r.unevenHeader(missing)
	}
	profile := profileOf(r, missing)
	switch {
	case profile.words == 0 && profile.missing == 1 && len(first.cells[0]) == 0 &&
		isSequence(first.cells[1:]) && len(first.cells) > 1:
		return allNames, nil // Pandas leaves out the name of the index.
	case profile.words == 0 && isSequence(first.cells):
		return 0, r.unclear("0, 1, 2 or 1, 2, 3 may be names or values")
	case profile.words == 0 && profile.years == len(first.cells) && len(first.cells) > 1:
		return 0, r.unclear("years may be names or values")
	case profile.words == 0:
		return noNames, nil
	case len(r.rows) == 1 && profile.numbers == 0:
		return 0, atLine(first.line, "", ErrEmpty, "there are names but no rows. If the line is a "+
			"row, set Header to WithoutHeader")
	case len(r.rows) == 1:
		return 0, r.unclear("a single row may hold names or values")
	case profile.wordsAboveNumbers > 0 && profile.reappears:
		return 0, r.unclear("a word above numbers, and one that reappears")
	case profile.wordsAboveNumbers > 0 && profile.numbers == profile.numbersAsNames:
		return allNames, nil
	case profile.wordsAboveNumbers > 0:
		return 0, r.unclear("numbers and words may be names or values")
	case profile.reappears || profile.fractions > 0:
		return noNames, nil
	}
	return 0, r.unclear("words above words may be names or values")
}

// unclear returns an error that asks for Header.
func (r *reading) unclear(why string) error {
	return atLine(r.rows[0].line, "", ErrAmbiguous,
		"%s: set Header to WithHeader or WithoutHeader", why)
}

// unevenHeader returns an error if the first row alone has another length, or else leaves the
// error to the reading of the rows.
func (r *reading) unevenHeader(missing *missingTexts) (headerKind, error) {
	if profileOf(r, missing).words == 0 {
		return noNames, nil
	}
	isOther := func(row sampleRow) bool { return len(row.cells) != r.width }
	hasEnd := func(row sampleRow) bool { return len(row.cells[len(row.cells)-1]) > 0 }
	switch {
	case slices.ContainsFunc(r.rows[1:], isOther):
		return allNames, nil
	case len(r.rows[0].cells) == r.width-1 && !slices.ContainsFunc(r.rows[1:], hasEnd):
		return 0, atLine(r.rows[1].line, "", ErrRowLength,
			"the rows end in a separator, the names do not: add one to the names")
	case len(r.rows) < 3:
		return allNames, nil
	}
	return 0, atLine(r.rows[0].line, "", ErrRowLength, "%s, the next line has %d: a title? Skip "+
		"it by SkipLines", counted(len(r.rows[0].cells), "value"), r.width)
}

// isRowNames reports whether the first row has a word for each column but the first, and the next
// row a number below some word: below a title there are names. An empty last value is no column.
func (r *reading) isRowNames() bool {
	first := r.rows[0].cells
	if len(r.rows) < 2 || len(first) != r.width-1 || len(first) == 0 {
		return false
	}
	isNumber := func(cell []byte) bool { _, is := parseNumber(cell, r.decimal); return is }
	next := r.rows[1].cells
	return slices.ContainsFunc(next[1:], isNumber) && len(next[r.width-1]) > 0 &&
		!slices.ContainsFunc(first, isNoName)
}

// isNoName reports whether a value is empty or looks like a number.
func isNoName(cell []byte) bool {
	_, isNumber := parseNumber(cell, '.')
	return len(cell) == 0 || isNumber || adviceOn(cell) != ""
}

// isCounts reports whether the first row is scikit-learn's: the number of rows, the number of
// columns but the last, and names of classes.
func (r *reading) isCounts() bool {
	first := r.rows[0].cells
	if len(r.rows) < 2 || len(first) < 3 || r.width < 2 {
		return false
	}
	rows, err := strconv.Atoi(string(first[0]))
	features, err2 := strconv.Atoi(string(first[1]))
	if err != nil || err2 != nil || features != r.width-1 || rows < 1 {
		return false
	}
	if len(r.rows) < sampleRows && rows != len(r.rows)-1 {
		return false
	}
	return !slices.ContainsFunc(first[2:], isNoName)
}

// profile compares the first row with the others.
type profile struct {
	words, numbers, missing int  // Values of the first row.
	wordsAboveNumbers       int  // Words of the first row in columns of numbers.
	numbersAsNames          int  // Numbers of the first row that may be names: years, or 0, 1, 2.
	years                   int  // Years of the first row in columns of other numbers.
	fractions               int  // Numbers of the first row that are not whole.
	reappears               bool // A word of the first row is the value of another one.
}

func profileOf(r *reading, missing *missingTexts) profile {
	var p profile
	var numberCells [][]byte
	for i, cell := range r.rows[0].cells {
		if missing.has(cell) {
			p.missing++
			continue
		}
		isNumbers, isYears, reappears := r.column(i, cell, missing)
		if _, isNumber := parseNumber(cell, r.decimal); isNumber {
			p.numbers++
			numberCells = append(numberCells, cell)
			if isYear(cell) && !isYears {
				p.years++
			}
			if !isDigits(cell) {
				p.fractions++
			}
			continue
		}
		isAlmost := adviceOn(cell) != ""
		if isAlmost && !isNumbers { // A value that is refused later, rather than a name.
			p.numbers++
			p.fractions++
			continue
		}
		p.words++
		p.reappears = p.reappears || reappears
		if isNumbers && !isAlmost {
			p.wordsAboveNumbers++
		}
	}
	p.numbersAsNames = p.years
	if len(numberCells) > 1 && isSequence(numberCells) {
		p.numbersAsNames = len(numberCells)
	}
	return p
}

// column reports whether most values of a column below the first row are numbers, whether all are
// years, and whether one is a given value.
func (r *reading) column(i int, first []byte, missing *missingTexts) (numbers, years, has bool) {
	values, count, yearCount := 0, 0, 0
	for _, row := range r.rows[1:] {
		if i >= len(row.cells) || missing.has(row.cells[i]) {
			continue
		}
		cell := row.cells[i]
		values++
		has = has || bytes.Equal(cell, first)
		if _, isNumber := parseNumber(cell, r.decimal); isNumber {
			count++
		}
		if isYear(cell) {
			yearCount++
		}
	}
	return 2*count > values, values > 0 && yearCount == values, has
}

var yearPattern = regexp.MustCompile(`^[12]\d\d\d$`)

func isYear(cell []byte) bool { return yearPattern.Match(cell) }

func isDigits(cell []byte) bool {
	return !slices.ContainsFunc(cell, func(c byte) bool { return c < '0' || c > '9' })
}

// isSequence reports whether values are 0, 1, 2 and so on, or 1, 2, 3 and so on.
func isSequence(cells [][]byte) bool {
	if len(cells) == 0 {
		return false
	}
	start, err := strconv.Atoi(string(cells[0]))
	if err != nil || start < 0 || start > 1 {
		return false
	}
	for i, cell := range cells {
		if string(cell) != strconv.Itoa(start+i) {
			return false
		}
	}
	return true
}
