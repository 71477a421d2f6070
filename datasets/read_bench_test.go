package datasets

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// writeNumbers writes a file of normally distributed numbers in columns x1, x2 and so on, with a
// number of digits after the point, or as many as they need for -1.
func writeNumbers(b *testing.B, rows, columns, digits int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "numbers.csv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	defer buffered.Flush()
	fmt.Fprintln(buffered, strings.Join(numberedNames(columns), ","))
	random := rand.New(rand.NewPCG(1, 2))
	var text []byte
	for range rows {
		for i := range columns {
			if i > 0 {
				buffered.WriteByte(',')
			}
			text = strconv.AppendFloat(text[:0], random.NormFloat64(), 'f', digits, 64)
			buffered.Write(text)
		}
		buffered.WriteByte('\n')
	}
	return path
}

// BenchmarkRead reads numbers of 6 digits after the point, BenchmarkReadDigits of all digits. Both
// compare the time of reading a million rows of ten columns with that of
// encoding/csv alone, and reports the process's largest memory, in units of the float32 points.
// The memory is right if no other benchmark ran before.
func BenchmarkRead(b *testing.B) { benchmarkRead(b, 6) }

func BenchmarkReadDigits(b *testing.B) { benchmarkRead(b, -1) }

func benchmarkRead(b *testing.B, digits int) {
	b.Helper()
	const rows, columns = 1_000_000, 10
	path := writeNumbers(b, rows, columns, digits)
	debug.FreeOSMemory()
	before := memory(b, "VmRSS")
	b.Run("Read", func(b *testing.B) {
		for b.Loop() {
			read, err := readTable(path, ReadOptions{})
			if err != nil || read.format.Rows != rows {
				b.Fatal(read, err)
			}
			b.StopTimer()
			debug.FreeOSMemory()
			b.StartTimer()
		}
		b.ReportMetric((memory(b, "VmHWM")-before)/(4*rows*columns), "memory/points")
	})
	b.Run("encoding-csv", func(b *testing.B) {
		for b.Loop() {
			readCSVAlone(b, path)
		}
	})
}

func readCSVAlone(b *testing.B, path string) {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.ReuseRecord = true
	for {
		if _, err := reader.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

// memory returns a value of the process's status in bytes, or 0 where there is none.
func memory(b *testing.B, name string) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kibibytes float64
	_, rest, _ := strings.Cut(string(status), name+":")
	if _, err := fmt.Sscan(rest, &kibibytes); err != nil {
		b.Fatal(err)
	}
	return kibibytes * 1024
}
