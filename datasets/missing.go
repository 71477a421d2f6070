package datasets

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// usualMissing are the texts that spreadsheets and languages write for a missing value.
var usualMissing = []string{
	"na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "+nan", "null", "none", "nil", "missing",
	"?", "-", "--", ".", "..", "n.a.", "n/d", "n.d.", "nat", "#n/a n/a", "-1.#ind", "1.#qnan",
	"#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?",
}

// missingTexts decides whether a value is missing.
type missingTexts struct {
	texts   map[string]bool // In lower case.
	longest int
	numbers map[float64]bool // The texts that are numbers.
}

func newMissingTexts(texts []string) missingTexts {
	if texts == nil {
		texts = usualMissing
	}
	missing := missingTexts{
		texts: make(map[string]bool, len(texts)), numbers: make(map[float64]bool),
	}
	for _, text := range texts {
		text = strings.ToLower(strings.TrimSpace(text))
		missing.texts[text] = true
		missing.longest = max(missing.longest, len(text))
		for _, decimal := range []byte{'.', ','} {
			if number, isNumber := parseNumber([]byte(text), decimal); isNumber {
				missing.numbers[number] = true
				missing.numbers[float64(float32(number))] = true // In an array of float32.
			}
		}
	}
	return missing
}

// has reports whether a value stands for a missing one.
func (m *missingTexts) has(cell []byte) bool {
	if len(cell) == 0 {
		return true
	}
	if len(cell) > m.longest {
		return false
	}
	var buffer [16]byte
	lower := append(buffer[:0], cell...)
	for i, c := range lower {
		if c >= 0x80 {
			return m.texts[strings.ToLower(string(cell))]
		}
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return m.texts[string(lower)]
}

// begins reports whether a line begins with an error value of a spreadsheet, not with a comment.
func (m *missingTexts) begins(line []byte) bool {
	end := 0
	for end < len(line) && end <= m.longest {
		switch line[end] {
		case ',', ';', '\t', '|', ' ':
			return m.has(line[:end])
		}
		end++
	}
	return end == len(line) && m.has(line)
}

// missingCounts counts missing values by their columns and texts.
type missingCounts map[missingKey]int

type missingKey struct {
	column, text string
}

func (m missingCounts) add(column string, text []byte) {
	m[missingKey{column, strings.ToValidUTF8(string(text), "�")}]++
}

// sorted returns the counts, the largest first.
func (m missingCounts) sorted() []MissingCount {
	var counts []MissingCount
	for key, count := range m {
		counts = append(counts, MissingCount{key.column, key.text, count})
	}
	slices.SortFunc(counts, func(a, b MissingCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text),
			cmp.Compare(a.Column, b.Column))
	})
	return counts
}

// noRowError returns the error of a table whose rows all have missing values.
func (m missingCounts) noRowError() error {
	const shown = 3
	byColumn := make(map[string]int)
	for key, count := range m {
		byColumn[key.column] += count
	}
	columns := slices.SortedFunc(maps.Keys(byColumn), func(a, b string) int {
		return cmp.Or(cmp.Compare(byColumn[b], byColumn[a]), cmp.Compare(a, b))
	})
	var most []string
	for _, column := range columns[:min(shown, len(columns))] {
		most = append(most, quoted(column))
	}
	return problem(ErrEmpty, "each of the rows has missing values, most in %s: use LeaveOut",
		strings.Join(most, ", "))
}
