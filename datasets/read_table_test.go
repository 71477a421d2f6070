package datasets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// accepted is a text that must be read, and as what.
type accepted struct {
	name, text string
	options    ReadOptions
	columns    string // As by columnsText.
	format     string // As by Format.String, without "CSV, " at the beginning.
}

// refused is a text that must be refused, and why.
type refused struct {
	name, text string
	options    ReadOptions
	kind       error
	line       int
	column     string
	words      string // What the message contains.
}

// columnsText returns columns as "x: 1 2; l (label): a b".
func columnsText(read *table) string {
	titles := map[role]string{roleLabel: " (label)", roleCondition: " (condition)"}
	var columns []string
	for _, c := range read.columns {
		var text strings.Builder
		text.WriteString(c.name)
		text.WriteString(titles[c.role])
		text.WriteString(":")
		for _, number := range c.numbers {
			fmt.Fprintf(&text, " %v", number)
		}
		for _, code := range c.codes {
			text.WriteString(" " + c.words[code])
		}
		columns = append(columns, text.String())
	}
	return strings.Join(columns, "; ")
}

// writeFile writes a file into a folder of the test.
func writeFile(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func checkAccepted(t *testing.T, tests []accepted) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			read, err := readTable(writeFile(t, "points.csv", test.text), test.options)
			if err != nil {
				t.Fatal(err)
			}
			if got := columnsText(read); got != test.columns {
				t.Errorf("columns %s, want %s", got, test.columns)
			}
			if got := read.format.String(); got != "CSV, "+test.format {
				t.Errorf("format %q, want %q", got, "CSV, "+test.format)
			}
		})
	}
}

func checkRefused(t *testing.T, tests []refused) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			read, err := readTable(writeFile(t, "points.csv", test.text), test.options)
			if err == nil {
				t.Fatalf("read as %s (%s), want an error", columnsText(read), read.format)
			}
			t.Log(err)
			var readError *ReadError
			if !errors.As(err, &readError) || !errors.Is(err, test.kind) {
				t.Fatalf("error %v, want a ReadError of kind %v", err, test.kind)
			}
			if readError.Line != test.line || readError.Column != test.column {
				t.Errorf("line %d, column %q, want %d and %q: %v",
					readError.Line, readError.Column, test.line, test.column, err)
			}
			message := err.Error()
			if !strings.Contains(message, test.words) || len([]rune(message)) >= 200 {
				t.Errorf("message %q, want %q in less than 200 characters", message, test.words)
			}
		})
	}
}

