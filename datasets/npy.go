package datasets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/sbinet/npyio/npy"
)

// array is a NumPy array of one or two dimensions whose header has been read.
type array struct {
	reader        *npy.Reader
	source        io.Reader
	data          io.Reader // The same as source, but reads fill their buffer.
	dtype         string    // Such as "<f8".
	size          int       // Bytes of a value.
	rows, columns int
	dims          int
	fortran       bool // Column after column.
	header        int64
}

const (
	longestHeader  = 64 << 10
	mostColumns    = 1 << 17
	mostRows       = 1 << 40
	longestString  = 1 << 12
	valuesAPiece   = 4096
	npyPrefixBytes = 8 // Magic and version.
)

// npyHeader is the header that NumPy writes. The library npyio trusts headers, so they are checked
// before it sees them.
var npyHeader = regexp.MustCompile(
	`^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': (\([0-9, ]*\)), \} *\n$`)

// openArray reads the header of an array.
func openArray(source io.Reader) (*array, error) {
	head, err := readHeader(source)
	if err != nil {
		return nil, err
	}
	text := head[npyPrefixBytes+2:]
	if head[6] == 2 {
		text = head[npyPrefixBytes+4:]
	}
	parts := npyHeader.FindSubmatch(text)
	switch {
	case bytes.HasPrefix(text, []byte("{'descr': [")):
		return nil, problem(ErrFormat, "a structured array: save one of its fields, or a stack of "+
			"them")
	case parts == nil:
		return nil, problem(ErrFormat, "the array's header can't be read: save it anew by "+
			"numpy.save")
	}
	a := &array{
		dtype: string(parts[1]), fortran: string(parts[2]) == "True", header: int64(len(head)),
	}
	if a.size, err = sizeOf(a.dtype); err != nil {
		return nil, err
	}
	if err := a.setShape(string(parts[3])); err != nil {
		return nil, err
	}
	a.source, a.data = source, fullReads{source}
	a.reader, err = npy.NewReader(io.MultiReader(bytes.NewReader(head), a.data))
	if err != nil {
		return nil, problem(ErrFormat, "the array's header can't be read: %v", err)
	}
	return a, nil
}

// readHeader returns the bytes before the data of an array.
func readHeader(source io.Reader) ([]byte, error) {
	head := make([]byte, npyPrefixBytes+2)
	if _, err := io.ReadFull(source, head); err != nil {
		return nil, cutOff(err)
	}
	if !bytes.HasPrefix(head, []byte(magicNPY)) {
		return nil, problem(ErrFormat, "not a NumPy array")
	}
	length := int(binary.LittleEndian.Uint16(head[npyPrefixBytes:]))
	switch head[6] {
	case 1:
	case 2:
		head = append(head, 0, 0)
		if _, err := io.ReadFull(source, head[npyPrefixBytes+2:]); err != nil {
			return nil, cutOff(err)
		}
		length = int(binary.LittleEndian.Uint32(head[npyPrefixBytes:]))
	default:
		return nil, problem(ErrFormat, "version %d of NPY, it must be 1 or 2: save an array "+
			"without fields", head[6])
	}
	if length > longestHeader {
		return nil, problem(ErrFormat, "the array's header has %d bytes: the file is damaged",
			length)
	}
	begin := len(head)
	head = append(head, make([]byte, length)...)
	if _, err := io.ReadFull(source, head[begin:]); err != nil {
		return nil, cutOff(err)
	}
	return head, nil
}

// cutOff returns the error of a file that ends too early.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return problem(ErrFormat, "the file is cut off within the array")
	}
	return err
}

// fullReads fills the buffer at each read, which npyio needs, or returns an error other than
// io.EOF, which npyio ignores.
type fullReads struct{ source io.Reader }

func (f fullReads) Read(buffer []byte) (int, error) {
	n, err := io.ReadFull(f.source, buffer)
	return n, cutOff(err)
}

var stringType = regexp.MustCompile(`^(\|S|[<>]U)([1-9]\d{0,4})$`)

