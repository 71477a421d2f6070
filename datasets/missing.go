package datasets

import "strings"

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
	numbers bool // Some text is a number.
}

func newMissingTexts(texts []string) missingTexts {
	if texts == nil {
		texts = usualMissing
	}
	missing := missingTexts{texts: make(map[string]bool, len(texts))}
	for _, text := range texts {
		text = strings.ToLower(strings.TrimSpace(text))
		missing.texts[text] = true
		missing.longest = max(missing.longest, len(text))
		_, hasPoint := parseNumber([]byte(text), '.')
		_, hasComma := parseNumber([]byte(text), ',')
		missing.numbers = missing.numbers || hasPoint || hasComma
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
