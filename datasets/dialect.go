package datasets

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"unicode/utf8"
)

// dialect is how values are written.
type dialect struct {
	separator byte
	decimal   byte
}

// sampleRow is one of the first rows of a text.
type sampleRow struct {
	line  int
	cells [][]byte
}

// sample is the beginning of a text.
type sample struct {
	text     []byte // Whole lines, unless a line is longer.
	complete bool   // It is the whole text.
	skip     int    // Lines to skip.
	comment  []byte
	missing  *missingTexts
}

const sampleRows = 100

// rows splits the first rows with a separator.
func (s *sample) rows(separator byte) ([]sampleRow, error) {
	size := min(lineBuffer, len(s.text)+1)
	r := newRecords(bytes.NewReader(s.text), size, separator, s.comment, s.missing)
	err := r.skip(s.skip)
	var rows []sampleRow
	for err == nil && len(rows) < sampleRows {
		if err = r.next(); err == nil {
			rows = append(rows, sampleRow{r.start, copied(r.cells)})
		}
	}
	isCut := errors.Is(err, errOpenQuote) && !s.complete && len(rows) > 1
	if err == nil || errors.Is(err, io.EOF) || isCut {
		return rows, nil
	}
	return rows, err
}

// copied copies the values of a row.
func copied(cells [][]byte) [][]byte {
	text := bytes.Join(cells, nil)
	copies := make([][]byte, len(cells))
	for i, cell := range cells {
		copies[i], text = text[:len(cell):len(cell)], text[len(cell):]
	}
	return copies
}

// reading is a way to read a sample.
type reading struct {
	dialect
	rows  []sampleRow
	width int     // Values of a row.
	fits  bool    // All rows have as many values, but for names that R or scikit-learn writes.
	even  bool    // All rows have as many values.
	share float64 // Of the values that are not missing, those that are numbers.
}

// newReading tries a separator and a decimal sign.
func newReading(rows []sampleRow, d dialect, missing *missingTexts) *reading {
	r := &reading{dialect: d, rows: rows}
	body := rows[min(1, len(rows)-1):]
	r.width = len(body[0].cells)
	isOther := func(row sampleRow) bool { return len(row.cells) != r.width }
	r.fits = !slices.ContainsFunc(body, isOther)
	r.even = r.fits && len(rows[0].cells) == r.width
	if !r.even && r.fits {
		r.fits = r.isRowNames() || r.isCounts()
	}
	var numbers, values int
	for _, row := range body {
		for _, cell := range row.cells {
			if _, isNumber := parseNumber(cell, d.decimal); isNumber {
				numbers++
				values++
			} else if !missing.has(cell) {
				values++
			}
		}
	}
	r.share = float64(numbers) / float64(max(values, 1))
	return r
}

// separators are those that are tried, in the order of preference between equals.
const separators = ",;\t| "

// detectDialect returns the way to read a sample under the options.
func detectDialect(s *sample, options *ReadOptions) (*reading, error) {
	candidates := []byte(separators)
	if options.Separator != 0 {
		candidates = []byte{byte(options.Separator)}
	}
	var readings []*reading
	var quotes error
	for _, separator := range candidates {
		rows, err := s.rows(separator)
		if err != nil {
			if quotes == nil || !errors.Is(err, errOpenQuote) && errors.Is(quotes, errOpenQuote) {
				quotes = err
			}
			continue
		}
		if len(rows) == 0 && !s.complete {
			return nil, problem(ErrFormat,
				"there is no row in the first MiB: set SkipLines or Comment")
		}
		if len(rows) == 0 {
			return nil, problem(ErrEmpty, "the file has no rows, it must have at least one")
		}
		isDecimal := separator == ',' && options.Separator == 0 && options.Decimal == ','
		if isDecimal && !haveComma(rows) {
			continue
		}
		for _, decimal := range decimalsOf(rows, options.Decimal) {
			readings = append(readings, newReading(rows, dialect{separator, decimal}, s.missing))
		}
	}
	if len(readings) == 0 {
		return nil, quotes
	}
	chosen, err := choose(readings, options)
	if err != nil {
		return nil, err
	}
	if quotes != nil && !(chosen.fits && chosen.width > 1) && options.Separator == 0 {
		return nil, quotes
	}
	if options.Separator == 0 && chosen.isFixedWidth() {
		return nil, atLine(chosen.rows[0].line, "", ErrAmbiguous, "it looks like columns of fixed "+
			"width, separated by spaces: set Separator to ' '")
	}
	if err := chosen.checkDecimal(options); err != nil {
		return nil, err
	}
	return chosen, nil
}

// isFixedWidth reports whether the rows, read as a single column, have runs of spaces as between
// columns of fixed width.
func (r *reading) isFixedWidth() bool {
	hasNoRun := func(row sampleRow) bool {
		return len(row.cells) > 1 || !bytes.Contains(row.cells[0], []byte("  "))
	}
	return len(r.rows) > 1 && !slices.ContainsFunc(r.rows, hasNoRun)
}

