package datasets

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// readSeeds are texts of all kinds.
var readSeeds = []string{
	"x,y\n1,2\n-3.5,4e-1\n", "7,2\n3,\n", "\ufeff7,2\n\"3\",\t4", "1,NaN\n", "7,2\n\n3,4,5", "\"",
	"1;2", "0x1p-2,1_000", "sep=;\r\nx;y\r\n1,5;2\r\n", "# x y\n1.5e+00 2e+00\n",
	"\"a b\";\"c\"\n7.4;0.7\n",
	"x\r1\r2\r", "\xff\xfex\x00\n\x001\x00", "gr\xf6\xdfe;x\n1,5;2\n",
	"3,1,a,b\n5.1,0\n4.9,1\n2,1\n",
	"\"x\" \"y\"\n\"a\" 0.5 2\n\"b\" 0.7 3\n", ",x,y\n7,.5,-.2\n", "a|b\n1|2\n",
	"x,l\n1,\" a\nb\"\n2,\"c\"\"d\"\n",
	"id,2019,2020\n7,1,2\n9,3,4\n", "1,500;2,500", "x\ty\n1,5\t2\n", "5.1,setosa\n4.9,setosa\n",
	"\xad\xad\xad\xad\xad\xad\xad0\"0", "#\n{\n0", "PAR1,BZh\n1,2\n", "A,BZh\n0,\x96",
	"#N/A,5\n1,2\n",
	"x\n1\n\n2\n", "<a>", "[1,2]", "7.4;0.7\n\n#a\n3;4\n",
}

// fuzzOptions are options to read each text with.
var fuzzOptions = []ReadOptions{
	{}, {Label: "#1"}, {Label: "#2", Header: WithoutHeader},
	{Header: WithHeader, LeaveOutMissing: true},
	{Columns: []string{"#1"}, Conditions: []string{"#2"}, Words: []string{"#1"}},
	{LeaveOut: []string{"#1"}, Comment: NoComments, MissingValues: []string{"0"}, SkipLines: 1},
	{Separator: ' ', Decimal: ','}, {Encoding: "shift_jis", Separator: ';'},
}

// FuzzRead wants a table or an error, whatever the file contains. The table, written as plain CSV
// and read with everything set, must be the same to the bit.
func FuzzRead(f *testing.F) {
	for _, seed := range readSeeds {
		for options := range fuzzOptions {
			f.Add([]byte(seed), byte(options))
		}
	}
	dir := f.TempDir()
	path, pathAgain := filepath.Join(dir, "points.csv"), filepath.Join(dir, "again.csv")
	f.Fuzz(func(t *testing.T, text []byte, options byte) {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		read, err := readTable(path, fuzzOptions[int(options)%len(fuzzOptions)])
		if err != nil {
			checkMessage(t, err)
			return
		}
		writeTable(t, pathAgain, read)
		again, err := readTable(pathAgain, plainOptions(read))
		if err != nil {
			t.Fatalf("%s, read as %s (%s), written and read again: %v",
				text, columnsText(read), read.format, err)
		}
		for i, c := range read.columns {
			if !isSame(c, again.columns[i]) {
				t.Fatalf("column %+v, written and read again %+v", c, again.columns[i])
			}
		}
		lines := strings.Count(string(text), "\n") + strings.Count(string(text), "\r") + 1
		if last := read.lines.of(read.format.Rows - 1); last < read.format.Rows || last > lines {
			t.Fatalf("the last of %d rows is on line %d of %d", read.format.Rows, last, lines)
		}
	})
}

// checkMessage wants a ReadError with a path, and a short message.
func checkMessage(t *testing.T, err error) {
	t.Helper()
	var readError *ReadError
	if !errors.As(err, &readError) || readError.Path == "" || len([]rune(err.Error())) >= 200 {
		t.Fatalf("error %v of type %T, want a ReadError with a path in 200 characters", err, err)
	}
}

// writeTable writes a table as plain CSV.
func writeTable(t *testing.T, path string, read *table) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := csv.NewWriter(file)
	var row []string
	for _, c := range read.columns {
		row = append(row, c.name)
	}
	w.Write(row)
	for i := range read.format.Rows {
		for j, c := range read.columns {
			if c.numbers != nil {
				row[j] = strconv.FormatFloat(c.numbers[i], 'g', -1, 64)
			} else {
				row[j] = c.words[c.codes[i]]
			}
		}
		w.Write(row)
	}
	if w.Flush(); w.Error() != nil {
		t.Fatal(w.Error())
	}
}

// plainOptions set everything for a table written by writeTable.
func plainOptions(read *table) ReadOptions {
	options := ReadOptions{
		Encoding: "utf-8", Separator: ',', Decimal: '.', Header: WithHeader, Comment: NoComments,
		MissingValues: []string{},
	}
	for i, c := range read.columns {
		number := "#" + strconv.Itoa(i+1)
		switch c.role {
		case rolePoint:
			options.Columns = append(options.Columns, number)
		case roleLabel:
			options.Label = number
		case roleCondition:
			options.Conditions = append(options.Conditions, number)
		}
		if c.words != nil && c.role != roleLabel {
			options.Words = append(options.Words, number)
		}
	}
	return options
}

// isSame reports whether columns are the same to the bit.
func isSame(a, b tableColumn) bool {
	sameBits := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }
	return a.name == b.name && a.role == b.role &&
		slices.EqualFunc(a.numbers, b.numbers, sameBits) &&
		slices.Equal(a.codes, b.codes) && slices.Equal(a.words, b.words)
}
