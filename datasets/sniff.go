package datasets

import (
	"bytes"
	"regexp"
	"strings"
)

// otherKinds are the beginnings of files that are no tables of this package, and what to do.
var otherKinds = []struct{ begins, advice string }{
	{"PAR1\x15", "a Parquet file: save it as CSV or NPY, in pandas with to_csv(index=False)"},
	{"ARROW1\x00", "a Feather file: save it as CSV or NPY, in pandas with to_csv(index=False)"},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file: save the array with numpy.save"},
	{"CDF\x01", "a NetCDF file: save the array with numpy.save"},
	{"\xd0\xcf\x11\xe0", "an .xls workbook: save the sheet as CSV"},
	{"MATLAB 5.0 MAT-file", "a MATLAB file: save the matrix as CSV with writematrix"},
	{"SQLite format 3\x00", "a SQLite database: export the table as CSV"},
	{"RDX3\n", "an R data file: save the table with write.csv(row.names = FALSE)"},
	{"\xfd7zXZ\x00", "compressed by xz: unpack it first"},
	{"\x28\xb5\x2f\xfd", "compressed by zstd: unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"},
	{"%PDF-", "a PDF: save the table as CSV"},
	{"\x89PNG", "a PNG image"},
	{"\xff\xd8\xff", "a JPEG image"},
	{"GIF8", "a GIF image"},
}

// otherTexts are the beginnings of texts that are no tables.
var otherTexts = []struct {
	pattern *regexp.Regexp
	advice  string
}{
	{regexp.MustCompile(`(?i)^\s*<(!doctype html|html|head|body|table)\b`),
		"an HTML page: save the table as CSV, or download the file itself"},
	{regexp.MustCompile(`(?i)^\s*<(\?xml|!doctype|!--|[a-z])`), "XML: save the table as CSV"},
	{regexp.MustCompile(`^\{\\rtf`), "an RTF document: save the table as CSV"},
	{regexp.MustCompile(`^\s*(\{|\[\s*[\[{"\d+.\-\]])`), "JSON: write a row per line, as CSV"},
	{regexp.MustCompile(`(?i)^\s*@relation\b`), "an ARFF file: save it as CSV"},
	{regexp.MustCompile(`(?i)^(%[^\n]*\n|\s)*@relation\b`), "an ARFF file: save it as CSV"},
	{regexp.MustCompile(`^version https://git-lfs`), "a pointer of Git LFS: run git lfs pull"},
}

const (
	magicNPY  = "\x93NUMPY"
	magicZIP  = "PK\x03\x04"
	magicZIP0 = "PK\x05\x06" // An empty archive.
	magicGzip = "\x1f\x8b"
)

// magicBzip2 follows BZh and the level of the compression.
const magicBzip2 = "1AY&SY"

// checkKind returns an error if the beginning of a file is that of another kind of file. If the
// file is said to be a table, a beginning of letters is a name.
func checkKind(head []byte, isTable bool) error {
	if bytes.HasPrefix(head, []byte("BZh")) && bytes.HasPrefix(head[min(4, len(head)):],
		[]byte(magicBzip2)) && !isTable {
		return problem(ErrFormat, "compressed by bzip2: unpack it first")
	}
	for _, kind := range otherKinds {
		if bytes.HasPrefix(head, []byte(kind.begins)) && !(isTable && isText(kind.begins)) {
			return problem(ErrFormat, "%s", kind.advice)
		}
	}
	if len(head) > 1 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 {
		return problem(ErrFormat, "a pickle: save the array with numpy.save, or the table as CSV")
	}
	return nil
}

// isText reports whether a text has only printable ASCII characters and line feeds.
func isText(text string) bool {
	isOther := func(r rune) bool { return r >= 0x7f || r < ' ' && r != '\n' }
	return !strings.ContainsFunc(text, isOther)
}

// checkText returns an error if a text is no table, by its beginning. If it is said to be one, only
// binary files are none.
func checkText(head []byte, isTable bool) error {
	for _, kind := range otherTexts {
		if !isTable && kind.pattern.Match(head) {
			return problem(ErrFormat, "%s", kind.advice)
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return problem(ErrFormat, "a binary file of an unknown kind: save the table as CSV or NPY")
	}
	return nil
}
