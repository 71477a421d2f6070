package datasets

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// ReadCSV reads points from a file of comma-separated values: one point per line, one coordinate
// per column. It skips empty lines, and takes the first line for a header if no value in it is
// empty or a number. A value that is missing, not a number, or not a finite float32 is an error, as
// is a line with more or fewer values than the first; the error names the file, the line and the
// value.
func ReadCSV(path string) (*Points, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	defer file.Close()
	points, err := parseCSV(file)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	return FromPoints(points)
}

// parseCSV returns points [n][dim], n at least 1. Its errors name the line.
func parseCSV(source io.Reader) ([][]float64, error) {
	buffered := bufio.NewReader(source)
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		buffered.Discard(3) // The byte order mark that spreadsheets write.
	}
	reader := csv.NewReader(buffered)
	reader.FieldsPerRecord = -1 // Lengths are compared below, with a clearer error.
	reader.TrimLeadingSpace = true
	reader.ReuseRecord = true
	var points [][]float64
	columns := 0
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		if columns == 0 {
			columns = len(fields)
			if isHeader(fields) {
				continue
			}
		}
		if len(fields) != columns {
			return nil, fmt.Errorf("line %d: %d values, the first line has %d",
				line, len(fields), columns)
		}
		point := make([]float64, columns)
		for i, field := range fields {
			if point[i], err = parseCoordinate(field); err != nil {
				return nil, fmt.Errorf("line %d, value %d: %w", line, i+1, err)
			}
		}
		points = append(points, point)
	}
	if len(points) == 0 {
		return nil, errors.New("the file has no points, it must have at least one")
	}
	return points, nil
}

// isHeader reports whether no field is empty or a number.
func isHeader(fields []string) bool {
	for _, field := range fields {
		field = strings.TrimSpace(field)
		if _, err := strconv.ParseFloat(field, 64); err == nil || field == "" {
			return false
		}
	}
	return true
}

// parseCoordinate returns a number that is finite in float32; one too small for float64 becomes 0.
func parseCoordinate(field string) (float64, error) {
	field = strings.TrimSpace(field)
	if field == "" {
		return 0, errors.New("the number is missing")
	}
	coordinate, err := strconv.ParseFloat(field, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%q is not a number", field)
	}
	if err := checkCoordinate(coordinate); err != nil {
		return 0, fmt.Errorf("%q %w", field, err)
	}
	return coordinate, nil
}