func TestReadSeparators(t *testing.T) {
	const xy = "x1: 7.4 3; x2: 0.7 -4.5"
	const names = "a b: 7.4 3; c: 0.7 -4.5"
	checkAccepted(t, []accepted{
		{name: "commas", text: "7.4,0.7\n3,-4.5\n", columns: xy,
			format: `separated by ",", UTF-8, no names`},
		{name: "semicolons", text: "7.4;0.7\n3;-4.5", columns: xy,
			format: `separated by ";", UTF-8, no names`},
		{name: "quoted names", text: "\"a b\";\"c\"\n7.4;0.7\n3;-4.5\n", columns: names,
			format: `separated by ";", UTF-8, names on line 1`},
		{name: "tabs", text: "a b\tc\n7.4\t0.7\n3\t-4.5\n", columns: names,
			format: "separated by tabs, UTF-8, names on line 1"},
		{name: "bars", text: "a b|c\n7.4|0.7\n3|-4.5\n", columns: names,
			format: `separated by "|", UTF-8, names on line 1`},
		{name: "runs of spaces", text: "  7.4   0.7  \n\t3 \t -4.5\n", columns: xy,
			format: "separated by spaces, UTF-8, no names"},
		{name: "quotes between spaces", text: "\"a b\" c \n7.4 0.7\n3 -4.5 \n", columns: names,
			format: "separated by spaces, UTF-8, names on line 1"},
		{name: "numpy.savetxt", text: "# x y\n# more\n7.400000000000000000e+00 7e-01\n3 -4.5e+00\n",
			columns: xy, format: "separated by spaces, UTF-8, no names, 2 comment lines"},
		{name: "savetxt with tabs", text: "# x\n# y\n7.4e+00\t7e-01\n3e+00\t-4.5e+00\n",
			columns: xy,
			format:  "separated by tabs, UTF-8, no names, 2 comment lines"},
		{name: "commas and spaces", text: "a b , c\n7.4, 0.7\n 3,\t-4.5\n", columns: names,
			format: `separated by ",", UTF-8, names on line 1`},
		{name: "a space behind each comma", text: "a b, c\n7, 5\n3, 4\n",
			columns: "a b: 7 3; c: 5 4",
			format:  `separated by ",", UTF-8, names on line 1`},
		{name: "whole numbers and spaces", text: "x, y, z\n7, 8, 9\n", columns: "x: 7; y: 8; z: 9",
			format: `separated by ",", UTF-8, names on line 1`},
		{name: "decimal commas", text: "a b;c\n7,4;0,7\n3;-4,5\n", columns: names,
			format: `separated by ";", decimal comma, UTF-8, names on line 1`},
		{name: "decimal commas, no names", text: "1,5;2,5", columns: "x1: 1.5; x2: 2.5",
			format: `separated by ";", decimal comma, UTF-8, no names`},
		{name: "decimal commas and tabs", text: "7,4\t0,7\n3\t-4,5\n", columns: xy,
			format: "separated by tabs, decimal comma, UTF-8, no names"},
		{name: "decimal commas and spaces", text: "7,4 0,7\n3 -4,5\n", columns: xy,
			format: "separated by spaces, decimal comma, UTF-8, no names"},
		{name: "decimal comma is set", text: "1,500;2,500", options: ReadOptions{Decimal: ','},
			columns: "x1: 1.5; x2: 2.5",
			format:  `separated by ";", decimal comma, UTF-8, no names`},
		{name: "Excel's separator", text: "sep=;\r\na b;c\r\n7,4;0,7\r\n3;-4,5\r\n", columns: names,
			format: `separated by ";", decimal comma, UTF-8, names on line 2, 1 skipped line`},
		{name: "one column", text: "x\n7.4\n3\n", columns: "x: 7.4 3",
			format: "one column, UTF-8, names on line 1"},
		{name: "one column of decimal commas", text: "7,4\n3\n", options: ReadOptions{Decimal: ','},
			columns: "x1: 7.4 3", format: "one column, decimal comma, UTF-8, no names"},
		{name: "another separator", text: "7.4:0.7\n3:-4.5\n", options: ReadOptions{Separator: ':'},
			columns: xy, format: `separated by ":", UTF-8, no names`},
		{name: "decimal commas within quotes", text: "a b,c\n\"7,4\",\"0,7\"\n3,\"-4,5\"\n",
			columns: names, format: `separated by ",", decimal comma, UTF-8, names on line 1`},
		{name: "decimal commas within quotes, set", text: "\"7,4\",\"0,7\"\n\"3,0\",\"-4,5\"\n",
			options: ReadOptions{Decimal: ','}, columns: xy,
			format: `separated by ",", decimal comma, UTF-8, no names`},
		{name: "Windows", text: "a b,c\r\n7.4,0.7\r\n3,-4.5\r\n", columns: names,
			format: `separated by ",", UTF-8, names on line 1`},
		{name: "old Mac", text: "a b,c\r7.4,0.7\r3,-4.5\r", columns: names,
			format: `separated by ",", UTF-8, names on line 1`},
		{name: "quoted numbers", text: "\"7.4\",\"0.7\"\n\" 3\",\"-4.5\"\n", columns: xy,
			format: `separated by ",", UTF-8, no names`},
		{name: "a name of two lines", text: "\"a\nb\",\"say \"\"c\"\"\"\n7.4,0.7\n3,-4.5\n",
			columns: "a\nb: 7.4 3; say \"c\": 0.7 -4.5",
			format:  `separated by ",", UTF-8, names on line 1`},
		{name: "empty lines", text: "\n7.4,0.7\n\n  \n3,-4.5\n\n", columns: xy,
			format: `separated by ",", UTF-8, no names, 4 empty lines`},
		{name: "another comment", text: "% a, b, c\n7.4,0.7\n% 3,4\n3,-4.5\n",
			options: ReadOptions{Comment: "%"}, columns: xy,
			format: `separated by ",", UTF-8, no names, 2 comment lines`},
		{name: "no comments", text: "#x,y\n7.4,0.7\n3,-4.5\n",
			options: ReadOptions{Comment: NoComments},
			columns: "#x: 7.4 3; y: 0.7 -4.5", format: `separated by ",", UTF-8, names on line 1`},
		{name: "a title", text: "My measurements\n\n7.4,0.7\n3,-4.5\n",
			options: ReadOptions{SkipLines: 1},
			columns: xy, format: `separated by ",", UTF-8, no names, 1 skipped line, 1 empty line`},
		{name: "a tiny number", text: "7.4,0.7\n3,-4.5\n1e-400,0\n",
			columns: "x1: 7.4 3 0; x2: 0.7 -4.5 0",
			format:  `separated by ",", UTF-8, no names`},
	})
	checkRefused(t, []refused{
		{name: "thousands or decimals", text: "1,500;2,500\n", kind: ErrAmbiguous, line: 1,
			words: `"1,500" is 1.5 or 1500: set Decimal to ',', or remove the thousands`},
		{name: "German thousands", text: "a;b\n1.500;2.500\n", kind: ErrAmbiguous, line: 2,
			words: `"1.500" is 1.5 or 1500: set Decimal to '.'`},
		{name: "thousands between tabs", text: "1,500\t2,500\n10,000\t3\n", kind: ErrAmbiguous,
			line:  1,
			words: "Decimal"},
		{name: "one column or two", text: "x\n1,5\n2,75\n", kind: ErrAmbiguous, line: 3,
			words: "set Separator or Decimal"},
		{name: "one column, some whole", text: "1,5\n2\n3,25\n", kind: ErrAmbiguous, line: 3,
			words: "set Separator or Decimal"},
		{name: "a leading zero", text: "1,05\n2,75\n", kind: ErrAmbiguous, line: 2,
			words: "Decimal"},
		{name: "two separators", text: "a b,c d\ne f,g h\n", kind: ErrAmbiguous, line: 1,
			words: "set Separator"},
		{name: "no separator between some", text: "1,2\n3;4\n", kind: ErrRowLength, line: 2},
		{name: "an open quote", text: "1,2\n\"3,4\n", kind: ErrQuote, line: 2,
			words: "never closed"},
		{name: "a bare quote", text: "x,y\n5'10\",3\n4,5\n", kind: ErrQuote, line: 2,
			words: "double those within"},
		{name: "text after a quote", text: "x,y\n\"a\"b,3\n", kind: ErrQuote, line: 2,
			words: "follows the closing quote"},
		{name: "mixed line ends", text: "x,y\n1,2\r3,4\n", kind: ErrFormat, line: 2,
			words: "carriage return"},
		{name: "a title", text: "My measurements\na,b\n1,2\n3,4\n", kind: ErrRowLength, line: 1,
			words: "SkipLines"},
		{name: "a title in a spreadsheet", text: "Tips 2021;;\n;;\na;b;c\n1;2;3\n4;5;6\n",
			options: ReadOptions{Header: WithHeader}, kind: ErrMissing, line: 2,
			column: "Tips 2021",
			words:  "A title or empty row first? Use SkipLines, else LeaveOutMissing"},
		{name: "an empty row above names", text: ";;\na;b;c\n1;2;3\n4;5;6\n",
			kind: ErrMissing, line: 1, column: "x1", words: "Use SkipLines"},
		{name: "a title and its date", text: "Tips, 2021\n1,2,3\n4,5,6\n7,8\n", kind: ErrRowLength,
			line: 2, words: "3 values, the names are 2. If the first line is a title, skip"},
		{name: "too many values far below", text: "x,y\n1,2\n3,4\n5,6\n7,8,9\n",
			kind: ErrRowLength, line: 5, words: "3 values, the names are 2"},
		{name: "columns of fixed width", text: "  id  heduc        div\n   9  12-15 years   No\n" +
			"  11  < 12 years    No\n  13  16+           No\n", kind: ErrAmbiguous, line: 1,
			words: "columns of fixed width, separated by spaces: set Separator to ' '"},
		{name: "too many values", text: "1,2\n3,4,5\n", kind: ErrRowLength, line: 2,
			words: "3 values, the first row has 2"},
		{name: "too few values", text: "x,y\n3,4\n\n5\n", kind: ErrRowLength, line: 4,
			words: "1 value, the names are 2"},
		{name: "too few values, spaces", text: "1 2 3\n4 5\n6 7 8\n", kind: ErrRowLength, line: 2,
			words: "2 values"},
		{name: "an impossible separator", text: "1", options: ReadOptions{Separator: '.'},
			kind: ErrOptions, words: "Separator"},
		{name: "an impossible decimal sign", text: "1", options: ReadOptions{Decimal: ';'},
			kind: ErrOptions, words: "Decimal"},
		{name: "thousands within quotes", text: "\"1,500\",\"2,500\"\n", kind: ErrAmbiguous,
			line:  1,
			words: "Decimal"},
		{name: "nothing", text: "", kind: ErrEmpty},
		{name: "only comments", text: "# a\n\n#b\n", kind: ErrEmpty},
		{name: "only skipped lines", text: "a\nb\n", options: ReadOptions{SkipLines: 5},
			kind: ErrEmpty},
	})
}

