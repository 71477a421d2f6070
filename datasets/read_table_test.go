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
	var columns []string
	for _, c := range read.columns {
		text := c.name + map[role]string{roleLabel: " (label)", roleCondition: " (condition)"}[c.role]
		text += ":"
		for _, number := range c.numbers {
			text += fmt.Sprintf(" %v", number)
		}
		for _, code := range c.codes {
			text += " " + c.words[code]
		}
		columns = append(columns, text)
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
			if message := err.Error(); !strings.Contains(message, test.words) || len(message) >= 200 {
				t.Errorf("message of %d characters %q, want %q", len(message), message, test.words)
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
		{name: "savetxt with tabs", text: "# x\n# y\n7.4e+00\t7e-01\n3e+00\t-4.5e+00\n", columns: xy,
			format: "separated by tabs, UTF-8, no names, 2 comment lines"},
		{name: "commas and spaces", text: "a b , c\n7.4, 0.7\n 3,\t-4.5\n", columns: names,
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
			columns: "x1: 1.5; x2: 2.5", format: `separated by ";", decimal comma, UTF-8, no names`},
		{name: "Excel's separator", text: "sep=;\r\na b;c\r\n7,4;0,7\r\n3;-4,5\r\n", columns: names,
			format: `separated by ";", decimal comma, UTF-8, names on line 2, 1 skipped line`},
		{name: "one column", text: "x\n7.4\n3\n", columns: "x: 7.4 3",
			format: "one column, UTF-8, names on line 1"},
		{name: "one column of decimal commas", text: "7,4\n3\n", options: ReadOptions{Decimal: ','},
			columns: "x1: 7.4 3", format: "one column, decimal comma, UTF-8, no names"},
		{name: "another separator", text: "7.4:0.7\n3:-4.5\n", options: ReadOptions{Separator: ':'},
			columns: xy, format: `separated by ":", UTF-8, no names`},
		{name: "Windows", text: "a b,c\r\n7.4,0.7\r\n3,-4.5\r\n", columns: names,
			format: `separated by ",", UTF-8, names on line 1`},
		{name: "old Mac", text: "a b,c\r7.4,0.7\r3,-4.5\r", columns: names,
			format: `separated by ",", UTF-8, names on line 1`},
		{name: "quoted numbers", text: "\"7.4\",\"0.7\"\n\" 3\",\"-4.5\"\n", columns: xy,
			format: `separated by ",", UTF-8, no names`},
		{name: "a name of two lines", text: "\"a\nb\",\"say \"\"c\"\"\"\n7.4,0.7\n3,-4.5\n",
			columns: "a\nb: 7.4 3; say \"c\": 0.7 -4.5", format: `separated by ",", UTF-8, names on line 1`},
		{name: "empty lines", text: "\n7.4,0.7\n\n  \n3,-4.5\n\n", columns: xy,
			format: `separated by ",", UTF-8, no names, 4 empty lines`},
		{name: "another comment", text: "% a, b, c\n7.4,0.7\n% 3,4\n3,-4.5\n",
			options: ReadOptions{Comment: "%"}, columns: xy,
			format: `separated by ",", UTF-8, no names, 2 comment lines`},
		{name: "no comments", text: "#x,y\n7.4,0.7\n3,-4.5\n", options: ReadOptions{Comment: NoComments},
			columns: "#x: 7.4 3; y: 0.7 -4.5", format: `separated by ",", UTF-8, names on line 1`},
		{name: "a title", text: "My measurements\n\n7.4,0.7\n3,-4.5\n", options: ReadOptions{SkipLines: 1},
			columns: xy, format: `separated by ",", UTF-8, no names, 1 skipped line, 1 empty line`},
		{name: "a tiny number", text: "7.4,0.7\n3,-4.5\n1e-400,0\n", columns: "x1: 7.4 3 0; x2: 0.7 -4.5 0",
			format: `separated by ",", UTF-8, no names`},
	})
	checkRefused(t, []refused{
		{name: "thousands or decimals", text: "1,500;2,500\n", kind: ErrAmbiguous, line: 1,
			words: `"1,500" may be a fraction`},
		{name: "German thousands", text: "a;b\n1.500;2.500\n", kind: ErrAmbiguous, line: 2,
			words: `set Decimal to '.'`},
		{name: "thousands between tabs", text: "1,500\t2,500\n10,000\t3\n", kind: ErrAmbiguous, line: 1,
			words: "Decimal"},
		{name: "one column or two", text: "x\n1,5\n2,75\n", kind: ErrAmbiguous, line: 3,
			words: "set Separator or Decimal"},
		{name: "one column, some whole", text: "1,5\n2\n3,25\n", kind: ErrAmbiguous, line: 3,
			words: "set Separator or Decimal"},
		{name: "a leading zero", text: "1,05\n2,75\n", kind: ErrAmbiguous, line: 2, words: "Decimal"},
		{name: "two separators", text: "a b,c d\ne f,g h\n", kind: ErrAmbiguous, line: 1,
			words: "set Separator"},
		{name: "no separator between some", text: "1,2\n3;4\n", kind: ErrRowLength, line: 2},
		{name: "an open quote", text: "1,2\n\"3,4\n", kind: ErrQuote, line: 2, words: "never closed"},
		{name: "a bare quote", text: "x,y\n5'10\",3\n4,5\n", kind: ErrQuote, line: 2,
			words: "double those within"},
		{name: "text after a quote", text: "x,y\n\"a\"b,3\n", kind: ErrQuote, line: 2,
			words: "follows the closing quote"},
		{name: "a title", text: "My measurements\na,b\n1,2\n3,4\n", kind: ErrRowLength, line: 1,
			words: "SkipLines"},
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
		{name: "two commas", text: "1", options: ReadOptions{Decimal: ',', Separator: ','},
			kind: ErrOptions, words: "both"},
		{name: "nothing", text: "", kind: ErrEmpty},
		{name: "only comments", text: "# a\n\n#b\n", kind: ErrEmpty},
		{name: "only skipped lines", text: "a\nb\n", options: ReadOptions{SkipLines: 5}, kind: ErrEmpty},
	})
}