// sizeOf returns the bytes of a value of a type.
func sizeOf(dtype string) (int, error) {
	if parts := stringType.FindStringSubmatch(dtype); parts != nil {
		size, _ := strconv.Atoi(parts[2])
		if parts[1] != "|S" {
			size *= 4
		}
		if size <= 4*longestString {
			return size, nil
		}
	}
	if len(dtype) == 3 && strings.Contains("<>|", dtype[:1]) {
		switch dtype[1:] {
		case "b1", "i1", "u1":
			return 1, nil
		case "i2", "u2":
			return 2, nil
		case "i4", "u4", "f4":
			return 4, nil
		case "i8", "u8", "f8":
			return 8, nil
		case "f2":
			return 0, problem(ErrFormat, "an array of float16: save array.astype('float32')")
		case "c8":
			return 0, errComplex
		}
	}
	switch {
	case strings.HasSuffix(dtype, "O"):
		return 0, problem(ErrFormat, "an array of objects: save array.astype(float) or "+
			".astype(str)")
	case strings.HasSuffix(dtype, "c16"), strings.HasSuffix(dtype, "c32"):
		return 0, errComplex
	case strings.Contains(dtype, "M8"), strings.Contains(dtype, "m8"):
		return 0, problem(ErrFormat, "an array of times: save array.astype('int64')")
	}
	return 0, problem(ErrFormat, "an array of type %s: save array.astype(float)", quoted(dtype))
}

var errComplex = problem(ErrFormat,
	"an array of complex numbers: save numpy.stack([a.real, a.imag], -1)")

// isString reports whether the values are texts.
func (a *array) isString() bool { return strings.ContainsAny(a.dtype, "SU") }

// setShape reads a shape such as (100, 2).
func (a *array) setShape(text string) error {
	var shape []int
	total := 1
	for _, digits := range strings.Split(strings.Trim(text, "()"), ",") {
		digits = strings.TrimSpace(digits)
		if digits == "" {
			continue
		}
		size, err := strconv.Atoi(digits)
		if err != nil || size > mostRows || size > 0 && total > mostRows/size {
			return problem(ErrFormat, "an array of shape %s, which no file holds", quoted(text))
		}
		total *= size
		shape = append(shape, size)
	}
	a.dims = len(shape)
	switch {
	case total == 0:
		return problem(ErrEmpty, "an array of shape %s has no values", quoted(text))
	case a.dims == 0:
		return problem(ErrFormat, "a single number: save an array of shape (rows, columns)")
	case a.dims > 2:
		return problem(ErrFormat, "an array of shape %s: save array.reshape(%d, -1)",
			quoted(text), shape[0])
	}
	a.rows, a.columns = shape[0], 1
	if a.dims == 2 {
		a.columns = shape[1]
	}
	if a.columns > mostColumns {
		return problem(ErrFormat, "an array of %s columns: are they the rows? Save array.T",
			thousands(a.columns))
	}
	return nil
}

// checkSize returns an error if a file of a size can't be the array.
func (a *array) checkSize(size int64) error {
	want := a.header + int64(a.rows)*int64(a.columns)*int64(a.size)
	switch {
	case size < want:
		return cutOff(io.EOF)
	case size > want:
		return errGoesOn
	}
	return nil
}

var errGoesOn = problem(ErrFormat, "the file goes on after its array: save one array per file")