func TestReadEncodings(t *testing.T) {
	utf16 := func(text string, bigEndian bool) string {
		var encoded []byte
		for _, r := range text {
			low, high := byte(r), byte(r>>8)
			if bigEndian {
				low, high = high, low
			}
			encoded = append(encoded, low, high)
		}
		return string(encoded)
	}
	const text = "größe;x\r\n1,5;2\r\n3;4\r\n"
	const columns = "größe: 1.5 3; x: 2 4"
	const format = `separated by ";", decimal comma, %s, names on line 1`
	in := func(encoding string) string { return fmt.Sprintf(format, encoding) }
	label := ReadOptions{Label: "2"}
	checkAccepted(t, []accepted{
		{name: "UTF-8", text: text, columns: columns, format: in("UTF-8")},
		{name: "UTF-8 with its mark", text: "\ufeff" + text, columns: columns, format: in("UTF-8")},
		{name: "UTF-16", text: "\xff\xfe" + utf16(text, false), columns: columns,
			format: in("UTF-16LE")},
		{name: "UTF-16, big endian", text: "\xfe\xff" + utf16(text, true), columns: columns,
			format: in("UTF-16BE")},
		{name: "UTF-16 without a mark", text: utf16(text, false), columns: columns,
			format: in("UTF-16LE")},
		{name: "UTF-16, big endian, without a mark", text: utf16(text, true), columns: columns,
			format: in("UTF-16BE")},
		{name: "Windows-1252", text: "gr\xf6\xdfe;x\r\n1,5;2\r\n3;4\r\n", columns: columns,
			format: in("Windows-1252")},
		{name: "another is set", text: "x;l\n1;\xe0\n2;b\n",
			options: ReadOptions{Encoding: "windows-1251", Label: "l"},
			columns: "x: 1 2; l (label): а b",
			format:  `separated by ";", Windows-1251, names on line 1`},
		{name: "a mark before a comment", text: "\ufeff# by hand\n1.5,2\n",
			columns: "x1: 1.5; x2: 2",
			format:  `separated by ",", UTF-8, no names, 1 comment line`},
		{name: "Windows-1252 far down",
			text:    strings.Repeat("1.5,a\n", 200_000) + "2,\xfc\n1,\xfc\n",
			options: ReadOptions{Label: "2", Columns: []string{"1"}},
			columns: "x1:" + strings.Repeat(" 1.5", 200_000) + " 2 1; x2 (label):" +
				strings.Repeat(" a", 200_000) + " ü ü",
			format: `separated by ",", Windows-1252, no names`},
	})
	checkRefused(t, []refused{
		{name: "two encodings", text: "1,ü\n2,\xfc\n1.5,ü\n", options: label, kind: ErrEncoding,
			words: "partly UTF-8"},
		{name: "not the encoding that is set", text: "1.5,\xfc\n2,\xfc\n",
			options: ReadOptions{Label: "2", Encoding: "utf-8"}, kind: ErrEncoding, line: 1,
			column: "x2",
			words:  "not UTF-8"},
		{name: "no character of Windows-1252", text: "1.5,\x81\n2,\x81\n",
			options: ReadOptions{Label: "2", Encoding: "shift_jis"}, kind: ErrEncoding, line: 1,
			column: "x2", words: "set Encoding"},
		{name: "an unknown encoding", text: "1.5\n", options: ReadOptions{Encoding: "klingon"},
			kind: ErrOptions, words: `"windows-1252"`},
	})
}

