package datasets

import (
	"io"
	"unicode/utf8"
)

// ReadOptions say what [Read] can't detect, or should not. Zero values detect. A column is given by
// its name, or by its number from 1: "2", or "#2" if a column is called "2". Read detects these,
// and returns an error of kind [ErrAmbiguous] where there are two answers:
//
//   - The kind of the file, by its first bytes: a text, NumPy's NPY or NPZ, or a text or NPY file
//     compressed by gzip.
//   - Encoding: UTF-8, UTF-16, or Windows-1252 if it is neither.
//   - Separator and Decimal: those with which the first 100 rows have equal lengths and the most
//     numbers.
//   - Header: the first row holds names if it has a word above a column of numbers. It holds values
//     if it has only numbers, or if a word reappears below. The line of counts and classes at the
//     beginning of scikit-learn's files becomes the names x1, x2 and so on, and target; if that is
//     the label, its numbers become the names of the classes.
//   - The type of a column: numbers if all values are, words if none is.
//   - Whether integers that begin with 0, such as 01040, are codes or numbers: numbers if Columns
//     or Conditions names the column. Words keeps them as they are written.
//
// A column that only counts the rows is an error of kind [ErrIndex], and one of dates such as
// 20240131 is an error of kind [ErrValue], unless Columns, Conditions or LeaveOut names it. Spaces
// around values don't count.
type ReadOptions struct {
	// Columns are the columns that make the points. If there are none, all columns make the points
	// that no other option names.
	Columns []string
	// LeaveOut are columns that Read ignores.
	LeaveOut []string
	// Label is the column of the class; its different values, as they are written, are the classes'
	// names. In an NPZ file it may also name an array [rows].
	Label string
	// Conditions are the columns of the condition values.
	Conditions []string
	// Words are columns whose values are words even if they look like numbers. They still need a
	// role: they belong to the points unless Conditions names them too.
	Words []string

	// Encoding is the text's encoding by its name on the web, such as "utf-8", "utf-16le",
	// "windows-1252", "macintosh" or "shift_jis".
	Encoding string
	// Separator stands between the values of a row: ',', ';', '\t', '|', ' ' for runs of spaces and
	// tabs, or another ASCII character.
	Separator rune
	// Decimal is the decimal sign, '.' or ','. Commas within quotes may be decimal signs even if
	// commas separate values.
	Decimal rune
	// Header says whether the first row holds the columns' names.
	Header Header
	// SkipLines is the number of lines to skip at the beginning of a text, such as a title.
	SkipLines int
	// Comment is the text that begins a comment line, "#" if empty. With [NoComments] there are no
	// comment lines.
	Comment string

	// MissingValues are the texts that stand for a missing value, instead of NA, NaN, NULL, None, ?
	// and others that are usual. An empty value is always missing. Letters match in either case.
	MissingValues []string
	// LeaveOutMissing leaves out rows in which a column with a role has a missing value.
	LeaveOutMissing bool

	// Array is the array of an NPZ file that holds the points.
	Array string

	// ProgressWriter receives a line of progress when reading takes over two seconds.
	ProgressWriter io.Writer
}

// NoComments as [ReadOptions.Comment] makes every line a row.
const NoComments = "\n"

// Header says whether a text begins with the names of its columns.
type Header int

// The values of [ReadOptions.Header].
const (
	DetectHeader  Header = iota // Names, if the text makes it clear, or an error.
	WithHeader                  // The first row holds names.
	WithoutHeader               // The first row holds values.
)

// check returns an error if an option has no meaning.
func (o *ReadOptions) check() error {
	switch {
	case o.Separator != 0 && !isSeparator(o.Separator):
		return problem(ErrOptions, "Separator is %q, it must be an ASCII character that is no "+
			"letter, digit, quote, sign or point", o.Separator)
	case o.Decimal != 0 && o.Decimal != '.' && o.Decimal != ',':
		return problem(ErrOptions, "Decimal is %q, it must be '.' or ','", o.Decimal)
	case o.Header < DetectHeader || o.Header > WithoutHeader:
		return problem(ErrOptions, "Header is %d, it must be 0, 1 or 2", o.Header)
	case o.SkipLines < 0:
		return problem(ErrOptions, "SkipLines is %d, it must be at least 0", o.SkipLines)
	case !utf8.ValidString(o.Comment):
		return problem(ErrOptions, "Comment %q is not valid UTF-8", o.Comment)
	}
	return nil
}

func isSeparator(r rune) bool {
	switch {
	case r == '\t' || r == ' ':
		return true
	case r <= ' ' || r >= 0x7f, r == '"', r == '.', r == '+', r == '-':
		return false
	}
	return !('0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z')
}
