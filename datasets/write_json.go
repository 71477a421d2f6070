package datasets

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes the table as one JSON object,
//
//	{"columns": ["island", "mass"], "data": [["Dream", 3722.25], …]}
//
// with an array for each row, which pandas reads by read_json(orient="split"). Numbers have as few
// digits as read back to the same bits; categories and classes are strings.
func (t *Table) WriteJSON(w io.Writer) error {
	buffered := bufio.NewWriter(w)
	var names []string
	for _, column := range t.columns {
		names = append(names, column.name)
	}
	buffered.WriteString(`{"columns":`) // A bufio.Writer keeps its first error for Flush.
	buffered.Write(jsonOf(names))
	buffered.WriteString(`,"data":[`)
	words := make([][][]byte, len(t.columns)) // The JSON of each column's words.
	for k, column := range t.columns {
		for _, word := range column.words {
			words[k] = append(words[k], jsonOf(word))
		}
	}
	separator := "\n["
	for row := range t.columns[0].len() {
		for k, column := range t.columns {
			buffered.WriteString(separator)
			separator = ","
			if column.isWords() {
				buffered.Write(words[k][column.codes[row]])
			} else {
				buffered.WriteString(formatNumber(column.numbers[row]))
			}
		}
		separator = "],\n["
	}
	buffered.WriteString("]\n]}\n")
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("datasets: WriteJSON: %w", err)
	}
	return nil
}

// jsonOf returns the JSON of a text or of texts. All texts have JSON, so there is no error.
func jsonOf(texts any) []byte {
	encoded, _ := json.Marshal(texts)
	return encoded
}
