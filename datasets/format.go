package datasets

import (
	"fmt"
	"strings"
)

// Format says how [Read] understood a file.
type Format struct {
	// Kind is "CSV", for any text, "NPY" or "NPZ".
	Kind string
	// Compression is "gzip" or empty.
	Compression string

	// Encoding is the text's encoding, such as "UTF-8" or "Windows-1252".
	Encoding string
	// Separator is as in [ReadOptions], or 0 if the text has a single column.
	Separator rune
	// Decimal is the decimal sign.
	Decimal rune
	// HeaderLine is the line of the columns' names, or 0 if there are none.
	HeaderLine int
	// RowNames reports whether the names leave out the first column, as R writes them.
	RowNames bool
	// Counts reports whether the text begins with scikit-learn's line of the number of rows, the
	// number of features, and the names of the classes.
	Counts bool
	// SkippedLines, CommentLines and EmptyLines are the numbers of lines that hold no row.
	SkippedLines, CommentLines, EmptyLines int

	// Array is the array of an NPZ file that holds the points.
	Array string
	// OtherArrays are the arrays of an NPZ file that were not read.
	OtherArrays []string
	// DType is the type of the numbers of an array, such as "<f8".
	DType string

	// Columns are the names of all columns of the file, x1, x2 and so on if it has none.
	Columns []string
	// Rows is the number of rows read, without those left out.
	Rows int
	// LeftOut are the lines of the rows that were left out for a missing value; for arrays, the
	// numbers of the rows from 1.
	LeftOut []int
	// Missing counts what stood for the missing values of those rows, the most frequent first.
	Missing []MissingCount
}

// MissingCount says how often a text stood for a missing value in a column. In an array of numbers
// the text is "NaN" or a number of [ReadOptions.MissingValues].
type MissingCount struct {
	Column, Text string
	Count        int
}

// String returns a description such as
//
//	CSV, separated by ";", decimal comma, Windows-1252, names on line 3, 2 comment lines
//
// Of rows left out it says which are the first, and what their missing values were:
//
//	2 rows with missing values left out (lines 5, 10): "NA" in sex 2 times, empty in age 1 time
func (f Format) String() string {
	parts := []string{f.Kind}
	add := func(format string, values ...any) {
		parts = append(parts, fmt.Sprintf(format, values...))
	}
	if f.Compression != "" {
		add("compressed by %s", f.Compression)
	}
	if f.Kind == "CSV" {
		add("%s", separatedBy(f.Separator))
		if f.Decimal == ',' {
			add("decimal comma")
		}
		add("%s", f.Encoding)
		switch {
		case f.Counts:
			add("scikit-learn's counts and classes on line %d", f.HeaderLine)
		case f.RowNames:
			add("names of all columns but the first on line %d", f.HeaderLine)
		case f.HeaderLine > 0:
			add("names on line %d", f.HeaderLine)
		default:
			add("no names")
		}
	}
	if f.Array != "" {
		add("array %q", f.Array)
	}
	if f.DType != "" {
		add("%s", f.DType)
	}
	if len(f.OtherArrays) > 0 {
		add("without %s", listed(f.OtherArrays))
	}
	for _, lines := range []struct {
		count int
		kind  string
	}{
		{f.SkippedLines, "skipped"}, {f.CommentLines, "comment"}, {f.EmptyLines, "empty"},
	} {
		if lines.count > 0 {
			add("%s", counted(lines.count, lines.kind+" line"))
		}
	}
	if len(f.LeftOut) > 0 {
		add("%s with missing values left out (%s)%s", counted(len(f.LeftOut), "row"), f.leftOut(),
			f.missing())
	}
	return strings.Join(parts, ", ")
}

// leftOut returns the first lines or rows that were left out.
func (f Format) leftOut() string {
	const shown = 3
	var numbers []string
	for _, line := range f.LeftOut[:min(shown, len(f.LeftOut))] {
		numbers = append(numbers, fmt.Sprint(line))
	}
	if len(f.LeftOut) > shown {
		numbers = append(numbers, "…")
	}
	what := "row"
	if f.Kind == "CSV" {
		what = "line"
	}
	if len(f.LeftOut) > 1 {
		what += "s"
	}
	return what + " " + strings.Join(numbers, ", ")
}

// missing returns the most frequent missing values of the rows that were left out.
func (f Format) missing() string {
	const shown = 3
	var parts []string
	for k, missing := range f.Missing[:min(shown, len(f.Missing))] {
		text := quoted(missing.Text) + " "
		switch {
		case k > 0 && missing.Text == f.Missing[k-1].Text:
			text = ""
		case missing.Text == "":
			text = "empty "
		}
		parts = append(parts, fmt.Sprintf("%sin %s %s", text, shortened(missing.Column),
			counted(missing.Count, "time")))
	}
	if len(f.Missing) > shown {
		parts = append(parts, "…")
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func separatedBy(separator rune) string {
	switch separator {
	case 0:
		return "one column"
	case ' ':
		return "separated by spaces"
	case '\t':
		return "separated by tabs"
	}
	return fmt.Sprintf("separated by %q", string(separator))
}

// counted returns a number and a noun, in the plural if need be.
func counted(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", thousands(count), noun)
}

// thousands returns a number with commas between groups of three digits.
func thousands(count int) string {
	text := fmt.Sprint(count)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