// checkEnd returns an error if data follow the array, or if the sum of its bytes is wrong.
func (a *array) checkEnd() error {
	var next [1]byte
	switch n, err := io.ReadFull(a.source, next[:]); {
	case n > 0:
		return errGoesOn
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// read reads the next numbers.
func (a *array) read(piece []float64) error {
	switch a.dtype[1:] {
	case "f8":
		return a.reader.Read(&piece)
	case "f4":
		return readAs[float32](a, piece)
	case "i1":
		return readAs[int8](a, piece)
	case "i2":
		return readAs[int16](a, piece)
	case "i4":
		return readAs[int32](a, piece)
	case "i8":
		return readAs[int64](a, piece)
	case "u1":
		return readAs[uint8](a, piece)
	case "u2":
		return readAs[uint16](a, piece)
	case "u4":
		return readAs[uint32](a, piece)
	case "u8":
		return readAs[uint64](a, piece)
	case "b1":
		truths := make([]bool, len(piece))
		err := a.reader.Read(&truths)
		for i, truth := range truths {
			if piece[i] = 0; truth {
				piece[i] = 1
			}
		}
		return err
	}
	return problem(ErrFormat, "an array of texts: its numbers must be numbers, save .astype(float)")
}

// readAs reads numbers of a type.
func readAs[T float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](
	a *array, piece []float64,
) error {
	values := make([]T, len(piece))
	if err := a.reader.Read(&values); err != nil {
		return err
	}
	const exact = 1 << 53
	for i, value := range values {
		piece[i] = float64(value)
		if a.size == 8 && (piece[i] >= exact || piece[i] <= -exact) {
			return problem(ErrValue, "%v is beyond the whole numbers of float64", value)
		}
	}
	return nil
}

// readInto reads the chosen columns, or only their first values if there is an error.
func (a *array) readInto(chosen []*chosenColumn, reserve bool, p *progress) error {
	if reserve {
		for _, c := range chosen {
			c.numbers = make([]float64, 0, a.rows)
		}
	}
	if a.fortran && a.columns > 1 {
		return a.readColumns(chosen, p)
	}
	rows := max(1, valuesAPiece/a.columns)
	piece := make([]float64, rows*a.columns)
	for row := 0; row < a.rows; row += rows {
		piece = piece[:min(rows, a.rows-row)*a.columns]
		if err := a.read(piece); err != nil {
			return err
		}
		for _, c := range chosen {
			for i := c.index; i < len(piece); i += a.columns {
				c.numbers = append(c.numbers, piece[i])
			}
		}
		p.show(row)
	}
	return a.checkEnd()
}

// readColumns reads an array whose columns follow each other.
func (a *array) readColumns(chosen []*chosenColumn, p *progress) error {
	byIndex := make(map[int]*chosenColumn)
	for _, c := range chosen {
		byIndex[c.index] = c
	}
	piece := make([]float64, min(valuesAPiece, a.rows))
	for i := range a.columns {
		for row := 0; row < a.rows; row += len(piece) {
			part := piece[:min(len(piece), a.rows-row)]
			if err := a.read(part); err != nil {
				return err
			}
			if c := byIndex[i]; c != nil {
				c.numbers = append(c.numbers, part...)
			}
			p.show((i*a.rows + row) / a.columns)
		}
	}
	return a.checkEnd()
}

// texts reads the values of a column as texts. NaN becomes an empty text.
func (a *array) texts() ([]string, error) {
	texts := make([]string, 0, min(a.rows, valuesAPiece))
	if !a.isString() {
		c := &chosenColumn{}
		if err := a.readInto([]*chosenColumn{c}, false, &progress{}); err != nil {
			return nil, err
		}
		for _, number := range c.numbers {
			texts = append(texts, numberText(number))
		}
		return texts, nil
	}
	value := make([]byte, a.size)
	for range a.rows {
		if _, err := a.data.Read(value); err != nil {
			return nil, err
		}
		texts = append(texts, a.decode(value))
	}
	return texts, a.checkEnd()
}

// numberText returns a number in the fewest digits, and an empty text for NaN.
func numberText(number float64) string {
	if math.IsNaN(number) {
		return ""
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// decode returns the text of a value that NumPy fills up with NUL.
func (a *array) decode(value []byte) string {
	if a.dtype[0] == '|' {
		return strings.ToValidUTF8(string(bytes.TrimRight(value, "\x00")), "\ufffd")
	}
	var order binary.ByteOrder = binary.LittleEndian
	if a.dtype[0] == '>' {
		order = binary.BigEndian
	}
	var text strings.Builder
	for ; len(value) > 0; value = value[4:] {
		text.WriteRune(rune(order.Uint32(value)))
	}
	return strings.TrimRight(text.String(), "\x00")
}

// readNPY reads a table from a single array in a file of a size, or 0 if that is unknown.
func readNPY(source io.Reader, size int64, options *ReadOptions, p *progress) (*table, error) {
	if options.Array != "" {
		return nil, problem(ErrOptions, "Array is %s, but the file is a single array",
			quoted(options.Array))
	}
	a, err := openArray(source)
	if err != nil {
		return nil, err
	}
	if size > 0 {
		if err := a.checkSize(size); err != nil {
			return nil, err
		}
	}
	read, err := a.table(options.Label, nil, options, size > 0, p)
	if err != nil {
		return nil, err
	}
	read.format.Kind = "NPY"
	return read, nil
}

// table reads the array as a table. The label is one of its columns, unless labels [rows] are
// given.
func (a *array) table(
	label string, labels []string, options *ReadOptions, reserve bool, p *progress,
) (*table, error) {
	if a.isString() {
		return nil, problem(ErrFormat, "an array of texts: save the numbers as array.astype(float)")
	}
	if labels != nil && len(labels) != a.rows {
		return nil, problem(ErrRowLength, "the points have %s, the label has %s",
			counted(a.rows, "row"), thousands(len(labels)))
	}
	column := label
	if labels != nil {
		column = ""
	}
	names := numberedNames(a.columns)
	chosen, err := chooseColumns(names, 0, nil, column, options)
	if err != nil {
		return nil, err
	}
	err = a.readInto(chosen, reserve, p)
	p.finish(a.rows)
	if err != nil {
		return nil, err
	}
	b := &arrayTable{chosen: chosen, options: options, labels: labels}
	b.missing = newMissingTexts(options.MissingValues)
	if labels != nil {
		b.label = &chosenColumn{
			tableColumn: tableColumn{name: label, role: roleLabel}, asWords: true, named: true,
		}
	}
	if err := b.fill(a.rows); err != nil {
		return nil, err
	}
	b.table.format.DType, b.table.format.Columns = a.dtype, names
	return &b.table, nil
}

// arrayTable makes a table from the raw columns of an array.
type arrayTable struct {
	chosen  []*chosenColumn
	label   *chosenColumn // From an array of its own, or nil.
	labels  []string
	missing missingTexts
	options *ReadOptions
	table   table
}

// fill checks the values of all rows, and keeps those without missing values.
func (b *arrayTable) fill(rows int) error {
	left := make(map[int]bool)
	counts := make(missingCounts)
	for row := range rows {
		isMissing, err := b.check(row, counts)
		if err != nil {
			return err
		}
		if isMissing {
			left[row] = true
			b.table.format.LeftOut = append(b.table.format.LeftOut, row+1)
		}
	}
	if len(left) == rows {
		return counts.noRowError()
	}
	b.table.format.Missing = counts.sorted()
	b.table.format.Rows = rows - len(left)
	for _, c := range b.chosen {
		raw := c.numbers
		c.numbers = raw[:0]
		for row, number := range raw {
			if left[row] {
				continue
			}
			if !c.asWords {
				c.addNumber(number, row, row+1)
			} else if err := c.addWord([]byte(numberText(number)), row+1); err != nil {
				return &ReadError{Row: row + 1, Column: c.name, Err: err}
			}
		}
	}
	columns := b.chosen
	if b.label != nil {
		for row, text := range b.labels {
			if left[row] {
				continue
			}
			if err := b.label.addWord([]byte(text), row+1); err != nil {
				return &ReadError{Row: row + 1, Column: b.label.name, Err: err}
			}
		}
		columns = append(columns, b.label)
	}
	for _, c := range columns {
		if err := c.check(rows); err != nil {
			return &ReadError{Column: c.name, Err: err}
		}
		b.table.columns = append(b.table.columns, c.finished())
	}
	return nil
}

// check reports whether a row is left out for a missing value. A missing value of a row that can't
// be left out is an error, as is one that is not finite. Missing values are counted.
func (b *arrayTable) check(row int, counts missingCounts) (bool, error) {
	column, text := "", ""
	isMissing := false
	for _, c := range b.chosen {
		number := c.numbers[row]
		switch {
		case math.IsInf(number, 0):
			return false, &ReadError{Row: row + 1, Column: c.name, Err: problem(ErrValue,
				"%v is not finite", number)}
		case math.IsNaN(number), b.missing.numbers[number]:
			isMissing, column, text = true, c.name, formatNumber(number)
			counts.add(column, []byte(text))
		}
	}
	if b.label != nil && b.missing.has(bytes.TrimSpace([]byte(b.labels[row]))) {
		isMissing, column, text = true, b.label.name, b.labels[row]
		counts.add(column, bytes.TrimSpace([]byte(text)))
	}
	if !isMissing || b.options.LeaveOutMissing {
		return isMissing, nil
	}
	return false, &ReadError{Row: row + 1, Column: column, Err: problem(ErrMissing,
		"%s means a missing value. LeaveOutMissing leaves out such rows", quoted(text))}
}
