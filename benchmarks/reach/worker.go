package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// workerCommand is the argument by which this program is a contestant's process.
const workerCommand = "worker"

// answer does a job by this package's recommended recipe, for a single number of training steps
// from in. The parent process ends it, so it trains without a context of its own.
func answer(encoded string, in io.Reader, out io.Writer) error {
	var given job
	if err := json.Unmarshal([]byte(encoded), &given); err != nil {
		return fmt.Errorf("the job: %w", err)
	}
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return lines.Err()
	}
	steps, err := strconv.Atoi(lines.Text())
	if err != nil {
		return fmt.Errorf("the number of steps: %w", err)
	}
	config, err := configOf(given)
	if err != nil {
		return err
	}
	if config.BatchesPerEpoch == 0 {
		config.BatchesPerEpoch = 10
	}
	config.Seed, config.Epochs = given.Seed, steps/config.BatchesPerEpoch
	m, err := meanflow.Train(context.Background(), config)
	if err != nil {
		return err
	}
	points, err := sample(m, given)
	if err != nil {
		return err
	}
	if err := writeRows(given.Out, points); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, steps)
	return err
}

// configOf returns the recommended configuration of a job's training.
func configOf(given job) (meanflow.Config, error) {
	if given.Data == "" {
		return meanflow.Recommended(datasets.Checkerboard{}), nil
	}
	rows, err := readRows(given.Data)
	if err != nil {
		return meanflow.Config{}, err
	}
	if given.Classes == 0 {
		points, err := datasets.FromPoints(rows)
		return meanflow.Recommended(points), err
	}
	classes, names := make([]int, len(rows)), make([]string, given.Classes)
	for i, row := range rows {
		classes[i], rows[i] = int(row[given.Dim]), row[:given.Dim]
	}
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	points, err := datasets.FromPoints(rows)
	if err != nil {
		return meanflow.Config{}, err
	}
	points, err = points.WithClasses(classes, names)
	return latent.Recommended(points), err
}

// sample generates a job's samples in one step.
func sample(m *meanflow.Model, given job) (points [][]float64, err error) {
	if given.Classes == 0 {
		return m.Sample(given.Samples, 1, given.Seed)
	}
	for class := 1; class <= given.Classes; class++ {
		options := meanflow.SampleOptions{Class: class}
		ofClass, err := m.SampleWith(options, given.Samples/given.Classes, given.Seed+int64(class))
		if err != nil {
			return nil, err
		}
		points = append(points, ofClass...)
	}
	return points, nil
}
