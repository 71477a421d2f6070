package datasets

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Kinds of [ReadError], for errors.Is.
var (
	ErrOptions   = errors.New("an option has no meaning")
	ErrFormat    = errors.New("not a table that can be read")
	ErrEncoding  = errors.New("the text has another encoding")
	ErrQuote     = errors.New("quotes are wrong")
	ErrAmbiguous = errors.New("there is more than one way to read the text")
	ErrEmpty     = errors.New("there are no rows")
	ErrNames     = errors.New("the names of columns are wrong")
	ErrColumn    = errors.New("a column can't be chosen")
	ErrRowLength = errors.New("rows have different lengths")
	ErrMissing   = errors.New("a value is missing")
	ErrValue     = errors.New("a value is not a finite number")
	ErrMixed     = errors.New("a column has numbers and words")
	ErrWords     = errors.New("a column has too many different words")
	ErrIndex     = errors.New("a column only counts the rows")
)

// ReadError says where and why a file can't be read. Its kind is one of the errors such as
// [ErrMissing], which errors.Is finds.
type ReadError struct {
	Path   string
	Line   int    // From 1; 0 if the error is not at a line of a text.
	Row    int    // From 1, of an array; 0 if the error is not at a row of an array.
	Column string // Name of the column, or empty.
	Err    error
}

// Error returns one line with the file, the place and the reason.
func (e *ReadError) Error() string {
	var text strings.Builder
	text.WriteString("datasets: ")
	text.WriteString(shortPath(e.Path))
	if e.Line > 0 {
		fmt.Fprintf(&text, ", line %d", e.Line)
	}
	if e.Row > 0 {
		fmt.Fprintf(&text, ", row %d", e.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&text, ", column %s", quoted(e.Column))
	}
	fmt.Fprintf(&text, ": %v", e.Err)
	return text.String()
}

// Unwrap returns the reason, which wraps one of the kinds of errors.
func (e *ReadError) Unwrap() error { return e.Err }

// longestError is the largest number of characters of an error.
const longestError = 199

// errorLength returns the number of characters of an error in a file with a long name.
func errorLength(line int, column, text string) int {
	long := &ReadError{
		Path: strings.Repeat("x", longestPath), Line: line, Column: column, Err: errors.New(text),
	}
	return utf8.RuneCountInString(long.Error()) + 1 // For an ellipsis.
}

const longestPath = 48

// shortPath returns a path, or only its end if it would fill the line.
func shortPath(path string) string {
	if len(path) <= longestPath {
		return path
	}
	base := filepath.Base(path)
	if len(base) > longestPath {
		return "…" + strings.ToValidUTF8(base[len(base)-longestPath:], "")
	}
	return "…/" + base
}

// reason is an error of a kind with its own words.
type reason struct {
	kind error
	text string
}

func (r *reason) Error() string { return r.text }
func (r *reason) Unwrap() error { return r.kind }

func problem(kind error, format string, values ...any) error {
	return &reason{kind, fmt.Sprintf(format, values...)}
}

// atLine returns an error at a line of the file; the caller's caller adds the path.
func atLine(line int, column string, kind error, format string, values ...any) error {
	return &ReadError{Line: line, Column: column, Err: problem(kind, format, values...)}
}

// withPath adds the path to an error.
func withPath(path string, err error) error {
	var readError *ReadError
	if errors.As(err, &readError) {
		readError.Path = path
		return readError
	}
	return &ReadError{Path: path, Err: err}
}

// quoted returns a text in quotes, shortened to about 20 characters.
func quoted(text string) string {
	const longest = 22
	text = text[:min(len(text), 4*longest)]
	quotes := fmt.Sprintf("%q", text)
	for utf8.RuneCountInString(quotes) > longest {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		quotes = fmt.Sprintf("%q", text+"…")
	}
	return quotes
}

// listed returns texts in quotes with commas, and how many more there are after the first three.
func listed(texts []string) string { return listedUpTo(3, texts) }

// listedUpTo returns at most a number of texts in quotes with commas, and how many more there are.
func listedUpTo(most int, texts []string) string {
	var list []string
	for _, text := range texts[:min(most, len(texts))] {
		list = append(list, quoted(text))
	}
	if more := len(texts) - most; more > 0 {
		list = append(list, fmt.Sprintf("… (%s more)", thousands(more)))
	}
	return strings.Join(list, ", ")
}

// listedWithin is as listed, with as many texts as fit in a number of bytes, but at least one.
func listedWithin(room int, texts []string) string {
	most := 1
	for most < len(texts) && len(listedUpTo(most+1, texts)) <= room {
		most++
	}
	return listedUpTo(most, texts)
}
