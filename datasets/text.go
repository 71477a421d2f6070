package datasets

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// sampleSize is the number of bytes from which a text's dialect is detected.
const sampleSize = 1 << 20

// textReader reads the rows of a text into columns.
type textReader struct {
	*records
	reading  *reading
	header   *header
	options  *ReadOptions
	missing  *missingTexts
	encoding string
	detected bool // The encoding was not set.

	chosen  []*chosenColumn
	row     int  // Rows so far, with those left out.
	kept    int  // Rows so far, without those left out.
	several bool // Some word has a character of several bytes.
	counts  missingCounts
	table   table
}

// readText reads a table from a text of about a size in bytes, or 0 if that is unknown.
func readText(source io.Reader, size int64, options *ReadOptions, p *progress) (*table, error) {
	head, source, _, err := peek(source)
	if err != nil {
		return nil, err
	}
	decoded, encoding, err := decode(source, head, options.Encoding)
	if err != nil {
		return nil, err
	}
	s, decoded, err := newSample(decoded, options)
	if err != nil {
		return nil, err
	}
	set := *options
	if separator, found := excelSeparator(s.text); found && set.SkipLines == 0 &&
		(set.Separator == 0 || byte(set.Separator) == separator) {
		set.Separator = rune(separator)
		s.skip++
	}
	t := &textReader{
		options: &set, missing: s.missing, encoding: encoding, detected: options.Encoding == "",
		counts: make(missingCounts),
	}
	if t.reading, err = detectDialect(s, &set); err != nil {
		return nil, err
	}
	if t.header, err = detectHeader(t.reading, set.Header, t.missing); err != nil {
		return nil, err
	}
	if t.chosen, err = chooseColumns(
		t.header.names, t.header.line, t.header.unnamed, set.Label, &set); err != nil {
		return nil, err
	}
	t.reserve(s.text, size)
	t.records = newRecords(decoded, lineBuffer, t.reading.separator, s.comment, s.missing)
	if err := t.readAll(s.skip, p); err != nil {
		return nil, err
	}
	return t.finish(s.skip)
}

// peek returns the beginning of a source, and a reader of the whole source.
func peek(source io.Reader) (head []byte, whole io.Reader, complete bool, err error) {
	if head, err = io.ReadAll(io.LimitReader(source, sampleSize)); err != nil {
		return nil, nil, false, err
	}
	return head, io.MultiReader(bytes.NewReader(head), source), len(head) < sampleSize, nil
}

