package datasets

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var written bytes.Buffer
	source := &countingReader{read: 45, size: 100}
	p := newProgress(&written, "folder/points.csv", source)
	p.show(1000)
	p.finish(1000)
	if written.Len() > 0 {
		t.Errorf("wrote %q within two seconds", written.String())
	}
	p.start = time.Now().Add(-quietTime)
	p.show(1_200_000)
	p.show(1_300_000) // Too soon after the last one.
	source.read = 100
	p.finish(2_000_000)
	const want = "\rpoints.csv: 45 %, 1,200,000 rows\rpoints.csv: 100 %, 2,000,000 rows\n"
	if written.String() != want {
		t.Errorf("wrote %q, want %q", written.String(), want)
	}
	newProgress(nil, "points.csv", source).show(1)
}

func TestReadCompressed(t *testing.T) {
	text := "x;y\n" + strings.Repeat("1,5;2\n", 1000)
	read, err := readTable(writeFile(t, "points.csv.gz", gzipFile(t, text)), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `CSV, compressed by gzip, separated by ";", decimal comma, UTF-8, names on line 1`
	if got := read.format.String(); got != want || read.format.Rows != 1000 {
		t.Errorf("read %d rows as %s, want 1000 as %s", read.format.Rows, got, want)
	}
}

// TestLines wants the line of each row, whatever stands between rows.
func TestLines(t *testing.T) {
	const text = "# c\nx,y\n7,2\n8,3\n\n9,\n# d\n\"1\n\",4\n2,5\n"
	read, err := readTable(writeFile(t, "points.csv", text), ReadOptions{LeaveOutMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range []int{3, 4, 8, 10} {
		if got := read.lines.of(row); got != want {
			t.Errorf("row %d is on line %d, want %d", row, got, want)
		}
	}
	if left := read.format.LeftOut; len(left) != 1 || left[0] != 6 {
		t.Errorf("lines %v are left out, want line 6", left)
	}
}