func TestReadHeaders(t *testing.T) {
	const csv = `separated by ",", UTF-8, `
	with, without := ReadOptions{Header: WithHeader}, ReadOptions{Header: WithoutHeader}
	label := ReadOptions{Label: "target"}
	keep := ReadOptions{Columns: []string{"#1", "x"}}
	checkAccepted(t, []accepted{
		{name: "years", text: "id,2019,2020\n7,1,2\n9,3,4\n",
			columns: "id: 7 9; 2019: 1 3; 2020: 2 4",
			format:  csv + "names on line 1"},
		{name: "numbers", text: "id,0,1,2\n7,1,2,3\n9,3,4,5\n",
			columns: "id: 7 9; 0: 1 3; 1: 2 4; 2: 3 5", format: csv + "names on line 1"},
		{name: "a name that begins a Parquet file", text: "PAR1,PAR2\n5,2\n",
			columns: "PAR1: 5; PAR2: 2", format: csv + "names on line 1"},
		{name: "a name that begins a PDF", text: "%PDF-;y\n5;2\n",
			options: ReadOptions{Separator: ';'}, columns: "%PDF-: 5; y: 2",
			format: `separated by ";", UTF-8, names on line 1`},
		{name: "a name that begins JSON", text: "{x};y\n5;2\n",
			options: ReadOptions{Separator: ';'},
			columns: "{x}: 5; y: 2", format: `separated by ";", UTF-8, names on line 1`},
		{name: "one name", text: "1.5,2\nx,y\n3,4\n", options: ReadOptions{SkipLines: 1},
			columns: "x: 3; y: 4", format: csv + "names on line 2, 1 skipped line"},
		{name: "numbers from 0, as names", text: "0,1\n.5,-.2\n", options: with,
			columns: "0: 0.5; 1: -0.2", format: csv + "names on line 1"},
		{name: "numbers from 0, as values", text: "0,1\n.5,-.2\n", options: without,
			columns: "x1: 0 0.5; x2: 1 -0.2", format: csv + "no names"},
		{name: "words as values", text: "a,b\nc,d\n", options: without,
			columns: "x1: a c; x2: b d", format: csv + "no names"},
		{name: "words as names", text: "a,b\nc,d\n", options: with,
			columns: "a: c; b: d", format: csv + "names on line 1"},
		{name: "years as values", text: "2019,2021\n2018,2020\n",
			columns: "x1: 2019 2018; x2: 2021 2020",
			format:  csv + "no names"},
		{name: "one line of numbers", text: "7,8.5", columns: "x1: 7; x2: 8.5",
			format: csv + "no names"},
		{name: "iris without names", text: "5.1,3.5,setosa\n4.9,3,setosa\n7,3.2,versicolor\n",
			columns: "x1: 5.1 4.9 7; x2: 3.5 3 3.2; x3: setosa setosa versicolor",
			format:  csv + "no names"},
		{name: "names after comments", text: "# made by hand\n\n# twice\nx,y\n7,2\n",
			columns: "x: 7; y: 2", format: csv + "names on line 4, 2 comment lines, 1 empty line"},
		{name: "scikit-learn's iris", text: "3,2,setosa,versicolor\n5.1,3.5,0\n4.9,3,0\n7,3.2,1\n",
			options: label,
			columns: "x1: 5.1 4.9 7; x2: 3.5 3 3.2; target (label): setosa setosa versicolor",
			format:  csv + "scikit-learn's counts and classes on line 1"},
		{name: "scikit-learn's, as many values", text: "2,3,a,b\n5.1,3.5,7,1\n4.9,3,7,0\n",
			options: ReadOptions{Label: "4"},
			columns: "x1: 5.1 4.9; x2: 3.5 3; x3: 7 7; target (label): b a",
			format:  csv + "scikit-learn's counts and classes on line 1"},
		{name: "scikit-learn's, without a label", text: "2,1,a,b\n5.1,1\n4.9,1\n",
			columns: "x1: 5.1 4.9; target: 1 1",
			format:  csv + "scikit-learn's counts and classes on line 1"},
		{name: "R", text: "\"x\" \"y\"\n\"1\" 0.5 2\n\"2\" 0.7 3\n",
			options: ReadOptions{LeaveOut: []string{"#1"}},
			columns: "x: 0.5 0.7; y: 2 3",
			format:  "separated by spaces, UTF-8, names of all columns but the first on line 1"},
		{name: "R, kept", text: "x,y\n1,0.5,2\n2,0.7,3\n", options: keep,
			columns: "x1: 1 2; x: 0.5 0.7",
			format:  csv + "names of all columns but the first on line 1"},
		{name: "R, by number", text: "x,y\na,0.5,2\nb,0.7,3\n",
			options: ReadOptions{Columns: []string{"2", "3"}}, columns: "x: 0.5 0.7; y: 2 3",
			format: csv + "names of all columns but the first on line 1"},
		{name: "pandas, left out", text: ",x,y\n0,.5,-.2\n",
			options: ReadOptions{LeaveOut: []string{"1"}},
			columns: "x: 0.5; y: -0.2", format: csv + "names on line 1"},
		{name: "pandas, kept", text: ",x,y\n0,.5,-.2\n", options: keep,
			columns: "x1: 0; x: 0.5", format: csv + "names on line 1"},
		{name: "pandas without names", text: ",0,1\n0,.5,-.2\n1,.3,4\n",
			options: ReadOptions{Columns: []string{"#2", "#3"}}, columns: "0: 0.5 0.3; 1: -0.2 4",
			format: csv + "names on line 1"},
		{name: "an id that counts nothing", text: "id,x\n17,.5\n12,.3\n",
			columns: "id: 17 12; x: 0.5 0.3",
			format:  csv + "names on line 1"},
		{name: "a few rows that count", text: "t,x\n0,.5\n1,.3\n2,.2\n",
			columns: "t: 0 1 2; x: 0.5 0.3 0.2",
			format:  csv + "names on line 1"},
		{name: "the same name twice, one left out", text: "x,x\n1,2\n",
			options: ReadOptions{LeaveOut: []string{"#2"}},
			columns: "x: 1", format: csv + "names on line 1"},
	})
	var manyRows strings.Builder
	for i := range 20 {
		fmt.Fprintf(&manyRows, "%d,%d\n", i+1, i%3)
	}
	checkRefused(t, []refused{
		{name: "numbers from 0", text: "0,1\n.5,-.2\n", kind: ErrAmbiguous, line: 1,
			words: "set Header"},
		{name: "numbers from 1", text: "1,2,3\n.5,-.2,4\n", kind: ErrAmbiguous, line: 1,
			words: "set Header"},
		{name: "one number", text: "0\n.5\n", kind: ErrAmbiguous, line: 1, words: "set Header"},
		{name: "a word above numbers that is a value", text: "none?,setosa\n5.1,setosa\n",
			kind: ErrAmbiguous, line: 1, words: "set Header"},
		{name: "only years", text: "2019,2021\n3.5,4\n", kind: ErrAmbiguous, line: 1,
			words: "set Header"},
		{name: "only words", text: "a,b\nc,d\n", kind: ErrAmbiguous, line: 1, words: "set Header"},
		{name: "a single mixed row", text: "a,1.5\n", kind: ErrAmbiguous, line: 1,
			words: "set Header"},
		{name: "words and numbers", text: "# c\n1,two\n3,4\n", kind: ErrAmbiguous, line: 2,
			words: "set Header"},
		{name: "a year among years", text: "1999,abc\n2000,5\n", kind: ErrAmbiguous, line: 1,
			words: "set Header"},
		{name: "words that never reappear", text: "7,a\n8,b\n9,c\n", kind: ErrAmbiguous, line: 1,
			words: "set Header"},
		{name: "only names", text: "x,y\n", kind: ErrEmpty, line: 1, words: "names but no rows"},
		{name: "only names, by option", text: "1,2\n", options: with, kind: ErrEmpty, line: 1},
		{name: "missing values", text: "NA,NA\n1,2\n", kind: ErrMissing, line: 1, column: "x1",
			words: `"NA"`},
		{name: "question marks", text: "?,?\n1,2\n", kind: ErrMissing, line: 1, column: "x1",
			words: `"?"`},
		{name: "a missing value and a number", text: "5,#N/A\n1,2\n", kind: ErrMissing, line: 1,
			column: "x2", words: "missing"},
		{name: "an error of a spreadsheet first", text: "#N/A,5\n1,2\n", kind: ErrMissing, line: 1,
			column: "x1", words: "missing"},
		{name: "the same name twice", text: "x,y,x\n1,2,3\n", kind: ErrNames, line: 1, column: "x",
			words: `columns 1 and 3 have the same name: leave one out by its number, as "#3"`},
		{name: "a name four times", text: "a,x,b,x,x,x\n1,2,3,4,5,6\n", kind: ErrNames, line: 1,
			column: "x", words: `columns 2, 4, 5 and 6 have the same name: leave out all but ` +
				`one, as "#4"`},
		{name: "two names twice", text: "y,x,x,y\n1,2,3,4\n", kind: ErrNames, line: 1, column: "y",
			words: `columns 1 and 4 have the same name, 2 and 3 are called "x": leave out`},
		{name: "many names twice", text: strings.Repeat("first,second,third,fourth,fifth,", 8) +
			"x\n" + strings.Repeat("1,2,3,4,5,", 8) + "6\n", kind: ErrNames, line: 1,
			column: "first", words: `2, 7, … are called "second", … (3 more)`},
		{name: "pandas", text: ",x,y\n0,.5,-.2\n", kind: ErrIndex, column: "#1", words: `"#1"`},
		{name: "R with names like those made up", text: "\"\",\"x1\",\"x2\"\n1,.5,-.2\n2,.3,4\n",
			kind: ErrIndex, column: "#1", words: `name "#1" in Columns`},
		{name: "pandas without names", text: ",0,1\n0,.5,-.2\n1,.3,4\n", kind: ErrIndex,
			column: "#1",
			words:  "LeaveOut"},
		{name: "an id", text: "id,x,y\n1,.5,-.2\n2,.5,3\n", kind: ErrIndex, column: "id",
			words: `counts the rows from 1: use LeaveOut, or name "id" in Columns`},
		{name: "an index", text: "Unnamed: 0,x\n0,.5\n1,.5\n", kind: ErrIndex, column: "Unnamed: 0",
			words: "from 0"},
		{name: "R", text: "\"x\" \"y\"\n\"1\" 0.5 2\n\"2\" 0.7 3\n", kind: ErrIndex, column: "#1",
			words: "LeaveOut"},
		{name: "R with names", text: "x,y\na,0.5,2\nb,0.7,3\n", kind: ErrWords, column: "#1",
			words: "names of rows"},
		{name: "twenty rows", text: "t,x\n" + manyRows.String(), kind: ErrIndex, column: "t",
			words: "from 1"},
		{name: "scikit-learn's with too few rows",
			text: "3,2,setosa,versicolor\n5.1,3.5,0\n4.9,3,0\n",
			kind: ErrRowLength, line: 1},
		{name: "scikit-learn's with another class", text: "2,1,a,b\n5.1,2\n4.9,1\n", options: label,
			kind: ErrValue, column: "target", words: "class"},
	})
}