// newSample returns the beginning of a decoded text, and a reader of the whole text.
func newSample(decoded io.Reader, options *ReadOptions) (*sample, io.Reader, error) {
	text, _, complete, err := peek(decoded)
	if err != nil {
		return nil, nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	whole := io.MultiReader(bytes.NewReader(text), decoded)
	if err := checkText(text, options.Separator != 0); err != nil {
		return nil, nil, err
	}
	if bytes.IndexByte(text, '\r') >= 0 && bytes.IndexByte(text, '\n') < 0 { // As old Macs wrote.
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
		whole = &lineFeeds{whole}
	}
	if end := bytes.LastIndexByte(text, '\n'); end >= 0 && !complete {
		text = text[:end+1]
	}
	missing := newMissingTexts(options.MissingValues)
	s := &sample{text: text, complete: complete, skip: options.SkipLines, missing: &missing}
	switch options.Comment {
	case "":
		s.comment = []byte("#")
	case NoComments:
	default:
		s.comment = []byte(options.Comment)
	}
	return s, whole, nil
}

// lineFeeds reads carriage returns as line feeds.
type lineFeeds struct{ source io.Reader }

func (l *lineFeeds) Read(buffer []byte) (int, error) {
	n, err := l.source.Read(buffer)
	for i, c := range buffer[:n] {
		if c == '\r' {
			buffer[i] = '\n'
		}
	}
	return n, err
}

// reserve makes room for as many rows as the sample lets expect.
func (t *textReader) reserve(text []byte, size int64) {
	lines := bytes.Count(text, []byte("\n"))
	if lines < 2 || size < sampleSize {
		return
	}
	if strings.HasPrefix(t.encoding, "utf-16") {
		size /= 2
	}
	const shortest = 2 // Bytes of a value and its separator.
	rows := int(float64(size)*float64(lines)/float64(len(text))*1.01) + 16
	rows = min(rows, int(size)/(shortest*len(t.header.names))+16)
	last := t.reading.rows[len(t.reading.rows)-1].cells
	for _, c := range t.chosen {
		if c.index >= len(last) {
			return
		}
		_, isNumber := parseNumber(last[c.index], t.reading.decimal)
		if isNumber && !c.asWords {
			c.numbers = make([]float64, 0, rows)
		} else {
			c.codes = make([]int32, 0, rows)
		}
	}
}

// readAll reads all rows.
func (t *textReader) readAll(skip int, p *progress) error {
	if err := t.skip(skip); err != nil {
		return err
	}
	if t.header.kind != noNames {
		if err := t.next(); err != nil {
			return err
		}
		if err := t.checkNames(); err != nil {
			return err
		}
	}
	for {
		err := t.next()
		if errors.Is(err, io.EOF) {
			p.finish(t.row)
			return nil
		}
		if err == nil {
			err = t.add()
		}
		if err != nil {
			p.finish(t.row)
			return err
		}
		if t.row%4096 == 0 {
			p.show(t.row)
		}
	}
}

// checkNames returns an error if the names have another encoding.
func (t *textReader) checkNames() error {
	for _, cell := range t.cells {
		if err := t.checkWord(cell, ""); err != nil {
			return err
		}
	}
	return nil
}

// rowsBelowTitle is the number of rows in which an error may be due to a title above the names.
const rowsBelowTitle = 3

// mayHaveTitle reports whether the text's first line may be a title or an empty row: it has at most
// one value, unlike other lines.
func (t *textReader) mayHaveTitle() bool {
	values := 0
	for _, cell := range t.reading.rows[0].cells {
		if len(cell) > 0 {
			values++
		}
	}
	return values <= 1 && len(t.header.names) > 1
}

// add adds a row to the columns.
func (t *textReader) add() error {
	if len(t.cells) != len(t.header.names) {
		title := ""
		if t.row < rowsBelowTitle {
			title = ". If the first line is a title, skip it by SkipLines"
		}
		return atLine(t.start, "", ErrRowLength, "%s, %s%s",
			counted(len(t.cells), "value"), t.expected(), title)
	}
	if len(t.cells) == 1 && t.row > 0 && t.emptyLine > t.lastLine() {
		if !t.options.LeaveOutMissing {
			return t.missingError(nil, t.header.names[0], t.emptyLine)
		}
	}
	if t.options.LeaveOutMissing && t.countMissing() {
		t.table.format.LeftOut = append(t.table.format.LeftOut, t.start)
		t.row++
		return nil
	}
	for _, c := range t.chosen {
		cell := t.cells[c.index]
		if c.kind != words && !c.asWords && len(t.missing.numbers) == 0 {
			number, isNumber := parseNumber(cell, t.reading.decimal)
			if isNumber && !c.isCode(cell) {
				c.addNumber(number, t.row, t.start)
				continue
			}
		}
		if err := t.addOther(c, cell); err != nil {
			return err
		}
	}
	lines := &t.table.lines
	if n := len(*lines); n == 0 || (*lines)[n-1].offset != t.start-t.kept {
		*lines = append(*lines, struct{ row, offset int }{t.kept, t.start - t.kept})
	}
	t.kept++
	t.row++
	return nil
}

// lastLine returns the line of the last row, or 0.
func (t *textReader) lastLine() int {
	last := 0
	if t.kept > 0 {
		last = t.table.lines.of(t.kept - 1)
	}
	if n := len(t.table.format.LeftOut); n > 0 {
		last = max(last, t.table.format.LeftOut[n-1])
	}
	return last
}

// expected says how many values a row must have.
func (t *textReader) expected() string {
	if t.header.line > 0 {
		return "the names are " + strconv.Itoa(len(t.header.names))
	}
	return "the first row has " + strconv.Itoa(len(t.header.names))
}

// countMissing counts the row's missing values, and reports whether there are any.
func (t *textReader) countMissing() bool {
	isMissing := false
	for _, c := range t.chosen {
		if cell := t.cells[c.index]; t.missing.has(cell) {
			t.counts.add(c.name, cell)
			isMissing = true
		}
	}
	return isMissing
}

// addOther adds a value that may be a word.
func (t *textReader) addOther(c *chosenColumn, cell []byte) error {
	if code, isKnown := c.codeOf[string(cell)]; isKnown {
		c.codes = append(c.codes, code)
		return nil
	}
	if t.missing.has(cell) {
		return t.missingError(cell, c.name, t.start)
	}
	if !c.asWords {
		number, isNumber := parseNumber(cell, t.reading.decimal)
		if isNumber && c.kind != words {
			if c.isCode(cell) {
				return atLine(t.start, c.name, ErrAmbiguous, "%s begins with 0: a code? Use Words "+
					"or LeaveOut, or Columns to read numbers", quoted(string(cell)))
			}
			c.addNumber(number, t.row, t.start)
			return nil
		}
		if isNumber {
			return atLine(t.start, c.name, ErrMixed, "%s is a number, line %d has a word: set "+
				"Words, or MissingValues if the word means that", quoted(string(cell)), c.first)
		}
		if advice := adviceOn(cell); advice != "" {
			return t.almostError(cell, c.name, advice)
		}
		if c.kind == numbers {
			return atLine(t.start, c.name, ErrMixed, "%s is no number, line %d has one: set "+
				"MissingValues if it means that, or Words", quoted(string(cell)), c.first)
		}
	}
	if err := t.checkWord(cell, c.name); err != nil {
		return err
	}
	if err := c.addWord(cell, t.start); err != nil {
		return &ReadError{Line: t.start, Column: c.name, Err: err}
	}
	return nil
}

// almostError returns the error of a value that is almost a number, with advice. Where there is
// room, it says that the column may also be one of words.
func (t *textReader) almostError(cell []byte, column, advice string) error {
	text := quoted(string(cell)) + " " + advice
	longer := text + "; or name the column in Words"
	if errorLength(t.start, column, longer) <= longestError {
		text = longer
	}
	return atLine(t.start, column, ErrValue, "%s", text)
}

func (t *textReader) missingError(cell []byte, column string, line int) error {
	what := "the value is missing"
	switch {
	case len(cell) > 0:
		what = quoted(string(cell)) + " means a missing value; if not, set MissingValues"
	case t.isEmptyColumn(column):
		return atLine(line, column, ErrMissing, "the column is empty, use LeaveOut")
	case t.row < rowsBelowTitle && t.mayHaveTitle():
		return atLine(line, column, ErrMissing, "%s. A title or empty row first? Use SkipLines, "+
			"else LeaveOutMissing", what)
	}
	return atLine(line, column, ErrMissing, "%s. LeaveOutMissing leaves out such rows", what)
}

// isEmptyColumn reports whether a column has only empty values in the sample.
func (t *textReader) isEmptyColumn(name string) bool {
	i := slices.Index(t.header.names, name)
	first := 0
	if t.header.kind != noNames {
		first = 1
	}
	return !slices.ContainsFunc(t.reading.rows[first:], func(row sampleRow) bool {
		return i >= len(row.cells) || len(row.cells[i]) > 0
	})
}

// errNotUTF8 makes the reading begin anew with another encoding.
var errNotUTF8 = errors.New("the text is not UTF-8")

// checkWord returns an error if a word is not one in the text's encoding.
func (t *textReader) checkWord(word []byte, column string) error {
	isValid := utf8.Valid(word)
	if isValid && len(word) > utf8.RuneCount(word) {
		t.several = true
	}
	switch {
	case bytes.IndexByte(word, 0) >= 0:
		return atLine(t.start, column, ErrFormat, "a NUL byte: the file is not a text, or damaged")
	case !isValid && t.several:
		return &ReadError{Line: t.start, Column: column, Err: errTwoEncodings}
	case !isValid && t.detected:
		return errNotUTF8
	case !isValid, t.encoding != utf8Name && bytes.Contains(word, []byte("\ufffd")):
		return atLine(t.start, column, ErrEncoding, "%s is not %s: set Encoding",
			quoted(string(word)), encodingTitle(t.encoding))
	}
	return nil
}

// finish returns the table after all rows have been read.
func (t *textReader) finish(skipped int) (*table, error) {
	h := t.header
	switch {
	case t.row == 0:
		return nil, atLine(h.line, "", ErrEmpty, "there are names but no rows")
	case t.kept == 0:
		return nil, t.counts.noRowError()
	case h.kind == counts && h.rows != t.row:
		return nil, atLine(h.line, "", ErrRowLength, "the line says %s, there are %s. If it is a "+
			"row, set Header", counted(h.rows, "row"), thousands(t.row))
	}
	for _, c := range t.chosen {
		err := c.check(t.row)
		if err == nil && h.kind == counts && c.role == roleLabel && c.index == len(h.names)-1 {
			err = c.nameClasses(h.classes)
		}
		if err != nil {
			return nil, &ReadError{Column: c.reference(), Err: err}
		}
		t.table.columns = append(t.table.columns, c.finished())
	}
	f := &t.table.format
	f.Kind, f.Encoding = "CSV", encodingTitle(t.encoding)
	f.Separator, f.Decimal = rune(t.reading.separator), rune(t.reading.decimal)
	if len(h.names) == 1 {
		f.Separator = 0
	}
	f.HeaderLine, f.RowNames, f.Counts = h.line, h.kind == allButFirst, h.kind == counts
	f.SkippedLines, f.CommentLines, f.EmptyLines = skipped, t.comments, t.emptyLines
	f.Columns, f.Rows, f.Missing = h.names, t.kept, t.counts.sorted()
	return &t.table, nil
}

// nameClasses replaces 0, 1 and so on by the names of the classes.
func (c *chosenColumn) nameClasses(classes []string) error {
	for i, word := range c.words {
		class, err := strconv.Atoi(word)
		if err != nil || class < 0 || class >= len(classes) {
			return problem(ErrValue, "class %s is none of the %d that the first line names",
				quoted(word), len(classes))
		}
		c.words[i] = classes[class]
	}
	return nil
}

// finished returns the column without the room that it did not need.
func (c *chosenColumn) finished() tableColumn {
	if c.kind == words {
		c.numbers = nil
	} else {
		c.codes = nil
	}
	if spare := cap(c.numbers) - len(c.numbers); spare > len(c.numbers)/16+64 {
		c.numbers = slices.Clone(c.numbers)
	}
	if spare := cap(c.codes) - len(c.codes); spare > len(c.codes)/16+64 {
		c.codes = slices.Clone(c.codes)
	}
	return c.tableColumn
}
