package datasets

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// npyFile returns an array as NumPy writes it.
func npyFile(dtype, shape string, fortran bool, values any) string {
	order := map[bool]string{false: "False", true: "True"}[fortran]
	const header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
	return npyRaw(fmt.Sprintf(header, dtype, order, shape), values)
}

// npyRaw returns an array with any header.
func npyRaw(header string, values any) string {
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	var file bytes.Buffer
	file.WriteString(magicNPY + "\x01\x00")
	binary.Write(&file, binary.LittleEndian, uint16(len(header)))
	file.WriteString(header)
	if text, isText := values.(string); isText {
		file.WriteString(text)
	} else {
		binary.Write(&file, binary.LittleEndian, values)
	}
	return file.String()
}

// npzFile returns an archive of files by turns of a name and a content.
func npzFile(t testing.TB, compress bool, files ...string) string {
	t.Helper()
	var file bytes.Buffer
	archive := zip.NewWriter(&file)
	for i := 0; i < len(files); i += 2 {
		header := &zip.FileHeader{Name: files[i], Method: zip.Store}
		if compress {
			header.Method = zip.Deflate
		}
		w, err := archive.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(files[i+1]))
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func gzipFile(t testing.TB, content string) string {
	t.Helper()
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	w.Write([]byte(content))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func utf32(texts ...string) []int32 {
	var values []int32
	for _, text := range texts {
		value := make([]int32, 3)
		for i, r := range []rune(text) {
			value[i] = r
		}
		values = append(values, value...)
	}
	return values
}

func TestReadArrays(t *testing.T) {
	square := npyFile("<f8", "(2, 2)", false, []float64{1.5, 2, 3, 4})
	nan := npyFile("<f8", "(3, 2)", false, []float64{math.NaN(), 2, 3, 4, 5, math.NaN()})
	labels := npyFile("<i8", "(2,)", false, []int64{7, -1})
	for name, test := range map[string]struct {
		content         string
		options         ReadOptions
		columns, format string
	}{
		"float64": {square, ReadOptions{}, "x1: 1.5 3; x2: 2 4", "NPY, <f8"},
		"float32": {npyFile("<f4", "(2, 2)", false, []float32{1.5, 2, 3, 4}), ReadOptions{},
			"x1: 1.5 3; x2: 2 4", "NPY, <f4"},
		"big endian": {npyFile(">f4", "(1, 1)", false, "\x3f\xc0\x00\x00"), ReadOptions{},
			"x1: 1.5",
			"NPY, >f4"},
		"Fortran's order": {npyFile("<f8", "(2, 3)", true, []float64{1.5, 2, 3, 4, 5, 6}),
			ReadOptions{LeaveOut: []string{"2"}}, "x1: 1.5 2; x3: 5 6", "NPY, <f8"},
		"one dimension": {npyFile("<i4", "(3,)", false, []int32{7, -1, 2}), ReadOptions{},
			"x1: 7 -1 2",
			"NPY, <i4"},
		"bytes": {npyFile("|u1", "(1, 3)", false, []uint8{7, 255, 0}), ReadOptions{},
			"x1: 7; x2: 255; x3: 0", "NPY, |u1"},
		"truths": {npyFile("|b1", "(1, 2)", false, []bool{true, false}), ReadOptions{},
			"x1: 1; x2: 0", "NPY, |b1"},
		"a label": {npyFile("<i2", "(2, 2)", false, []int16{7, 8, 9, 10}), ReadOptions{Label: "x2"},
			"x1: 7 9; x2 (label): 8 10", "NPY, <i2"},
		"NaN left out": {nan, ReadOptions{LeaveOutMissing: true}, "x1: 3; x2: 4",
			"NPY, <f8, 2 rows with missing values left out (rows 1, 3)" +
				`: "NaN" in x1 1 time, in x2 1 time`},
		"NaN in another column": {nan, ReadOptions{Columns: []string{"1"}, LeaveOutMissing: true},
			"x1: 3 5",
			"NPY, <f8, 1 row with missing values left out (row 1)" +
				`: "NaN" in x1 1 time`},
		"a marker, written otherwise": {
			npyFile("<f4", "(3, 1)", false, []float32{-999.9, 1, 2}),
			ReadOptions{MissingValues: []string{"-999.90"}, LeaveOutMissing: true}, "x1: 1 2",
			"NPY, <f4, 1 row with missing values left out (row 1)" +
				`: "-999.9000244140625" in x1 1 time`},
		"gzip": {gzipFile(t, square), ReadOptions{}, "x1: 1.5 3; x2: 2 4",
			"NPY, compressed by gzip, <f8"},
		"a single array": {npzFile(t, false, "arr_0.npy", labels), ReadOptions{}, "x1: 7 -1",
			`NPZ, array "arr_0", <i8`},
		"the only matrix": {npzFile(t, true, "y.npy", labels, "X.npy", square), ReadOptions{},
			"x1: 1.5 3; x2: 2 4", `NPZ, array "X", <f8, without "y"`},
		"points and classes": {npzFile(t, true, "y.npy", labels, "X.npy", square),
			ReadOptions{Label: "y"},
			"x1: 1.5 3; x2: 2 4; y (label): 7 -1", `NPZ, array "X", <f8`},
		"classes in words": {npzFile(t, true, "X.npy", square, "y.npy",
			npyFile("<U3", "(2,)", false, utf32("für", "a"))), ReadOptions{Label: "y"},
			"x1: 1.5 3; x2: 2 4; y (label): für a", `NPZ, array "X", <f8`},
		"classes in bytes": {npzFile(t, true, "X.npy", square, "y.npy",
			npyFile("|S3", "(2,)", false, "ab\x00cde")), ReadOptions{Label: "y"},
			"x1: 1.5 3; x2: 2 4; y (label): ab cde", `NPZ, array "X", <f8`},
		"a chosen array": {npzFile(t, false, "a.npy", square, "b.npy",
			npyFile("<f8", "(1, 1)", false, []float64{9})), ReadOptions{Array: "b"}, "x1: 9",
			`NPZ, array "b", <f8, without "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := readTable(writeFile(t, "points.data", test.content), test.options)
			if err != nil {
				t.Fatal(err)
			}
			if got := columnsText(read); got != test.columns {
				t.Errorf("columns %s, want %s", got, test.columns)
			}
			if got := read.format.String(); got != test.format {
				t.Errorf("format %q, want %q", got, test.format)
			}
		})
	}
}

// TestReadLargeArray wants the values of an array that takes several reads, in both orders.
func TestReadLargeArray(t *testing.T) {
	const rows, columns = 3000, 7
	byRows, byColumns := make([]float32, rows*columns), make([]float32, rows*columns)
	for i := range rows {
		for j := range columns {
			value := float32(i*i%1013) + float32(j)/8
			byRows[i*columns+j], byColumns[j*rows+i] = value, value
		}
	}
	shape := fmt.Sprintf("(%d, %d)", rows, columns)
	for name, content := range map[string]string{
		"rows":       npyFile("<f4", shape, false, byRows),
		"columns":    npyFile("<f4", shape, true, byColumns),
		"compressed": npzFile(t, true, "x.npy", npyFile("<f4", shape, false, byRows)),
	} {
		read, err := readTable(writeFile(t, "points", content), ReadOptions{})
		if err != nil {
			t.Fatal(name, err)
		}
		for j, c := range read.columns {
			for i, number := range c.numbers {
				if want := float64(byRows[i*columns+j]); number != want {
					t.Fatalf("%s: row %d, column %d is %v, want %v", name, i, j, number, want)
				}
			}
		}
	}
}

func TestReadRefusesFiles(t *testing.T) {
	square := npyFile("<f8", "(2, 2)", false, []float64{1.5, 2, 3, 4})
	labels := npyFile("<i8", "(2,)", false, []int64{7, -1})
	pair := npzFile(t, false, "X.npy", square, "y.npy", labels)
	gzipped := gzipFile(t, square)
	array := func(dtype, shape string) string { return npyFile(dtype, shape, false, "") }
	label := ReadOptions{Label: "y"}
	for name, test := range map[string]struct {
		content string
		options ReadOptions
		kind    error
		words   string
	}{
		"xlsx": {npzFile(t, true, "[Content_Types].xml", "", "xl/workbook.xml", ""),
			ReadOptions{}, ErrFormat, ".xlsx"},
		"ods": {npzFile(t, true, "mimetype", "", "content.xml", ""), ReadOptions{},
			ErrFormat, "spreadsheet"},
		"zip": {npzFile(t, true, "points.csv", "1,2"), ReadOptions{}, ErrFormat,
			"unpack"},
		"empty zip": {npzFile(t, true), ReadOptions{}, ErrEmpty, "without files"},
		"cut zip":   {pair[:len(pair)-30], ReadOptions{}, ErrFormat, "damaged"},
		"xls":       {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ReadOptions{}, ErrFormat, ".xls "},
		"parquet":   {"PAR1\x15\x04", ReadOptions{}, ErrFormat, "Parquet"},
		"bzip2":     {"BZh91AY&SY\x8a\x1c", ReadOptions{}, ErrFormat, "bzip2"},
		"HDF5":      {"\x89HDF\r\n\x1a\n\x00", ReadOptions{}, ErrFormat, "HDF5"},
		"pickle":    {"\x80\x04\x95\x00", ReadOptions{}, ErrFormat, "pickle"},
		"HTML":      {"<!DOCTYPE html>\n<html>", ReadOptions{}, ErrFormat, "HTML"},
		"XML":       {"<?xml version='1.0'?>", ReadOptions{}, ErrFormat, "XML"},
		"JSON":      {"[{\"x\": 1, \"y\": 2}]", ReadOptions{}, ErrFormat, "JSON"},
		"JSON lines": {"{\"x\": 1, \"y\": 2}\n{\"x\": 1, \"y\": 2}\n", ReadOptions{}, ErrFormat,
			"JSON"},
		"JSON matrix": {"[[1, 2], [3, 4]]", ReadOptions{}, ErrFormat, "JSON"},
		"ARFF":        {"% a\n@RELATION x\n@DATA\n1,2\n", ReadOptions{}, ErrFormat, "ARFF"},
		"binary": {"\x01\x02\x00\x00\x00\x05\xff\xfe\x00", ReadOptions{}, ErrFormat,
			"binary"},
		"Git LFS": {"version https://git-lfs.github.com/spec/v1\noid", ReadOptions{},
			ErrFormat, "LFS"},
		"gzip, cut": {gzipFile(t, strings.Repeat("1.5,2\n", 100))[:25], ReadOptions{},
			ErrFormat, "damaged"},
		"gzip of gzip": {gzipFile(t, gzipFile(t, "1.5,2")), ReadOptions{}, ErrFormat, "unpack"},
		"cut array":    {square[:len(square)-1], ReadOptions{}, ErrFormat, "cut off"},
		"cut, gzip":    {gzipFile(t, square[:len(square)-1]), ReadOptions{}, ErrFormat, "cut off"},
		"cut header":   {square[:40], ReadOptions{}, ErrFormat, "cut off"},
		"only magic":   {magicNPY, ReadOptions{}, ErrFormat, "cut off"},
		"two arrays":   {square + square, ReadOptions{}, ErrFormat, "goes on"},
		"two, gzip":    {gzipFile(t, square+square), ReadOptions{}, ErrFormat, "goes on"},
		"huge":         {array("<f8", "(1000000000, 1000)"), ReadOptions{}, ErrFormat, "cut off"},
		"huge, gzip": {gzipFile(t, array("<f8", "(1000000000, 1000)")), ReadOptions{}, ErrFormat,
			"cut off"},
		"overflow": {array("<f8", "(4294967296, 4294967296)"), ReadOptions{}, ErrFormat,
			"no file holds"},
		"wide":     {array("<f8", "(1, 100000000)"), ReadOptions{}, ErrFormat, "array.T"},
		"no rows":  {array("<f8", "(0, 2)"), ReadOptions{}, ErrEmpty, "no values"},
		"a number": {array("<f8", "()"), ReadOptions{}, ErrFormat, "single number"},
		"images": {array("<f8", "(10, 28, 28)"), ReadOptions{}, ErrFormat,
			"reshape(10, -1)"},
		"float16": {array("<f2", "(2, 2)"), ReadOptions{}, ErrFormat, "astype('float32')"},
		"complex": {array("<c16", "(2, 2)"), ReadOptions{}, ErrFormat, "complex"},
		"objects": {array("|O", "(2, 2)"), ReadOptions{}, ErrFormat, "objects"},
		"texts":   {array("<U3", "(1, 2)"), ReadOptions{}, ErrFormat, "cut off"},
		"dates":   {array("<M8[ns]", "(2, 2)"), ReadOptions{}, ErrFormat, "times"},
		"fields": {npyRaw("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (2,), }", ""),
			ReadOptions{}, ErrFormat, "structured"},
		"header": {npyRaw("{'descr': 5}", ""), ReadOptions{}, ErrFormat, "header"},
		"version": {magicNPY + "\x03\x00\x10\x00\x00\x00", ReadOptions{}, ErrFormat,
			"version 3"},
		"long header": {magicNPY + "\x02\x00\xff\xff\xff\xff", ReadOptions{}, ErrFormat, "bytes"},
		"infinite": {npyFile("<f8", "(1, 2)", false, []float64{1, math.Inf(-1)}),
			ReadOptions{}, ErrValue, `row 1, column "x2"`},
		"NaN": {npyFile("<f8", "(2, 1)", false, []float64{1, math.NaN()}), ReadOptions{},
			ErrMissing, `row 2, column "x1"`},
		"large integer": {npyFile("<i8", "(1,)", false, []int64{1<<53 + 1}), ReadOptions{},
			ErrValue, "float64"},
		"a wrong sum": {strings.Replace(pair, "\x00\x00\x10@", "\x00\x00\x11@", 1), ReadOptions{},
			ErrFormat, "damaged"},
		"a wrong sum, gzip": {gzipped[:len(gzipped)-8] + "abcd" + gzipped[len(gzipped)-4:],
			ReadOptions{}, ErrFormat, "damaged"},
		"which array": {npzFile(t, false, "a.npy", square, "b.npy", square), ReadOptions{},
			ErrAmbiguous, "a [2, 2], b [2, 2]"},
		"no such array": {pair, ReadOptions{Array: "z"}, ErrOptions, `"X", "y"`},
		"array of one":  {square, ReadOptions{Array: "z"}, ErrOptions, "single array"},
		"twice":         {pair, ReadOptions{Array: "y", Label: "y"}, ErrColumn, "twice"},
		"label length": {npzFile(t, false, "X.npy", square, "y.npy", npyFile("<i8",
			"(3,)", false, []int64{7, -1, 2})), label, ErrRowLength, "3"},
		"label matrix": {npzFile(t, false, "X.npy", square, "y.npy", square), label, ErrFormat,
			"2 columns"},
		"label missing": {npzFile(t, false, "X.npy", square, "y.npy", npyFile("<U3",
			"(2,)", false, utf32("", "a"))), label, ErrMissing, "row 1"},
		"label objects": {npzFile(t, false, "X.npy", square, "y.npy", array("|O", "(2,)")), label,
			ErrFormat, `column "y"`},
		"damaged array": {npzFile(t, false, "X.npy", "no array at all"), ReadOptions{}, ErrFormat,
			"not a NumPy array"},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := readTable(writeFile(t, "points", test.content), test.options)
			if err == nil {
				t.Fatalf("read as %s (%s), want an error", columnsText(read), read.format)
			}
			t.Log(err)
			if !errors.Is(err, test.kind) {
				t.Errorf("error %v, want one of kind %v", err, test.kind)
			}
			message := err.Error()
			if !strings.Contains(message, test.words) || len([]rune(message)) >= 200 {
				t.Errorf("message %q, want %q in less than 200 characters", message, test.words)
			}
		})
	}
	_, err := readTable("no such file.csv", ReadOptions{})
	var readError *ReadError
	if !errors.As(err, &readError) || readError.Path != "no such file.csv" {
		t.Errorf("error %v, want a ReadError with the path", err)
	}
	if _, err = readTable(t.TempDir(), ReadOptions{}); !errors.Is(err, ErrFormat) {
		t.Errorf("error %v, want one that says that it is a folder", err)
	}
}

// FuzzReadArray wants a table of finite numbers or an error, whatever the file contains.
func FuzzReadArray(f *testing.F) {
	square := npyFile("<f8", "(2, 2)", false, []float64{1.5, 2, 3, 4})
	for _, seed := range []string{
		square, square[:30], npyFile("<i2", "(2, 3)", true, []int16{1, 2, 3, 4, 5, 6}),
		npyFile("|b1", "(3,)", false, []bool{true, false, true}), gzipFile(f, square),
		npyFile(">f4", "(1, 1)", false, "\x3f\xc0\x00\x00"),
		npzFile(f, true, "X.npy", square, "y.npy", npyFile("<U3", "(2,)", false, utf32("für",
			"a"))),
		npzFile(f, false, "X.npy", square, "y.npy", npyFile("|S1", "(2,)", false, "ab")),
	} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), "points")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, label := range []string{"", "y", "x2"} {
			read, err := readTable(path, ReadOptions{Label: label})
			if err != nil {
				checkMessage(t, err)
				continue
			}
			for _, c := range read.columns {
				if len(c.numbers)+len(c.codes) != read.format.Rows {
					t.Fatalf("column %s has another number of rows", c.name)
				}
				if slices.ContainsFunc(c.numbers, func(x float64) bool { return x-x != 0 }) {
					t.Fatalf("column %s has %v", c.name, c.numbers)
				}
			}
		}
	})
}
