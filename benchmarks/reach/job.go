package main

import (
	"fmt"
	"os"

	"github.com/sbinet/npyio/npy"
	"gonum.org/v1/gonum/mat"
)

// job tells a contestant's process what to train. It is the process's argument, in JSON.
//
// The process reads numbers of training steps, one a line. For each it goes on training until then,
// writes samples in one step to Out and answers with the number.
type job struct {
	Recipe  string `json:"recipe"`  // tutorial or recommended.
	Data    string `json:"data"`    // A file of rows, or empty for the checkerboard.
	Dim     int    `json:"dim"`     // Coordinates of a point.
	Classes int    `json:"classes"` // 0 for none. Otherwise rows end with their class, from 1.
	Samples int    `json:"samples"` // The number of samples, of all classes alike and in order.
	Out     string `json:"out"`     // The file of the samples.
	Seed    int64  `json:"seed"`
	Steps   int    `json:"steps"` // The length of the recommended recipe's schedule.
}

const (
	tutorial    = "tutorial"
	recommended = "recommended"
)

// writeRows writes rows [n][columns] to a file as a NumPy array of float64.
func writeRows(path string, rows [][]float64) error {
	array := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		array.SetRow(i, row)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := npy.Write(file, array); err != nil {
		file.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return file.Close()
}

// readRows reads rows [n][columns] from a file of a NumPy array of float64.
func readRows(path string) ([][]float64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var array mat.Dense
	if err := npy.Read(file, &array); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	n, _ := array.Dims()
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = array.RawRowView(i)
	}
	return rows, nil
}
