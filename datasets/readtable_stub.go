package datasets

// Stands in for the reader until its branch is merged, then goes.

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

func readTable(path string, options ReadOptions) (*table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	t := &table{format: Format{Kind: "CSV"}, lines: lineNumbers{{0, 1}}}
	names := make([]string, len(rows[0]))
	for j, name := range rows[0] {
		if _, err := strconv.ParseFloat(name, 64); err == nil {
			names = nil
			break
		}
		names[j] = name
	}
	if names != nil {
		rows, t.lines = rows[1:], lineNumbers{{0, 2}}
	}
	for j := range rows[0] {
		column := tableColumn{name: fmt.Sprint("x", j+1)}
		if names != nil {
			column.name = names[j]
		}
		isWords := slices.Contains(options.Words, column.name)
		switch {
		case slices.Contains(options.LeaveOut, column.name):
			continue
		case column.name == options.Label:
			column.role, isWords = roleLabel, true
		case slices.Contains(options.Conditions, column.name):
			column.role = roleCondition
		}
		for _, row := range rows {
			number, err := strconv.ParseFloat(row[j], 64)
			if err != nil || isWords {
				isWords = true
				break
			}
			column.numbers = append(column.numbers, number)
		}
		if isWords {
			column.numbers = nil
			for _, row := range rows {
				code := slices.Index(column.words, row[j])
				if code < 0 {
					code = len(column.words)
					column.words = append(column.words, row[j])
				}
				column.codes = append(column.codes, int32(code))
			}
		}
		t.columns = append(t.columns, column)
	}
	return t, nil
}

func shortPath(path string) string { return path }

func quoted(text string) string { return fmt.Sprintf("%q", text) }

func listed(texts []string) string {
	var list []string
	for _, text := range texts[:min(3, len(texts))] {
		list = append(list, quoted(text))
	}
	if more := len(texts) - 3; more > 0 {
		list = append(list, fmt.Sprintf("… (%d more)", more))
	}
	return strings.Join(list, ", ")
}

func thousands(count int) string {
	text := fmt.Sprint(count)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
