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

// ReadCSV reads points from a file of comma-separated values, a point a line and a coordinate a
// column. A first line without any number in it is taken for a header. The error names the file and the
// line where a value is missing, not a number, not finite, or where a line is longer or shorter than
// the first.
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

// parseCSV's errors name the line.
func parseCSV(source io.Reader) ([][]float64, error) {
	buffered := bufio.NewReader(source)
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		buffered.Discard(3) // Of spreadsheets.
	}
	reader := csv.NewReader(buffered)
	reader.FieldsPerRecord = -1 // Lengths are compared here, where there is more to say.
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
			return nil, fmt.Errorf("line %d: %d values, the first line has %d", line, len(fields), columns)
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
		return nil, errors.New("there are no points in it")
	}
	return points, nil
}

func isHeader(fields []string) bool {
	for _, field := range fields {
		if _, err := strconv.ParseFloat(strings.TrimSpace(field), 64); err == nil || strings.TrimSpace(field) == "" {
			return false
		}
	}
	return true
}

func parseCoordinate(field string) (float64, error) {
	field = strings.TrimSpace(field)
	if field == "" {
		return 0, errors.New("it is missing")
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
