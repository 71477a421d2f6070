package datasets

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// records splits a text into rows of values. Unlike encoding/csv it knows runs of spaces, counts
// the lines that hold no row, and does not allocate.
type records struct {
	source    *bufio.Reader
	separator byte
	comment   []byte // Empty if there are no comments.
	missing   *missingTexts

	line       int // The lines read so far.
	start      int // The line on which the last row begins.
	comments   int
	emptyLines int
	emptyLine  int // The last empty line.

	cells [][]byte // Of the last row, valid until the next one is read.
	long  []byte   // A line that is longer than the buffer.
	text  []byte   // The values of a row with quotes.
	ends  []int    // Ends of the values in text.
}

const (
	lineBuffer  = 64 << 10
	longestLine = 64 << 20
)

// newRecords returns a reader of rows, with a buffer of a size in bytes.
func newRecords(
	source io.Reader, size int, separator byte, comment []byte, missing *missingTexts,
) *records {
	return &records{
		source: bufio.NewReaderSize(source, size), separator: separator, comment: comment,
		missing: missing,
	}
}

// readLine returns the next line without its end, or io.EOF. The line is valid until the next call.
func (r *records) readLine() ([]byte, error) {
	line, err := r.source.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.long = r.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			if r.long = append(r.long, line...); len(r.long) > longestLine {
				return nil, atLine(r.line+1, "", ErrFormat, "the line is longer than 64 MiB")
			}
			line, err = r.source.ReadSlice('\n')
		}
		r.long = append(r.long, line...)
		line = r.long
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	r.line++
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	for n := len(line); n > 0 && line[n-1] == '\r'; n-- {
		line = line[:n-1]
	}
	return line, nil
}

// skip reads lines that hold no rows.
func (r *records) skip(lines int) error {
	for range lines {
		if _, err := r.readLine(); err != nil {
			return err
		}
	}
	return nil
}

// next reads the values of the next row into cells, or returns io.EOF.
func (r *records) next() error {
	for {
		line, err := r.readLine()
		if err != nil {
			return err
		}
		r.start = r.line
		if r.isComment(line) {
			r.comments++
			continue
		}
		if len(bytes.TrimLeft(line, " ")) == 0 || r.separator == ' ' && len(trim(line)) == 0 {
			r.emptyLines++
			r.emptyLine = r.line
			continue
		}
		if bytes.IndexByte(line, '"') >= 0 {
			return r.splitQuoted(line)
		}
		if bytes.IndexByte(line, '\r') >= 0 {
			return r.mixedEnds()
		}
		r.cells = r.cells[:0]
		if r.separator == ' ' {
			r.splitSpaces(line)
		} else {
			r.split(line)
		}
		return nil
	}
}

// mixedEnds returns the error of a line with a carriage return within.
func (r *records) mixedEnds() error {
	return atLine(r.line, "", ErrFormat, "some lines end in a carriage return alone, others in a "+
		"line feed: save the file with one of them")
}

func (r *records) isComment(line []byte) bool {
	if len(r.comment) == 0 || !bytes.HasPrefix(line, r.comment) {
		return false
	}
	return r.missing == nil || !r.missing.begins(line)
}

// split splits a line without quotes.
func (r *records) split(line []byte) {
	for {
		end := bytes.IndexByte(line, r.separator)
		if end < 0 {
			r.cells = append(r.cells, trim(line))
			return
		}
		r.cells = append(r.cells, trim(line[:end]))
		line = line[end+1:]
	}
}

// splitSpaces splits a line without quotes at runs of spaces and tabs.
func (r *records) splitSpaces(line []byte) {
	for {
		line = trimLeft(line)
		if len(line) == 0 {
			return
		}
		end := 0
		for end < len(line) && line[end] != ' ' && line[end] != '\t' {
			end++
		}
		r.cells = append(r.cells, trim(line[:end]))
		line = line[end:]
	}
}

// splitQuoted splits a row with quotes, which may go on in the next lines.
func (r *records) splitQuoted(line []byte) error {
	r.text, r.ends = r.text[:0], r.ends[:0]
	for {
		line = r.trimLeft(line)
		if r.separator == ' ' && len(line) == 0 {
			break
		}
		var err error
		if len(line) > 0 && line[0] == '"' {
			line, err = r.readQuoted(line[1:])
		} else {
			line, err = r.readUnquoted(line)
		}
		if err != nil {
			return err
		}
		r.ends = append(r.ends, len(r.text))
		if len(line) == 0 {
			break
		}
		line = line[1:] // The separator.
	}
	r.cells = r.cells[:0]
	begin := 0
	for _, end := range r.ends {
		r.cells = append(r.cells, trim(r.text[begin:end]))
		begin = end
	}
	return nil
}

// readUnquoted appends a value to text, and returns the rest of the line.
func (r *records) readUnquoted(line []byte) ([]byte, error) {
	end := bytes.IndexByte(line, r.separator)
	if r.separator == ' ' {
		end = bytes.IndexAny(line, " \t")
	}
	if end < 0 {
		end = len(line)
	}
	if bytes.IndexByte(line[:end], '"') >= 0 {
		return nil, atLine(r.line, "", ErrQuote, "a quote within the value %s: enclose the value "+
			"in quotes, and double those within", quoted(string(trim(line[:end]))))
	}
	if bytes.IndexByte(line[:end], '\r') >= 0 {
		return nil, r.mixedEnds()
	}
	r.text = append(r.text, line[:end]...)
	return line[end:], nil
}

// readQuoted appends a value to text from behind its opening quote on, and returns the rest of the
// line.
func (r *records) readQuoted(line []byte) ([]byte, error) {
	opened := r.line
	for {
		quote := bytes.IndexByte(line, '"')
		if quote < 0 {
			r.text = append(append(r.text, line...), '\n')
			var err error
			if line, err = r.readLine(); errors.Is(err, io.EOF) || len(r.text) > longestLine {
				return nil, atLine(opened, "", errOpenQuote,
					"the quotes of a value are never closed")
			} else if err != nil {
				return nil, err
			}
			continue
		}
		r.text = append(r.text, line[:quote]...)
		line = line[quote+1:]
		if len(line) == 0 || line[0] != '"' {
			break
		}
		r.text = append(r.text, '"')
		line = line[1:]
	}
	rest := r.trimLeft(line)
	if r.separator == ' ' {
		rest = line
	}
	isEnd := len(rest) == 0 || rest[0] == r.separator || r.separator == ' ' && rest[0] == '\t'
	if !isEnd {
		return nil, atLine(r.line, "", ErrQuote, "text follows the closing quote of a value: if "+
			"the quote belongs to the value, double it")
	}
	return rest, nil
}

// errOpenQuote tells quotes that are open at the end of a sample from other errors.
var errOpenQuote = problem(ErrQuote, "quotes are never closed")

// trimLeft returns a line from its first character on that is neither a space nor a tab, unless
// tabs separate values.
func (r *records) trimLeft(line []byte) []byte {
	if r.separator == '\t' {
		return bytes.TrimLeft(line, " ")
	}
	return trimLeft(line)
}

func trimLeft(text []byte) []byte {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		text = text[1:]
	}
	return text
}

// trim returns a text without white space around it.
func trim(text []byte) []byte {
	if n := len(text); n == 0 || isInk(text[0]) && isInk(text[n-1]) {
		return text
	}
	return bytes.TrimSpace(text)
}

// isInk reports whether a byte is a visible ASCII character.
func isInk(c byte) bool { return c > ' ' && c < 0x7f }
