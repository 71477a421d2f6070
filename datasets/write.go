package datasets

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"

	"github.com/sbinet/npyio/npy"
	"gonum.org/v1/gonum/mat"
)

// WriteCSV writes the table as comma-separated values after a line of the columns' names. Numbers
// have as few digits as read back to the same bits. [Read] gives the same numbers and words again.
// It needs the option Header: WithHeader if names are numbers or all columns have words, Words for
// columns whose words are all numbers, and Comment: NoComments if the first column begins with "#".
func (t *Table) WriteCSV(w io.Writer) error {
	writer := csv.NewWriter(w)
	for row := -1; row < t.columns[0].len(); row++ {
		if err := writeRecord(w, writer, t.record(row)); err != nil {
			return fmt.Errorf("datasets: WriteCSV: %w", err)
		}
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		return fmt.Errorf("datasets: WriteCSV: %w", err)
	}
	return nil
}

// record returns the texts of a row, or the names of the columns for row -1.
func (t *Table) record(row int) []string {
	record := make([]string, len(t.columns))
	for k, column := range t.columns {
		switch {
		case row < 0:
			record[k] = column.name
		case column.isWords():
			record[k] = column.words[column.codes[row]]
		default:
			record[k] = formatNumber(column.numbers[row])
		}
	}
	return record
}

// writeRecord writes a record. A single empty text needs quotes that csv.Writer leaves out, since
// an empty line is no record.
func writeRecord(w io.Writer, writer *csv.Writer, record []string) error {
	if len(record) > 1 || record[0] != "" {
		return writer.Write(record)
	}
	writer.Flush()
	_, err := io.WriteString(w, "\"\"\n")
	return err
}

// WriteNPY writes the table as a NumPy array, float64 [rows, columns], without the names. Columns
// of words must hold numbers, as classes may; otherwise the error says to use WriteCSV.
func (t *Table) WriteNPY(w io.Writer) error {
	rows := t.columns[0].len()
	array := mat.NewDense(rows, len(t.columns), nil)
	for k, column := range t.columns {
		numbers := column.numbers
		if column.isWords() {
			ofWords, areNumbers := allNumbers(column.words)
			if !areNumbers {
				return fmt.Errorf("datasets: WriteNPY: column %s has words, which an array of "+
					"numbers can't hold: use WriteCSV", quoted(column.name))
			}
			numbers = make([]float64, rows)
			for i, code := range column.codes {
				numbers[i] = ofWords[code]
			}
		}
		array.SetCol(k, numbers)
	}
	buffered := bufio.NewWriter(w)
	if err := npy.Write(buffered, array); err != nil {
		return fmt.Errorf("datasets: WriteNPY: %w", err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("datasets: WriteNPY: %w", err)
	}
	return nil
}
