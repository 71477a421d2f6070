package datasets

import (
	"fmt"
	"io"
	"path/filepath"
	"time"
)

// progress writes a line that says how much of a file has been read, after the first two seconds.
type progress struct {
	writer io.Writer
	name   string
	source *countingReader
	start  time.Time
	last   time.Time
}

const (
	quietTime    = 2 * time.Second
	progressTime = 500 * time.Millisecond
)

func newProgress(writer io.Writer, path string, source *countingReader) *progress {
	return &progress{writer: writer, name: filepath.Base(path), source: source, start: time.Now()}
}

// show writes the line anew if it is time.
func (p *progress) show(rows int) {
	if p.writer == nil {
		return
	}
	now := time.Now()
	if now.Sub(p.start) < quietTime || now.Sub(p.last) < progressTime {
		return
	}
	p.last = now
	p.write(rows)
}

// finish completes the line, if there is one.
func (p *progress) finish(rows int) {
	if p.writer != nil && !p.last.IsZero() {
		p.write(rows)
		fmt.Fprintln(p.writer)
	}
}

func (p *progress) write(rows int) {
	share := 100.0
	if p.source.size > 0 {
		share = min(100*float64(p.source.read)/float64(p.source.size), 100)
	}
	fmt.Fprintf(p.writer, "\r%s: %.0f %%, %s", p.name, share, counted(rows, "row"))
}

// countingReader counts the bytes read from a file.
type countingReader struct {
	source     io.Reader
	read, size int64
}

func (c *countingReader) Read(buffer []byte) (int, error) {
	n, err := c.source.Read(buffer)
	c.read += int64(n)
	return n, err
}