func TestReadValues(t *testing.T) {
	const csv = `separated by ",", UTF-8, `
	out := ReadOptions{LeaveOutMissing: true}
	checkAccepted(t, []accepted{
		{name: "missing values left out", text: "x,y\n1,2\nNA,3\n\n4,\n5,6\n", options: out,
			columns: "x: 1 5; y: 2 6",
			format: csv + "names on line 1, 1 empty line, " +
				`2 rows with missing values left out (lines 3, 5): ` +
				`empty in y 1 time, "NA" in x 1 time`},
		{name: "many left out", text: "7,2\n?,3\n-,3\nNULL,3\nnan,3\n", options: out,
			columns: "x1: 7; x2: 2",
			format: csv + "no names, 4 rows with missing values left out (lines 2, 3, 4, …): " +
				`"-" in x1 1 time, "?" in x1 1 time, "NULL" in x1 1 time, …`},
		{name: "the most frequent first", text: "x,y,z\n1,NA,\n2,NA,3\nNA,1,\n7,NA,\n9,4,3\n",
			options: out, columns: "x: 9; y: 4; z: 3",
			format: csv + "names on line 1, 4 rows with missing values left out " +
				`(lines 2, 3, 4, …): empty in z 3 times, "NA" in y 3 times, in x 1 time`},
		{name: "missing in other columns", text: "x,y\n1,\n3,NA\n",
			options: ReadOptions{Columns: []string{"x"}},
			columns: "x: 1 3", format: csv + "names on line 1"},
		{name: "a word only in a row left out", text: "x,l\n,a\n3,b\n,c\n5,d\n",
			options: ReadOptions{LeaveOutMissing: true, Label: "l"},
			columns: "x: 3 5; l (label): b d",
			format: csv + "names on line 1, 2 rows with missing values left out (lines 2, 4): " +
				"empty in x 2 times"},
		{name: "a number that means missing", text: "x,y\n1,-999\n3,4\n",
			options: ReadOptions{MissingValues: []string{"-999"}, LeaveOutMissing: true},
			columns: "x: 3; y: 4",
			format: csv + "names on line 1, 1 row with missing values left out (line 2): " +
				`"-999" in y 1 time`},
		{name: "a number with a comma that means missing", text: "x;y\n1,5;-999,0\n3;4\n",
			options: ReadOptions{MissingValues: []string{"-999,0"}, LeaveOutMissing: true},
			columns: "x: 3; y: 4",
			format: `separated by ";", decimal comma, UTF-8, names on line 1, ` +
				`1 row with missing values left out (line 2): "-999,0" in y 1 time`},
		{name: "None as a class", text: "x,l\n1,None\n3,much\n",
			options: ReadOptions{MissingValues: []string{}, Label: "l"},
			columns: "x: 1 3; l (label): None much", format: csv + "names on line 1"},
		{name: "an empty line of one column", text: "x\n7\n\n3\n\n", options: out,
			columns: "x: 7 3",
			format:  "one column, UTF-8, names on line 1, 2 empty lines"},
		{name: "classes as written", text: "x,l\n1,01\n3,1\n4,01\n",
			options: ReadOptions{Label: "l"},
			columns: "x: 1 3 4; l (label): 01 1 01", format: csv + "names on line 1"},
		{name: "words as coordinates", text: "x,w\n1,red\n3,blue\n4,red\n",
			columns: "x: 1 3 4; w: red blue red",
			format:  csv + "names on line 1"},
		{name: "numbers as words", text: "x,w\n1,10\n3,2\n4,10\n",
			options: ReadOptions{Words: []string{"w"}},
			columns: "x: 1 3 4; w: 10 2 10", format: csv + "names on line 1"},
		{name: "all roles", text: "a,b,c,d,e\n1,2,3,4,5\n6,7,8,9,10\n",
			options: ReadOptions{Columns: []string{"d", "1"}, Label: "b", Conditions: []string{"5",
				"c"}},
			columns: "d: 4 9; a: 1 6; b (label): 2 7; e (condition): 5 10; c (condition): 3 8",
			format:  csv + "names on line 1"},
		{name: "spaces around words", text: "x,l\n1, a \n2,\" a\"\n",
			options: ReadOptions{Label: "l"},
			columns: "x: 1 2; l (label): a a", format: csv + "names on line 1"},
		{name: "codes in Words", text: "x,w\n1,01040\n3,01067\n", columns: "x: 1 3; w: 01040 01067",
			options: ReadOptions{Words: []string{"w"}}, format: csv + "names on line 1"},
		{name: "codes in Columns", text: "x,w\n1,01040\n3,-01\n", columns: "x: 1 3; w: 1040 -1",
			options: ReadOptions{Columns: []string{"x", "w"}}, format: csv + "names on line 1"},
		{name: "zeros of numbers", text: "x,y\n0,-0\n0.5,00.5\n0e1,+0\n",
			columns: "x: 0 0.5 0; y: -0 0.5 0", format: csv + "names on line 1"},
		{name: "compact dates, kept", text: "d,x\n19580329,1\n19580405,3\n",
			options: ReadOptions{Columns: []string{"d", "x"}},
			columns: "d: 1.9580329e+07 1.9580405e+07; x: 1 3", format: csv + "names on line 1"},
		{name: "hardly dates",
			text: "x,y,z\n20230101,20230229,20240131\n20231301,20230228,20240131\n",
			columns: "x: 2.0230101e+07 2.0231301e+07; y: 2.0230229e+07 2.0230228e+07; " +
				"z: 2.0240131e+07 2.0240131e+07",
			format: csv + "names on line 1"},
		{name: "signs and exponents", text: "x,y\n+1,-2E-3\n.5,1.e+2\n",
			columns: "x: 1 0.5; y: -0.002 100",
			format:  csv + "names on line 1"},
	})
	var dates, texts strings.Builder
	for i := range 120 {
		fmt.Fprintf(&dates, "%d,word %d\n", i%7, i)
		fmt.Fprintf(&texts, "%d,%d\n", i%7, i*i+1)
	}
	var classes strings.Builder
	for i := range 1101 {
		fmt.Fprintf(&classes, "%d,%d\n%d,%d\n", i%7, i, i%7, i)
	}
	const orWords = "; or name the column in Words"
	value := func(name, value, words string) refused {
		return refused{name: name, text: "x;y\n1;2\n3;\"" + value + "\"\n", kind: ErrValue, line: 3,
			column: "y", words: words, options: ReadOptions{Separator: ';', Decimal: '.'}}
	}
	checkRefused(t, []refused{
		{name: "missing", text: "x,y\n1,2\n3,\n", kind: ErrMissing, line: 3, column: "y",
			words: "LeaveOutMissing"},
		{name: "NaN", text: "x,y\n1,2\n\n3,NaN\n", kind: ErrMissing, line: 4, column: "y",
			words: `"NaN"`},
		{name: "missing class", text: "x,y\n1,a\n\n3,n/a\n", options: ReadOptions{Label: "y"},
			kind: ErrMissing, line: 4, column: "y", words: "MissingValues"},
		{name: "an empty line of one column", text: "x\n7\n\n3\n", kind: ErrMissing, line: 3,
			column: "x"},
		{name: "names that are dates", text: "2024-01-31,2024-02-29\n1,2\n", kind: ErrAmbiguous,
			line:  1,
			words: "Header"},
		{name: "values that are dates", text: "2024-01-31,1.5\n2024-02-29,2\n", kind: ErrValue,
			line:   1,
			column: "x1", words: "date"},
		{name: "an empty column", text: "x;y;\n1;2;\n3;4;\n", kind: ErrMissing, line: 2,
			column: "x3",
			words:  "LeaveOut"},
		{name: "a separator at the end", text: "x;y\n1;2;\n3;4;\n", kind: ErrRowLength, line: 2,
			words: "end in a separator"},
		{name: "thousands between semicolons", text: "1 234;5 678\n2 345;6 789\n", kind: ErrValue,
			line: 1, column: "x2", words: "Separator"},
		{name: "one column with a word", text: "x\n7\ntwo\n3\n", kind: ErrMixed, line: 3,
			column: "x"},
		{name: "empty rows at the end", text: "x,y\n1,2\n,\n,\n", kind: ErrMissing, line: 3,
			column: "x"},
		{name: "nothing is left", text: "x,y\n,2\n3,\n",
			options: ReadOptions{LeaveOutMissing: true, Header: WithHeader},
			kind:    ErrEmpty, words: `most in "x", "y": use LeaveOut`},
		{name: "infinity", text: "7,2\n-inf,4\n", kind: ErrValue, line: 2, column: "x1",
			words: "finite"},
		{name: "too large", text: "7,2\n1e400,4\n", kind: ErrValue, line: 2, column: "x1",
			words: "finite"},
		value("thousands", "1,234.5", "thousands"), value("Swiss thousands", "1'234.5",
			"thousands"),
		value("spaces", "1 234", "thousands"), value("a comma", "2,5", "Decimal"),
		value("a percentage", "12 %", "percentage"), value("dollars", "$5", "money"),
		value("a date", "2024-01-31", "date"), value("a German date", "31.1.2024", "date"),
		value("a date and time", "2024-01-31T12:00:00Z", "date"), value("a time", "12:30", "time"),
		value("hexadecimal", "0x1p-2", "hexadecimal"), value("a minus", "−2", "minus"),
		value("Fortran", "1.0D+03", "Fortran"), value("Fortran's zero", "0D1",
			"write E instead of D"+orWords), value("brackets", "[1.5", "brackets"),
		value("an apostrophe", "'1.5", "apostrophe"), value("a fraction", "1/2",
			"decimals"+orWords),
		value("a unit", "1.5 kg", "number alone"+orWords),
		value("a year and a name", "1899 Hoffenheim", "number alone"+orWords),
		value("a bound", "<25", "write a number"+orWords),
		{name: "a decimal point", text: "x;y\n1,5;2\n3,25;2.5\n", kind: ErrValue, line: 3,
			column: "y",
			words:  "point", options: ReadOptions{Decimal: ','}},
		{name: "compact dates", text: "date,co2\n19580329,316.1\n20000229,317\n", kind: ErrValue,
			column: "date", words: `"19580329" is a date: write a number, such as days`},
		{name: "codes", text: "x,zip\n1,11040\n3,01067\n", kind: ErrAmbiguous, line: 3,
			column: "zip", words: `"01067" begins with 0: a code? Use Words`},
		{name: "codes with a sign", text: "x,y\n1,-00\n", kind: ErrAmbiguous, line: 2,
			column: "y", words: "LeaveOut, or Columns to read numbers"},
		{name: "codes beside a missing number", text: "x,y\n1,007\n", kind: ErrAmbiguous,
			line: 2, column: "y", words: "a code?",
			options: ReadOptions{MissingValues: []string{"-1"}}},
		{name: "a word among numbers", text: "x,y\n1,2\n3,four\n", kind: ErrMixed, line: 3,
			column: "y",
			words:  `"four" is no number, line 2 has one`},
		{name: "a number among words", text: "x,y\n1,two\n3,4\n", kind: ErrMixed, line: 3,
			column: "y",
			words:  `"4" is a number, line 2 has a word`},
		{name: "too many words", text: "x,y\n" + dates.String(), kind: ErrWords, line: 102,
			column: "y",
			words:  "more than 100"},
		{name: "a label that is a measurement", text: "x,y\n" + texts.String(),
			options: ReadOptions{Label: "y"}, kind: ErrWords, column: "y", words: "not a class"},
		{name: "too many classes", text: "x,y\n" + classes.String(),
			options: ReadOptions{Label: "y"},
			kind:    ErrWords, line: 2002, column: "y", words: "measurement"},
		{name: "no such column", text: "x,y\n1,2\n", options: ReadOptions{Columns: []string{"z"}},
			kind: ErrColumn, words: `Columns: there is no column "z", there are 2: "x", "y"`},
		{name: "no such number", text: "x,y\n1,2\n", options: ReadOptions{Label: "3"},
			kind:  ErrColumn,
			words: "Label"},
		{name: "two roles", text: "x,y\n1,2\n",
			options: ReadOptions{Label: "x", Columns: []string{"1"}},
			kind:    ErrColumn, words: "chosen twice"},
		{name: "a name and a number", text: "2,y,z\n1,2,3\n", kind: ErrColumn,
			words:   `"#1" or "#2"`,
			options: ReadOptions{Header: WithHeader, LeaveOut: []string{"2"}}},
		{name: "one name of two columns", text: "x,x,y\n1,2,3\n",
			options: ReadOptions{Columns: []string{"x"}},
			kind:    ErrColumn, words: `"#1" or "#2"`},
		{name: "no points", text: "x,y\n1,2\n",
			options: ReadOptions{Label: "x", LeaveOut: []string{"y"}},
			kind:    ErrColumn, words: "no column is left"},
		{name: "an array of a text", text: "1.5,2\n", options: ReadOptions{Array: "x"},
			kind:  ErrOptions,
			words: "Array"},
	})
}