// decimalsOf returns the decimal signs to try: a comma only if it would make a difference.
func decimalsOf(rows []sampleRow, set rune) []byte {
	switch {
	case set != 0:
		return []byte{byte(set)}
	case haveComma(rows):
		return []byte{'.', ','}
	}
	return []byte{'.'}
}

// haveComma reports whether a value has a comma, within quotes if commas separate values.
func haveComma(rows []sampleRow) bool {
	hasComma := func(cell []byte) bool { return bytes.IndexByte(cell, ',') >= 0 }
	return slices.ContainsFunc(rows, func(row sampleRow) bool {
		return slices.ContainsFunc(row.cells, hasComma)
	})
}

// choose returns the reading that makes most values numbers. Two that make equally many are an
// error.
func choose(readings []*reading, options *ReadOptions) (*reading, error) {
	best := bestOf(readings, func(r *reading) bool { return r.fits && r.width > 1 })
	if best == nil {
		best = bestOf(readings, func(r *reading) bool { return !r.fits && r.share > 0.5 })
	}
	if best == nil {
		best = bestOf(readings, func(r *reading) bool { return r.fits })
	}
	if best == nil {
		best = bestOf(readings, func(*reading) bool { return true })
	}
	for _, other := range readings {
		isEqual := other.fits == best.fits && other.even == best.even &&
			other.width > 1 && best.width > 1 &&
			other.share == best.share && other.separator != best.separator
		areBlanks := other.separator == ' ' && best.separator == '\t' && other.width == best.width
		if isEqual && best.fits && !areBlanks {
			return nil, atLine(best.rows[0].line, "", ErrAmbiguous,
				"the values may be separated by %q or by %q: set Separator",
				best.separator, other.separator)
		}
	}
	if options.Separator == 0 && best.separator == ',' {
		return best, checkSingle(best, readings)
	}
	return best, nil
}

// bestOf returns the first reading with the largest share of numbers of those that qualify.
func bestOf(readings []*reading, qualifies func(*reading) bool) *reading {
	var best *reading
	for _, r := range readings {
		if !qualifies(r) {
			continue
		}
		isBetter := best == nil || r.share > best.share ||
			r.share == best.share && r.even && !best.even
		if isBetter {
			best = r
		}
	}
	return best
}

var leadingZero = regexp.MustCompile(`^0\d`)

// checkSingle returns an error if a text that commas separate may as well be one column with
// decimal commas.
func checkSingle(chosen *reading, readings []*reading) error {
	isSingle := func(r *reading) bool {
		return r.decimal == ',' && r.separator != ',' && r.width == 1 && r.even && r.share == 1
	}
	k := slices.IndexFunc(readings, isSingle)
	if k < 0 {
		return nil
	}
	first := readings[k].rows[0].cells[0]
	if _, isNumber := parseNumber(first, ','); !isNumber && bytes.IndexByte(first, ',') >= 0 {
		return nil // Names, separated by commas.
	}
	isZero := func(row sampleRow) bool {
		return len(row.cells) == 2 && leadingZero.Match(row.cells[1])
	}
	if chosen.even && !slices.ContainsFunc(chosen.rows, isZero) {
		return nil
	}
	return atLine(chosen.rows[len(chosen.rows)-1].line, "", ErrAmbiguous,
		"commas may separate values or be decimal commas: set Separator or Decimal to ','")
}

// checkDecimal returns an error if the decimal signs may as well separate thousands.
func (r *reading) checkDecimal(options *ReadOptions) error {
	pattern := thousandsWithPoints
	if r.decimal == ',' {
		pattern = thousandsWithCommas
	}
	if options.Decimal != 0 || r.decimal == '.' && r.separator != ';' {
		return nil
	}
	var doubtful []byte
	var line int
	for _, row := range r.rows {
		for _, cell := range row.cells {
			if bytes.IndexByte(cell, r.decimal) < 0 {
				continue
			}
			if _, isNumber := parseNumber(cell, r.decimal); !isNumber {
				continue
			}
			if !pattern.Match(cell) {
				return nil
			}
			if doubtful == nil {
				doubtful, line = cell, row.line
			}
		}
	}
	if doubtful == nil {
		return nil
	}
	number, _ := parseNumber(doubtful, r.decimal)
	whole := bytes.ReplaceAll(doubtful, []byte{r.decimal}, nil)
	return atLine(line, "", ErrAmbiguous, "%s is %s or %s: set Decimal to %q, or remove the "+
		"thousands separators", quoted(string(doubtful)), formatNumber(number),
		bytes.TrimPrefix(whole, []byte("+")), r.decimal)
}

// excelSeparator returns the separator that a first line "sep=;" names, as Excel writes it.
func excelSeparator(text []byte) (byte, bool) {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	rest, found := bytes.CutPrefix(bytes.ToLower(line), []byte("sep="))
	if !found || len(rest) != 1 || !isSeparator(rune(rest[0])) || !utf8.Valid(rest) {
		return 0, false
	}
	return rest[0], true
}
